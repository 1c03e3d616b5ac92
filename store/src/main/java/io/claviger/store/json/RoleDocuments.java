package io.claviger.store.json;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DashboardId;
import io.claviger.core.id.Id;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.role.Ceiling;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.Role;
import io.claviger.core.role.RoleCap;
import io.claviger.core.role.RoleCap.OwnerCap;
import io.claviger.store.SqlTypes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Caps and overrides as JSON, in the form that the API has too: arrays of {@code {resourceId,
 * role}} and of {@code {orgId, role, applicationRoles?, dashboardRoles?}} (UAT-8, ORG-7), each in
 * the order of the ids.
 */
public final class RoleDocuments {
  private static final String SANDBOX = "sandbox";

  private RoleDocuments() {}

  /** The overrides of a cap. */
  public static ArrayNode orgRoles(RoleCap cap) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    cap.sandbox().ifPresent(sandbox -> array.add(orgRole(SANDBOX, sandbox)));
    cap.organizations().entrySet().stream()
        .sorted(Map.Entry.comparingByKey((a, b) -> a.text().compareTo(b.text())))
        .forEach(entry -> array.add(orgRole(entry.getKey().text(), entry.getValue())));
    return array;
  }

  private static ObjectNode orgRole(String orgId, OwnerCap cap) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("orgId", orgId);
    object.put("role", cap.role().wireName());
    if (!cap.overrides().isEmpty()) {
      object.set("applicationRoles", applicationRoles(cap.overrides()));
      object.set("dashboardRoles", dashboardRoles(cap.overrides()));
    }
    return object;
  }

  /** The overrides for applications. */
  public static ArrayNode applicationRoles(Overrides overrides) {
    return resourceRoles(overrides.applications());
  }

  /** The overrides for dashboards. */
  public static ArrayNode dashboardRoles(Overrides overrides) {
    return resourceRoles(overrides.dashboards());
  }

  private static <I extends Id> ArrayNode resourceRoles(Map<I, Role> roles) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    Stream<Map.Entry<I, Role>> sorted =
        roles.entrySet().stream()
            .sorted(Map.Entry.comparingByKey((a, b) -> a.text().compareTo(b.text())));
    sorted.forEach(entry ->
        array
            .addObject()
            .put("resourceId", entry.getKey().text())
            .put("role", entry.getValue().wireName()));
    return array;
  }

  /**
   * The cap that a default and a valid array of overrides mean.
   *
   * @throws IllegalArgumentException when an owner or resource stands there twice, or an override
   *     beneath an administrator
   */
  public static RoleCap cap(Role defaultRole, JsonNode orgRoles) {
    Optional<OwnerCap> sandbox = Optional.empty();
    Map<OrganizationId, OwnerCap> organizations = new HashMap<>();
    for (JsonNode orgRole : orgRoles) {
      OwnerCap cap = new OwnerCap(role(orgRole), overrides(orgRole));
      String orgId = orgRole.get("orgId").stringValue();
      boolean first =
          orgId.equals(SANDBOX)
              ? sandbox.isEmpty()
              : organizations.putIfAbsent(new OrganizationId(lower(orgId)), cap) == null;
      if (!first) {
        throw new IllegalArgumentException("names " + lower(orgId) + " twice");
      }
      if (orgId.equals(SANDBOX)) {
        sandbox = Optional.of(cap);
      }
    }
    return new RoleCap(defaultRole, sandbox, organizations);
  }

  /**
   * The overrides in an object with the valid arrays {@code applicationRoles} and {@code
   * dashboardRoles}, either of which may be absent.
   *
   * @throws IllegalArgumentException when a resource stands there twice
   */
  public static Overrides overrides(JsonNode owner) {
    return new Overrides(
        resourceRoles(owner.path("applicationRoles"), ApplicationId::new),
        resourceRoles(owner.path("dashboardRoles"), DashboardId::new));
  }

  private static <I extends Id> Map<I, Role> resourceRoles(JsonNode array, Function<String, I> id) {
    Map<I, Role> roles = new HashMap<>();
    for (JsonNode entry : array) {
      I resource = id.apply(lower(entry.get("resourceId").stringValue()));
      if (roles.putIfAbsent(resource, role(entry)) != null) {
        throw new IllegalArgumentException("names " + resource.text() + " twice");
      }
    }
    return roles;
  }

  /** The single dashboards of a ceiling. */
  public static ArrayNode dashboards(Ceiling ceiling) {
    return resourceRoles(ceiling.dashboards());
  }

  /** A ceiling as the change log has it: {@code {role, dashboardRoles}}. */
  public static ObjectNode ceiling(Ceiling ceiling) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("role", ceiling.role().wireName());
    object.set("dashboardRoles", dashboards(ceiling));
    return object;
  }

  /** Reads what {@link #ceiling(Ceiling)} wrote; empty where there is nothing. */
  public static Optional<Ceiling> ceiling(JsonNode object) {
    return object.isObject()
        ? Optional.of(
            new Ceiling(
                role(object), resourceRoles(object.path("dashboardRoles"), DashboardId::new)))
        : Optional.empty();
  }

  /** The ceiling in columns {@code ceiling} and {@code ceiling_dashboards}; empty for NULL. */
  public static Optional<Ceiling> ceiling(ResultSet row) throws SQLException {
    Optional<String> role = SqlTypes.optionalText(row, "ceiling");
    if (role.isEmpty()) {
      return Optional.empty();
    }
    JsonNode dashboards = JsonColumn.read(row.getString("ceiling_dashboards"));
    return Optional.of(
        new Ceiling(Role.parse(role.get()).orThrow(), resourceRoles(dashboards, DashboardId::new)));
  }

  private static Role role(JsonNode object) {
    return Role.parse(object.get("role").stringValue()).orThrow();
  }

  private static String lower(String id) {
    return id.toLowerCase(java.util.Locale.ROOT);
  }
}
