package io.claviger.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages by NOTIFY: PostgreSQL hands them to all that listen in the order of the commits, and
 * keeps nothing. Sending and listening have a connection each. While one batch is on its way the
 * next one gathers. Nothing waits for the disk, since nothing of it is written there.
 *
 * <p>A node says every few seconds that it is there. As long as none has heard of another, nothing
 * is sent, so a node that is alone pays nothing.
 */
final class PostgresChannel implements NodeChannel {
  static final String NAME = "claviger_node";

  private static final Logger LOG = LoggerFactory.getLogger(PostgresChannel.class);

  /** Bytes that may wait while the database does not answer. */
  private static final long WAITING_MAX = 16L << 20;

  /** Bytes of a batch, from which on the next message waits for the next one. */
  private static final int BATCH = 1 << 20;

  private static final Duration HELLO = Duration.ofSeconds(5);
  private static final Duration PEER_GONE = HELLO.multipliedBy(3);

  /**
   * How long a connection is believed on which nothing comes. At least what this node says of
   * itself should come back; of a server that was cut off or switched off nobody would ever say so.
   */
  private static final Duration SILENCE = HELLO.multipliedBy(3);

  /** How long sending is tried again: what is older is of no use any more. */
  private static final Duration TRIED_MAX = Duration.ofSeconds(10);

  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration LOOK = Duration.ofMillis(500);

  private static final byte[] THERE = new byte[0];

  private final PGSimpleDataSource source;
  private final String node;
  private final Receiver receiver;
  private final Duration silence;
  private final Pieces pieces = new Pieces();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final Queue<byte[]> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private boolean helloDue = true;

  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();

  /** When another node was heard of last. */
  private final AtomicLong peerAt = new AtomicLong(System.nanoTime() - PEER_GONE.toNanos());

  private final Thread sender;
  private final Thread listener;
  private volatile boolean closed;

  /** Used by the sender alone. */
  private @Nullable Connection out;

  private long batch;

  /** Used by the listener alone, once it runs. */
  private @Nullable Connection in;

  private PostgresChannel(
      PGSimpleDataSource source, String node, Receiver receiver, Duration silence) {
    this.source = source;
    this.node = node;
    this.receiver = receiver;
    this.silence = silence;
    this.sender = Thread.ofPlatform().daemon().name("node-sender").unstarted(this::sendForEver);
    this.listener =
        Thread.ofPlatform().daemon().name("node-listener").unstarted(this::listenForEver);
  }

  /**
   * Begins to listen.
   *
   * @param node its name: 24 hexadecimal digits, new at each start
   * @throws StoreUnavailable when the database does not answer
   */
  static PostgresChannel open(PGSimpleDataSource source, String node, Receiver receiver) {
    return open(source, node, receiver, SILENCE);
  }

  /** With another opinion on how long nothing may come. */
  static PostgresChannel open(
      PGSimpleDataSource source, String node, Receiver receiver, Duration silence) {
    PostgresChannel channel = new PostgresChannel(source, node, receiver, silence);
    try {
      channel.in = channel.listening();
    } catch (SQLException e) {
      throw new StoreUnavailable("this node cannot listen to the others", e);
    }
    channel.listener.start();
    channel.sender.start();
    return channel;
  }

  @Override
  public boolean hasPeers() {
    return System.nanoTime() - peerAt.get() < PEER_GONE.toNanos();
  }

