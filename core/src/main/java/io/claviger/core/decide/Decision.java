package io.claviger.core.decide;

import io.claviger.core.device.DeviceReach;
import io.claviger.core.role.Role;
import java.util.Optional;

/** The answer to a {@link Question}. */
public sealed interface Decision {
  /**
   * Yes.
   *
   * @param role the role exercised at the place; empty where no role applies
   * @param reach which devices of the application this covers
   */
  record Allowed(Optional<Role> role, DeviceReach reach) implements Decision {}

  /** No, and why. */
  record Denied(Denial reason) implements Decision {}

  /** Whether the answer is yes. */
  default boolean allowed() {
    return this instanceof Allowed;
  }
}
