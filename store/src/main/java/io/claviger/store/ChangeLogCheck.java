package io.claviger.store;

import io.claviger.core.change.ChainHead;
import io.claviger.core.change.HashChain;
import io.claviger.core.change.Verification;
import java.util.Optional;
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
    return verify(settings, HashChain.genesis(), Optional.empty());
  }

  /**
   * Checks the whole log, that it ends where its head says, and that it goes on from where it ended
   * at an earlier time: a log that was cut or written anew together with its head is whole in
   * itself.
   *
   * @param noted the end of the log at that time, kept elsewhere; that of the empty log for none
   * @param key with which the place where the log begins must be signed, in X.509 form and base 64;
   *     empty to believe the key in the database
   * @throws StoreUnavailable when there is no such database or it has no change log
   */
  public static Verification verify(
      DatabaseSettings settings, ChainHead noted, Optional<String> key) {
    Jdbi jdbi = Offline.reader(settings);
    TransactionIsolationLevel isolation = Offline.isolation(settings);
    return Offline.translating(
        () -> new ChangeLogVerifier(new JdbiReader(jdbi, isolation), key).verify(noted));
  }

  private record JdbiReader(Jdbi jdbi, TransactionIsolationLevel level)
      implements ChangeLog.Reader {
    @Override
    public <T> T read(Function<Handle, T> step) {
      return jdbi.inTransaction(level, step::apply);
    }
  }
}
