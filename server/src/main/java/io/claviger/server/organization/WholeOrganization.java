package io.claviger.server.organization;

import io.claviger.core.id.OrganizationId;
import io.claviger.core.role.Role;
import io.claviger.server.api.Call;
import io.claviger.server.api.Wire;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Query;
import io.claviger.server.settings.ResourceLimits;
import io.claviger.store.Database;
import io.claviger.store.organization.MemberStore;
import io.claviger.store.organization.OrganizationRow;
import io.claviger.store.organization.OrganizationStore;
import io.claviger.store.organization.OrganizationSummary;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** The answer that shows an organization with its members, limits and counts. */
final class WholeOrganization {
  private final Database database;
  private final OrganizationStore organizations;
  private final MemberStore members;
  private final ResourceLimits limits;

  WholeOrganization(
      Database database,
      OrganizationStore organizations,
      MemberStore members,
      ResourceLimits limits) {
    this.database = database;
    this.organizations = organizations;
    this.members = members;
    this.limits = limits;
  }

  /**
   * Shows an organization, all of it at one moment.
   *
   * @param role of the bearer over the organization
   */
  ObjectNode render(Call call, OrganizationId id, Role role) {
    return database.read(_ -> {
      OrganizationRow organization =
          organizations.find(id).orElseThrow(() -> ApiException.notFound("Organization"));
      ObjectNode object = OrganizationJson.organization(organization);
      OrganizationJson.withMembers(object, members.list(id));
      object
          .putObject("limits")
          .put("member", limits.members())
          .put("application", limits.applications())
          .put("applicationkey", limits.applicationKeys())
          .put("dashboard", limits.dashboards())
          .put("device", limits.devices())
          .put("apitoken", limits.apiTokens());
      putSummary(object, call, id, role);
      return withLinks(object, call.request().query(), id);
    });
  }

  /** Adds {@code _links} for a caller that asked for them. */
  static ObjectNode withLinks(ObjectNode object, Query query, OrganizationId id) {
    return Wire.withLinks(object, query, Map.of("self", "/orgs/" + id.text(), "orgs", "/orgs"));
  }

  /**
   * What only an administrator is sure to see in full is counted for administrators only: the
   * number of applications would tell others that there are some which are hidden from them.
   */
  private void putSummary(ObjectNode object, Call call, OrganizationId id, Role role) {
    Instant now = call.question().now();
    OrganizationSummary summary = organizations.summary(id, now);
    Map<String, Long> counts = new LinkedHashMap<>();
    if (role == Role.ADMIN) {
      counts.put("appCount", summary.applications());
      counts.put("dashCount", summary.dashboards());
      counts.put("pendingInviteCount", summary.pendingInvitations());
    }
    counts.put("memberCount", summary.members());
    Query query = call.request().query();
    names(query, "summaryInclude").ifPresent(included -> counts.keySet().retainAll(included));
    names(query, "summaryExclude").ifPresent(excluded -> counts.keySet().removeAll(excluded));
    ObjectNode node = object.putObject("summary");
    counts.forEach(node::put);
  }

  private static Optional<Set<String>> names(Query query, String parameter) {
    return query
        .text(parameter)
        .filter(text -> !text.isBlank())
        .map(text -> Set.copyOf(Arrays.asList(text.split("\\s*,\\s*"))));
  }
}
