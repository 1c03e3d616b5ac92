package io.claviger.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL, shared by several nodes. Reads see a snapshot (REPEATABLE READ); a write takes the
 * row of the chain's head first and sees at each statement what is committed by then, which is
 * everything before it (READ COMMITTED).
 */
final class PostgresEngine implements Engine {
  static final String CHANNEL = "claviger_change";

  private static final Logger LOG = LoggerFactory.getLogger(PostgresEngine.class);

  private static final int CONNECT_SECONDS = 5;
  private static final int SOCKET_SECONDS = 30;
  private static final long POOL_WAIT_MILLIS = 3_000;

  /**
   * A node that vanishes with the head's row taken must not stop the others for long, and a commit
   * must be on the disk even where the server is set up otherwise.
   */
  private static final String WRITER_SESSION =
      "SELECT set_config('lock_timeout', '10s', false),"
          + " set_config('idle_in_transaction_session_timeout', '20s', false),"
          + " set_config('synchronous_commit', CASE current_setting('synchronous_commit')"
          + " WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false)";

  private final PGSimpleDataSource followerSource;
  private final HikariDataSource readerPool;
  private final HikariDataSource writerPool;
  private final Jdbi readers;
  private final Jdbi writer;

  private PostgresEngine(
      PGSimpleDataSource followerSource, HikariDataSource readerPool, HikariDataSource writerPool) {
    this.followerSource = followerSource;
    this.readerPool = readerPool;
    this.writerPool = writerPool;
    this.readers = SqlTypes.configure(Jdbi.create(new Lender(readerPool)));
    this.writer = SqlTypes.configure(Jdbi.create(new Lender(writerPool)));
  }

  static PostgresEngine open(DatabaseSettings.Postgres settings, Duration readLimit) {
    tables(settings).run();
    return openBeside(settings, readLimit);
  }

  /** The database with its tables as they are. */
  static PostgresEngine openBeside(DatabaseSettings.Postgres settings, Duration readLimit) {
    PGSimpleDataSource source = source(settings, SOCKET_SECONDS);
    HikariDataSource readers =
        pool(readerConfig(readerSource(settings, readLimit), settings.connections()));
    try {
      requireUtf8(readers);
      return new PostgresEngine(
          source(settings, CONNECT_SECONDS), readers, pool(writerConfig(source)));
    } catch (RuntimeException e) {
      readers.close();
      throw e;
    }
  }

  /**
   * How the server plans what is read, unless the URL says otherwise. The indexes that lists go
   * along are in memory most of the time, so an entry far away costs hardly more than the next;
   * sets of ids should fit into memory; and statements are neither compiled nor shared among
   * several processes: to begin with that takes longer than it spares of what they take.
   */
  private static final String READER_PLANS =
      "-c jit=off -c random_page_cost=1.1 -c work_mem=16MB -c max_parallel_workers_per_gather=0";

  /** A limit that is given at the start of a session outlives what is rolled back in it. */
  private static PGSimpleDataSource readerSource(
      DatabaseSettings.Postgres settings, Duration readLimit) {
    PGSimpleDataSource source = source(settings, SOCKET_SECONDS);
    String given = source.getOptions();
    source.setOptions(
        READER_PLANS
            + (given == null ? "" : " " + given)
            + " -c statement_timeout="
            + readLimit.toMillis());
    // The server answers that it is over before the connection is given up.
    source.setSocketTimeout(SOCKET_SECONDS + Math.toIntExact(readLimit.toSeconds()));
    return source;
  }

  static Migrations tables(DatabaseSettings.Postgres settings) {
    return new Migrations(
        source(settings, 0),
        Map.of(
            "text",
            "TEXT COLLATE \"C\"",
            "bytes",
            "BYTEA",
            "key",
            "BIGINT",
            "rowless",
            "",
            "nullsFirst",
            "NULLS FIRST",
            "postgresOnly",
            ""));
  }

  static PGSimpleDataSource source(DatabaseSettings.Postgres settings, int socketSeconds) {
    var source = new PGSimpleDataSource();
    try {
      source.setURL(settings.jdbcUrl());
    } catch (IllegalArgumentException _) {
      // The cause repeats the URL, which may carry a password.
      throw new StoreUnavailable("the JDBC URL of the database is malformed");
    }
    source.setConnectTimeout(CONNECT_SECONDS);
    source.setSocketTimeout(socketSeconds);
    source.setTcpKeepAlive(true);
    source.setApplicationName("claviger");
    return source;
  }

  private static HikariConfig config(PGSimpleDataSource source, String name, int connections) {
    var config = new HikariConfig();
    config.setDataSource(source);
    config.setPoolName(name);
    config.setAutoCommit(false);
    config.setConnectionTimeout(POOL_WAIT_MILLIS);
    config.setMaximumPoolSize(connections);
    return config;
  }

  private static HikariConfig readerConfig(PGSimpleDataSource source, int connections) {
    HikariConfig config = config(source, "readers", connections);
    config.setReadOnly(true);
    config.setTransactionIsolation("TRANSACTION_REPEATABLE_READ");
    return config;
  }

  private static HikariConfig writerConfig(PGSimpleDataSource source) {
    HikariConfig config = config(source, "writer", 1);
    config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    config.setConnectionInitSql(WRITER_SESSION);
    // Commits it; otherwise it would be undone with the first write that fails.
    config.setIsolateInternalQueries(true);
    return config;
  }

  private static HikariDataSource pool(HikariConfig config) {
    try {
      return new HikariDataSource(config);
    } catch (HikariPool.PoolInitializationException e) {
      throw new StoreUnavailable("the database cannot be reached", e);
    }
  }

  /** Other encodings would sort otherwise and could not keep every name. */
  private static void requireUtf8(HikariDataSource pool) {
    String encoding =
        StoreErrors.translating(() ->
            Jdbi.create(new Lender(pool))
                .withHandle(handle ->
                    handle
                        .createQuery("SELECT current_setting('server_encoding')")
                        .mapTo(String.class)
                        .one()));
    if (!encoding.equals("UTF8")) {
      throw new StoreUnavailable("the encoding of the database must be UTF8, it is " + encoding);
    }
  }

  @Override
  public Jdbi readers() {
    return readers;
  }

  @Override
  public Jdbi writer() {
    return writer;
  }

  @Override
  public void commit(Connection connection) throws SQLException {
    connection.commit();
  }

  @Override
  public String headLock() {
    return " FOR UPDATE";
  }

  @Override
  public String textsOf(String parameter) {
    return "SELECT jsonb_array_elements_text(CAST(:" + parameter + " AS jsonb))";
  }

  @Override
  public void announce(Handle handle) {
    handle
        .createQuery("SELECT pg_notify('" + CHANNEL + "', '') IS NULL")
        .mapTo(Boolean.class)
        .one();
  }

  @Override
  public ChangeSource changes() {
    return new PostgresChanges(followerSource);
  }

  @Override
  public NodeChannel channel(String node, NodeChannel.Receiver receiver) {
    return PostgresChannel.open(followerSource, node, receiver);
  }

  @Override
  public void close() {
    readerPool.close();
    writerPool.close();
  }

  /** Lends connections of a pool. What was not committed is rolled back. */
  private record Lender(HikariDataSource pool) implements ConnectionFactory {
    @Override
    public Connection openConnection() throws SQLException {
      return pool.getConnection();
    }

    /** The pool rolls back what is open. A failure here must not hide a commit before. */
    @Override
    public void closeConnection(Connection connection) {
      try {
        connection.close();
      } catch (SQLException e) {
        LOG.warn("a connection did not go back to its pool", e);
      }
    }
  }
}
