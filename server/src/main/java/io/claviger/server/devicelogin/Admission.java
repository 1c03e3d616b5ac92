package io.claviger.server.devicelogin;

import io.claviger.core.decide.Bearer.Warrant;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.topic.CustomTopics;
import io.claviger.store.facts.StoredCredential.WarrantRef;
import java.time.Instant;
import java.util.Optional;

/**
 * A device that may have a session.
 *
 * @param warrant what vouches for it, and by which name that is kept
 * @param latestEnd when the session must end at the latest, whatever is asked for
 * @param topics which custom topics are open to it
 */
record Admission(
    DeviceFacts device,
    Warrant warrant,
    WarrantRef warrantRef,
    Optional<Instant> latestEnd,
    CustomTopics topics) {}
