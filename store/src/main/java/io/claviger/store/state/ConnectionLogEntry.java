package io.claviger.store.state;

import io.claviger.core.id.DeviceId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the log of connections (MQT-9): that one began, that one ended, or both at once.
 *
 * @param id tells it from others at the same moment, and is higher than theirs if it came later
 * @param connected whether the connection lasts
 * @param time when it began, or ended
 * @param began when a connection that has ended began; null where another entry says that
 */
public record ConnectionLogEntry(
    DeviceId device,
    String id,
    boolean connected,
    Instant time,
    @Nullable Instant began,
    @Nullable String reason,
    @Nullable Long messagesFromClient,
    @Nullable Long messagesToClient,
    @Nullable String address) {
  /** How long a connection may have lasted that is one entry, in milliseconds. */
  public static final long WHOLE_MAX = 60_000;

  static ConnectionLogEntry of(Deposit.Connection change) {
    return new ConnectionLogEntry(
        change.device(),
        change.id(),
        change.connected(),
        change.time(),
        null,
        change.reason().orElse(null),
        change.messagesFromClient(),
        change.messagesToClient(),
        change.address().orElse(null));
  }
}
