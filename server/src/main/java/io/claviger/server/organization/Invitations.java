package io.claviger.server.organization;

import io.claviger.core.id.InvitationId;
import io.claviger.core.id.ObjectId;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Role;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Response;
import io.claviger.server.mail.Mail;
import io.claviger.server.mail.MailSender;
import io.claviger.store.Database;
import io.claviger.store.Transaction;
import io.claviger.store.organization.InvitationRow;
import io.claviger.store.organization.InvitationStore;
import io.claviger.store.organization.MemberStore;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** {@code /orgs/{orgId}/invites}: the side of those who invite (ORG-8 to ORG-10). */
final class Invitations {
  private final Database database;
  private final InvitationStore invitations;
  private final MemberStore members;
  private final Memberships memberships;
  private final MembershipBody membershipBody;
  private final InvitationWriter writer;
  private final OrganizationChanges changes;
  private final MailSender sender;

  Invitations(
      Database database,
      InvitationStore invitations,
      MemberStore members,
      Memberships memberships,
      MembershipBody membershipBody,
      InvitationWriter writer,
      OrganizationChanges changes,
      MailSender sender) {
    this.database = database;
    this.invitations = invitations;
    this.members = members;
    this.memberships = memberships;
    this.membershipBody = membershipBody;
    this.writer = writer;
    this.changes = changes;
    this.sender = sender;
  }

  void addTo(Api api) {
    api.handle("org.pendingInvites", this::list);
    api.handle("org.inviteMember", this::invite);
    api.handle("org.revokeInvite", this::revoke);
  }

  private Response list(Call call) {
    return answer(invitations.list(call.organization()), call.question().now());
  }

  private static Response answer(List<InvitationRow> invitations, Instant now) {
    return Response.ok(OrganizationJson.invitations(invitations, now));
  }

  private Response invite(Call call) {
    String email = call.body().get("email").stringValue();
    if (email.length() > Mail.ADDRESS_LENGTH_MAX) {
      throw ApiException.validation(
          "email", "must have at most " + Mail.ADDRESS_LENGTH_MAX + " characters");
    }
    List<InvitationRow> all =
        database.write(transaction -> {
          call.requireStillAllowed();
          keep(transaction, call, email);
          return invitations.list(call.organization());
        });
    sender.wake();
    return answer(all, call.question().now());
  }

  private void keep(Transaction transaction, Call call, String email) {
    OrganizationId organization = call.organization();
    if (members.hasEmail(organization, email)) {
      throw ApiException.validation("email", "is that of a member");
    }
    memberships.requireRoom(
        members.count(organization)
            + invitations.countPending(organization, email, transaction.now())
            + 1);
    JsonNode body = call.body();
    Membership membership =
        membershipBody.read(
            body, new Membership(Role.NONE, Overrides.NONE), new Owner.Organization(organization));
    writer.keep(
        transaction,
        call,
        organization,
        email,
        membership,
        body.path("disallowTransfer").asBoolean(false));
  }

  private Response revoke(Call call) {
    OrganizationId organization = call.organization();
    InvitationId id = revoked(call);
    List<InvitationRow> rest =
        database.write(transaction -> {
          call.requireStillAllowed();
          InvitationRow invitation =
              invitations
                  .find(organization, id)
                  .orElseThrow(() -> ApiException.notFound(InvitationAnswers.KIND));
          writer.remove(transaction, call, changes.actor(call), invitation);
          return invitations.list(organization);
        });
    return answer(rest, call.question().now());
  }

  private static InvitationId revoked(Call call) {
    return call.request()
        .query()
        .text("inviteId")
        .filter(ObjectId::isValid)
        .map(text -> new InvitationId(ObjectId.normalise(text)))
        .orElseThrow(
            () -> ApiException.validation("inviteId", "must be an id of 24 hexadecimal digits"));
  }
}
