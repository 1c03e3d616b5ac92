package io.claviger.store;

import static org.jdbi.v3.core.transaction.TransactionIsolationLevel.REPEATABLE_READ;
import static org.jdbi.v3.core.transaction.TransactionIsolationLevel.SERIALIZABLE;

import io.claviger.core.change.ChainHead;
import io.claviger.core.change.HashChain;
import io.claviger.core.change.Verification;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;

/**
 * Checks the change log of a database from outside: without the lock, the migrations and the
 * threads of a node, and without a write. So it may run beside a server, and on a copy.
 */
public final class ChangeLogCheck {
  private ChangeLogCheck() {}

  /**
   * Checks the whole log and that it ends where its head says.
   *
   * @throws StoreUnavailable when there is no such database or it has no change log
   */
  public static Verification verify(DatabaseSettings settings) {
    return verify(settings, HashChain.genesis());
  }

  /**
   * Checks the whole log, that it ends where its head says, and that it goes on from where it ended
   * at an earlier time: a log that was cut or written anew together with its head is whole in
   * itself.
   *
   * @param noted the end of the log at that time, kept elsewhere
   * @throws StoreUnavailable when there is no such database or it has no change log
   */
  public static Verification verify(DatabaseSettings settings, ChainHead noted) {
    return switch (settings) {
      case DatabaseSettings.Sqlite(Path file) -> verify(file.toAbsolutePath(), noted);
      case DatabaseSettings.Postgres postgres -> {
        Jdbi jdbi = SqlTypes.configure(Jdbi.create(PostgresEngine.source(postgres, 0)));
        yield translating(() -> ChangeLog.verify(new JdbiReader(jdbi, REPEATABLE_READ), noted));
      }
    };
  }

  private static Verification verify(Path file, ChainHead noted) {
    if (Files.notExists(file)) {
      throw new StoreUnavailable("there is no file " + file);
    }
    Jdbi jdbi = SqlTypes.configure(Jdbi.create(SqliteEngine.source(file, true)));
    return translating(() -> ChangeLog.verify(new JdbiReader(jdbi, SERIALIZABLE), noted));
  }

  /** A statement that the database refuses is one about a table that it does not have. */
  private static Verification translating(StoreErrors.Work<Verification> work) {
    try {
      return StoreErrors.translating(work);
    } catch (IllegalStateException e) {
      throw new StoreUnavailable("the database has no change log that can be read", e);
    }
  }

  private record JdbiReader(Jdbi jdbi, TransactionIsolationLevel level)
      implements ChangeLog.Reader {
    @Override
    public <T> T read(Function<Handle, T> step) {
      return jdbi.inTransaction(level, step::apply);
    }
  }
}
