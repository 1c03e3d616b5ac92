package io.claviger.server.organization;

import io.claviger.core.id.InvitationId;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Membership;
import io.claviger.core.role.OwnerState;
import io.claviger.server.api.Call;
import io.claviger.server.http.ApiException;
import io.claviger.server.mail.MailSender;
import io.claviger.server.organization.OrganizationChanges.States;
import io.claviger.store.Transaction;
import io.claviger.store.organization.InvitationRow;
import io.claviger.store.organization.InvitationStore;
import io.claviger.store.organization.MemberRow;
import io.claviger.store.organization.MemberStore;
import java.time.Instant;
import java.util.Optional;

/**
 * Memberships as an identity system writes them, under the rules that hold for everybody: limits,
 * the last administrator, one entry of the change log for each. All of it happens inside a write.
 */
public final class ProvisionedMembers {
  private final MemberStore members;
  private final InvitationStore invitations;
  private final Memberships memberships;
  private final OrganizationChanges changes;
  private final MailSender sender;
  private final ObjectIdSource ids;

  ProvisionedMembers(
      MemberStore members,
      InvitationStore invitations,
      Memberships memberships,
      OrganizationChanges changes,
      MailSender sender,
      ObjectIdSource ids) {
    this.members = members;
    this.invitations = invitations;
    this.memberships = memberships;
    this.changes = changes;
    this.sender = sender;
    this.ids = ids;
  }

  /**
   * Refuses one more person, pending invitations counted (ORG-9).
   *
   * @param email of the person
   * @throws ApiException 400
   */
  public void requireRoom(Transaction transaction, OrganizationId organization, String email) {
    memberships.requireRoom(
        members.count(organization)
            + invitations.countPending(organization, email, transaction.now())
            + 1);
  }

  /**
   * Makes a user a member, also one who was it before and had to go.
   *
   * @throws ApiException 400 when there is no room for him beside pending invitations (ORG-9)
   */
  public void begin(Transaction transaction, Call call, UserId user, Membership membership) {
    OrganizationId organization = call.owningOrganization().orElseThrow();
    memberships.begin(transaction, call, changes.actor(call), organization, user, membership);
    String email = members.find(organization, user).orElseThrow().email();
    memberships.requireRoom(
        members.count(organization)
            + invitations.countPending(organization, email, transaction.now()));
  }

  /**
   * Changes what a member may do.
   *
   * @throws ApiException 400 when he is the last administrator
   */
  public void change(Transaction transaction, Call call, UserId user, Membership membership) {
    OrganizationId organization = call.owningOrganization().orElseThrow();
    members
        .find(organization, user)
        .filter(member -> !member.membership().equals(membership))
        .ifPresent(
            member -> memberships.change(transaction, call, organization, member, membership));
  }

  /**
   * Ends a membership, if there is one.
   *
   * @throws ApiException 400 when he is the last administrator
   */
  public void end(Transaction transaction, Call call, UserId user) {
    OrganizationId organization = call.owningOrganization().orElseThrow();
    members
        .find(organization, user)
        .ifPresent(member -> memberships.end(transaction, call, organization, member));
  }

  /**
   * Refuses to do without an administrator who is the last.
   *
   * @throws ApiException 400
   */
  public void requireDispensable(OrganizationId organization, UserId user) {
    members
        .find(organization, user)
        .ifPresent(member -> memberships.requireAnotherAdministrator(organization, member));
  }

  /** An invitation that is to be sent once it is committed. */
  public record Invited(InvitationRow invitation) {}

  /**
   * Invites somebody who has an account of his own: he decides whether he joins (ORG-8).
   *
   * @throws ApiException 400 when there is no room for one more (ORG-9); an invitation that is
   *     pending has its room
   */
  public Invited invite(Transaction transaction, Call call, String email, Membership membership) {
    OrganizationId organization = call.owningOrganization().orElseThrow();
    Instant now = transaction.now();
    Optional<InvitationRow> before = invitations.find(organization, email);
    if (before.map(invitation -> invitation.expired(now)).orElse(true)) {
      requireRoom(transaction, organization, email);
    }
    InvitationRow draft =
        new InvitationRow(
            before.map(InvitationRow::id).orElseGet(() -> new InvitationId(ids.next())),
            organization,
            "",
            OwnerState.OPEN,
            email,
            membership,
            false,
            Optional.empty(),
            now,
            now.plus(Invitations.LIFETIME));
    if (before.isPresent()) {
      invitations.update(transaction, draft, call.user());
    } else {
      invitations.insert(transaction, draft, call.user());
    }
    InvitationRow after = invitations.find(organization, draft.id()).orElseThrow();
    changes.invitation(
        transaction, call, changes.actor(call), new States<>(before, Optional.of(after)));
    return new Invited(after);
  }

  /** Takes an invitation back, if there is one. */
  public void withdraw(Transaction transaction, Call call, String email) {
    OrganizationId organization = call.owningOrganization().orElseThrow();
    invitations
        .find(organization, email)
        .ifPresent(invitation -> {
          invitations.delete(transaction, invitation.id());
          changes.invitation(transaction, call, changes.actor(call), States.deleted(invitation));
        });
  }

  /**
   * Has an invitation that was committed sent. Whether that is possible is not the caller's to
   * know: he would learn that there is an account.
   */
  public void send(Invited invited) {
    sender.wake();
  }

  /** The member. */
  public Optional<MemberRow> find(OrganizationId organization, UserId user) {
    return members.find(organization, user);
  }
}
