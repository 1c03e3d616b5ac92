package io.claviger.server.state;

import io.claviger.core.Parsed;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.topic.TopicFilter;
import io.claviger.core.topic.TopicName;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Shows the messages that go through the broker of this node to those who listen over HTTP. Showing
 * never waits: who does not keep up loses the subscription rather than a message in the middle.
 */
public final class TopicTaps {
  /** Messages that wait for one subscriber. */
  static final int BACKLOG = 256;

  /** Bytes that wait for all of them. */
  private static final long WAITING_MAX = 64L * 1024 * 1024;

  private final boolean broker;
  private final ConcurrentHashMap<ApplicationId, List<Tap>> taps = new ConcurrentHashMap<>();
  private final AtomicLong waiting = new AtomicLong();
  private volatile boolean closed;

  /**
   * Makes it.
   *
   * @param broker whether there is a broker
   */
  public TopicTaps(boolean broker) {
    this.broker = broker;
  }

  /** Whether there is a broker whose messages are shown. */
  boolean hasBroker() {
    return broker;
  }

  /**
   * A message that went through the broker.
   *
   * @param payload read-only
   */
  record Message(TopicName topic, ByteBuffer payload) {}

  /** The messages on the topics of a filter, from now on. To be closed. */
  final class Tap implements AutoCloseable {
    private final ApplicationId application;
    private final TopicFilter filter;
    private final BlockingQueue<Message> messages = new ArrayBlockingQueue<>(BACKLOG);
    private volatile boolean ended;

    private Tap(ApplicationId application, TopicFilter filter) {
      this.application = application;
      this.filter = filter;
    }

    /** The next message; empty when none comes in that time, or nothing comes any more. */
    Optional<Message> next(Duration patience) throws InterruptedException {
      @Nullable Message message =
          ended ? null : messages.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
      if (message != null) {
        waiting.addAndGet(-message.payload().remaining());
      }
      return Optional.ofNullable(message);
    }

    /** Whether nothing will come any more: a message did not fit, or the server stops. */
    boolean ended() {
      return ended || closed;
    }

    private synchronized void offer(Message message) {
      if (ended || !filter.matches(message.topic())) {
        return;
      }
      int length = message.payload().remaining();
      boolean fits = waiting.addAndGet(length) <= WAITING_MAX && messages.offer(message);
      if (!fits) {
        waiting.addAndGet(-length);
        ended = true;
      }
    }

    @Override
    public void close() {
      taps.computeIfPresent(
          application,
          (_, all) -> {
            all.remove(this);
            return all.isEmpty() ? null : all;
          });
      synchronized (this) {
        ended = true;
        messages.forEach(message -> waiting.addAndGet(-message.payload().remaining()));
        messages.clear();
      }
    }
  }

  /** Begins to gather messages. */
  Tap open(ApplicationId application, TopicFilter filter) {
    Tap tap = new Tap(application, filter);
    taps.compute(
        application,
        (_, all) -> {
          List<Tap> list = all == null ? new CopyOnWriteArrayList<>() : all;
          list.add(tap);
          return list;
        });
    return tap;
  }

  /**
   * Shows a message that may be delivered. Never blocks.
   *
   * @param topic as clients call it
   * @param payload not to be changed afterwards; null is an empty one
   */
  public void show(ApplicationId application, String topic, byte @Nullable [] payload) {
    List<Tap> interested = taps.get(application);
    if (interested != null
        && TopicName.parse(topic) instanceof Parsed.Ok<TopicName>(TopicName name)) {
      ByteBuffer bytes = ByteBuffer.wrap(payload == null ? new byte[0] : payload);
      Message message = new Message(name, bytes.asReadOnlyBuffer());
      interested.forEach(tap -> tap.offer(message));
    }
  }

  /** Ends all of them. */
  void close() {
    closed = true;
  }
}
