package io.claviger.core.topic;

import io.claviger.core.Parsed;
import java.util.Optional;

/**
 * What a client asks to receive: the messages of a filter, or its share of them within a group
 * ({@code $share/group/filter}, MQTT 5 section 4.8.2).
 *
 * @param group the group whose members take turns; empty for a subscription of one's own
 * @param filter the topics meant
 */
public record TopicSubscription(Optional<String> group, TopicFilter filter) {
  private static final String SHARED = "$share/";

  /** Reads what stands in a SUBSCRIBE packet. A group's name has no wildcard and is not empty. */
  public static Parsed<TopicSubscription> parse(String text) {
    if (!text.startsWith(SHARED)) {
      return TopicFilter.parse(text).map(filter -> new TopicSubscription(Optional.empty(), filter));
    }
    int end = TopicText.endOfLevel(text, SHARED.length());
    String group = text.substring(SHARED.length(), end);
    if (group.isEmpty()
        || group.indexOf(TopicText.ONE_LEVEL) >= 0
        || group.indexOf(TopicText.ALL_LEVELS) >= 0) {
      return Parsed.rejected("must name a group without wildcards after $share/");
    }
    if (end == text.length()) {
      return Parsed.rejected("must have a filter after the group");
    }
    return TopicFilter.parse(text.substring(end + 1))
        .map(filter -> new TopicSubscription(Optional.of(group), filter));
  }
}
