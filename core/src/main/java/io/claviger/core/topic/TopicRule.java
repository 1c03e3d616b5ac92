package io.claviger.core.topic;

import java.util.List;
import java.util.function.BiPredicate;

/**
 * Which custom topics may be used in one direction (KEY-61).
 *
 * <p>A rule speaks of custom topics alone (see {@link CustomTopics}). Even {@code All} and a listed
 * {@code #} open no topic of the platform ({@code losant/...}) and none of the broker ({@code
 * $...}).
 */
public sealed interface TopicRule {
  /** The filters a list may hold (LIM-2). */
  int FILTERS_MAX = 1000;

  /** Every custom topic. */
  record All() implements TopicRule {}

  /** No custom topic. The default (KEY-8). */
  record None() implements TopicRule {}

  /**
   * The listed topics alone; an empty list is nothing.
   *
   * @param filters 0 to {@value TopicRule#FILTERS_MAX} entries as {@link TopicListEntry} admits
   */
  record Only(List<TopicFilter> filters) implements TopicRule {
    /**
     * Copies the filters.
     *
     * @throws IllegalArgumentException when there are too many or one may not be listed
     */
    public Only {
      filters = checked(filters);
    }
  }

  /**
   * All but the listed topics; an empty list is everything.
   *
   * @param filters 0 to {@value TopicRule#FILTERS_MAX} entries as {@link TopicListEntry} admits
   */
  record Except(List<TopicFilter> filters) implements TopicRule {
    /**
     * Copies the filters.
     *
     * @throws IllegalArgumentException when there are too many or one may not be listed
     */
    public Except {
      filters = checked(filters);
    }
  }

  /** Whether a message may be published to this name, which is false for all but custom topics. */
  default boolean permitsPublish(TopicName topic) {
    return permits(topic);
  }

  /** Whether the rule opens this name in its direction, which it does for custom topics alone. */
  default boolean permits(TopicName topic) {
    return CustomTopics.isCustom(topic)
        && switch (this) {
          case All() -> true;
          case None() -> false;
          case Only(List<TopicFilter> filters) -> any(filters, TopicFilter::matches, topic);
          case Except(List<TopicFilter> filters) -> !any(filters, TopicFilter::matches, topic);
        };
  }

  /**
   * Whether every custom topic that the wanted filter matches may be received (KEY-65): one entry
   * must cover it, or none may overlap it. A filter that matches no custom topic is refused.
   *
   * <p>A wanted filter such as {@code #} may also match topics of the platform. The answer does not
   * speak of those: each such message needs its own permission when it is delivered (KEY-67).
   */
  default boolean permitsSubscribe(TopicFilter wanted) {
    return CustomTopics.matchesCustom(wanted)
        && switch (this) {
          case All() -> true;
          case None() -> false;
          case Only(List<TopicFilter> filters) -> any(filters, TopicFilter::covers, wanted);
          case Except(List<TopicFilter> filters) -> !any(filters, TopicFilter::overlaps, wanted);
        };
  }

  private static List<TopicFilter> checked(List<TopicFilter> filters) {
    if (filters.size() > FILTERS_MAX) {
      throw new IllegalArgumentException("a list holds at most " + FILTERS_MAX + " filters");
    }
    for (TopicFilter filter : filters) {
      TopicListEntry.refusal(filter)
          .ifPresent(reason -> {
            throw new IllegalArgumentException("a listed filter " + reason);
          });
    }
    return List.copyOf(filters);
  }

  /** By index: this runs for every message, and an iterator is one object more. */
  private static <T> boolean any(
      List<TopicFilter> filters, BiPredicate<TopicFilter, T> relation, T topic) {
    for (int i = 0; i < filters.size(); i++) {
      if (relation.test(filters.get(i), topic)) {
        return true;
      }
    }
    return false;
  }
}
