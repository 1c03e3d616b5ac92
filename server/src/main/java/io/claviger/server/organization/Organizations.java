package io.claviger.server.organization;

import io.claviger.core.decide.Bearer;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Role;
import io.claviger.core.role.VisibleOrganizations;
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
  private final Memberships memberships;
  private final WholeOrganization whole;
  private final OrganizationChanges changes;
  private final OwnedResources owned;
  private final StillAllowed stillAllowed;
  private final ObjectIdSource ids;

  Organizations(
      Database database,
      OrganizationStore organizations,
      InvitationStore invitations,
      Memberships memberships,
      WholeOrganization whole,
      OrganizationChanges changes,
      OwnedResources owned,
      StillAllowed stillAllowed,
      ObjectIdSource ids) {
    this.database = database;
    this.organizations = organizations;
    this.invitations = invitations;
    this.memberships = memberships;
    this.whole = whole;
    this.changes = changes;
    this.owned = owned;
    this.stillAllowed = stillAllowed;
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
        organizations.list(call.user(), visible(call.bearer()), request);
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
    requireNoSecondFactor(call.body());
    ObjectNode made =
        database.write(transaction -> {
          call.requireStillAllowed();
          OrganizationRow organization = draft(call.body(), transaction.now());
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

  private OrganizationRow draft(JsonNode body, Instant now) {
    return new OrganizationRow(
        new OrganizationId(ids.next()),
        body.get("name").stringValue(),
        Body.text(body, "description"),
        Body.text(body, "billingEmail"),
        Body.text(body, "iconColor"),
        now,
        now);
  }

  private Response patch(Call call) {
    requireNoSecondFactor(call.body());
    ObjectNode patched =
        database.write(transaction -> {
          stillAllowed.require(call);
          OrganizationRow before = find(call.organization());
          OrganizationRow after = patched(call.body(), before, transaction.now());
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
        Body.text(body, "description").or(before::description),
        Body.text(body, "billingEmail").or(before::billingEmail),
        Body.text(body, "iconColor").or(before::iconColor),
        before.createdAt(),
        now);
  }

  private OrganizationRow find(OrganizationId id) {
    return organizations.find(id).orElseThrow(() -> ApiException.notFound("Organization"));
  }

  /**
   * A mode that demands a second factor would lock out every member, since no account can have one
   * (ORG-13).
   */
  private static void requireNoSecondFactor(JsonNode body) {
    Optional<String> mode = Body.text(body, "mfaMode");
    if (mode.isPresent() && !mode.get().equals("notRequired")) {
      throw ApiException.validation(
          "mfaMode", "must be notRequired: accounts cannot have a second factor yet");
    }
  }

  /** Removes an organization with all that it owns, its members and its invitations. */
  private Response delete(Call call) {
    OrganizationId id = call.organization();
    database.run(transaction -> {
      stillAllowed.require(call);
      OrganizationRow organization = find(id);
      owned.removeAll(transaction, call, new Owner.Organization(id));
      for (InvitationRow invitation : invitations.list(id)) {
        invitations.delete(transaction, invitation.id());
        changes.invitation(transaction, call, changes.actor(call), States.deleted(invitation));
      }
      memberships.endAll(transaction, call, id);
      organizations.delete(transaction, id);
      changes.organization(transaction, call, States.deleted(organization));
    });
    return Api.success();
  }
}
