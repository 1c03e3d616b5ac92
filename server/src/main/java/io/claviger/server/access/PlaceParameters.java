package io.claviger.server.access;

import io.claviger.core.scope.Action;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Which parameters of an action's path name the place where its role is looked up. */
public record PlaceParameters(
    boolean application, boolean organization, boolean dashboard, boolean device) {
  private static final PlaceParameters NONE = new PlaceParameters(false, false, false, false);

  /** Those of an action, settled by its path alone. */
  public static PlaceParameters of(Action action) {
    String path = action.path();
    boolean application = path.contains("{applicationId}");
    boolean organization = path.contains("{orgId}") && !application;
    boolean dashboard = path.contains("{dashboardId}");
    if (path.contains("{instanceId}")) {
      return NONE;
    }
    return new PlaceParameters(
        application, organization, dashboard, path.contains("{deviceId}") && application);
  }

  /** Their names, in the order of the path. */
  public List<String> names() {
    return Stream.of(
            application ? "applicationId" : "",
            organization ? "orgId" : "",
            dashboard ? "dashboardId" : "",
            device ? "deviceId" : "")
        .filter(name -> !name.isEmpty())
        .toList();
  }

  /**
   * The place that their values name.
   *
   * @param value of a parameter; asked for those of this action only
   * @param dashboardPassword the password given for the dashboard
   */
  public Places.Named named(
      Function<String, Optional<String>> value, Optional<String> dashboardPassword) {
    if (!application && !organization && !dashboard) {
      return Places.Named.NOTHING;
    }
    return new Places.Named(
        application ? value.apply("applicationId") : Optional.empty(),
        organization ? value.apply("orgId") : Optional.empty(),
        dashboard ? value.apply("dashboardId") : Optional.empty(),
        device ? value.apply("deviceId") : Optional.empty(),
        dashboardPassword);
  }
}
