package io.claviger.server.mqtt;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.function.IntSupplier;

/** What the broker tells its operators. Labels come from the program, never from devices. */
final class MqttMetrics {
  /** The promise is a second (KEY-12). */
  private static final double[] BOUNDS = {
    0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10
  };

  private static final double MILLIS_PER_SECOND = 1e3;

  private final Counter connects;

  /** Asked for by its label once, and not for each connection. */
  private final CounterDataPoint letIn;

  private final Counter refused;
  private final Histogram revocations;

  MqttMetrics(PrometheusRegistry registry, IntSupplier connections) {
    connects =
        Counter.builder()
            .name("claviger_mqtt_connects")
            .help("CONNECT packets by their outcome.")
            .labelNames("outcome")
            .register(registry);
    letIn = connects.labelValues("let_in");
    refused =
        Counter.builder()
            .name("claviger_mqtt_refused")
            .help("What connected devices tried and may not, by kind of packet.")
            .labelNames("packet")
            .register(registry);
    revocations =
        Histogram.builder()
            .name("claviger_mqtt_revocation_seconds")
            .help("Time from the change that takes access back to the closed connection.")
            .classicOnly()
            .classicUpperBounds(BOUNDS)
            .register(registry);
    GaugeWithCallback.builder()
        .name("claviger_mqtt_connections")
        .help("Devices that are connected or about to be.")
        .callback(callback -> callback.call(connections.getAsInt()))
        .register(registry);
  }

  void letIn() {
    letIn.inc();
  }

  void turnedAway(Refusal refusal) {
    connects.labelValues(refusal.name().toLowerCase(Locale.ROOT)).inc();
  }

  void refused(String packet) {
    refused.labelValues(packet).inc();
  }

  void takenBack(Duration after) {
    revocations.observe(Math.max(0, after.toMillis()) / MILLIS_PER_SECOND);
  }
}
