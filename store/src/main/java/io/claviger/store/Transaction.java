package io.claviger.store;

import io.claviger.core.change.ChainHead;
import io.claviger.core.change.Change;
import io.claviger.core.change.ChangeEntry;
import io.claviger.core.change.HashChain;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;

/**
 * A write in progress. It is the only one in the whole system, on all nodes: what it reads cannot
 * change until it ends. Valid inside the function that {@link Database#write} runs, for its thread.
 */
public final class Transaction {
  private final Handle handle;
  private final Instant now;
  private final List<ChangeEntry> recorded = new ArrayList<>();
  private ChainHead head;

  private Transaction(Handle handle, ChainHead head, Instant now) {
    this.handle = handle;
    this.head = head;
    this.now = now;
  }

  /** Takes the head of the chain, which other nodes wait for. */
  static Transaction begin(Handle handle, String headLock, Instant now) {
    return new Transaction(handle, ChangeLog.head(handle, headLock), now);
  }

  /** For statements. Not to be committed, rolled back or closed. */
  public Handle handle() {
    return handle;
  }

  /** The time of this transaction, to the millisecond; the same at every call. */
  public Instant now() {
    return now;
  }

  /** The number of the last entry of the change log, those of this transaction included. */
  public long position() {
    return head.sequence();
  }

  /**
   * Appends to the change log. The entry is there exactly when the rest of the transaction is.
   *
   * @return the entry with its place
   */
  public ChangeEntry record(Change change) {
    ChangeEntry entry = HashChain.next(head, change, now);
    ChangeLog.insert(handle, entry);
    recorded.add(entry);
    head = entry.head();
    return entry;
  }

  /**
   * Does a part of the write. When it throws, nothing of the part is kept, its entries in the log
   * included, and the rest may go on.
   */
  public <T> T attempt(Supplier<T> part) {
    Connection connection = handle.getConnection();
    ChainHead headBefore = head;
    int recordedBefore = recorded.size();
    try {
      Savepoint before = connection.setSavepoint();
      try {
        T result = part.get();
        connection.releaseSavepoint(before);
        return result;
      } catch (RuntimeException e) {
        connection.rollback(before);
        head = headBefore;
        recorded.subList(recordedBefore, recorded.size()).clear();
        throw e;
      }
    } catch (SQLException e) {
      throw new ConnectionException(e);
    }
  }

  List<ChangeEntry> recorded() {
    return List.copyOf(recorded);
  }

  /** The last statement before the commit. */
  void finish(Engine engine) {
    if (!recorded.isEmpty()) {
      ChangeLogCount.add(handle, recorded);
      ChangeLog.moveHead(handle, head);
      engine.announce(handle);
    }
  }
}
