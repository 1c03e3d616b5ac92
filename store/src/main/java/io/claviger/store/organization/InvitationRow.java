package io.claviger.store.organization;

import io.claviger.core.id.InvitationId;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.role.Membership;
import io.claviger.core.role.OwnerState;
import java.time.Instant;
import java.util.Optional;

/**
 * An invitation to become a member; the token in its link is nowhere.
 *
 * @param organizationName as it is today
 * @param state of the organization today
 * @param email to whom, as the administrator wrote it
 * @param membership what accepting gives, no more and no less
 * @param disallowTransfer what the administrator wishes of clients; no rule looks at it
 * @param inviter who invited; empty when that account is gone
 * @param expiresAt from when on it cannot be accepted (ORG-10)
 */
public record InvitationRow(
    InvitationId id,
    OrganizationId organization,
    String organizationName,
    OwnerState state,
    String email,
    Membership membership,
    boolean disallowTransfer,
    Optional<Inviter> inviter,
    Instant invitedAt,
    Instant expiresAt) {

  /** Who invited, with name and address of today. */
  public record Inviter(String fullName, String email) {}

  /** Whether it cannot be accepted without a second factor (ORG-11). */
  public boolean requiresSecondFactor() {
    return !state.mfaMode().admits(membership.role(), false);
  }

  /** Whether it has run out at that moment. */
  public boolean expired(Instant now) {
    return !now.isBefore(expiresAt);
  }
}
