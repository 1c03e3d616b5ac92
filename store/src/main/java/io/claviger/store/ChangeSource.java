package io.claviger.store;

import io.claviger.core.change.ChangeEntry;
import java.sql.SQLException;
import java.util.List;

/** Where a {@link ChangeFeed} looks for entries, and what wakes it. Used by its thread alone. */
interface ChangeSource extends AutoCloseable {
  /** Whether other nodes write to the log, so that a node that cannot look is not current. */
  boolean hasOtherWriters();

  /**
   * Waits for a reason to look: a notice, {@link #wake}, or that the longest wait has passed.
   *
   * @param retry whether the last look has to be repeated soon
   */
  void await(boolean retry) throws SQLException, InterruptedException;

  /** Ends a wait; from any thread. */
  void wake();

  /** The entries after a place, oldest first, at most {@code limit}. */
  List<ChangeEntry> after(long sequence, int limit) throws SQLException;

  /** Gives up a connection that may be broken; the next call makes a new one. */
  @Override
  void close();
}
