package io.claviger.core.topic;

import io.claviger.core.Parsed;
import java.util.Optional;

/**
 * What may stand in the lists {@code pubTopics} and {@code subTopics} of an access key (KEY-63): a
 * topic filter that is not written for the topics of the platform or the broker.
 */
public final class TopicListEntry {
  /** Characters, counted as JSON Schema counts them: in code points (KEY-63). */
  public static final int LENGTH_MAX = 1024;

  private TopicListEntry() {}

  /** Reads one entry: 1 to {@value #LENGTH_MAX} characters. */
  public static Parsed<TopicFilter> parse(String text) {
    // A code point is at most two characters: refuse long text before counting.
    if (text.length() > 2 * LENGTH_MAX || text.codePointCount(0, text.length()) > LENGTH_MAX) {
      return Parsed.rejected("must not be longer than " + LENGTH_MAX + " characters");
    }
    return switch (TopicFilter.parse(text)) {
      case Parsed.Rejected<TopicFilter> rejected -> rejected;
      case Parsed.Ok<TopicFilter> ok ->
          refusal(ok.value()).<Parsed<TopicFilter>>map(Parsed::rejected).orElse(ok);
    };
  }

  /** Why a filter must not be listed, if so. */
  static Optional<String> refusal(TopicFilter filter) {
    if (filter.startsWithReserved()) {
      return Optional.of("must not start with $");
    }
    return CustomTopics.matchesCustom(filter)
        ? Optional.empty()
        : Optional.of("must not be losant nor start with losant/");
  }
}
