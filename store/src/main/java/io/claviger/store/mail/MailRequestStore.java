package io.claviger.store.mail;

import io.claviger.core.secret.Digest;
import io.claviger.store.Database;
import io.claviger.store.Fold;
import io.claviger.store.SqlTypes;
import io.claviger.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How often messages to an address were asked for, by the digest of the address and whether or not
 * it has an account: what is written must not tell.
 */
public final class MailRequestStore {
  private final Database database;

  public MailRequestStore(Database database) {
    this.database = database;
  }

  private record Requests(int count, Instant firstAt) {}

  /**
   * Counts one more request for an address. Those of one purpose do not count for another: asking
   * for new passwords keeps nobody from verifying an address.
   *
   * @param window after which counting begins anew
   * @return how many there were within the window, this one included
   */
  public int count(Transaction transaction, MailPurpose purpose, String email, Duration window) {
    byte[] digest = Digest.of(purpose.text() + " " + Fold.fold(email)).toBytes();
    Optional<Requests> before =
        transaction
            .handle()
            .createQuery("SELECT requests, first_at FROM mail_request WHERE email_digest = :digest")
            .bind("digest", digest)
            .map(
                (row, _) -> new Requests(row.getInt("requests"), SqlTypes.instant(row, "first_at")))
            .findOne()
            .filter(it -> transaction.now().isBefore(it.firstAt().plus(window)));
    int count = before.map(Requests::count).orElse(0) + 1;
    transaction
        .handle()
        .createUpdate(
            "INSERT INTO mail_request (email_digest, requests, first_at)"
                + " VALUES (:digest, :count, :firstAt) ON CONFLICT (email_digest)"
                + " DO UPDATE SET requests = excluded.requests, first_at = excluded.first_at")
        .bind("digest", digest)
        .bind("count", count)
        .bind("firstAt", before.map(Requests::firstAt).orElse(transaction.now()))
        .execute();
    return count;
  }

  /** Removes what was counted from before a time. */
  public void removeBefore(Instant before) {
    database.run(transaction ->
        transaction
            .handle()
            .createUpdate("DELETE FROM mail_request WHERE first_at < :before")
            .bind("before", before)
            .execute());
  }
}
