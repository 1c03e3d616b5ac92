package io.claviger.server.state;

import io.claviger.core.id.DeviceId;
import io.claviger.core.state.AttributeValue;
import io.claviger.core.state.Report;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes on what was taken in, to whoever listens in this process. Passing on never waits: a
 * subscriber that does not keep up loses its subscription rather than a message in the middle.
 */
public final class DeviceChannels {
  /** Bytes that wait for all subscribers. */
  private static final long WAITING_MAX = 64L * 1024 * 1024;

  /** Bytes of a message or of a value beside its texts. */
  private static final long OVERHEAD = 64;

  private static final Logger LOG = LoggerFactory.getLogger(DeviceChannels.class);

  private record Channel(DeviceId device, Kind kind) {}

  private final Listeners<Channel, Subscription> subscriptions = new Listeners<>();
  private final List<Consumer<Message>> listeners = new CopyOnWriteArrayList<>();
  private final Backlogs<Message> backlogs = new Backlogs<>(WAITING_MAX, DeviceChannels::size);

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
    private final Backlogs<Message>.Backlog messages = backlogs.open();

    private Subscription(Channel channel) {
      this.channel = channel;
    }

    /** The next message; empty when none comes in that time, or the subscription has ended. */
    public Optional<Message> next(Duration patience) throws InterruptedException {
      return messages.next(patience);
    }

    /** Whether nothing will come any more: messages did not fit, or the server stops. */
    public boolean ended() {
      return messages.ended();
    }

    @Override
    public void close() {
      subscriptions.remove(channel, this);
      messages.close();
    }
  }

  /** What a message takes, about. */
  private static long size(Message message) {
    return OVERHEAD
        + switch (message) {
          case Message.State state -> {
            long texts = length(state.meta());
            for (Map.Entry<String, AttributeValue> value : state.state().values().entrySet()) {
              texts += OVERHEAD + value.getKey().length();
              texts +=
                  value.getValue() instanceof AttributeValue.Text(String text) ? text.length() : 0;
            }
            yield texts;
          }
          case Message.Command command -> command.name().length() + length(command.payload());
        };
  }

  private static long length(Optional<String> text) {
    return text.map(String::length).orElse(0);
  }

  /** Begins to gather messages. */
  public Subscription subscribe(DeviceId device, Kind kind) {
    Subscription subscription = new Subscription(new Channel(device, kind));
    subscriptions.add(subscription.channel, subscription);
    return subscription;
  }

  /**
   * Has somebody called with every message, by whichever thread has written it or got it from
   * another node; so it must bear several at once. It must not block.
   */
  public void listen(Consumer<Message> listener) {
    listeners.add(listener);
  }

  /** Passes a message on. */
  void publish(Message message) {
    subscriptions
        .of(new Channel(message.device(), message.kind()))
        .forEach(subscription -> subscription.messages.offer(message));
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
    backlogs.close();
  }
}
