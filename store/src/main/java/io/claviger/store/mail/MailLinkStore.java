package io.claviger.store.mail;

import io.claviger.core.id.UserId;
import io.claviger.core.secret.Digest;
import io.claviger.store.Database;
import io.claviger.store.SqlTypes;
import io.claviger.store.Transaction;
import java.time.Instant;
import java.util.Optional;

/** Links that were sent by mail, by the digest of the secret in them. */
public final class MailLinkStore {
  private final Database database;

  public MailLinkStore(Database database) {
    this.database = database;
  }

  /**
   * A link.
   *
   * @param email where it was sent
   * @param expiresAt the first moment at which it does not work
   */
  public record MailLink(UserId user, String email, Instant expiresAt) {}

  /** The link with this digest, expired or not. */
  public Optional<MailLink> find(Digest digest, MailPurpose purpose) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT user_id, email, expires_at FROM mail_link"
                    + " WHERE digest = :digest AND purpose = :purpose")
            .bind("digest", digest.toBytes())
            .bind("purpose", purpose.text())
            .map((row, _) ->
                new MailLink(
                    new UserId(row.getString("user_id")),
                    row.getString("email"),
                    SqlTypes.instant(row, "expires_at")))
            .findOne());
  }

  /** Adds a link that is about to be sent. */
  public void insert(Transaction transaction, Digest digest, MailPurpose purpose, MailLink link) {
    transaction
        .handle()
        .createUpdate(
            "INSERT INTO mail_link (digest, user_id, purpose, email, expires_at)"
                + " VALUES (:digest, :user, :purpose, :email, :expiresAt)")
        .bind("digest", digest.toBytes())
        .bind("user", link.user().text())
        .bind("purpose", purpose.text())
        .bind("email", link.email())
        .bind("expiresAt", link.expiresAt())
        .execute();
  }

  /** Ends all links of a purpose for an account. */
  public void removeAll(Transaction transaction, UserId user, MailPurpose purpose) {
    transaction
        .handle()
        .createUpdate("DELETE FROM mail_link WHERE user_id = :user AND purpose = :purpose")
        .bind("user", user.text())
        .bind("purpose", purpose.text())
        .execute();
  }

  /** Removes links that have expired. That is no change: they did not work any more. */
  public void removeExpired(Instant now) {
    database.run(transaction ->
        transaction
            .handle()
            .createUpdate("DELETE FROM mail_link WHERE expires_at <= :now")
            .bind("now", now)
            .execute());
  }
}
