package io.claviger.store.event;

import io.claviger.core.query.EventField;
import io.claviger.core.query.Query;
import io.claviger.store.Glob;
import java.util.Optional;

/** Which events of an application are meant; all that is given must hold. */
public record EventFilter(
    Optional<Query<EventField>> query, Optional<EventState> state, Optional<Glob> subject) {}
