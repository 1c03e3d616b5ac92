package io.claviger.store;

import io.claviger.core.change.ChangeEntry;
import io.claviger.core.change.HashChain;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * The database of one node.
 *
 * <p>Reads run at the same time, each on one unchanging state. Writes run one after the other, on
 * both databases: on SQLite there is one writing connection behind a fair lock; on PostgreSQL a
 * write takes that lock on its node and then the row with the head of the change log, so that the
 * writes of all nodes form one sequence. Every rule that is checked inside a write (a limit, the
 * last administrator, a unique name) therefore holds without further locks, and the entries of the
 * log are committed in the order of their numbers. The price is that a write waits for the disk
 * before the next begins: some thousand a second on SQLite, about a thousand on PostgreSQL, and
 * management calls are far rarer than checks.
 *
 * <p>A committed write waits for the disk: it survives the death of the process and of the machine.
 */
public final class Database implements AutoCloseable {
  /** How long a read may take when nothing else is said. */
  public static final Duration READ_LIMIT = Duration.ofSeconds(5);

  /** How long a write waits for its turn before the caller is told to try later. */
  private static final long WRITER_WAIT_SECONDS = 10;

  private final Engine engine;
  private final InstantSource clock;
  private final ChangeLog changeLog = new ChangeLog(this);
  private final ChangeFeed feed;
  private final ReentrantLock writing = new ReentrantLock(true);
  private final ScopedValue<Handle> current = ScopedValue.newInstance();

  private volatile boolean closed;

  private Database(Engine engine, InstantSource clock) {
    this.engine = engine;
    this.clock = clock;
    StoreErrors.<Integer>translating(() -> engine.writer().withHandle(this::plantHead));
    this.feed = new ChangeFeed(engine.changes(), changeLog.head().sequence(), System::nanoTime);
    feed.start();
  }

  /**
   * Opens the database, brings its tables up to date and begins to follow the change log.
   *
   * @param clock for {@link Transaction#now}
   * @throws StoreUnavailable if it cannot be reached or opened, or another process has the file
   */
  public static Database open(DatabaseSettings settings, InstantSource clock) {
    return open(settings, clock, READ_LIMIT);
  }

  /**
   * The same with a limit of one's own.
   *
   * @param readLimit how long a read may take outside of writes; on PostgreSQL each statement of it
   */
  public static Database open(DatabaseSettings settings, InstantSource clock, Duration readLimit) {
    Engine engine =
        switch (settings) {
          case DatabaseSettings.Sqlite sqlite -> SqliteEngine.open(sqlite, readLimit);
          case DatabaseSettings.Postgres postgres -> PostgresEngine.open(postgres, readLimit);
        };
    try {
      return new Database(engine, clock);
    } catch (RuntimeException e) {
      engine.close();
      throw e;
    }
  }

  /**
   * Opens the database for one command beside the nodes that serve it: the tables stay as they are,
   * and no node is kept from starting. The nodes learn of what is written here within a second.
   *
   * @param clock for {@link Transaction#now}
   * @throws StoreUnavailable if it cannot be reached, or there is none yet
   */
  public static Database openBeside(DatabaseSettings settings, InstantSource clock) {
    Engine engine =
        switch (settings) {
          case DatabaseSettings.Sqlite sqlite -> SqliteEngine.openBeside(sqlite, READ_LIMIT);
          case DatabaseSettings.Postgres postgres ->
              PostgresEngine.openBeside(postgres, READ_LIMIT);
        };
    try {
      return new Database(engine, clock);
    } catch (RuntimeException e) {
      engine.close();
      throw e instanceof IllegalStateException
          ? new StoreUnavailable("the database has no tables yet; start the server once", e)
          : e;
    }
  }

  /** An empty log gets its head. A head that is lost beside entries is not made anew. */
  private int plantHead(Handle handle) throws SQLException {
    int rows =
        handle
            .createUpdate(
                "INSERT INTO change_head (id, sequence, hash)"
                    + " SELECT 1, 0, :hash WHERE NOT EXISTS (SELECT 1 FROM change_log)"
                    + " ON CONFLICT DO NOTHING")
            .bind("hash", HashChain.genesis().hash())
            .execute();
    engine.commit(handle.getConnection());
    return rows;
  }

