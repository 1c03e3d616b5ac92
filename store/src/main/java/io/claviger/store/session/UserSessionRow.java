package io.claviger.store.session;

import io.claviger.core.id.SessionId;
import io.claviger.core.id.UserId;
import io.claviger.core.scope.ScopeNames;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A log-in session as it is kept; the value of its token is nowhere.
 *
 * @param lifetime that was asked for; zero for a session without an end (USR-3)
 */
public record UserSessionRow(
    SessionId id, UserId user, ScopeNames scope, Duration lifetime, Instant issuedAt) {
  public UserSessionRow {
    if (lifetime.isNegative()) {
      throw new IllegalArgumentException("a lifetime is zero or more");
    }
  }

  /** When it ends; empty for never. */
  public Optional<Instant> expiresAt() {
    return lifetime.isZero() ? Optional.empty() : Optional.of(issuedAt.plus(lifetime));
  }
}
