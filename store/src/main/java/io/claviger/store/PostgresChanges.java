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
  private @Nullable Handle handle;

  PostgresChanges(PGSimpleDataSource source) {
    this.source = source;
  }

  @Override
  public boolean hasOtherWriters() {
    return true;
  }

  @Override
  public void await(boolean retry) throws SQLException {
    connection()
        .getConnection()
        .unwrap(PGConnection.class)
        .getNotifications((int) ChangeFeed.LONGEST_WAIT.toMillis());
  }

  /** The wait is short anyway. */
  @Override
  public void wake() {}

  @Override
  public List<ChangeEntry> after(long sequence, int limit) throws SQLException {
    return ChangeLog.page(connection(), sequence, limit);
  }

  private synchronized Handle connection() throws SQLException {
    if (handle == null) {
      Connection connection = source.getConnection();
      SqliteEngine.execute(connection, "LISTEN " + PostgresEngine.CHANNEL);
      handle = SqlTypes.configure(Jdbi.create(connection)).open();
    }
    return handle;
  }

  @Override
  public synchronized void close() {
    if (handle != null) {
      SqliteEngine.closeQuietly(handle);
      handle = null;
    }
  }
}
