package io.claviger.server.metrics;

import io.claviger.server.http.Json;
import io.claviger.server.http.Method;
import io.claviger.server.http.Request;
import io.claviger.server.http.Response;
import io.claviger.server.http.Route;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The routes of the management listener: {@code /metrics} in the Prometheus text format, {@code
 * /health/live} that is 200 as long as the process answers, and {@code /health/ready} that is 200
 * when every check holds and 503 otherwise.
 */
public final class ManagementRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(ManagementRoutes.class);

  private final PrometheusRegistry registry;
  private final List<ReadinessCheck> checks;
  private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();

  /**
   * Routes over a registry and checks.
   *
   * @param registry what {@code /metrics} shows
   * @param checks what {@code /health/ready} asks, in this order
   */
  public ManagementRoutes(PrometheusRegistry registry, List<ReadinessCheck> checks) {
    this.registry = registry;
    this.checks = List.copyOf(checks);
  }

  /** The rows of the route table. */
  public List<Route> routes() {
    return List.of(
        new Route(Method.GET, "/metrics", "metrics", this::metrics),
        new Route(Method.GET, "/health/live", "health.live", ManagementRoutes::live),
        new Route(Method.GET, "/health/ready", "health.ready", this::ready));
  }

  private Response metrics(Request request) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream(16 << 10);
    writer.write(text, registry.scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
    return Response.bytes(writer.getContentType(), text.toByteArray());
  }

  private static Response live(Request request) {
    return Response.ok(Json.emptyObject().put("status", "up"));
  }

  private Response ready(Request request) {
    ObjectNode states = Json.emptyObject();
    boolean ready = true;
    for (ReadinessCheck check : checks) {
      boolean holds = holds(check);
      states.put(check.name(), holds ? "up" : "down");
      ready &= holds;
    }
    ObjectNode body = Json.emptyObject().put("status", ready ? "up" : "down");
    body.set("checks", states);
    return Response.json(ready ? 200 : 503, body);
  }

  private static boolean holds(ReadinessCheck check) {
    try {
      return check.ready().getAsBoolean();
    } catch (RuntimeException e) {
      LOG.atWarn().addKeyValue("check", check.name()).setCause(e).log("readiness check failed");
      return false;
    }
  }
}
