package io.claviger.core.query;

import java.util.List;

/** What the key or the value of one tag must be (QRY-10). Compared by case. */
public sealed interface TagPart {
  /** Not asked for. */
  record Anything() implements TagPart {}

  /** {@code null}: missing, which only entries of access keys can be (QRY-11). */
  record Missing() implements TagPart {}

  /** A text, or {@code $in}: one of these. */
  record OneOf(List<String> texts) implements TagPart {
    public OneOf {
      texts = List.copyOf(texts);
    }
  }

  /** {@code $nin}: none of these; a missing part is none of them. */
  record NoneOf(List<String> texts) implements TagPart {
    public NoneOf {
      texts = List.copyOf(texts);
    }
  }
}
