package io.claviger.server.metrics;

import io.claviger.server.http.RequestObserver;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The histogram {@code claviger_http_request_duration_seconds} by route name and class of status.
 * Both come from the program, never from a request, so the number of series is bounded.
 */
public final class RequestMetrics implements RequestObserver {
  /** From a cached check to a slow password hash; the targets of 1 and 5 ms are bounds. */
  private static final double[] BOUNDS = {
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5
  };

  private static final int STATUS_CLASSES = 5;
  private static final double NANOS_PER_SECOND = 1e9;

  private final Histogram histogram;

  /** The series of a route by status class, so that an answer costs one look-up by one string. */
  private final ConcurrentHashMap<String, @Nullable DistributionDataPoint[]> byRoute =
      new ConcurrentHashMap<>();

  /** Adds the histogram to a registry. */
  public RequestMetrics(PrometheusRegistry registry) {
    histogram =
        Histogram.builder()
            .name("claviger_http_request_duration_seconds")
            .help("Time from the end of a request's header to the end of its response.")
            .labelNames("route", "status")
            .classicOnly()
            .classicUpperBounds(BOUNDS)
            .register(registry);
  }

  @Override
  public void answered(String route, int status, long nanos) {
    int index = Math.clamp(status / 100, 1, STATUS_CLASSES) - 1;
    @Nullable DistributionDataPoint[] series =
        byRoute.computeIfAbsent(route, _ -> new DistributionDataPoint[STATUS_CLASSES]);
    @Nullable DistributionDataPoint point = series[index];
    if (point == null) {
      // Two threads may both come here; the histogram gives both the same series.
      point = histogram.labelValues(route, (index + 1) + "xx");
      series[index] = point;
    }
    point.observe(nanos / NANOS_PER_SECOND);
  }
}
