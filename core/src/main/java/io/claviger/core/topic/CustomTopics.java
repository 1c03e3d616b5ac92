package io.claviger.core.topic;

import java.util.List;

/**
 * What an access key says about custom topics (KEY-61), one rule for each direction.
 *
 * <p>Custom are all topics but {@code losant}, {@code losant/...} and those that start with {@code
 * $} (KEY-60). Topics of devices follow from the key's reach and never from these rules.
 *
 * @param publish where messages may be published
 * @param subscribe what may be subscribed to
 */
public record CustomTopics(TopicRule publish, TopicRule subscribe) {
  /** {@code filterType} all. */
  public static final CustomTopics ALL = new CustomTopics(new TopicRule.All(), new TopicRule.All());

  /** {@code filterType} none. */
  public static final CustomTopics NONE =
      new CustomTopics(new TopicRule.None(), new TopicRule.None());

  /** The first level of every topic of the platform. */
  static final String PLATFORM = "losant";

  /**
   * {@code filterType} whitelist.
   *
   * @throws IllegalArgumentException as {@link TopicRule.Only}
   */
  public static CustomTopics only(List<TopicFilter> pubTopics, List<TopicFilter> subTopics) {
    return new CustomTopics(new TopicRule.Only(pubTopics), new TopicRule.Only(subTopics));
  }

  /**
   * {@code filterType} blacklist.
   *
   * @throws IllegalArgumentException as {@link TopicRule.Except}
   */
  public static CustomTopics except(List<TopicFilter> pubTopics, List<TopicFilter> subTopics) {
    return new CustomTopics(new TopicRule.Except(pubTopics), new TopicRule.Except(subTopics));
  }

  /** Whether this custom topic may be published to (KEY-64). */
  public boolean permitsPublish(TopicName topic) {
    return publish.permitsPublish(topic);
  }

  /** Whether the custom topics of this filter may be subscribed to (KEY-65). */
  public boolean permitsSubscribe(TopicFilter wanted) {
    return subscribe.permitsSubscribe(wanted);
  }

  /** Whether the name is a custom topic. */
  public static boolean isCustom(TopicName topic) {
    return isCustom(topic.text());
  }

  /** Whether the filter matches some custom topic, perhaps among others. */
  public static boolean matchesCustom(TopicFilter filter) {
    // The first level decides, and a wildcard there matches more than the platform's name.
    return isCustom(filter.text());
  }

  private static boolean isCustom(String text) {
    boolean platform =
        text.startsWith(PLATFORM)
            && (text.length() == PLATFORM.length()
                || text.charAt(PLATFORM.length()) == TopicText.SEPARATOR);
    return !platform && text.charAt(0) != TopicText.RESERVED;
  }
}
