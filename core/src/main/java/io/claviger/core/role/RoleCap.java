package io.claviger.core.role;

import io.claviger.core.id.DashboardId;
import io.claviger.core.id.OrganizationId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The most that a user token may exercise: a default, overridden for single owners and, within
 * those, for single resources (UAT-6, UAT-8). A cap only lowers: {@link #effective} is the smaller
 * of cap and standing (UAT-10).
 *
 * @param defaultRole the Default Maximum Role
 * @param sandbox the override for the user's sandbox
 * @param organizations the overrides by organization
 */
public record RoleCap(
    Role defaultRole, Optional<OwnerCap> sandbox, Map<OrganizationId, OwnerCap> organizations) {
  /** LIM-2: per-organization overrides of one token, the sandbox counted as one. */
  public static final int MAX_OVERRIDES = 25;

  /** No cap beyond the user's own roles, as for a log-in session. */
  public static final RoleCap UNCAPPED = new RoleCap(Role.ADMIN, Optional.empty(), Map.of());

  public RoleCap {
    organizations = Map.copyOf(organizations);
    if (organizations.size() + (sandbox.isPresent() ? 1 : 0) > MAX_OVERRIDES) {
      throw new IllegalArgumentException("at most " + MAX_OVERRIDES + " overrides");
    }
  }

  /**
   * The override for one owner.
   *
   * @param role the maximum role over the owner
   * @param overrides maxima over single resources; empty when the role is that of an administrator
   *     (UAT-9)
   */
  public record OwnerCap(Role role, Overrides overrides) {
    public OwnerCap {
      if (role == Role.ADMIN && !overrides.isEmpty()) {
        throw new IllegalArgumentException("an administrator cap has no overrides beneath it");
      }
    }

    private Role over(Resource resource) {
      return overrides.nearest(resource).orElse(role);
    }
  }

  /** The most that may be exercised on the resource, whatever the user's own role there. */
  public Role over(Resource resource) {
    return ownerCap(resource.owner()).map(cap -> cap.over(resource)).orElse(defaultRole);
  }

  /** Whether what counts for the resource is an override for that one resource. */
  public boolean overridden(Resource resource) {
    return ownerCap(resource.owner()).flatMap(cap -> cap.overrides().nearest(resource)).isPresent();
  }

  /**
   * The role that a token with this cap exercises on a resource for a user with that standing:
   * never more than either.
   */
  public Role effective(Standing standing, Resource resource) {
    return Role.min(over(resource), standing.over(resource));
  }

  /**
   * The organizations that this cap leaves visible: those over which it allows any role at all
   * (UAT-13).
   */
  public VisibleOrganizations visibleOrganizations() {
    boolean byDefault = defaultRole != Role.NONE;
    Set<OrganizationId> exceptions =
        organizations.entrySet().stream()
            .filter(entry -> (entry.getValue().role() != Role.NONE) != byDefault)
            .map(Map.Entry::getKey)
            .collect(Collectors.toUnmodifiableSet());
    return byDefault
        ? new VisibleOrganizations.AllBut(exceptions)
        : new VisibleOrganizations.Only(exceptions);
  }

  /**
   * Whether this cap allows nothing that the other does not, on any resource that is or may come to
   * be. Decides what a capped token may give to a new one (UAT-18).
   */
  public boolean within(RoleCap other) {
    if (!other.defaultRole.atLeast(defaultRole)) {
      return false;
    }
    if (!within(sandbox, other.sandbox, other)) {
      return false;
    }
    Set<OrganizationId> named =
        Stream.concat(organizations.keySet().stream(), other.organizations.keySet().stream())
            .collect(Collectors.toSet());
    return named.stream()
        .allMatch(id ->
            within(
                Optional.ofNullable(organizations.get(id)),
                Optional.ofNullable(other.organizations.get(id)),
                other));
  }

  private boolean within(Optional<OwnerCap> mine, Optional<OwnerCap> theirs, RoleCap other) {
    OwnerCap inner = mine.orElseGet(() -> new OwnerCap(defaultRole, Overrides.NONE));
    OwnerCap outer = theirs.orElseGet(() -> new OwnerCap(other.defaultRole, Overrides.NONE));
    return outer.role.atLeast(inner.role)
        && within(
            inner.overrides.applications(), inner.role, outer.overrides.applications(), outer.role)
        && within(
            inner.overrides.dashboards(), inner.role, outer.overrides.dashboards(), outer.role)
        && withinForApplicationDashboards(inner, outer);
  }

  private static <K> boolean within(
      Map<K, Role> inner, Role innerElse, Map<K, Role> outer, Role outerElse) {
    return Stream.concat(inner.keySet().stream(), outer.keySet().stream())
        .allMatch(
            key -> outer.getOrDefault(key, outerElse).atLeast(inner.getOrDefault(key, innerElse)));
  }

  /**
   * A dashboard may stand in any application, so a dashboard override must also hold against every
   * application override of the other side: one that the inner cap names and the outer does not is
   * bounded by the lowest application override outside, and the reverse.
   */
  private static boolean withinForApplicationDashboards(OwnerCap inner, OwnerCap outer) {
    Role lowestOutside = lowest(outer.overrides.applications(), outer.role);
    boolean namedInside =
        inner.overrides.dashboards().entrySet().stream()
            .allMatch(entry ->
                outer.overrides.dashboards().containsKey(entry.getKey())
                    || lowestOutside.atLeast(entry.getValue()));
    Role highestInside = highest(inner.overrides.applications(), inner.role);
    boolean namedOutside =
        outer.overrides.dashboards().entrySet().stream()
            .allMatch(entry ->
                inner.overrides.dashboards().containsKey(entry.getKey())
                    || entry.getValue().atLeast(highestInside));
    return namedInside && namedOutside;
  }

  private static Role lowest(Map<?, Role> roles, Role start) {
    return roles.values().stream().reduce(start, Role::min);
  }

  private static Role highest(Map<?, Role> roles, Role start) {
    return roles.values().stream().reduce(start, (a, b) -> a.atLeast(b) ? a : b);
  }

  /** The dashboards of the owner for which this cap has an override. */
  Set<DashboardId> namedDashboards(Owner owner) {
    return ownerCap(owner).map(cap -> cap.overrides.dashboards().keySet()).orElse(Set.of());
  }

  /** The override for an owner; empty where the default holds. */
  Optional<OwnerCap> ownerCap(Owner owner) {
    return switch (owner) {
      case Owner.Sandbox _ -> sandbox;
      case Owner.Organization(OrganizationId id) -> Optional.ofNullable(organizations.get(id));
    };
  }
}
