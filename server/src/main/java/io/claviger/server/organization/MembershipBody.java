package io.claviger.server.organization;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DashboardId;
import io.claviger.core.id.Id;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Role;
import io.claviger.server.api.Body;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.store.facts.Facts;
import io.claviger.store.json.RoleDocuments;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads {@code role}, {@code applicationRoles} and {@code dashboardRoles} of an invitation or of a
 * change to a member. To be read inside the write that keeps them, so that what they name exists.
 */
final class MembershipBody {
  private static final String APPLICATION_ROLES = "applicationRoles";
  private static final String DASHBOARD_ROLES = "dashboardRoles";

  private final Facts facts;

  MembershipBody(Facts facts) {
    this.facts = facts;
  }

  /**
   * What the body makes of a membership; where it is silent, all stays as it was. An administrator
   * has no overrides, since they would be idle (ORG-3): those from before he became one are
   * dropped.
   *
   * <p>An override for what has been transferred away is idle and may stay: it holds again when
   * that comes back (ORG-16).
   *
   * @param owner the organization, to which all that is newly named must belong
   * @throws ApiException 400 that names the field
   */
  Membership read(JsonNode body, Membership before, Owner owner) {
    Role role =
        Body.text(body, "role").map(text -> Role.parse(text).orThrow()).orElse(before.role());
    Overrides applications = given(body, APPLICATION_ROLES);
    Overrides dashboards = given(body, DASHBOARD_ROLES);
    if (role == Role.ADMIN) {
      requireNone(APPLICATION_ROLES, applications);
      requireNone(DASHBOARD_ROLES, dashboards);
      return new Membership(role, Overrides.NONE);
    }
    requireOwned(
        APPLICATION_ROLES,
        applications.applications().keySet(),
        id -> owns(owner, id) || before.overrides().applications().containsKey(id));
    requireOwned(
        DASHBOARD_ROLES,
        dashboards.dashboards().keySet(),
        id -> owns(owner, id) || before.overrides().dashboards().containsKey(id));
    return new Membership(
        role,
        new Overrides(
            body.has(APPLICATION_ROLES)
                ? applications.applications()
                : before.overrides().applications(),
            body.has(DASHBOARD_ROLES) ? dashboards.dashboards() : before.overrides().dashboards()));
  }

  /** The overrides in one of the two arrays. */
  private static Overrides given(JsonNode body, String name) {
    if (!body.has(name)) {
      return Overrides.NONE;
    }
    ObjectNode alone = Json.emptyObject();
    alone.set(name, body.get(name));
    try {
      return RoleDocuments.overrides(alone);
    } catch (IllegalArgumentException e) {
      throw ApiException.validation(name, String.valueOf(e.getMessage()));
    }
  }

  private static void requireNone(String field, Overrides overrides) {
    if (!overrides.isEmpty()) {
      throw ApiException.validation(field, "must be empty for an administrator");
    }
  }

  private static <I extends Id> void requireOwned(String field, Set<I> ids, Predicate<I> owned) {
    for (I id : ids) {
      if (!owned.test(id)) {
        throw ApiException.validation(field, "names what the organization does not have: " + id);
      }
    }
  }

  private boolean owns(Owner owner, ApplicationId id) {
    return facts.applicationOwner(id).equals(Optional.of(owner));
  }

  private boolean owns(Owner owner, DashboardId id) {
    return facts.dashboard(id).map(found -> found.dashboard().owner()).equals(Optional.of(owner));
  }
}