  @Override
  public boolean send(byte[] message) {
    if (closed || !hasPeers()) {
      return false;
    }
    lock.lock();
    try {
      if (waitingBytes + message.length > WAITING_MAX) {
        lost.incrementAndGet();
        return false;
      }
      waitingBytes += message.length;
      waiting.add(message);
      filled.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Traffic traffic() {
    return new Traffic(sent.get(), received.get(), lost.get());
  }

  private void sendForEver() {
    try {
      List<byte[]> next = gathered();
      // What waits at the end goes out too, and that this node was there is no news then.
      while (!closed || next.size() > 1) {
        send(Pieces.cut(node, ++batch, next), next.size());
        next = gathered();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      out = dropped(out);
    }
  }

  /** What waits; after some time without, that this node is there. */
  private List<byte[]> gathered() throws InterruptedException {
    lock.lock();
    try {
      long left = HELLO.toNanos();
      while (waiting.isEmpty() && !helloDue && left > 0 && !closed) {
        left = filled.awaitNanos(left);
      }
      helloDue = false;
      List<byte[]> batchOf = new ArrayList<>();
      batchOf.add(THERE);
      int bytes = 0;
      while (!waiting.isEmpty() && bytes < BATCH) {
        byte[] message = waiting.remove();
        bytes += message.length;
        batchOf.add(message);
      }
      waitingBytes -= bytes;
      return batchOf;
    } finally {
      lock.unlock();
    }
  }

  private void send(List<String> texts, int messages) {
    long begin = System.nanoTime();
    boolean done = false;
    do {
      try {
        notify(texts);
        sent.addAndGet(messages - 1L);
        done = true;
      } catch (SQLException e) {
        out = dropped(out);
        if (System.nanoTime() - begin > TRIED_MAX.toNanos()) {
          LOG.warn("messages do not reach the other nodes", e);
          lost.addAndGet(messages - 1L);
          return;
        }
        pause();
      }
    } while (!done && !closed);
  }

  /** In one transaction: all of them or none, and nothing of others between them. */
  private void notify(List<String> texts) throws SQLException {
    Connection connection = out;
    if (connection == null) {
      connection = source.getConnection();
      out = connection;
      SqliteEngine.execute(connection, "SET synchronous_commit = off");
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT count(pg_notify('"
                + NAME
                + "', t.piece)) FROM (SELECT piece FROM unnest(?) WITH ORDINALITY AS p (piece, place)"
                + " ORDER BY place) t")) {
      statement.setArray(1, connection.createArrayOf("text", texts.toArray()));
      statement.executeQuery().close();
    }
  }

  private Connection listening() throws SQLException {
    Connection connection = source.getConnection();
    try {
      SqliteEngine.execute(connection, "LISTEN " + NAME);
      return connection;
    } catch (SQLException | RuntimeException e) {
      SqliteEngine.closeQuietly(connection);
      throw e;
    }
  }

  private void listenForEver() {
    long heardAt = System.nanoTime();
    while (!closed) {
      try {
        Connection connection = in;
        if (connection == null) {
          connection = listening();
          in = connection;
          heardAt = System.nanoTime();
          hello();
        }
        PGNotification[] came =
            connection.unwrap(PGConnection.class).getNotifications((int) LOOK.toMillis());
        if (came != null && came.length > 0) {
          heardAt = System.nanoTime();
          for (PGNotification each : came) {
            take(each.getParameter());
          }
        } else if (System.nanoTime() - heardAt > silence.toNanos()) {
          in = dropped(in);
        }
      } catch (SQLException e) {
        if (!closed) {
          LOG.debug("this node cannot hear the others", e);
        }
        in = dropped(in);
        pause();
      }
    }
    in = dropped(in);
  }

  private static @Nullable Connection dropped(@Nullable Connection connection) {
    if (connection != null) {
      SqliteEngine.closeQuietly(connection);
    }
    return null;
  }

  private void take(String text) {
    long gapsBefore = pieces.gaps();
    Optional<Pieces.Batch> whole = pieces.take(text);
    lost.addAndGet(pieces.gaps() - gapsBefore);
    if (whole.isEmpty()) {
      return;
    }
    boolean own = whole.get().node().equals(node);
    if (!own) {
      boolean known = hasPeers();
      peerAt.set(System.nanoTime());
      if (!known) {
        // So that the other one learns of this one before its next regular word.
        hello();
      }
    }
    for (byte[] message : whole.get().messages()) {
      if (message.length > 0) {
        received.addAndGet(own ? 0 : 1);
        hand(message, own);
      }
    }
  }

  private void hand(byte[] message, boolean own) {
    try {
      receiver.receive(message, own);
    } catch (RuntimeException e) {
      LOG.error("a message of another node was not taken", e);
    }
  }

  private void hello() {
    lock.lock();
    try {
      helloDue = true;
      filled.signal();
    } finally {
      lock.unlock();
    }
  }

  private static void pause() {
    LockSupport.parkNanos(PAUSE.toNanos());
  }

  @Override
  public void close() {
    closed = true;
    hello();
    listener.interrupt();
    try {
      sender.join(Duration.ofSeconds(5));
      listener.join(Duration.ofSeconds(5));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
