package io.claviger.store.mail;

import io.claviger.core.id.UserId;
import io.claviger.store.Database;
import io.claviger.store.SqlTypes;
import io.claviger.store.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Messages that wait to be sent: put in the transaction of what causes them, so neither is there
 * without the other. There is at most one of a purpose for an account and address, which bounds how
 * many there are.
 */
public final class OutboxStore {
  private final Database database;

  public OutboxStore(Database database) {
    this.database = database;
  }

  /** Puts a message; one that waits already begins anew. */
  public void put(
      Transaction transaction, String id, UserId user, MailPurpose purpose, String email) {
    transaction
        .handle()
        .createUpdate(
            "INSERT INTO mail_outbox (id, user_id, purpose, email, created_at, attempts, due_at)"
                + " VALUES (:id, :user, :purpose, :email, :now, 0, :now)"
                + " ON CONFLICT (user_id, purpose, email)"
                + " DO UPDATE SET created_at = :now, attempts = 0, due_at = :now")
        .bind("id", id)
        .bind("user", user.text())
        .bind("purpose", purpose.text())
        .bind("email", email)
        .bind("now", transaction.now())
        .execute();
  }

  /** Whether a message is due. */
  public boolean hasDue(Instant now) {
    return database.read(handle ->
        handle
            .createQuery("SELECT id FROM mail_outbox WHERE due_at <= :now LIMIT 1")
            .bind("now", now)
            .mapTo(String.class)
            .findOne()
            .isPresent());
  }

  /**
   * Takes a message that is due, and puts its next attempt off for so long as this one may take: if
   * the node dies meanwhile, another one tries again.
   *
   * @param lease until the next attempt
   */
  public Optional<OutboxRow> claim(Transaction transaction, Duration lease) {
    Optional<OutboxRow> due =
        transaction
            .handle()
            .createQuery(
                "SELECT id, user_id, purpose, email, created_at, attempts FROM mail_outbox"
                    + " WHERE due_at <= :now ORDER BY due_at, id LIMIT 1")
            .bind("now", transaction.now())
            .map((row, _) -> row(row))
            .findOne();
    due.ifPresent(row -> postpone(transaction, row, transaction.now().plus(lease)));
    return due;
  }

  private static OutboxRow row(ResultSet row) throws SQLException {
    return new OutboxRow(
        row.getString("id"),
        new UserId(row.getString("user_id")),
        purpose(row.getString("purpose")),
        row.getString("email"),
        SqlTypes.instant(row, "created_at"),
        row.getInt("attempts") + 1);
  }

  private static MailPurpose purpose(String text) {
    for (MailPurpose purpose : MailPurpose.values()) {
      if (purpose.text().equals(text)) {
        return purpose;
      }
    }
    throw new IllegalStateException("the outbox has a message of an unknown purpose: " + text);
  }

  /** Says when a message is tried next. */
  public void postpone(Transaction transaction, OutboxRow row, Instant dueAt) {
    transaction
        .handle()
        .createUpdate(
            "UPDATE mail_outbox SET attempts = :attempts, due_at = :dueAt"
                + " WHERE id = :id AND attempts <= :attempts AND created_at = :createdAt")
        .bind("id", row.id())
        .bind("attempts", row.attempts())
        .bind("createdAt", row.createdAt())
        .bind("dueAt", dueAt)
        .execute();
  }

  /** Makes due what waits for its next attempt. */
  public void hurry(Transaction transaction) {
    transaction
        .handle()
        .createUpdate("UPDATE mail_outbox SET due_at = :now WHERE due_at > :now")
        .bind("now", transaction.now())
        .execute();
  }

  /** Removes a message, unless it was put anew since it was claimed. */
  public void remove(Transaction transaction, OutboxRow row) {
    transaction
        .handle()
        .createUpdate("DELETE FROM mail_outbox WHERE id = :id AND created_at = :createdAt")
        .bind("id", row.id())
        .bind("createdAt", row.createdAt())
        .execute();
  }

  /** Removes what waits of a purpose for an account. */
  public void remove(Transaction transaction, UserId user, MailPurpose purpose) {
    transaction
        .handle()
        .createUpdate("DELETE FROM mail_outbox WHERE user_id = :user AND purpose = :purpose")
        .bind("user", user.text())
        .bind("purpose", purpose.text())
        .execute();
  }

  /** How many messages wait. */
  public int size() {
    return database.read(handle ->
        handle.createQuery("SELECT COUNT(*) FROM mail_outbox").mapTo(Integer.class).one());
  }
}
