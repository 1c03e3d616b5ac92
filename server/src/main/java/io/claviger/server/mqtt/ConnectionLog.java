package io.claviger.server.mqtt;

import io.claviger.core.id.DeviceId;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.network.IpAddress;
import io.claviger.store.device.DeviceConnectionStore;
import io.claviger.store.device.DeviceConnectionStore.Connection;
import io.claviger.store.state.Deposit;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which devices are connected, for answers and queries about devices (DEV-6), and the log of it
 * (MQT-9). A connection only puts it down in memory; {@link #flush} writes what has gathered, a
 * second later and in few transactions. When many come and go, full transactions are written
 * meanwhile.
 */
final class ConnectionLog {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionLog.class);

  /** Entries of the log that may wait while the database does not answer. */
  private static final int WAITING_MAX = 100_000;

  /**
   * Entries of one transaction: some ten milliseconds for which other writes wait. The pages of the
   * log are written once for each.
   */
  static final int BATCH = 2_000;

  /**
   * That a connection began, or ended. Small, since very many may wait; what is written of it is
   * made when it is written.
   *
   * @param began when it began
   * @param ended when it ended; null while it lasts
   * @param reason why it ended
   */
  private record Line(
      DeviceId device,
      Optional<IpAddress> address,
      Instant began,
      @Nullable Instant ended,
      @Nullable String reason,
      long messagesFromClient,
      long messagesToClient) {}

  /** A session that is connected, and since when. */
  private record Live(LiveSession session, Instant since) {
    Line began() {
      return new Line(session.device(), session.address(), since, null, null, 0, 0);
    }

    Line ended(Instant now, String reason) {
      return new Line(
          session.device(),
          session.address(),
          since,
          now,
          reason,
          session.messagesFromClient(),
          session.messagesToClient());
    }
  }

  private final DeviceConnectionStore store;
  private final ObjectIdSource ids;
  private final InstantSource clock;
  private final Executor writer;
  private final Map<DeviceId, Live> current = new ConcurrentHashMap<>();
  private final Map<DeviceId, Line> pending = new ConcurrentHashMap<>();

  /** In the order in which it happened. Whoever uses it holds its lock, and waits for nothing. */
  private final ArrayDeque<Line> lines = new ArrayDeque<>();

  private long lost;

  /**
   * Makes it.
   *
   * @param writer runs what may wait for the database, one after the other; nothing once it is
   *     closed
   */
  ConnectionLog(
      DeviceConnectionStore store, ObjectIdSource ids, InstantSource clock, Executor writer) {
    this.store = store;
    this.ids = ids;
    this.clock = clock;
    this.writer = writer;
  }

  /** A device was welcomed. */
  void connected(LiveSession session) {
    Instant now = clock.instant();
    current.compute(
        session.device(),
        (device, before) -> {
          if (before != null) {
            // Its end is noticed later, and belongs before what has taken its place.
            note(before.ended(now, Ending.TAKEN_OVER.text()));
          }
          Live live = new Live(session, now);
          Line line = live.began();
          note(line);
          pending.put(device, line);
          return live;
        });
  }

  /** Its connection has ended; without effect when the device has another one by now. */
  void disconnected(LiveSession session, String reason) {
    Instant now = clock.instant();
    current.computeIfPresent(
        session.device(),
        (device, live) -> {
          if (live.session() != session) {
            return live;
          }
          Line line = live.ended(now, reason);
          note(line);
          pending.put(device, line);
          return null;
        });
  }

  /** The oldest entries are lost when too many wait. */
  private void note(Line line) {
    boolean full;
    synchronized (lines) {
      if (lines.size() == WAITING_MAX) {
        lines.removeFirst();
        if (lost++ % WAITING_MAX == 0) {
          LOG.warn("too many connections wait to be written, the oldest are left out of the log");
        }
      }
      lines.addLast(line);
      // Not again with each one that comes while the database does not answer.
      full = lines.size() == BATCH;
    }
    if (full) {
      // Or the last flush does it, when the broker is stopping.
      writer.execute(this::flushFull);
    }
  }

  /** Puts down again who is connected: this node was believed to be gone. */
  void again() {
    for (DeviceId device : current.keySet()) {
      current.computeIfPresent(
          device,
          (_, live) -> {
            pending.putIfAbsent(device, live.began());
            return live;
          });
    }
  }

  /** Writes what has gathered; what cannot be written is kept for the next time. */
  synchronized void flush() {
    Map<DeviceId, Line> taken = Map.copyOf(pending);
    Map<DeviceId, Connection> connections = new HashMap<>();
    taken.forEach((device, line) -> connections.put(device, connection(line)));
    if (write(connections, taken.size())) {
      taken.forEach(pending::remove);
      flush(1);
    }
  }

  /** Writes full transactions: what waits long costs more memory than it needs. */
  private synchronized void flushFull() {
    flush(BATCH);
  }

  /** Writes entries of the log as long as so many wait. */
  private void flush(int least) {
    boolean written = true;
    while (written && waiting() >= least) {
      written = write(Map.of(), 0);
    }
  }

  private int waiting() {
    synchronized (lines) {
      return lines.size();
    }
  }

  private boolean write(Map<DeviceId, Connection> connections, int devices) {
    List<Line> batch = batch();
    try {
      store.write(connections, batch.stream().map(this::entry).toList());
      return true;
    } catch (RuntimeException e) {
      LOG.warn(
          "{} devices and {} entries could not be written to the log of connections yet",
          devices,
          batch.size(),
          e);
      putBack(batch);
      return false;
    }
  }

  private static Connection connection(Line line) {
    return new Connection(
        line.ended() == null,
        Optional.of(line.began()),
        Optional.ofNullable(line.ended()),
        Optional.ofNullable(line.reason()),
        line.address().map(IpAddress::toString));
  }

  private Deposit.Connection entry(Line line) {
    Instant ended = line.ended();
    boolean connected = ended == null;
    return new Deposit.Connection(
        line.device(),
        ids.next(),
        connected,
        ended == null ? line.began() : ended,
        connected ? Optional.of(line.began()) : Optional.empty(),
        Optional.ofNullable(line.reason()),
        connected ? null : line.messagesFromClient(),
        connected ? null : line.messagesToClient(),
        line.address().map(IpAddress::toString));
  }

  private List<Line> batch() {
    List<Line> batch = new ArrayList<>();
    synchronized (lines) {
      while (batch.size() < BATCH && !lines.isEmpty()) {
        batch.add(lines.removeFirst());
      }
    }
    return batch;
  }

  /** What finds no room any more is the oldest. */
  private void putBack(List<Line> batch) {
    synchronized (lines) {
      for (Line line : batch.reversed()) {
        if (lines.size() == WAITING_MAX) {
          return;
        }
        lines.addFirst(line);
      }
    }
  }
}
