package io.claviger.server.mqtt;

import io.claviger.core.id.DeviceId;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.network.IpAddress;
import io.claviger.store.device.DeviceConnectionStore;
import io.claviger.store.device.DeviceConnectionStore.Connection;
import io.claviger.store.state.ConnectionLogEntry;
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

  /** Lines of the log that may wait while the database does not answer. */
  private static final int WAITING_MAX = 100_000;

  /**
   * Lines of one transaction: some ten milliseconds for which other writes wait. The pages of the
   * log are written once for each.
   */
  static final int BATCH = 2_000;

  /**
   * How a connection ended.
   *
   * @param reason why
   */
  private record End(Instant time, String reason, long messagesFromClient, long messagesToClient) {}

  /** What is known last of a connection; no end while it lasts. */
  private record Last(Line connection, @Nullable End end) {}

  /**
   * A line of the log: that a connection began, that it ended, or both, if it ended before the line
   * was written. Small, since very many may wait; what is written of it is made when it is written.
   */
  private static final class Line {
    private final DeviceId device;
    private final Optional<IpAddress> address;
    private final Instant began;
    private final boolean tellsBeginning;

    /** While it waits only whoever holds the lock of the lines touches these, then nobody does. */
    private boolean waiting = true;

    private @Nullable End end;

    private Line(
        DeviceId device,
        Optional<IpAddress> address,
        Instant began,
        boolean tellsBeginning,
        @Nullable End end) {
      this.device = device;
      this.address = address;
      this.began = began;
      this.tellsBeginning = tellsBeginning;
      this.end = end;
    }

    static Line beginning(LiveSession session, Instant began) {
      return new Line(session.device(), session.address(), began, true, null);
    }

    /** Another line, which only tells of the end. */
    Line ending(End how) {
      return new Line(device, address, began, false, how);
    }

    /** Whether it can tell of an end as well. */
    boolean takes(End how) {
      long millis = how.time().toEpochMilli() - began.toEpochMilli();
      return waiting && millis >= 0 && millis <= ConnectionLogEntry.WHOLE_MAX;
    }
  }

  /** A session that is connected, and the line of its beginning. */
  private record Live(LiveSession session, Line line) {
    End ended(Instant now, String reason) {
      return new End(now, reason, session.messagesFromClient(), session.messagesToClient());
    }
  }

  private final DeviceConnectionStore store;
  private final ObjectIdSource ids;
  private final InstantSource clock;
  private final Executor writer;
  private final Map<DeviceId, Live> current = new ConcurrentHashMap<>();
  private final Map<DeviceId, Last> pending = new ConcurrentHashMap<>();

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
            noteEnd(before.line(), before.ended(now, Ending.TAKEN_OVER.text()));
          }
          Line line = Line.beginning(session, now);
          note(line);
          pending.put(device, new Last(line, null));
          return new Live(session, line);
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
          End end = live.ended(now, reason);
          noteEnd(live.line(), end);
          pending.put(device, new Last(live.line(), end));
          return null;
        });
  }

  private void noteEnd(Line beginning, End end) {
    synchronized (lines) {
      if (beginning.takes(end)) {
        beginning.end = end;
        return;
      }
    }
    note(beginning.ending(end));
  }

  /** The oldest lines are lost when too many wait. */
  private void note(Line line) {
    boolean full;
    synchronized (lines) {
      if (lines.size() == WAITING_MAX) {
        lines.removeFirst().waiting = false;
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
            pending.putIfAbsent(device, new Last(live.line(), null));
            return live;
          });
    }
  }

  /** Writes what has gathered; what cannot be written is kept for the next time. */
  synchronized void flush() {
    Map<DeviceId, Last> taken = Map.copyOf(pending);
    Map<DeviceId, Connection> connections = new HashMap<>();
    taken.forEach((device, last) -> connections.put(device, connection(last)));
    if (write(connections, taken.size())) {
      taken.forEach(pending::remove);
      flush(1);
    }
  }

  /** Writes full transactions: what waits long costs more memory than it needs. */
  private synchronized void flushFull() {
    flush(BATCH);
  }

  /** Writes lines of the log as long as so many wait. */
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
          "{} devices and {} lines could not be written to the log of connections yet",
          devices,
          batch.size(),
          e);
      putBack(batch);
      return false;
    }
  }

  private static Connection connection(Last last) {
    Line line = last.connection();
    Optional<End> end = Optional.ofNullable(last.end());
    return new Connection(
        end.isEmpty(),
        Optional.of(line.began),
        end.map(End::time),
        end.map(End::reason),
        line.address.map(IpAddress::toString));
  }

  private ConnectionLogEntry entry(Line line) {
    End end = line.end;
    String address = line.address.map(IpAddress::toString).orElse(null);
    return end == null
        ? new ConnectionLogEntry(
            line.device, ids.next(), true, line.began, null, null, null, null, address)
        : new ConnectionLogEntry(
            line.device,
            ids.next(),
            false,
            end.time(),
            line.tellsBeginning ? line.began : null,
            end.reason(),
            end.messagesFromClient(),
            end.messagesToClient(),
            address);
  }

  private List<Line> batch() {
    List<Line> batch = new ArrayList<>();
    synchronized (lines) {
      while (batch.size() < BATCH && !lines.isEmpty()) {
        Line line = lines.removeFirst();
        line.waiting = false;
        batch.add(line);
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
