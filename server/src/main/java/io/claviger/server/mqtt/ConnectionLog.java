package io.claviger.server.mqtt;

import io.claviger.core.id.DeviceId;
import io.claviger.core.network.IpAddress;
import io.claviger.store.device.DeviceConnectionStore;
import io.claviger.store.device.DeviceConnectionStore.Connection;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which devices are connected, for answers and queries about devices (DEV-6). A connection only
 * puts it down in memory; {@link #flush} writes what has gathered, a second later and in one
 * transaction.
 */
final class ConnectionLog {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionLog.class);

  private final DeviceConnectionStore store;
  private final InstantSource clock;
  private final Map<DeviceId, LiveSession> current = new ConcurrentHashMap<>();
  private final Map<DeviceId, Connection> pending = new ConcurrentHashMap<>();

  ConnectionLog(DeviceConnectionStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /** A device was welcomed. */
  void connected(LiveSession session) {
    Instant now = clock.instant();
    current.compute(
        session.device(),
        (device, _) -> {
          pending.put(
              device,
              new Connection(
                  true,
                  Optional.of(now),
                  Optional.empty(),
                  Optional.empty(),
                  session.address().map(IpAddress::toString)));
          return session;
        });
  }

  /** Its connection has ended; without effect when the device has another one by now. */
  void disconnected(LiveSession session, String reason) {
    Instant now = clock.instant();
    current.computeIfPresent(
        session.device(),
        (device, connected) -> {
          if (connected != session) {
            return connected;
          }
          pending.compute(device, (_, waiting) -> ended(waiting, now, reason));
          return null;
        });
  }

  private static Connection ended(@Nullable Connection waiting, Instant now, String reason) {
    return new Connection(
        false,
        waiting == null ? Optional.empty() : waiting.connectedAt(),
        Optional.of(now),
        Optional.of(reason),
        waiting == null ? Optional.empty() : waiting.address());
  }

  /** Puts down again who is connected: this node was believed to be gone. */
  void again() {
    for (DeviceId device : current.keySet()) {
      current.computeIfPresent(
          device,
          (_, session) -> {
            pending.putIfAbsent(device, stillConnected(session));
            return session;
          });
    }
  }

  private static Connection stillConnected(LiveSession session) {
    return new Connection(
        true,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        session.address().map(IpAddress::toString));
  }

  /** Writes what has gathered; what cannot be written is kept for the next time. */
  void flush() {
    Map<DeviceId, Connection> taken = Map.copyOf(pending);
    try {
      store.write(taken);
      taken.forEach(pending::remove);
    } catch (RuntimeException e) {
      LOG.warn("connections of {} devices could not be written yet", taken.size(), e);
    }
  }
}
