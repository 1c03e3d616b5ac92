package io.claviger.core.role;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DashboardId;
import java.util.Map;
import java.util.Optional;

/**
 * Roles for single applications and dashboards, which take precedence over that of their owner
 * (UAT-10, ORG-3).
 *
 * @param applications by application; at most 100 (LIM-2)
 * @param dashboards by dashboard; at most 100 (LIM-2)
 */
public record Overrides(Map<ApplicationId, Role> applications, Map<DashboardId, Role> dashboards) {
  /** LIM-2: overrides of each kind within one owner. */
  public static final int MAX = 100;

  /** No override at all. */
  public static final Overrides NONE = new Overrides(Map.of(), Map.of());

  public Overrides {
    applications = Map.copyOf(applications);
    dashboards = Map.copyOf(dashboards);
    if (applications.size() > MAX || dashboards.size() > MAX) {
      throw new IllegalArgumentException("at most " + MAX + " overrides of each kind");
    }
  }

  /** Whether nothing is overridden. */
  public boolean isEmpty() {
    return applications.isEmpty() && dashboards.isEmpty();
  }

  /**
   * The override nearest to the resource: that of the dashboard itself, else that of the
   * application it stands in. Empty for an owner as a whole and where nothing is overridden.
   */
  public Optional<Role> nearest(Resource resource) {
    return switch (resource) {
      case Resource.Whole _ -> Optional.empty();
      case Resource.Application application ->
          Optional.ofNullable(applications.get(application.id()));
      case Resource.Dashboard dashboard -> nearest(dashboard);
    };
  }

  private Optional<Role> nearest(Resource.Dashboard dashboard) {
    Role own = dashboards.get(dashboard.id());
    return own != null ? Optional.of(own) : dashboard.application().map(applications::get);
  }
}
