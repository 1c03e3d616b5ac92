package io.claviger.server.organization;

import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Membership;
import io.claviger.server.api.Call;
import io.claviger.server.http.ApiException;
import io.claviger.store.Transaction;
import io.claviger.store.organization.InvitationStore;
import io.claviger.store.organization.MemberRow;
import io.claviger.store.organization.MemberStore;
import java.util.Optional;

/**
 * Memberships as an identity system writes them, under the rules that hold for everybody: limits,
 * the last administrator, one entry of the change log for each. All of it happens inside a write.
 */
public final class ProvisionedMembers {
  private final MemberStore members;
  private final InvitationStore invitations;
  private final Memberships memberships;
  private final InvitationWriter writer;
  private final OrganizationChanges changes;

  ProvisionedMembers(
      MemberStore members,
      InvitationStore invitations,
      Memberships memberships,
      InvitationWriter writer,
      OrganizationChanges changes) {
    this.members = members;
    this.invitations = invitations;
    this.memberships = memberships;
    this.writer = writer;
    this.changes = changes;
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

  /**
   * Invites somebody who has an account of his own: he decides whether he joins (ORG-8).
   *
   * @throws ApiException 400 when there is no room for one more (ORG-9); an invitation that is
   *     pending has its room
   */
  public void invite(Transaction transaction, Call call, String email, Membership membership) {
    OrganizationId organization = call.owningOrganization().orElseThrow();
    boolean pending =
        invitations
            .find(organization, email)
            .filter(invitation -> !invitation.expired(transaction.now()))
            .isPresent();
    if (!pending) {
      requireRoom(transaction, organization, email);
    }
    writer.keep(transaction, call, organization, email, membership, false);
  }

  /** Takes an invitation back, if there is one. */
  public void withdraw(Transaction transaction, Call call, String email) {
    OrganizationId organization = call.owningOrganization().orElseThrow();
    invitations
        .find(organization, email)
        .ifPresent(invitation -> writer.remove(transaction, call, changes.actor(call), invitation));
  }

  /** The member. */
  public Optional<MemberRow> find(OrganizationId organization, UserId user) {
    return members.find(organization, user);
  }
}
