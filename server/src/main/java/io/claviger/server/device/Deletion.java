package io.claviger.server.device;

import io.claviger.store.device.DeviceSet.Presence;
import java.time.Duration;
import java.time.Instant;

/** How long a deleted device can be restored (DEV-5). */
final class Deletion {
  /** From its deletion on. */
  static final Duration RESTORABLE = Duration.ofDays(93);

  private Deletion() {}

  /** The deleted devices that can be restored at a moment. */
  static Presence restorable(Instant now) {
    return new Presence.Deleted(now.minus(RESTORABLE));
  }
}
