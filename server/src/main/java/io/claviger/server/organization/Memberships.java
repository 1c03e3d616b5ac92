package io.claviger.server.organization;

import io.claviger.core.change.Actor;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Role;
import io.claviger.server.account.AccountRelease;
import io.claviger.server.api.Call;
import io.claviger.server.http.ApiException;
import io.claviger.server.organization.OrganizationChanges.States;
import io.claviger.server.settings.ResourceLimits;
import io.claviger.store.Transaction;
import io.claviger.store.facts.Facts;
import io.claviger.store.organization.MemberRow;
import io.claviger.store.organization.MemberStore;

/**
 * How memberships begin, change and end. All of it happens inside a write, which is the only one at
 * that time, so limits and the last administrator are counted exactly.
 */
final class Memberships {
  private final MemberStore members;
  private final Facts facts;
  private final OrganizationChanges changes;
  private final AccountRelease release;
  private final ResourceLimits limits;

  Memberships(
      MemberStore members,
      Facts facts,
      OrganizationChanges changes,
      AccountRelease release,
      ResourceLimits limits) {
    this.release = release;
    this.members = members;
    this.facts = facts;
    this.changes = changes;
    this.limits = limits;
  }

  /**
   * Makes a user a member. If another organization owns his account, it is his own from now on.
   *
   * @throws ApiException 400 when he is one, or has or makes too many; 401 when the account is gone
   */
  void begin(
      Transaction transaction,
      Call call,
      Actor actor,
      OrganizationId organization,
      UserId user,
      Membership membership) {
    if (facts.user(user).isEmpty()) {
      throw ApiException.unauthorized();
    }
    if (members.find(organization, user).isPresent()) {
      throw ApiException.badRequest("The account is a member of this organization already");
    }
    requireRoom(members.count(organization) + 1);
    if (members.count(user) >= limits.organizations()) {
      throw ApiException.validation(
          "organization", "limit of " + limits.organizations() + " is reached");
    }
    members.insert(transaction, organization, user, membership);
    MemberRow member = members.find(organization, user).orElseThrow();
    changes.member(transaction, call, actor, organization, States.created(member));
    release.joined(transaction, actor, call.question().action().id(), user, organization);
  }

  /** Refuses more members, pending invitations counted, than an organization may have (ORG-9). */
  void requireRoom(long wanted) {
    if (wanted > limits.members()) {
      throw ApiException.validation("member", "limit of " + limits.members() + " is reached");
    }
  }

  /** Changes what a member may do. */
  void change(
      Transaction transaction,
      Call call,
      OrganizationId organization,
      MemberRow before,
      Membership membership) {
    if (membership.role() != Role.ADMIN) {
      requireAnotherAdministrator(organization, before);
    }
    MemberRow after = before.with(membership);
    members.update(transaction, organization, after.user(), membership);
    changes.member(
        transaction, call, changes.actor(call), organization, States.updated(before, after));
  }

  /** Ends a membership. */
  void end(Transaction transaction, Call call, OrganizationId organization, MemberRow member) {
    requireAnotherAdministrator(organization, member);
    remove(transaction, call, organization, member);
  }

  /** Ends all memberships of an organization that is being deleted. */
  void endAll(Transaction transaction, Call call, OrganizationId organization) {
    for (MemberRow member : members.list(organization)) {
      remove(transaction, call, organization, member);
    }
  }

  private void remove(
      Transaction transaction, Call call, OrganizationId organization, MemberRow member) {
    members.delete(transaction, organization, member.user());
    changes.member(transaction, call, changes.actor(call), organization, States.deleted(member));
  }

  /** ORG-4: an organization always has an administrator. */
  void requireAnotherAdministrator(OrganizationId organization, MemberRow member) {
    if (member.membership().role() == Role.ADMIN && members.count(organization, Role.ADMIN) == 1) {
      throw ApiException.validation(
          "userId", "names the last administrator; make somebody else one first");
    }
  }
}
