package io.claviger.server.organization;

import io.claviger.core.change.Actor;
import io.claviger.core.credential.UserFacts;
import io.claviger.core.decide.Authorizer;
import io.claviger.core.id.InvitationId;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.core.secret.Digest;
import io.claviger.server.access.Refusals;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.http.Response;
import io.claviger.store.Database;
import io.claviger.store.Transaction;
import io.claviger.store.facts.Facts;
import io.claviger.store.organization.InvitationRow;
import io.claviger.store.organization.InvitationStore;
import io.claviger.store.user.UserRow;
import io.claviger.store.user.UserStore;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * {@code /invites} and {@code /me/invites}: the side of those who are invited (ORG-11). The link
 * proves that its holder reads the mailbox that was invited, so it needs no log-in; it makes the
 * account with that address a member and no other one.
 *
 * <p>Who is logged in answers for the address of the account. Where nobody has to verify an
 * address, an invitation is therefore worth as much as the way in which accounts are made.
 */
final class InvitationAnswers {
  static final String KIND = "Invitation";

  private final Database database;
  private final InvitationStore invitations;
  private final UserStore users;
  private final Facts facts;
  private final Memberships memberships;
  private final InvitationWriter writer;
  private final OrganizationChanges changes;

  InvitationAnswers(
      Database database,
      InvitationStore invitations,
      UserStore users,
      Facts facts,
      Memberships memberships,
      InvitationWriter writer,
      OrganizationChanges changes) {
    this.database = database;
    this.invitations = invitations;
    this.users = users;
    this.facts = facts;
    this.memberships = memberships;
    this.writer = writer;
    this.changes = changes;
  }

  void addTo(Api api) {
    api.handle("orgInvites.get", this::showByLink);
    api.handle("orgInvites.post", this::answerByLink);
    api.handle("me.invites", this::list);
    api.handle("me.invite", this::show);
    api.handle("me.respondToInvite", this::answer);
  }

  private Response showByLink(Call call) {
    InvitationRow invitation = byLink(parameter(call, "token"), parameter(call, "email"));
    requireOpen(call, invitation);
    requireCurrent(invitation, call.question().now());
    return Response.ok(OrganizationJson.forLink(invitation));
  }

  private static String parameter(Call call, String name) {
    return call.request()
        .query()
        .text(name)
        .filter(text -> !text.isEmpty())
        .orElseThrow(() -> ApiException.validation(name, "must be given"));
  }

  /** A wrong token, a wrong address and an invitation that is gone are all the same (ERR-5). */
  private InvitationRow byLink(String token, String email) {
    return invitations.find(Digest.of(token), email).orElseThrow(() -> ApiException.notFound(KIND));
  }

  private Response answerByLink(Call call) {
    JsonNode body = call.body();
    boolean accept = body.get("accept").booleanValue();
    String token = body.get("token").stringValue();
    String email = body.get("email").stringValue();
    OrganizationId organization =
        database.write(transaction -> {
          InvitationRow invitation = byLink(token, email);
          requireOpen(call, invitation);
          requireCurrent(invitation, transaction.now());
          Optional<UserRow> user = users.findByEmail(email);
          Actor actor = user.map(InvitationAnswers::actor).orElseGet(Actor::system);
          if (accept) {
            UserRow joining =
                user.orElseThrow(() ->
                    ApiException.validation("email", "has no account yet; sign up with it first"));
            accept(transaction, call, actor, invitation, joining.id());
          } else {
            writer.remove(transaction, call, actor, invitation);
          }
          return invitation.organization();
        });
    var result = Json.emptyObject().put("accepted", accept);
    return Response.ok(accept ? result.put("orgId", organization.text()) : result);
  }

  private static Actor actor(UserRow user) {
    return Actor.user(user.id().text(), user.fullName());
  }

  private Response list(Call call) {
    ArrayNode array = Json.emptyArray();
    for (InvitationRow invitation : invitations.list(call.user())) {
      array.add(OrganizationJson.forUser(invitation, call.question().now()));
    }
    return Response.ok(array);
  }

  private Response show(Call call) {
    return Response.ok(OrganizationJson.forUser(own(call), call.question().now()));
  }

  private InvitationRow own(Call call) {
    return invitations
        .find(call.user(), call.id("inviteId", KIND, InvitationId::new))
        .orElseThrow(() -> ApiException.notFound(KIND));
  }

  private Response answer(Call call) {
    String action = call.body().get("action").stringValue();
    OrganizationId organization =
        database.write(transaction -> {
          call.requireStillAllowed();
          InvitationRow invitation = own(call);
          answer(transaction, call, invitation, action);
          return invitation.organization();
        });
    return Response.ok(
        switch (action) {
          case "accept" ->
              Json.emptyObject().put("result", "accepted").put("orgId", organization.text());
          case "reject" -> Json.emptyObject().put("result", "rejected");
          default -> Json.emptyObject().put("result", "dismissed");
        });
  }

  /** To dismiss is to reject without a word: it also clears away what has expired. */
  private void answer(Transaction transaction, Call call, InvitationRow invitation, String action) {
    Actor actor = changes.actor(call);
    requireOpen(call, invitation);
    if (!action.equals("dismiss")) {
      requireCurrent(invitation, transaction.now());
    }
    if (action.equals("accept")) {
      accept(transaction, call, actor, invitation, call.user());
    } else {
      writer.remove(transaction, call, actor, invitation);
    }
  }

  /**
   * An organization that refuses everybody refuses those too who are to become members (ORG-17).
   */
  private static void requireOpen(Call call, InvitationRow invitation) {
    Authorizer.closed(invitation.state(), call.question().action())
        .ifPresent(reason -> {
          throw Refusals.of(reason);
        });
  }

  /** ORG-11: who joins must be able to be what the invitation makes of him. */
  private void requireSecondFactor(InvitationRow invitation, UserId user) {
    boolean has = facts.user(user).map(UserFacts::twoFactorEnabled).orElse(false);
    if (invitation.requiresSecondFactor() && !has) {
      throw ApiException.forbidden(
          "The organization asks for a second factor; enable it for the account first");
    }
  }

  /**
   * ORG-4: an organization may have to rely on whoever joins, and nobody can log in to an account
   * that the organization which manages it has switched off. A link needs no log-in.
   */
  private void requireActive(UserId user) {
    if (facts.user(user).map(UserFacts::deactivated).orElse(false)) {
      throw ApiException.forbidden("The account is switched off");
    }
  }

  private static void requireCurrent(InvitationRow invitation, Instant now) {
    if (invitation.expired(now)) {
      throw ApiException.gone("The invitation has expired");
    }
  }

  /** Gives exactly what the administrator wrote into the invitation, once. */
  private void accept(
      Transaction transaction, Call call, Actor actor, InvitationRow invitation, UserId user) {
    requireActive(user);
    requireSecondFactor(invitation, user);
    writer.remove(transaction, call, actor, invitation);
    memberships.begin(
        transaction, call, actor, invitation.organization(), user, invitation.membership());
  }
}
