package io.claviger.server.decision;

import java.time.InstantSource;
import java.util.Random;

/** Parts of the bodies that {@link HistoryWorld} sends. */
record HistoryBodies(Random random, InstantSource clock) {
  /** Something that mostly belongs to an organization. */
  String owned(String organization, String fields) {
    return random.nextInt(3) == 0
        ? "{" + fields + "}"
        : "{" + fields + ",\"orgId\":\"" + organization + "\"}";
  }

  /** Mostly none. */
  String override(String application, String role) {
    return random.nextInt(3) > 0
        ? "[]"
        : "[{\"resourceId\":\"" + application + "\",\"role\":\"" + role + "\"}]";
  }

  /** An end that comes soon, or none. */
  String lifetime() {
    return random.nextInt(4) == 0
        ? ",\"expirationDate\":\"" + clock.instant().plusSeconds(60) + "\""
        : "";
  }
}
