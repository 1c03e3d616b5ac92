package io.claviger.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.ConnectionFactory;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteDataSource;

/** A few read-only connections, each lent inside a transaction so that it sees one state. */
final class SqliteReaders implements ConnectionFactory, AutoCloseable {
  /** More than cores are of no use: a read waits for nothing but the processor and the disk. */
  private static final int CONNECTIONS = Math.max(4, Runtime.getRuntime().availableProcessors());

  private static final long WAIT_SECONDS = 5;

  private final SQLiteDataSource source;
  private final Semaphore permits = new Semaphore(CONNECTIONS, true);
  private final Duration limit;
  private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();
  private final Map<Connection, ReadDeadline> deadlines =
      Collections.synchronizedMap(new IdentityHashMap<>());

  SqliteReaders(SQLiteDataSource source, Duration limit) {
    this.source = source;
    this.limit = limit;
  }

  @Override
  public Connection openConnection() throws SQLException {
    acquire();
    try {
      Connection pooled = idle.pollFirst();
      Connection connection = pooled == null ? connect() : pooled;
      try {
        begin(connection);
      } catch (SQLException | RuntimeException e) {
        discard(connection);
        throw e;
      }
      return connection;
    } catch (SQLException | RuntimeException e) {
      permits.release();
      throw e;
    }
  }

  private Connection connect() throws SQLException {
    Connection connection = source.getConnection();
    try {
      var deadline = new ReadDeadline(limit);
      ProgressHandler.setHandler(connection, ReadDeadline.STEPS, deadline);
      deadlines.put(connection, deadline);
      return connection;
    } catch (SQLException | RuntimeException e) {
      SqliteEngine.closeQuietly(connection);
      throw e;
    }
  }

  private void begin(Connection connection) throws SQLException {
    ReadDeadline deadline = deadlines.get(connection);
    if (deadline == null) {
      throw new SQLTransientConnectionException("the connection was closed");
    }
    deadline.begin();
    SqliteEngine.execute(connection, "BEGIN");
  }

  private void discard(Connection connection) {
    deadlines.remove(connection);
    SqliteEngine.closeQuietly(connection);
  }

  private void acquire() throws SQLException {
    try {
      if (!permits.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS)) {
        throw new SQLTransientConnectionException("all reading connections are busy");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLTransientConnectionException("interrupted while waiting to read", e);
    }
  }

  @Override
  public void closeConnection(Connection connection) {
    try {
      SqliteEngine.execute(connection, "ROLLBACK");
      idle.addFirst(connection);
    } catch (SQLException _) {
      discard(connection);
    } finally {
      permits.release();
    }
  }

  /** Waits a while for reads in progress, then closes what is idle. */
  @Override
  public void close() {
    boolean all = false;
    try {
      all = permits.tryAcquire(CONNECTIONS, WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    idle.forEach(this::discard);
    idle.clear();
    if (all) {
      permits.release(CONNECTIONS);
    }
  }
}
