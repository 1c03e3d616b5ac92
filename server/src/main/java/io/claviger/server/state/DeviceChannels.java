package io.claviger.server.state;

import io.claviger.core.id.DeviceId;
import io.claviger.core.state.Report;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes on what was taken in, to whoever listens in this process. Passing on never waits: a
 * subscriber that does not keep up loses its subscription rather than a message in the middle.
 */
public final class DeviceChannels {
  /** Messages that wait for one subscriber. */
  static final int BACKLOG = 256;

  private static final Logger LOG = LoggerFactory.getLogger(DeviceChannels.class);

  private record Channel(DeviceId device, Kind kind) {}

  private final ConcurrentHashMap<Channel, List<Subscription>> subscriptions =
      new ConcurrentHashMap<>();
  private final List<Consumer<Message>> listeners = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  /** What a message is about. */
  public enum Kind {
    STATE,
    COMMAND
  }

  /** A message that has been taken in and is on the disk. */
  public sealed interface Message {
    /** The device that it is about. */
    DeviceId device();

    /** What it is. */
    default Kind kind() {
      return switch (this) {
        case State _ -> Kind.STATE;
        case Command _ -> Kind.COMMAND;
      };
    }

    /**
     * A state that a device has reported.
     *
     * @param state what was kept of it
     * @param meta JSON that was sent along
     * @param overBroker whether the broker has it already
     */
    record State(DeviceId device, Report.Kept state, Optional<String> meta, boolean overBroker)
        implements Message {}

    /**
     * A command for a device.
     *
     * @param payload as JSON
     * @param overBroker whether the broker has it already
     */
    record Command(
        DeviceId device, Instant time, String name, Optional<String> payload, boolean overBroker)
        implements Message {}
  }

  /** The messages of one kind about one device, from now on. To be closed. */
  public final class Subscription implements AutoCloseable {
    private final Channel channel;
    private final BlockingQueue<Message> messages = new ArrayBlockingQueue<>(BACKLOG);
    private volatile boolean ended;

    private Subscription(Channel channel) {
      this.channel = channel;
    }

    /** The next message; empty when none comes in that time, or the subscription has ended. */
    public Optional<Message> next(Duration patience) throws InterruptedException {
      return ended
          ? Optional.empty()
          : Optional.ofNullable(messages.poll(patience.toNanos(), TimeUnit.NANOSECONDS));
    }

    /** Whether nothing will come any more: a message did not fit, or the server stops. */
    public boolean ended() {
      return ended || closed;
    }

    private void offer(Message message) {
      if (!ended && !messages.offer(message)) {
        ended = true;
      }
    }

    @Override
    public void close() {
      ended = true;
      subscriptions.computeIfPresent(
          channel,
          (_, all) -> {
            all.remove(this);
            return all.isEmpty() ? null : all;
          });
    }
  }

  /** Begins to gather messages. */
  public Subscription subscribe(DeviceId device, Kind kind) {
    Subscription subscription = new Subscription(new Channel(device, kind));
    subscriptions.compute(
        subscription.channel,
        (_, all) -> {
          List<Subscription> list = all == null ? new CopyOnWriteArrayList<>() : all;
          list.add(subscription);
          return list;
        });
    return subscription;
  }

  /**
   * Has somebody called with every message, in the order in which they were written, by the thread
   * that writes. It must not block.
   */
  public void listen(Consumer<Message> listener) {
    listeners.add(listener);
  }

  /** Passes a message on. */
  void publish(Message message) {
    @Nullable List<Subscription> interested =
        subscriptions.get(new Channel(message.device(), message.kind()));
    if (interested != null) {
      interested.forEach(subscription -> subscription.offer(message));
    }
    for (Consumer<Message> listener : listeners) {
      try {
        listener.accept(message);
      } catch (RuntimeException e) {
        LOG.error("a listener did not take a message", e);
      }
    }
  }

  /** Ends all subscriptions. */
  void close() {
    closed = true;
  }
}
