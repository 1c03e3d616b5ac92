package io.claviger.core.decide;

import io.claviger.core.network.IpAddress;
import io.claviger.core.scope.Action;
import java.time.Instant;
import java.util.Optional;

/**
 * May this bearer do this action at this place, from here, now?
 *
 * @param address where the request comes from; empty when that cannot be known
 * @param now the moment of the request
 */
public record Question(
    Bearer bearer, Action action, Place place, Optional<IpAddress> address, Instant now) {}
