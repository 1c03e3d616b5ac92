package io.claviger.server.metrics;

import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** Makes the registry that all parts of the server add their metrics to. */
public final class Metrics {
  private Metrics() {}

  /** A new registry that holds the metrics of the JVM: memory, collectors, threads, classes. */
  public static PrometheusRegistry newRegistry() {
    PrometheusRegistry registry = new PrometheusRegistry();
    JvmMetrics.builder().register(registry);
    return registry;
  }
}
