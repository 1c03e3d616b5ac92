package io.claviger.server.organization;

import io.claviger.core.decide.Bearer;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.role.Membership;
import io.claviger.core.role.MfaMode;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Role;
import io.claviger.core.role.VisibleOrganizations;
import io.claviger.server.access.Bearers;
import io.claviger.server.account.AccountRelease;
import io.claviger.server.api.Api;
import io.claviger.server.api.Body;
import io.claviger.server.api.Call;
import io.claviger.server.api.ListParameters;
import io.claviger.server.api.Wire;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Response;
import io.claviger.server.organization.OrganizationChanges.States;
import io.claviger.server.ownership.OwnedResources;
import io.claviger.store.Database;
import io.claviger.store.ListPage;
import io.claviger.store.ListRequest;
import io.claviger.store.ListRequest.SortDirection;
import io.claviger.store.organization.InvitationRow;
import io.claviger.store.organization.InvitationStore;
import io.claviger.store.organization.ListedOrganization;
import io.claviger.store.organization.OrganizationRow;
import io.claviger.store.organization.OrganizationStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /orgs} and {@code /orgs/{orgId}} (ORG-13 to ORG-15, UAT-13). */
final class Organizations {
  private final Database database;
  private final OrganizationStore organizations;
  private final InvitationStore invitations;
  private final InvitationWriter writer;
  private final Memberships memberships;
  private final WholeOrganization whole;
  private final OrganizationChanges changes;
  private final OwnedResources owned;
  private final AccountRelease release;
  private final ObjectIdSource ids;

  Organizations(
      Database database,
      OrganizationStore organizations,
      InvitationStore invitations,
      InvitationWriter writer,
      Memberships memberships,
      WholeOrganization whole,
      OrganizationChanges changes,
      OwnedResources owned,
      AccountRelease release,
      ObjectIdSource ids) {
    this.release = release;
    this.database = database;
    this.organizations = organizations;
    this.invitations = invitations;
    this.writer = writer;
    this.memberships = memberships;
    this.whole = whole;
    this.changes = changes;
    this.owned = owned;
    this.ids = ids;
  }

  void addTo(Api api) {
    api.handle("orgs.get", this::list);
    api.handle("orgs.post", this::create);
    api.handle(
        "org.get",
        call -> Response.ok(whole.render(call, call.organization(), Members.role(call))));
    api.handle("org.patch", this::patch);
    api.handle("org.delete", this::delete);
  }

  private Response list(Call call) {
    ListRequest request =
        ListParameters.read(
            call.request().query(), OrganizationStore.LIST, "name", SortDirection.ASCENDING);
    ListPage<ListedOrganization> page =
        organizations.list(
            call.user(), Bearers.hasSecondFactor(call.bearer()), visible(call.bearer()), request);
    return Response.ok(Wire.page("organizations", request, page, listed -> render(call, listed)));
  }

  private static VisibleOrganizations visible(Bearer bearer) {
    if (bearer instanceof Bearer.OfUser user) {
      return user.credential().cap().visibleOrganizations();
    }
    throw ApiException.forbidden("Only a user has organizations");
  }

  /** In a list with the user's own membership alone: an organization may have many members. */
  private static ObjectNode render(Call call, ListedOrganization listed) {
    ObjectNode object = OrganizationJson.organization(listed.organization());
    OrganizationJson.withMembers(object, List.of(listed.own()));
    return WholeOrganization.withLinks(object, call.request().query(), listed.organization().id());
  }

  /** ORG-14: whoever makes an organization is its only administrator. */
  private Response create(Call call) {
    ObjectNode made =
        database.write(transaction -> {
          Call confirmed = call.confirmed();
          requireOwnAccount(call);
          OrganizationRow organization = draft(call.body(), transaction.now());
          requireOwnSecondFactor(confirmed, organization.mfaMode());
          organizations.insert(transaction, organization);
          changes.organization(transaction, call, States.created(organization));
          memberships.begin(
              transaction,
              call,
              changes.actor(call),
              organization.id(),
              call.user(),
              new Membership(Role.ADMIN, Overrides.NONE));
          return whole.render(call, organization.id(), Role.ADMIN);
        });
    return Response.created(made);
  }

  /**
   * Whoever manages an account could act in an organization that its user makes, and would lose the
   * account to him without having been asked.
   */
  private void requireOwnAccount(Call call) {
    if (release.owned(call.user())) {
      throw ApiException.forbidden(
          "An organization manages this account; use an account of your own to make another one");
    }
  }

  private OrganizationRow draft(JsonNode body, Instant now) {
    return new OrganizationRow(
        new OrganizationId(ids.next()),
        body.get("name").stringValue(),
        Body.text(body, "description"),
        Body.text(body, "billingEmail"),
        Body.text(body, "iconColor"),
        mfaMode(body).orElse(MfaMode.NOT_REQUIRED),
        false,
        Optional.empty(),
        now,
        now);
  }

  private Response patch(Call call) {
    ObjectNode patched =
        database.write(transaction -> {
          Call confirmed = call.confirmed();
          OrganizationRow before = find(call.organization());
          OrganizationRow after = patched(call.body(), before, transaction.now());
          if (after.mfaMode() != before.mfaMode()) {
            requireOwnSecondFactor(confirmed, after.mfaMode());
          }
          organizations.update(transaction, after);
          changes.organization(transaction, call, States.updated(before, after));
          return whole.render(call, after.id(), Members.role(call));
        });
    return Response.ok(patched);
  }

  private static OrganizationRow patched(JsonNode body, OrganizationRow before, Instant now) {
    return new OrganizationRow(
        before.id(),
        Body.text(body, "name").orElse(before.name()),
        Body.patched(body, "description", before.description(), JsonNode::stringValue),
        Body.patched(body, "billingEmail", before.billingEmail(), JsonNode::stringValue),
        Body.patched(body, "iconColor", before.iconColor(), JsonNode::stringValue),
        mfaMode(body).orElse(before.mfaMode()),
        before.readOnly(),
        before.disabledAt(),
        before.createdAt(),
        now);
  }

  private OrganizationRow find(OrganizationId id) {
    return organizations.find(id).orElseThrow(() -> ApiException.notFound("Organization"));
  }

  private static Optional<MfaMode> mfaMode(JsonNode body) {
    return Body.text(body, "mfaMode").map(text -> MfaMode.parse(text).orThrow());
  }

  /**
   * Who asks for what he himself does not have would lock himself out, and perhaps be the last
   * administrator (ORG-4, ORG-13).
   */
  private static void requireOwnSecondFactor(Call call, MfaMode mode) {
    if (!mode.admits(Role.ADMIN, Bearers.hasSecondFactor(call.bearer()))) {
      throw ApiException.validation(
          "mfaMode", "asks for a second factor that you do not have yourself; enable it first");
    }
  }

  /**
   * Removes an organization with all that it owns, its members and its invitations. The accounts
   * that it made become those of their users.
   */
  private Response delete(Call call) {
    OrganizationId id = call.organization();
    database.run(transaction -> {
      call.requireStillAllowed();
      OrganizationRow organization = find(id);
      owned.removeAll(transaction, call, new Owner.Organization(id));
      for (InvitationRow invitation : invitations.list(id)) {
        writer.remove(transaction, call, changes.actor(call), invitation);
      }
      memberships.endAll(transaction, call, id);
      release.deleted(transaction, changes.actor(call), call.question().action().id(), id);
      organizations.delete(transaction, id);
      changes.organization(transaction, call, States.deleted(organization));
    });
    return Api.success();
  }
}
