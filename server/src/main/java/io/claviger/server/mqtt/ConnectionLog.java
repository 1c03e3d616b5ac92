package io.claviger.server.mqtt;

import io.claviger.core.id.DeviceId;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.network.IpAddress;
import io.claviger.store.device.DeviceConnectionStore;
import io.claviger.store.device.DeviceConnectionStore.Connection;
import io.claviger.store.state.Deposit;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which devices are connected, for answers and queries about devices (DEV-6), and the log of it
 * (MQT-9). A connection only puts it down in memory; {@link #flush} writes what has gathered, a
 * second later and in few transactions.
 */
final class ConnectionLog {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionLog.class);

  /** Entries of the log that may wait while the database does not answer. */
  private static final int WAITING_MAX = 100_000;

  /** Entries of one transaction: a few milliseconds for which other writes wait. */
  private static final int BATCH = 1_000;

  private final DeviceConnectionStore store;
  private final ObjectIdSource ids;
  private final InstantSource clock;
  private final AtomicLong lost = new AtomicLong();
  private final Map<DeviceId, LiveSession> current = new ConcurrentHashMap<>();
  private final Map<DeviceId, Connection> pending = new ConcurrentHashMap<>();
  private final LinkedBlockingDeque<Deposit.Connection> entries =
      new LinkedBlockingDeque<>(WAITING_MAX);

  ConnectionLog(DeviceConnectionStore store, ObjectIdSource ids, InstantSource clock) {
    this.store = store;
    this.ids = ids;
    this.clock = clock;
  }

  /** A device was welcomed. */
  void connected(LiveSession session) {
    Instant now = clock.instant();
    current.compute(
        session.device(),
        (device, before) -> {
          if (before != null) {
            // Its end is noticed later, and belongs before what has taken its place.
            end(before, now, Ending.TAKEN_OVER.text());
          }
          note(session, true, now, Optional.empty());
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
          end(session, now, reason);
          pending.compute(device, (_, waiting) -> ended(waiting, now, reason));
          return null;
        });
  }

  private void end(LiveSession session, Instant now, String reason) {
    note(session, false, now, Optional.of(reason));
  }

  /** The oldest entries are lost when too many wait. */
  private void note(LiveSession session, boolean connected, Instant now, Optional<String> reason) {
    Deposit.Connection entry =
        new Deposit.Connection(
            session.device(),
            ids.next(),
            connected,
            now,
            connected ? Optional.of(now) : Optional.empty(),
            reason,
            connected ? null : session.messagesFromClient(),
            connected ? null : session.messagesToClient(),
            session.address().map(IpAddress::toString));
    while (!entries.offerLast(entry)) {
      entries.pollFirst();
      if (lost.getAndIncrement() % WAITING_MAX == 0) {
        LOG.warn("too many connections wait to be written, the oldest are left out of the log");
      }
    }
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
    List<Deposit.Connection> batch = batch();
    try {
      store.write(taken, batch);
      taken.forEach(pending::remove);
      batch = batch();
      while (!batch.isEmpty()) {
        store.write(Map.of(), batch);
        batch = batch();
      }
    } catch (RuntimeException e) {
      LOG.warn("connections of {} devices could not be written yet", taken.size(), e);
      putBack(batch);
    }
  }

  private List<Deposit.Connection> batch() {
    List<Deposit.Connection> batch = new ArrayList<>();
    entries.drainTo(batch, BATCH);
    return batch;
  }

  /** What finds no room any more is the oldest. */
  private void putBack(List<Deposit.Connection> batch) {
    for (Deposit.Connection entry : batch.reversed()) {
      if (!entries.offerFirst(entry)) {
        return;
      }
    }
  }
}
