package io.claviger.store;

import io.claviger.core.change.ChangeEntry;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;

/** Follows the log on a connection of its own, which busy readers cannot keep from it. */
final class PostgresChanges implements ChangeSource {
  private final PGSimpleDataSource source;
  private @Nullable Session session;

  PostgresChanges(PGSimpleDataSource source) {
    this.source = source;
  }

  @Override
  public boolean hasOtherWriters() {
    return true;
  }

  @Override
  public void await(boolean retry) throws SQLException {
    connected()
        .connection()
        .unwrap(PGConnection.class)
        .getNotifications((int) ChangeFeed.LONGEST_WAIT.toMillis());
  }

  /** The wait is short anyway. */
  @Override
  public void wake() {}

  @Override
  public List<ChangeEntry> after(long sequence, int limit) throws SQLException {
    return ChangeLog.page(connected().handle(), sequence, limit);
  }

  /**
   * A connection that listens.
   *
   * @param connection to be closed itself: closing the handle gives it back to nobody
   */
  private record Session(Connection connection, Handle handle) {}

  private synchronized Session connected() throws SQLException {
    if (session == null) {
      Connection connection = source.getConnection();
      try {
        SqliteEngine.execute(connection, "LISTEN " + PostgresEngine.CHANNEL);
        session = new Session(connection, SqlTypes.configure(Jdbi.create(connection)).open());
      } catch (SQLException | RuntimeException e) {
        SqliteEngine.closeQuietly(connection);
        throw e;
      }
    }
    return session;
  }

  @Override
  public synchronized void close() {
    if (session != null) {
      SqliteEngine.closeQuietly(session.connection());
      session = null;
    }
  }
}