  /**
   * Reads one unchanging state of the database. Inside {@link #write} or another read of the same
   * thread it sees what that sees, a write's own rows included.
   *
   * @throws StoreTimeout if it takes too long, which a read inside a write never does
   * @throws StoreUnavailable if the database does not answer
   */
  public <T> T read(Function<Handle, T> work) {
    if (current.isBound()) {
      return work.apply(current.get());
    }
    requireOpen();
    return StoreErrors.translating(() ->
        engine
            .readers()
            .withHandle(
                handle -> ScopedValue.where(current, handle).call(() -> work.apply(handle))));
  }

  /**
   * Writes. All of it is durable when this returns, nothing of it is kept when the work throws. The
   * listeners have got the recorded entries before this returns.
   *
   * @throws StoreConflict if a row is there already that may be there once
   * @throws StoreOrphan if what a new row hangs on is not there
   * @throws StoreUnavailable if the database does not answer or the writers before take too long
   * @throws IllegalStateException inside another read or write
   */
  public <T> T write(Function<Transaction, T> work) {
    if (current.isBound()) {
      throw new IllegalStateException("a write begins outside of other reads and writes");
    }
    lockWriter();
    try {
      requireOpen();
      Written<T> written =
          StoreErrors.translating(() -> engine.writer().withHandle(handle -> write(handle, work)));
      feed.publish(written.entries());
      return written.result();
    } finally {
      writing.unlock();
    }
  }

  /** Whether this thread is inside a {@link #read} or {@link #write} of this database. */
  public boolean inTransaction() {
    return current.isBound();
  }

  /** A {@link #write} without a result. */
  public void run(Consumer<Transaction> work) {
    write(transaction -> {
      work.accept(transaction);
      return true;
    });
  }

  private record Written<T>(T result, List<ChangeEntry> entries) {}

  private <T> Written<T> write(Handle handle, Function<Transaction, T> work) throws SQLException {
    var transaction =
        Transaction.begin(
            handle, engine.headLock(), clock.instant().truncatedTo(ChronoUnit.MILLIS));
    T result = ScopedValue.where(current, handle).call(() -> work.apply(transaction));
    transaction.finish(engine);
    engine.commit(handle.getConnection());
    return new Written<>(result, transaction.recorded());
  }

  private void requireOpen() {
    if (closed) {
      throw new StoreUnavailable("the database is closed");
    }
  }

  private void lockWriter() {
    try {
      if (!writing.tryLock(WRITER_WAIT_SECONDS, TimeUnit.SECONDS)) {
        throw new StoreUnavailable("other writes take too long");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailable("interrupted while waiting to write", e);
    }
  }

  /**
   * Has a listener called with every entry that is committed from now on, by this node or another;
   * see {@link ChangeFeed} for what it may rely on. Register before loading what it keeps current.
   */
  public void onChange(Consumer<List<ChangeEntry>> listener) {
    feed.add(listener);
  }

  /**
   * Opens a channel to the other nodes of this database, to be closed before it.
   *
   * @param node a name of this node: 24 hexadecimal digits in lower case, new at each start
   * @throws StoreUnavailable if the database does not answer
   */
  public NodeChannel openChannel(String node, NodeChannel.Receiver receiver) {
    return engine.channel(node, receiver);
  }

  /** Which database it is, for the few texts that differ. */
  public Dialect dialect() {
    return switch (engine) {
      case SqliteEngine _ -> Dialect.SQLITE;
      case PostgresEngine _ -> Dialect.POSTGRESQL;
    };
  }

  /**
   * Whether the database answers at this moment: one row is read from it.
   *
   * @throws StoreUnavailable if it does not
   */
  public boolean answers() {
    return read(handle -> changeLog.head().sequence() >= 0);
  }

  /** Whether this node knows what others have committed. */
  public ChangeFeed feed() {
    return feed;
  }

  /**
   * SQL for "is one of many", where one parameter holds them all: neither database limits how many
   * that may be, and the text of the statement stays the same.
   *
   * @param expression SQL of the program
   * @param parameter the name of a parameter whose value is {@link
   *     io.claviger.store.json.JsonColumn#write(java.util.Collection)}
   */
  public String isOneOf(String expression, String parameter) {
    return expression + " IN (" + engine.textsOf(parameter) + ")";
  }

  /** The change log, for reading. */
  public ChangeLog changeLog() {
    return changeLog;
  }

  /** Waits for the write in progress, then closes; what comes later gets StoreUnavailable. */
  @Override
  public void close() {
    feed.close();
    writing.lock();
    try {
      if (!closed) {
        closed = true;
        engine.close();
      }
    } finally {
      writing.unlock();
    }
  }
}
