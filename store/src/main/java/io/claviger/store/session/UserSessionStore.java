package io.claviger.store.session;

import io.claviger.core.id.SessionId;
import io.claviger.core.id.UserId;
import io.claviger.core.scope.ScopeNames;
import io.claviger.core.secret.Digest;
import io.claviger.store.Database;
import io.claviger.store.SqlTypes;
import io.claviger.store.Transaction;
import io.claviger.store.json.JsonColumn;
import java.time.Duration;
import java.util.Optional;

/** The table of log-in sessions of users. */
public final class UserSessionStore {
  private final Database database;

  public UserSessionStore(Database database) {
    this.database = database;
  }

  /** The session. */
  public Optional<UserSessionRow> find(SessionId id) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT id, user_id, scope, ttl, issued_at FROM user_session WHERE id = :id")
            .bind("id", id.text())
            .map((row, _) ->
                new UserSessionRow(
                    new SessionId(row.getString("id")),
                    new UserId(row.getString("user_id")),
                    new ScopeNames(JsonColumn.texts(row.getString("scope"))),
                    Duration.ofMillis(row.getLong("ttl")),
                    SqlTypes.instant(row, "issued_at")))
            .findOne());
  }

  /** Adds a session under the digest of its token. */
  public void insert(Transaction transaction, UserSessionRow session, Digest digest) {
    transaction
        .handle()
        .createUpdate(
            "INSERT INTO user_session (id, user_id, digest, scope, ttl, issued_at, expires_at)"
                + " VALUES (:id, :user, :digest, :scope, :ttl, :issuedAt, :expiresAt)")
        .bind("id", session.id().text())
        .bind("user", session.user().text())
        .bind("digest", digest.toBytes())
        .bind("scope", JsonColumn.write(session.scope().names()))
        .bind("ttl", session.lifetime().toMillis())
        .bind("issuedAt", session.issuedAt())
        .bind("expiresAt", session.expiresAt())
        .execute();
  }
}
