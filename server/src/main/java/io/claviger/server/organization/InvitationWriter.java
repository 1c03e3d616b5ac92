package io.claviger.server.organization;

import io.claviger.core.change.Actor;
import io.claviger.core.id.InvitationId;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.role.Membership;
import io.claviger.core.role.OwnerState;
import io.claviger.server.api.Call;
import io.claviger.server.organization.OrganizationChanges.States;
import io.claviger.store.Transaction;
import io.claviger.store.organization.InvitationRow;
import io.claviger.store.organization.InvitationStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Writes invitations, each time with an entry in the change log. All of it happens inside a write.
 */
final class InvitationWriter {
  /** ORG-10. */
  private static final Duration LIFETIME = Duration.ofDays(7);

  private final InvitationStore invitations;
  private final OrganizationChanges changes;
  private final ObjectIdSource ids;

  InvitationWriter(InvitationStore invitations, OrganizationChanges changes, ObjectIdSource ids) {
    this.invitations = invitations;
    this.changes = changes;
    this.ids = ids;
  }

  /**
   * Adds an invitation, or renews the one that this address has (ORG-10). Once it is committed it
   * waits to be sent.
   */
  void keep(
      Transaction transaction,
      Call call,
      OrganizationId organization,
      String email,
      Membership membership,
      boolean disallowTransfer) {
    Instant now = transaction.now();
    Optional<InvitationRow> before = invitations.find(organization, email);
    InvitationRow draft =
        new InvitationRow(
            before.map(InvitationRow::id).orElseGet(() -> new InvitationId(ids.next())),
            organization,
            "",
            OwnerState.OPEN,
            email,
            membership,
            disallowTransfer,
            Optional.empty(),
            now,
            now.plus(LIFETIME));
    if (before.isPresent()) {
      invitations.update(transaction, draft, call.user());
    } else {
      invitations.insert(transaction, draft, call.user());
    }
    InvitationRow after = invitations.find(organization, draft.id()).orElseThrow();
    changes.invitation(
        transaction, call, changes.actor(call), new States<>(before, Optional.of(after)));
  }

  /** Removes an invitation; its links lead nowhere from then on. */
  void remove(Transaction transaction, Call call, Actor actor, InvitationRow invitation) {
    invitations.delete(transaction, invitation.id());
    changes.invitation(transaction, call, actor, States.deleted(invitation));
  }
}
