package io.claviger.core.role;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DashboardId;
import java.util.Optional;

/** Something on which a role is held. */
public sealed interface Resource {
  /** Whom it belongs to. */
  Owner owner();

  /** The owner itself: an organization, or a sandbox as a whole. */
  record Whole(Owner owner) implements Resource {}

  /** An application with everything beneath it. */
  record Application(Owner owner, ApplicationId id) implements Resource {}

  /**
   * A dashboard.
   *
   * @param application the application it stands in, or empty when it stands beside the
   *     applications (APP-5)
   */
  record Dashboard(Owner owner, DashboardId id, Optional<ApplicationId> application)
      implements Resource {}
}
