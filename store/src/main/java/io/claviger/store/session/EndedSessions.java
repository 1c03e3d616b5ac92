package io.claviger.store.session;

import io.claviger.store.Database;
import io.claviger.store.Transaction;
import java.time.Instant;
import java.util.List;

/**
 * Removes rows that decide nothing any more: sessions of users and devices that have expired,
 * sessions of users from before their user's cutoff, and failed log-ins that no longer count. None
 * of that is a change: what has ended is refused whether its row is there or not, also by a node
 * that still remembers it, since neither an expiry nor a cutoff ever moves back.
 */
public final class EndedSessions {
  private final Database database;

  public EndedSessions(Database database) {
    this.database = database;
  }

  /**
   * Removes some of what ended before a time, in one write for each kind.
   *
   * @param limit of rows of one kind, so that other writers do not wait for long
   * @return whether there may be more
   */
  public boolean removeSome(Instant endedBefore, int limit) {
    boolean more = remove("user_session", "expires_at < :before", endedBefore, limit);
    more |= remove("device_session", "expires_at < :before", endedBefore, limit);
    more |=
        remove(
            "user_session",
            "EXISTS (SELECT 1 FROM app_user u WHERE u.id = user_session.user_id"
                + " AND u.token_cutoff < :before AND user_session.issued_at < u.token_cutoff)",
            endedBefore,
            limit);
    return more;
  }

  private boolean remove(String table, String condition, Instant before, int limit) {
    List<String> ended =
        database.read(handle ->
            handle
                .createQuery("SELECT id FROM " + table + " WHERE " + condition + " LIMIT :limit")
                .bind("before", before)
                .bind("limit", limit)
                .mapTo(String.class)
                .list());
    if (ended.isEmpty()) {
      return false;
    }
    database.run(transaction -> {
      delete(transaction, "credential_use", "credential_id", ended);
      delete(transaction, table, "id", ended);
    });
    return ended.size() == limit;
  }

  private static void delete(
      Transaction transaction, String table, String column, List<String> ids) {
    transaction
        .handle()
        .createUpdate("DELETE FROM " + table + " WHERE " + column + " IN (<ids>)")
        .bindList("ids", ids)
        .execute();
  }

  /** Removes failed log-ins from before a time. */
  public void removeLoginFailures(Instant before) {
    database.run(transaction ->
        transaction
            .handle()
            .createUpdate("DELETE FROM login_failure WHERE failed_at < :before")
            .bind("before", before)
            .execute());
  }
}
