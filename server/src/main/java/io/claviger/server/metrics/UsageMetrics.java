package io.claviger.server.metrics;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.LongSupplier;

/** How much of the use of credentials is counted without detail. */
public final class UsageMetrics {
  private UsageMetrics() {}

  /**
   * Adds {@code claviger_credential_uses_pooled_total}.
   *
   * @param pooled the number of uses so far
   */
  public static void register(PrometheusRegistry registry, LongSupplier pooled) {
    CounterWithCallback.builder()
        .name("claviger_credential_uses_pooled_total")
        .help("Uses of credentials counted without address, user agent and action: too many.")
        .callback(callback -> callback.call((double) pooled.getAsLong()))
        .register(registry);
  }
}
