package io.claviger.store.device;

import io.claviger.core.id.ApplicationId;
import java.time.Instant;

/**
 * Some devices of one application.
 *
 * @param filter which of them
 */
public record DeviceSet(ApplicationId application, Presence presence, DeviceFilter filter) {
  /** Whether devices are there or deleted. */
  public sealed interface Presence {
    /** Not deleted. */
    record Present() implements Presence {}

    /**
     * Deleted, and not for so long that they cannot be restored.
     *
     * @param after deleted after this moment
     */
    record Deleted(Instant after) implements Presence {}
  }

  /** Those that are there. */
  public static DeviceSet present(ApplicationId application, DeviceFilter filter) {
    return new DeviceSet(application, new Presence.Present(), filter);
  }

  /** Those of the set that also satisfy the filter. */
  public DeviceSet and(DeviceFilter other) {
    return new DeviceSet(application, presence, filter.and(other));
  }
}
