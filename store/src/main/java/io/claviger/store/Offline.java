package io.claviger.store;

import static org.jdbi.v3.core.transaction.TransactionIsolationLevel.REPEATABLE_READ;
import static org.jdbi.v3.core.transaction.TransactionIsolationLevel.SERIALIZABLE;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;

/** Access for the commands of an operator, without the threads and the memory of a node. */
public final class Offline {
  private Offline() {}

  /**
   * Reads one unchanging state of a database, also while a server writes to it.
   *
   * @throws StoreUnavailable when there is no such database, or none with the tables asked for
   */
  public static <T> T read(DatabaseSettings settings, Function<Handle, T> work) {
    return translating(() -> reader(settings).inTransaction(isolation(settings), work::apply));
  }

  /**
   * Fills the tables of a database that no server uses, in one transaction, and then brings them up
   * to date. When the work throws, the tables stay as they were.
   *
   * @param version of the tables that the work fills: the number of the last migration
   * @throws StoreUnavailable when the database is used, or does not answer, or there is no such
   *     version
   */
  public static void fill(DatabaseSettings settings, String version, Consumer<Handle> work) {
    switch (settings) {
      case DatabaseSettings.Sqlite(Path file) -> {
        FileChannel lock = SqliteEngine.prepareFile(file.toAbsolutePath());
        try {
          fill(SqliteEngine.tables(file.toAbsolutePath()), version, work);
        } finally {
          SqliteEngine.closeQuietly(lock);
        }
      }
      case DatabaseSettings.Postgres postgres ->
          fill(PostgresEngine.tables(postgres), version, work);
    }
  }

  private static void fill(Migrations tables, String version, Consumer<Handle> work) {
    if (!tables.know(version)) {
      throw new StoreUnavailable(
          "this is of a newer version, with tables of number "
              + version
              + ": use that or a newer one");
    }
    tables.run(version);
    // What later migrations make of rows would not be made of those that come behind them.
    if (!tables.current().equals(version)) {
      throw new StoreUnavailable(
          "the database has tables of number "
              + tables.current()
              + " already and not "
              + version
              + ": use a new one");
    }
    Jdbi jdbi = SqlTypes.configure(Jdbi.create(tables.dataSource()));
    translating(() -> {
      jdbi.useTransaction(work::accept);
      return true;
    });
    tables.run();
  }

  /** Connections that cannot write. */
  static Jdbi reader(DatabaseSettings settings) {
    return SqlTypes.configure(
        switch (settings) {
          case DatabaseSettings.Sqlite(Path file) -> {
            if (Files.notExists(file.toAbsolutePath())) {
              throw new StoreUnavailable("there is no file " + file.toAbsolutePath());
            }
            yield Jdbi.create(SqliteEngine.source(file.toAbsolutePath(), true));
          }
          case DatabaseSettings.Postgres postgres ->
              Jdbi.create(PostgresEngine.source(postgres, 0));
        });
  }

  /** What makes a transaction see one unchanging state. */
  static TransactionIsolationLevel isolation(DatabaseSettings settings) {
    return switch (settings) {
      case DatabaseSettings.Sqlite _ -> SERIALIZABLE;
      case DatabaseSettings.Postgres _ -> REPEATABLE_READ;
    };
  }

  /** A statement that the database refuses is one about a table that it does not have. */
  static <T> T translating(StoreErrors.Work<T> work) {
    try {
      return StoreErrors.translating(work);
    } catch (IllegalStateException e) {
      throw new StoreUnavailable(
          "the database is not one of Claviger: it has no change log that can be read", e);
    }
  }
}
