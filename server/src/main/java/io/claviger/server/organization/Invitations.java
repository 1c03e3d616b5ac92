package io.claviger.server.organization;

import io.claviger.core.id.InvitationId;
import io.claviger.core.id.ObjectId;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.Owner;
import io.claviger.core.role.OwnerState;
import io.claviger.core.role.Role;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Response;
import io.claviger.server.mail.Mail;
import io.claviger.server.mail.MailSender;
import io.claviger.server.organization.OrganizationChanges.States;
import io.claviger.store.Database;
import io.claviger.store.Transaction;
import io.claviger.store.organization.InvitationRow;
import io.claviger.store.organization.InvitationStore;
import io.claviger.store.organization.MemberStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** {@code /orgs/{orgId}/invites}: the side of those who invite (ORG-8 to ORG-10). */
final class Invitations {
  /** ORG-10. */
  static final Duration LIFETIME = Duration.ofDays(7);

  private final Database database;
  private final InvitationStore invitations;
  private final MemberStore members;
  private final Memberships memberships;
  private final MembershipBody membershipBody;
  private final OrganizationChanges changes;
  private final MailSender sender;
  private final ObjectIdSource ids;

  Invitations(
      Database database,
      InvitationStore invitations,
      MemberStore members,
      Memberships memberships,
      MembershipBody membershipBody,
      OrganizationChanges changes,
      MailSender sender,
      ObjectIdSource ids) {
    this.database = database;
    this.invitations = invitations;
    this.members = members;
    this.memberships = memberships;
    this.membershipBody = membershipBody;
    this.changes = changes;
    this.sender = sender;
    this.ids = ids;
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

  /** Adds an invitation, or renews the one that this address has (ORG-10). */
  private void keep(Transaction transaction, Call call, String email) {
    OrganizationId organization = call.organization();
    if (members.hasEmail(organization, email)) {
      throw ApiException.validation("email", "is that of a member");
    }
    Instant now = transaction.now();
    memberships.requireRoom(
        members.count(organization) + invitations.countPending(organization, email, now) + 1);
    Optional<InvitationRow> before = invitations.find(organization, email);
    InvitationId id = before.map(InvitationRow::id).orElseGet(() -> new InvitationId(ids.next()));
    InvitationRow draft = draft(call, id, email, now);
    if (before.isPresent()) {
      invitations.update(transaction, draft, call.user());
    } else {
      invitations.insert(transaction, draft, call.user());
    }
    InvitationRow after = invitations.find(organization, id).orElseThrow();
    changes.invitation(
        transaction, call, changes.actor(call), new States<>(before, Optional.of(after)));
  }

  private InvitationRow draft(Call call, InvitationId id, String email, Instant now) {
    JsonNode body = call.body();
    Membership membership =
        membershipBody.read(
            body,
            new Membership(Role.NONE, Overrides.NONE),
            new Owner.Organization(call.organization()));
    return new InvitationRow(
        id,
        call.organization(),
        "",
        OwnerState.OPEN,
        email,
        membership,
        body.path("disallowTransfer").asBoolean(false),
        Optional.empty(),
        now,
        now.plus(LIFETIME));
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
          invitations.delete(transaction, id);
          changes.invitation(transaction, call, changes.actor(call), States.deleted(invitation));
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
