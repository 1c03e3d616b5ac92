package io.claviger.store.user;

import io.claviger.core.id.OrganizationId;
import java.time.Instant;
import java.util.Optional;

/**
 * What an organization has to do with an account.
 *
 * @param owner the organization that made the account and manages it; empty for an account that is
 *     its user's own. It may be one that was deleted meanwhile, which nobody can act for
 * @param deactivatedAt since when the account is switched off; empty while it works
 */
public record Management(Optional<OrganizationId> owner, Optional<Instant> deactivatedAt) {
  /** An account that is its user's own, and works. */
  public static final Management NONE = new Management(Optional.empty(), Optional.empty());

  /** An account that an organization has made. */
  public static Management of(OrganizationId owner) {
    return new Management(Optional.of(owner), Optional.empty());
  }

  /** Whether nobody can log in to the account, and nothing that was made with it works. */
  public boolean deactivated() {
    return deactivatedAt.isPresent();
  }

  /** The same, switched off at that time; or since before that, if it was. */
  public Management switchedOff(Instant now) {
    return new Management(owner, Optional.of(deactivatedAt.orElse(now)));
  }

  /** The same, working. */
  public Management switchedOn() {
    return new Management(owner, Optional.empty());
  }

  /** The same without an owner; what is switched off stays so. */
  public Management released() {
    return new Management(Optional.empty(), deactivatedAt);
  }
}
