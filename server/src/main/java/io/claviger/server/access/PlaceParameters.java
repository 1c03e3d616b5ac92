package io.claviger.server.access;

import io.claviger.core.role.Role;
import io.claviger.core.scope.Action;
import io.claviger.core.scope.ActionContext;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Which parameters of a request name the place of an action; settled by the action's path.
 *
 * @param member whether the query may name the user whose membership it is about
 */
public record PlaceParameters(
    boolean application, boolean organization, boolean dashboard, boolean device, boolean member) {
  private static final String OWNER = "orgId";
  private static final String DEVICE_LOGIN = "auth.authenticateDevice";
  private static final PlaceParameters NONE =
      new PlaceParameters(false, false, false, false, false);

  /** Those of an action. */
  public static PlaceParameters of(Action action) {
    String path = action.path();
    boolean application = path.contains("{applicationId}");
    boolean organization = path.contains("{orgId}") && !application;
    boolean dashboard = path.contains("{dashboardId}");
    if (path.contains("{instanceId}")) {
      return NONE;
    }
    return new PlaceParameters(
        application,
        organization,
        dashboard,
        path.contains("{deviceId}") && application,
        path.endsWith("/member") && organization);
  }

  /** The names of those in the path. */
  public List<String> inPath() {
    return Stream.of(
            application ? "applicationId" : "",
            organization ? "orgId" : "",
            dashboard ? "dashboardId" : "",
            device ? "deviceId" : "")
        .filter(name -> !name.isEmpty())
        .toList();
  }

  /** The names of what the body of an action names in their stead, and what is told of it here. */
  static List<String> inBody(Action action) {
    if (makesInOwner(action)) {
      return List.of(OWNER);
    }
    return action.id().equals(DEVICE_LOGIN) ? List.of("deviceId") : List.of();
  }

  /** Actions without a place in the path whose role is asked at the owner that the body names. */
  public static boolean makesInOwner(Action action) {
    return action.context() == ActionContext.COLLECTION
        && action.minRole().map(role -> role.atLeast(Role.VIEW)).orElse(false);
  }

  /**
   * The place that their values name.
   *
   * @param path the value of a parameter of the path; asked for those of this action only
   * @param password that was given for the dashboard
   * @param user whose membership it is about
   */
  public Places.Named named(
      Function<String, String> path,
      Supplier<Optional<Places.GivenPassword>> password,
      Supplier<Optional<String>> user) {
    if (!application && !organization && !dashboard) {
      return Places.Named.NOTHING;
    }
    return new Places.Named(
        value(application, "applicationId", path),
        value(organization, "orgId", path),
        value(dashboard, "dashboardId", path),
        value(device, "deviceId", path),
        dashboard ? password.get() : Optional.empty(),
        member ? user.get() : Optional.empty());
  }

  private static Optional<String> value(boolean named, String name, Function<String, String> path) {
    return named ? Optional.of(path.apply(name)) : Optional.empty();
  }
}
