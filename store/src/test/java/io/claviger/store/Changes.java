package io.claviger.store;

import io.claviger.core.change.Actor;
import io.claviger.core.change.Change;
import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import java.util.Optional;

/** Changes to record in tests. */
final class Changes {
  static final String ACTOR_ID = "5a4b3c2d1e0f5a4b3c2d1e0f";

  private Changes() {}

  static Change of(String subjectId) {
    return new Change(
        Actor.user(ACTOR_ID, "Åsa 🔑"),
        "applicationKeys.post",
        new Subject(SubjectType.ACCESS_KEY, subjectId, ""),
        Optional.of("3c2d1e0f5a4b3c2d1e0f5a4b"),
        Optional.empty(),
        Optional.empty(),
        Optional.of("{\"status\":\"active\",\"text\":\"\\u0000\"}"));
  }
}
