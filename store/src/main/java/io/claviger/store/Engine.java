package io.claviger.store;

import java.sql.Connection;
import java.sql.SQLException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** What differs between the two databases. */
sealed interface Engine extends AutoCloseable permits SqliteEngine, PostgresEngine {
  /** Handles that see one unchanging state of the database and cannot write. */
  Jdbi readers();

  /**
   * Handles inside a write transaction, which is rolled back at their close unless it was
   * committed. One at a time: {@link Database} holds the lock.
   */
  Jdbi writer();

  /** Makes the writer's transaction durable. */
  void commit(Connection writer) throws SQLException;

  /** What follows the SELECT of the chain's head so that other nodes wait. */
  String headLock();

  /** Rows with the texts of a JSON array that is bound to a parameter. */
  String textsOf(String parameter);

  /** Tells other nodes, at commit, that there is something new in the log. */
  void announce(Handle writer);

  /** Where a {@link ChangeFeed} looks for entries. */
  ChangeSource changes();

  /** Opens the way to the other nodes; see {@link Database#openChannel}. */
  NodeChannel channel(String node, NodeChannel.Receiver receiver);

  @Override
  void close();
}
