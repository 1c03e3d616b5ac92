package io.claviger.store;

import java.util.Optional;

/** Texts that begin alike, as a range in the order of code points, which an index can find. */
public final class Prefix {
  private Prefix() {}

  /**
   * The first text behind all that begin so; empty when there is none.
   *
   * @param prefix well-formed Unicode
   */
  public static Optional<String> end(String prefix) {
    int length = prefix.length();
    while (length > 0) {
      int last = prefix.codePointBefore(length);
      length -= Character.charCount(last);
      if (last < Character.MAX_CODE_POINT) {
        return Optional.of(prefix.substring(0, length) + Character.toString(next(last)));
      }
    }
    return Optional.empty();
  }

  /** Halves of characters are not among the code points that a text can have. */
  private static int next(int point) {
    return point + 1 == Character.MIN_SURROGATE ? Character.MAX_SURROGATE + 1 : point + 1;
  }
}
