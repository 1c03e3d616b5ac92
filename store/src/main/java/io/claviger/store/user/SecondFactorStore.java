package io.claviger.store.user;

import io.claviger.core.id.UserId;
import io.claviger.core.secret.Digest;
import io.claviger.store.Database;
import io.claviger.store.SqlTypes;
import io.claviger.store.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.Update;

/**
 * The keys of second factors, sealed, and the digests of the codes that stand in for a lost
 * authenticator. That a user has a second factor in force stands in the account too; both are
 * written in one transaction.
 */
public final class SecondFactorStore {
  private final Database database;

  public SecondFactorStore(Database database) {
    this.database = database;
  }

  /** What is kept of a user; empty when no key was ever offered. */
  public Optional<SecondFactorRow> find(UserId user) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT offered_key, offered_at, sealed_key, last_step, wrong_codes"
                    + " FROM second_factor WHERE user_id = :user")
            .bind("user", user.text())
            .map((row, _) -> row(row))
            .findOne());
  }

  private static SecondFactorRow row(ResultSet row) throws SQLException {
    Optional<SealedKey> offered = key(row, "offered_key");
    return new SecondFactorRow(
        offered.isPresent()
            ? Optional.of(
                new SecondFactorRow.Offer(offered.get(), SqlTypes.instant(row, "offered_at")))
            : Optional.empty(),
        key(row, "sealed_key"),
        row.getLong("last_step"),
        row.getInt("wrong_codes"));
  }

  private static Optional<SealedKey> key(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getBytes(column)).map(SealedKey::new);
  }

  /** Keeps a key that is shown to the user now, in place of one that was offered before. */
  public void offer(Transaction transaction, UserId user, SealedKey key) {
    update(
            transaction,
            "INSERT INTO second_factor (user_id, offered_key, offered_at, last_step, wrong_codes)"
                + " VALUES (:user, :key, :now, 0, 0) ON CONFLICT (user_id)"
                + " DO UPDATE SET offered_key = :key, offered_at = :now",
            user)
        .bind("key", key.toBytes())
        .bind("now", transaction.now())
        .execute();
  }

  /**
   * Puts the key that is offered in force, with these recovery codes and no others.
   *
   * @param step of the code that proved the key
   */
  public void enable(Transaction transaction, UserId user, long step, List<Digest> recoveryCodes) {
    update(
            transaction,
            "UPDATE second_factor SET sealed_key = offered_key, offered_key = NULL,"
                + " offered_at = NULL, last_step = :step, wrong_codes = 0 WHERE user_id = :user",
            user)
        .bind("step", step)
        .execute();
    removeRecoveryCodes(transaction, user);
    for (Digest code : recoveryCodes) {
      update(
              transaction,
              "INSERT INTO recovery_code (user_id, digest) VALUES (:user, :digest)",
              user)
          .bind("digest", code.toBytes())
          .execute();
    }
  }

  /** A code was accepted: no code of its step or before is from now on. */
  public void accepted(Transaction transaction, UserId user, long step) {
    update(
            transaction,
            "UPDATE second_factor SET last_step = :step, wrong_codes = 0 WHERE user_id = :user",
            user)
        .bind("step", step)
        .execute();
  }

  /** A code was wrong. */
  public void wrong(Transaction transaction, UserId user) {
    update(
            transaction,
            "UPDATE second_factor SET wrong_codes = wrong_codes + 1 WHERE user_id = :user",
            user)
        .execute();
  }

  /** Uses a recovery code up, and forgets the wrong codes before; false when there is no such. */
  public boolean useRecoveryCode(Transaction transaction, UserId user, Digest code) {
    boolean there =
        update(
                    transaction,
                    "DELETE FROM recovery_code WHERE user_id = :user AND digest = :digest",
                    user)
                .bind("digest", code.toBytes())
                .execute()
            > 0;
    if (there) {
      update(transaction, "UPDATE second_factor SET wrong_codes = 0 WHERE user_id = :user", user)
          .execute();
    }
    return there;
  }

  /** Forgets the wrong codes of a user, so that codes are looked at again. */
  public void forgetWrong(Transaction transaction, UserId user) {
    update(transaction, "UPDATE second_factor SET wrong_codes = 0 WHERE user_id = :user", user)
        .execute();
  }

  /** Everybody of whom something is kept here. */
  public List<UserId> users() {
    return database.read(handle ->
        handle
            .createQuery("SELECT user_id FROM second_factor ORDER BY user_id")
            .map((row, _) -> new UserId(row.getString("user_id")))
            .list());
  }

  /** How many recovery codes are left. */
  public int recoveryCodes(UserId user) {
    return database.read(handle ->
        handle
            .createQuery("SELECT COUNT(*) FROM recovery_code WHERE user_id = :user")
            .bind("user", user.text())
            .mapTo(Integer.class)
            .one());
  }

  /** Forgets everything about the second factor of a user. */
  public void remove(Transaction transaction, UserId user) {
    removeRecoveryCodes(transaction, user);
    update(transaction, "DELETE FROM second_factor WHERE user_id = :user", user).execute();
  }

  private static void removeRecoveryCodes(Transaction transaction, UserId user) {
    update(transaction, "DELETE FROM recovery_code WHERE user_id = :user", user).execute();
  }

  private static Update update(Transaction transaction, String sql, UserId user) {
    return transaction.handle().createUpdate(sql).bind("user", user.text());
  }

  /** What tells the secret key with which the keys are sealed; empty while nothing is sealed. */
  public Optional<Digest> fingerprint() {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT fingerprint FROM secret_key_check"
                    + " WHERE EXISTS (SELECT 1 FROM second_factor)")
            .map((row, _) -> Digest.ofBytes(row.getBytes("fingerprint")))
            .findOne());
  }

  /** Notes with which secret key the keys are sealed from now on. */
  public void putFingerprint(Transaction transaction, Digest fingerprint) {
    transaction
        .handle()
        .createUpdate(
            "INSERT INTO secret_key_check (id, fingerprint) VALUES (1, :fingerprint)"
                + " ON CONFLICT (id) DO UPDATE SET fingerprint = excluded.fingerprint")
        .bind("fingerprint", fingerprint.toBytes())
        .execute();
  }
}
