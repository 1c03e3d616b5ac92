package io.claviger.server.mqtt;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.ObjectId;
import java.util.Optional;

/**
 * How topics of an application are called inside the broker: below a first level of their own. What
 * is published in one application therefore matches no subscription of another, whatever wildcards
 * it has.
 */
final class Namespace {
  private static final String SHARED = "$share/";

  /** Leaves room for the first level within what MQTT can write down. */
  static final int TOPIC_LENGTH_MAX = 65_000;

  private final String prefix;

  Namespace(ApplicationId application) {
    this.prefix = application.text() + "/";
  }

  /** Whether a topic is the topic of some application, inside. */
  static boolean isInside(String topic) {
    int end = topic.indexOf('/');
    return end > 0 && end + 1 < topic.length() && ObjectId.isValid(topic.substring(0, end));
  }

  /** What a topic, or a filter without a group, is called inside. */
  String inside(String topic) {
    return prefix + topic;
  }

  /** What a client writes into SUBSCRIBE or UNSUBSCRIBE, with a group or without, inside. */
  String filterInside(String text) {
    if (!text.startsWith(SHARED)) {
      return inside(text);
    }
    int end = text.indexOf('/', SHARED.length());
    return end < 0 ? inside(text) : text.substring(0, end + 1) + inside(text.substring(end + 1));
  }

  /** What a topic inside is called outside; empty when it is not of this application. */
  Optional<String> outside(String topic) {
    return topic.startsWith(prefix)
        ? Optional.of(topic.substring(prefix.length()))
        : Optional.empty();
  }
}
