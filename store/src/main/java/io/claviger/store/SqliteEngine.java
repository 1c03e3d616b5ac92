package io.claviger.store;

import io.claviger.core.change.ChangeEntry;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * SQLite: write-ahead log, so that readers and the writer do not wait for each other, and a device
 * flush at every commit. The transactions are begun and ended by SQL and not by the driver.
 */
final class SqliteEngine implements Engine {
  private static final Logger LOG = LoggerFactory.getLogger(SqliteEngine.class);

  /** For another process that looks at the file, such as a backup. */
  private static final int BUSY_TIMEOUT_MILLIS = 5_000;

  private final AutoCloseable lock;
  private final SQLiteDataSource writerSource;
  private final SqliteReaders readers;
  private final Jdbi readerJdbi;
  private final Jdbi writerJdbi;

  /** Used under the lock of {@link Database} only. */
  private @Nullable Connection writer;

  private boolean inTransaction;

  private SqliteEngine(
      AutoCloseable lock, SQLiteDataSource writerSource, Path file, Duration readLimit) {
    this.lock = lock;
    this.writerSource = writerSource;
    this.readers = new SqliteReaders(source(file, true), readLimit);
    this.readerJdbi = SqlTypes.configure(Jdbi.create(readers));
    this.writerJdbi = SqlTypes.configure(Jdbi.create(new WriterFactory()));
  }

  static SqliteEngine open(DatabaseSettings.Sqlite settings, Duration readLimit) {
    Path file = settings.file().toAbsolutePath();
    FileChannel lock = prepareFile(file);
    try {
      tables(file).run();
      return new SqliteEngine(lock, source(file, false), file, readLimit);
    } catch (RuntimeException e) {
      closeQuietly(lock);
      throw e;
    }
  }

  static Migrations tables(Path file) {
    return new Migrations(
        source(file, false),
        Map.of(
            "text",
            "TEXT",
            "bytes",
            "BLOB",
            "key",
            "INTEGER",
            "rowless",
            "WITHOUT ROWID",
            "nullsFirst",
            "",
            "postgresOnly",
            "-- "));
  }

  /**
   * The file with its tables as they are, and without the lock that only one serving process has.
   * SQLite itself lets one process write at a time.
   */
  static SqliteEngine openBeside(DatabaseSettings.Sqlite settings, Duration readLimit) {
    Path file = settings.file().toAbsolutePath();
    if (Files.notExists(file)) {
      throw new StoreUnavailable("there is no file " + file);
    }
    return new SqliteEngine(() -> {}, source(file, false), file, readLimit);
  }

  static SQLiteDataSource source(Path file, boolean readOnly) {
    var config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
    config.enforceForeignKeys(true);
    config.setReadOnly(readOnly);
    // Nothing asks for them; the driver would look for an INSERT in every long statement.
    config.setGetGeneratedKeys(false);
    if (!readOnly) {
      config.setJournalMode(SQLiteConfig.JournalMode.WAL);
      config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    }
    var source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file);
    return source;
  }

  /**
   * Makes the file, readable by its owner alone, and takes the lock beside it: what this process
   * has cached is right only while no other process serves; a command that writes beside it is
   * noticed in the change log.
   */
  static FileChannel prepareFile(Path file) {
    try {
      Path folder = file.getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      if (Files.notExists(file)) {
        Files.createFile(file, ownerOnly(file));
      }
      Path lockFile = file.resolveSibling(file.getFileName() + ".lock");
      FileChannel channel =
          FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!tryLock(channel)) {
        closeQuietly(channel);
        throw new StoreUnavailable("another process uses " + file);
      }
      return channel;
    } catch (IOException e) {
      throw new StoreUnavailable("cannot open " + file, e);
    }
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException _) {
      return false;
    }
  }

  private static FileAttribute<?>[] ownerOnly(Path file) {
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  @Override
  public Jdbi readers() {
    return readerJdbi;
  }

  @Override
  public Jdbi writer() {
    return writerJdbi;
  }

  @Override
  public void commit(Connection connection) throws SQLException {
    execute(connection, "COMMIT");
    inTransaction = false;
  }

  @Override
  public String headLock() {
    return "";
  }

  @Override
  public String textsOf(String parameter) {
    return "SELECT value FROM json_each(:" + parameter + ")";
  }

  @Override
  public void announce(Handle handle) {}

  @Override
  public ChangeSource changes() {
    return new OwnChanges();
  }

  /** The file has one server. */
  @Override
  public NodeChannel channel(String node, NodeChannel.Receiver receiver) {
    return NodeChannel.ALONE;
  }

  @Override
  public void close() {
    readers.close();
    discardWriter();
    closeQuietly(lock);
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  static void closeQuietly(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      LOG.warn("a resource of the database did not close", e);
    }
  }

  private void discardWriter() {
    if (writer != null) {
      closeQuietly(writer);
      writer = null;
    }
    inTransaction = false;
  }

  private final class WriterFactory implements ConnectionFactory {
    @Override
    public Connection openConnection() throws SQLException {
      if (writer == null) {
        writer = writerSource.getConnection();
      }
      execute(writer, "BEGIN IMMEDIATE");
      inTransaction = true;
      return writer;
    }

    /** After a commit nothing is left to do, so nothing can fail that would hide it. */
    @Override
    public void closeConnection(Connection connection) {
      if (inTransaction) {
        try {
          execute(connection, "ROLLBACK");
          inTransaction = false;
        } catch (SQLException e) {
          LOG.warn("a rollback failed; the connection is replaced", e);
          discardWriter();
        }
      }
    }
  }

  /**
   * Almost all entries come from this process, and are handed over when they are committed. Now and
   * then an operator's command writes beside it (see {@link Database#openBeside}); nobody tells of
   * that, so the log is looked at again and again. SQLite has no way to be told across processes.
   */
  private final class OwnChanges implements ChangeSource {
    private final Semaphore reasons = new Semaphore(0);

    @Override
    public boolean hasOtherWriters() {
      return false;
    }

    @Override
    public void await(boolean retry) throws InterruptedException {
      if (reasons.tryAcquire(ChangeFeed.LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
        reasons.drainPermits();
      }
    }

    @Override
    public void wake() {
      reasons.release();
    }

    @Override
    public List<ChangeEntry> after(long sequence, int limit) {
      return readerJdbi.withHandle(handle -> ChangeLog.page(handle, sequence, limit));
    }

    @Override
    public void close() {}
  }
}
