package io.claviger.server.mqtt;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How many messages go over one connection in one direction within 15 seconds, in all and on each
 * topic (MQT-6). A window begins with the first message after the last one has passed. Used by one
 * thread at a time.
 */
final class MessageLimit {
  static final Duration WINDOW = Duration.ofSeconds(15);

  /** Where only topics are limited, their number is not: beyond it all are counted anew. */
  private static final int TOPICS_MAX = 10_000;

  private final int perConnection;
  private final int perTopic;
  private final LongSupplier nanoTime;

  private long begin;
  private int count;
  private final Map<String, Integer> counts = new HashMap<>();

  /**
   * Makes it.
   *
   * @param perConnection 0 for any number
   * @param perTopic 0 for any number
   */
  MessageLimit(int perConnection, int perTopic, LongSupplier nanoTime) {
    this.perConnection = perConnection;
    this.perTopic = perTopic;
    this.nanoTime = nanoTime;
  }

  /** Whether one more message is within the limits; counts it. */
  boolean admits(String topic) {
    if (perConnection == 0 && perTopic == 0) {
      return true;
    }
    long now = nanoTime.getAsLong();
    if (count == 0 || now - begin >= WINDOW.toNanos() || counts.size() >= TOPICS_MAX) {
      begin = now;
      count = 0;
      counts.clear();
    }
    count = count == Integer.MAX_VALUE ? count : count + 1;
    if (perConnection > 0 && count > perConnection) {
      return false;
    }
    return perTopic == 0 || counts.merge(topic, 1, Integer::sum) <= perTopic;
  }
}
