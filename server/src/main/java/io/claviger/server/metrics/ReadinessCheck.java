package io.claviger.server.metrics;

import java.util.function.BooleanSupplier;

/**
 * One condition without which the server should get no requests.
 *
 * @param name what operators see, such as {@code database}
 * @param ready whether it holds now; an exception counts as no
 */
public record ReadinessCheck(String name, BooleanSupplier ready) {}
