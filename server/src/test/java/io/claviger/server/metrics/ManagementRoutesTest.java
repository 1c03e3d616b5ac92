package io.claviger.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.http.HttpAddress;
import io.claviger.server.http.HttpLimits;
import io.claviger.server.http.HttpServer;
import io.claviger.server.http.Method;
import io.claviger.server.http.Response;
import io.claviger.server.http.Route;
import io.claviger.server.http.Router;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ManagementRoutesTest {
  private final AtomicBoolean database = new AtomicBoolean(true);
  private final AtomicBoolean fails = new AtomicBoolean();
  private final HttpClient client = HttpClient.newHttpClient();
  private HttpServer server;

  @BeforeEach
  void start() {
    PrometheusRegistry registry = Metrics.newRegistry();
    server =
        HttpServer.start(
            new HttpAddress("127.0.0.1", 0),
            new Router(
                List.of(new Route(Method.GET, "/t/{id}", "token.get", _ -> Response.noContent()))),
            new HttpAddress("127.0.0.1", 0),
            new Router(new ManagementRoutes(registry, checks()).routes()),
            HttpLimits.DEFAULT,
            new RequestMetrics(registry),
            new Random(1));
  }

  private List<ReadinessCheck> checks() {
    return List.of(
        new ReadinessCheck("database", database::get),
        new ReadinessCheck("revocation", this::failing));
  }

  private boolean failing() {
    if (fails.get()) {
      throw new IllegalStateException("cannot tell");
    }
    return true;
  }

  @AfterEach
  void stop() {
    server.close();
    client.close();
  }

  private HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build();
    return client.send(request, BodyHandlers.ofString());
  }

  @Test
  void requestsAreCountedByRouteAndStatusClass() throws Exception {
    get(server.apiPort(), "/t/a-private-id");
    get(server.apiPort(), "/t/another");
    get(server.apiPort(), "/no/such/path");
    Awaitility.await()
        .untilAsserted(() ->
            assertThat(get(server.managementPort(), "/metrics").body())
                .contains(
                    "claviger_http_request_duration_seconds_count"
                        + "{route=\"token.get\",status=\"2xx\"} 2")
                .contains(
                    "claviger_http_request_duration_seconds_count"
                        + "{route=\"unmapped\",status=\"4xx\"} 1")
                .contains("jvm_memory_used_bytes")
                .doesNotContain("private"));
    assertThat(get(server.managementPort(), "/metrics").headers().firstValue("Content-Type"))
        .hasValue("text/plain; version=0.0.4; charset=utf-8");
  }

  @Test
  void readyWhenEveryCheckHolds() throws Exception {
    HttpResponse<String> ready = get(server.managementPort(), "/health/ready");
    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(ready.body())
        .isEqualTo("{\"status\":\"up\",\"checks\":{\"database\":\"up\",\"revocation\":\"up\"}}");
  }

  @Test
  void notReadyWhenACheckDoesNotHoldOrFails() throws Exception {
    database.set(false);
    fails.set(true);
    HttpResponse<String> ready = get(server.managementPort(), "/health/ready");
    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(ready.body())
        .isEqualTo(
            "{\"status\":\"down\",\"checks\":{\"database\":\"down\",\"revocation\":\"down\"}}");
    assertThat(get(server.managementPort(), "/health/live").statusCode()).isEqualTo(200);
  }

  @Test
  void managementIsNotOnTheApiPort() throws Exception {
    assertThat(get(server.apiPort(), "/metrics").statusCode()).isEqualTo(405);
  }
}
