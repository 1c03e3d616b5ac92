package io.claviger.server.state;

import io.claviger.core.Parsed;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.topic.TopicFilter;
import io.claviger.core.topic.TopicName;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Shows the messages that go through the broker of this node to those who listen over HTTP. Showing
 * never waits: who does not keep up loses the subscription rather than a message in the middle.
 */
public final class TopicTaps {
  /** Bytes that wait for all subscribers. */
  private static final long WAITING_MAX = 64L * 1024 * 1024;

  private final boolean broker;
  private final Listeners<ApplicationId, Tap> taps = new Listeners<>();
  private final Backlogs<Message> backlogs =
      new Backlogs<>(WAITING_MAX, message -> message.payload().remaining());

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
    private final Backlogs<Message>.Backlog messages = backlogs.open();

    private Tap(ApplicationId application, TopicFilter filter) {
      this.application = application;
      this.filter = filter;
    }

    /** The next message; empty when none comes in that time, or nothing comes any more. */
    Optional<Message> next(Duration patience) throws InterruptedException {
      return messages.next(patience);
    }

    /** Whether nothing will come any more: messages did not fit, or the server stops. */
    boolean ended() {
      return messages.ended();
    }

    private void offer(Message message) {
      if (filter.matches(message.topic())) {
        messages.offer(message);
      }
    }

    @Override
    public void close() {
      taps.remove(application, this);
      messages.close();
    }
  }

  /** Begins to gather messages. */
  Tap open(ApplicationId application, TopicFilter filter) {
    Tap tap = new Tap(application, filter);
    taps.add(application, tap);
    return tap;
  }

  /**
   * Shows a message that may be delivered. Never blocks.
   *
   * @param topic as clients call it
   * @param payload not to be changed afterwards; null is an empty one
   */
  public void show(ApplicationId application, String topic, byte @Nullable [] payload) {
    List<Tap> interested = taps.of(application);
    if (!interested.isEmpty()
        && TopicName.parse(topic) instanceof Parsed.Ok<TopicName>(TopicName name)) {
      ByteBuffer bytes = ByteBuffer.wrap(payload == null ? new byte[0] : payload);
      Message message = new Message(name, bytes.asReadOnlyBuffer());
      interested.forEach(tap -> tap.offer(message));
    }
  }

  /** Ends all of them. */
  void close() {
    backlogs.close();
  }
}
