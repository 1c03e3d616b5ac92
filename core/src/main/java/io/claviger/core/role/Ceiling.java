package io.claviger.core.role;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DashboardId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The most that an application token may exercise: what its creator had when it was made (APT-14).
 *
 * @param role over the application and all that has no role of its own below
 * @param dashboards over single dashboards, for which the creator had overrides; only those that
 *     stand in the application ever matter
 */
public record Ceiling(Role role, Map<DashboardId, Role> dashboards) {
  public Ceiling {
    dashboards = Map.copyOf(dashboards);
  }

  /** The same role over everything in the application. */
  public static Ceiling of(Role role) {
    return new Ceiling(role, Map.of());
  }

  /**
   * What somebody with that standing and cap has in the application, dashboard by dashboard where
   * overrides on either side make a difference (UAT-10).
   */
  public static Ceiling of(RoleCap cap, Standing standing, Owner owner, ApplicationId application) {
    Set<DashboardId> named = new HashSet<>(cap.namedDashboards(owner));
    if (standing instanceof Standing.Member(Membership membership)) {
      named.addAll(membership.overrides().dashboards().keySet());
    }
    Role role = cap.effective(standing, new Resource.Application(owner, application));
    Map<DashboardId, Role> dashboards = new HashMap<>();
    for (DashboardId id : named) {
      Role own =
          cap.effective(standing, new Resource.Dashboard(owner, id, Optional.of(application)));
      if (own != role) {
        dashboards.put(id, own);
      }
    }
    return new Ceiling(role, dashboards);
  }

  /** The most that may be exercised over a dashboard of the application. */
  public Role over(DashboardId dashboard) {
    return dashboards.getOrDefault(dashboard, role);
  }

  /** Whether nothing may be exercised under this one that may not be under the other. */
  public boolean within(Ceiling other) {
    Set<DashboardId> named = new HashSet<>(dashboards.keySet());
    named.addAll(other.dashboards.keySet());
    return other.role.atLeast(role)
        && named.stream().allMatch(id -> other.over(id).atLeast(over(id)));
  }
}
