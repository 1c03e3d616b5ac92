package io.claviger.store.tenant;

import io.claviger.core.credential.TenantToken;
import io.claviger.core.credential.Validity;
import java.time.Instant;
import java.util.Optional;

/**
 * A personal access token of an organization as it is kept and shown; its value is nowhere.
 *
 * @param token as the rules see it
 * @param creator the name that its maker had then
 * @param revokedAt when it was revoked, which is for good (LUC-8)
 * @param standing whether its maker has been an administrator without a break since then (LUC-14)
 * @param usedAt when it was last used, some seconds behind
 */
public record TenantTokenRow(
    TenantToken token,
    String name,
    String creator,
    Instant createdAt,
    Optional<Instant> revokedAt,
    boolean standing,
    Optional<Instant> usedAt) {

  /** What can be said of a token in one word (LUC-9). */
  public enum State {
    /** It works. */
    ACTIVE,
    /** Its time has run out. */
    EXPIRED,
    /** It was taken back, or its maker is not the administrator any more. */
    REVOKED
  }

  /** How it is at that moment. */
  public State state(Instant now) {
    if (revokedAt.isPresent() || !standing) {
      return State.REVOKED;
    }
    Validity validity = token.validity();
    return validity.expired(now) ? State.EXPIRED : State.ACTIVE;
  }
}
