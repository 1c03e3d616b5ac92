package io.claviger.server.organization;

import io.claviger.core.id.ObjectIdSource;
import io.claviger.server.account.AccountRelease;
import io.claviger.server.api.Api;
import io.claviger.server.api.Changes;
import io.claviger.server.mail.MailSender;
import io.claviger.server.ownership.OwnedResources;
import io.claviger.server.settings.ResourceLimits;
import io.claviger.store.Database;
import io.claviger.store.facts.Facts;
import io.claviger.store.organization.InvitationStore;
import io.claviger.store.organization.MemberStore;
import io.claviger.store.organization.OrganizationStore;
import io.claviger.store.user.UserStore;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Organizations, put together. */
public final class OrganizationFeature {
  private final Organizations organizations;
  private final Members members;
  private final Invitations invitations;
  private final InvitationAnswers answers;
  private final ProvisionedMembers provisioned;

  /**
   * Puts the parts together.
   *
   * @param publicUrl under which clients reach the API, without a slash at the end
   */
  public OrganizationFeature(
      Database database,
      Facts facts,
      Changes changes,
      OwnedResources owned,
      AccountRelease release,
      MailSender sender,
      Supplier<String> publicUrl,
      ObjectIdSource ids,
      RandomGenerator random,
      ResourceLimits limits) {
    var organizationStore = new OrganizationStore(database);
    var memberStore = new MemberStore(database);
    var invitationStore = new InvitationStore(database);
    sender.add(new InvitationMail(invitationStore, publicUrl, random));
    var log = new OrganizationChanges(changes);
    var writer = new InvitationWriter(invitationStore, log, ids);
    var memberships = new Memberships(memberStore, facts, log, release, limits);
    var membershipBody = new MembershipBody(facts);
    var whole = new WholeOrganization(database, organizationStore, memberStore, limits);
    this.organizations =
        new Organizations(
            database,
            organizationStore,
            invitationStore,
            writer,
            memberships,
            whole,
            log,
            owned,
            release,
            ids);
    this.members =
        new Members(database, organizationStore, memberStore, memberships, membershipBody, whole);
    this.invitations =
        new Invitations(
            database,
            invitationStore,
            memberStore,
            memberships,
            membershipBody,
            writer,
            log,
            sender);
    this.provisioned =
        new ProvisionedMembers(memberStore, invitationStore, memberships, writer, log);
    this.answers =
        new InvitationAnswers(
            database, invitationStore, new UserStore(database), facts, memberships, writer, log);
  }

  /** Memberships as an identity system writes them. */
  public ProvisionedMembers provisioned() {
    return provisioned;
  }

  /** Adds the actions of {@code org(s)}, {@code orgInvites} and the invitations of {@code me}. */
  public void addTo(Api api) {
    organizations.addTo(api);
    members.addTo(api);
    invitations.addTo(api);
    answers.addTo(api);
  }
}
