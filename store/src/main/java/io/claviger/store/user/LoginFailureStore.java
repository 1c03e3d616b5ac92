package io.claviger.store.user;

import io.claviger.core.secret.Digest;
import io.claviger.store.Database;
import io.claviger.store.Fold;
import io.claviger.store.SqlTypes;
import io.claviger.store.Transaction;
import java.util.Optional;

/**
 * Failed log-ins by e-mail address. Kept alike for addresses with an account and without, so that
 * neither answers nor times tell which is which; and kept in the database, so that neither another
 * node nor a restart gives more attempts. Only a digest of the address is kept: what a stranger
 * types is not ours to keep.
 */
public final class LoginFailureStore {
  private final Database database;

  public LoginFailureStore(Database database) {
    this.database = database;
  }

  /** The failures with an address; empty when there were none. */
  public Optional<LoginFailures> find(String email) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT failures, failed_at FROM login_failure WHERE email_digest = :digest")
            .bind("digest", digest(email))
            .map((row, _) ->
                new LoginFailures(row.getInt("failures"), SqlTypes.instant(row, "failed_at")))
            .findOne());
  }

  /** Puts the failures with an address in place of those before. */
  public void put(Transaction transaction, String email, LoginFailures failures) {
    transaction
        .handle()
        .createUpdate(
            "INSERT INTO login_failure (email_digest, failures, failed_at)"
                + " VALUES (:digest, :failures, :failedAt) ON CONFLICT (email_digest)"
                + " DO UPDATE SET failures = excluded.failures, failed_at = excluded.failed_at")
        .bind("digest", digest(email))
        .bind("failures", failures.count())
        .bind("failedAt", failures.lastAt())
        .execute();
  }

  /** Forgets the failures with an address. */
  public void remove(Transaction transaction, String email) {
    transaction
        .handle()
        .createUpdate("DELETE FROM login_failure WHERE email_digest = :digest")
        .bind("digest", digest(email))
        .execute();
  }

  private static byte[] digest(String email) {
    return Digest.of(Fold.fold(email)).toBytes();
  }
}
