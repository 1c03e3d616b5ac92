package io.claviger.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every answer of the edge has, over real sockets. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HttpServerTest {
  private final Queue<String> observed = new ConcurrentLinkedQueue<>();
  private TestServer server;

  @BeforeAll
  void start() {
    server =
        new TestServer(
            HttpLimits.DEFAULT, (route, status, _) -> observed.add(route + " " + status));
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/things/a", "/nothing", "/absent", "/refused", "/broken", "/a%zz", "/things/.."})
  void everyAnswerHasTheSecurityHeaders(String target) throws Exception {
    try (RawHttp raw = server.raw()) {
      RawHttp.Answer answer = raw.send("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n").read();
      assertThat(answer.status()).isNotZero();
      assertSecured(answer.headers());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonsense\r\n\r\n", "GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.1\r\n\r\n"})
  void answersBeforeRoutingHaveTheSecurityHeaders(String request) throws Exception {
    try (RawHttp raw = server.raw()) {
      RawHttp.Answer answer = raw.send(request).read();
      assertThat(answer.status()).isEqualTo(400);
      assertSecured(answer.headers());
      assertThat(answer.body()).startsWith("{\"type\":\"BadRequest\",\"message\":\"");
      assertThat(raw.isClosed()).isTrue();
    }
  }

  private static void assertSecured(Map<String, String> headers) {
    assertThat(headers)
        .containsEntry("server", "Claviger")
        .containsEntry("cache-control", "no-cache, no-store, must-revalidate")
        .containsEntry("pragma", "no-cache")
        .containsEntry("x-content-type-options", "nosniff")
        .containsEntry("x-xss-protection", "0")
        .containsEntry("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'")
        .containsEntry("strict-transport-security", "max-age=31536000")
        .containsEntry("access-control-allow-origin", "*")
        .doesNotContainKey("access-control-allow-credentials")
        .containsKey("x-request-id");
  }

  @Test
  void managementIsNotForPagesOfOtherOrigins() throws Exception {
    try (RawHttp raw = new RawHttp(server.server.managementPort())) {
      RawHttp.Answer answer = raw.send("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n").read();
      assertThat(answer.status()).isEqualTo(204);
      assertThat(answer.headers()).doesNotContainKey("access-control-allow-origin");
      RawHttp.Answer options = raw.send("OPTIONS /metrics HTTP/1.1\r\nHost: x\r\n\r\n").read();
      assertThat(options.status()).isEqualTo(405);
    }
  }

  @Test
  void preflightAllowsTheMethodsAndHeadersOfTheClients() throws Exception {
    HttpResponse<String> answer =
        server.send(
            server
                .request("/things/a")
                .method("OPTIONS", BodyPublishers.noBody())
                .header("Origin", "https://example.org")
                .header("Access-Control-Request-Method", "PATCH"));
    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.headers().firstValue("Access-Control-Allow-Methods"))
        .hasValue("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Headers"))
        .hasValue("Authorization, Content-Type, Accept, Accept-Version, losantdomain");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).hasValue("*");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Credentials")).isEmpty();
  }

  @Test
  void requestIdsDiffer() throws Exception {
    String first = server.get("/nothing").headers().firstValue("X-Request-Id").orElseThrow();
    String second = server.get("/nothing").headers().firstValue("X-Request-Id").orElseThrow();
    assertThat(first).matches("[0-9a-f]{16}").isNotEqualTo(second);
  }

  @Test
  void headAnswersLikeGetWithoutTheBody() throws Exception {
    try (RawHttp raw = server.raw()) {
      RawHttp.Answer get = raw.send("GET /things/a HTTP/1.1\r\nHost: x\r\n\r\n").read();
      RawHttp.Answer head = raw.send("HEAD /things/a HTTP/1.1\r\nHost: x\r\n\r\n").read(false);
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.headers().keySet()).isEqualTo(get.headers().keySet());
      assertThat(head.headers()).containsEntry("content-length", "" + get.body().length());
      // The next answer begins where it must, so no body was sent.
      assertThat(raw.send("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n").read().status())
          .isEqualTo(204);
    }
  }

  @Test
  void noContentHasNoContentLength() throws Exception {
    try (RawHttp raw = server.raw()) {
      RawHttp.Answer answer = raw.send("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n").read();
      assertThat(answer.status()).isEqualTo(204);
      assertThat(answer.headers())
          .doesNotContainKeys("content-length", "transfer-encoding", "content-type");
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws Exception {
    try (RawHttp raw = server.raw()) {
      StringBuilder requests = new StringBuilder();
      for (int i = 0; i < 20; i++) {
        requests
            .append("POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n")
            .append("Content-Length: 8\r\n\r\n")
            .append("{\"n\":%02d}".formatted(i + 10));
      }
      raw.send(requests.toString());
      for (int i = 0; i < 20; i++) {
        assertThat(raw.read().body()).isEqualTo("{\"n\":" + (i + 10) + "}");
      }
    }
  }

  @Test
  void anUnreadBodyDoesNotDisturbTheNextRequest() throws Exception {
    try (RawHttp raw = server.raw()) {
      raw.send("DELETE /things/a HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\n\r\nGET /refused");
      RawHttp.Answer answer = raw.read();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body()).as("ignored (WIR-4)").contains("\"bodyBytes\":0");
      assertThat(raw.send("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n").read().status())
          .isEqualTo(204);
    }
  }

  @Test
  void anEncodedSlashStaysInItsSegment() throws Exception {
    assertThat(server.get("/things/a%2Fb%20c;d=e").body()).contains("\"name\":\"a/b c;d=e\"");
    assertThat(server.get("/files/a%2Fb/c/").body()).contains("\"tail\":\"a/b|c|\"");
  }

  @Test
  void theQueryIsReadAsClientsEncodeIt() throws Exception {
    assertThat(
            server
                .get("/things/a?tagFilter%5B0%5D%5Bkey%5D=k&deviceClass%5B0%5D=system&orgId=")
                .body())
        .contains(
            "\"query\":{\"tagFilter\":[{\"key\":\"k\"}],\"deviceClass\":[\"system\"],\"orgId\":\"\"}");
  }

  @Test
  void aBadTokenGetsTheOneMessageAndAChallenge() throws Exception {
    HttpResponse<String> answer = server.get("/refused");
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body())
        .isEqualTo("{\"type\":\"Unauthorized\",\"message\":\"Invalid access token\"}");
    assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
  }

  @Test
  void anUnknownFailureTellsNothing() throws Exception {
    HttpResponse<String> answer = server.get("/broken");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body())
        .isEqualTo("{\"type\":\"InternalServerError\",\"message\":\"Internal server error\"}");
  }

  @Test
  void unmappedPathsAndMethodsAre405AndNameWhatIsAllowed() throws Exception {
    HttpResponse<String> absent = server.get("/absent");
    assertThat(absent.statusCode()).isEqualTo(405);
    assertThat(absent.body())
        .isEqualTo("{\"type\":\"MethodNotAllowed\",\"message\":\"GET is not allowed\"}");
    HttpResponse<String> put =
        server.send(server.request("/things/a").PUT(BodyPublishers.ofString("{}")));
    assertThat(put.statusCode()).isEqualTo(405);
    assertThat(put.headers().firstValue("Allow")).hasValue("GET, HEAD, DELETE, OPTIONS");
  }

  @Test
  void theObserverSeesRouteNamesOnly() throws Exception {
    server.get("/things/a-private-name");
    server.get("/no/such/path");
    Awaitility.await()
        .untilAsserted(() -> assertThat(observed).contains("thing.get 200", "unmapped 405"));
    assertThat(observed).noneMatch(entry -> entry.contains("private") || entry.contains("such"));
  }

  @Test
  void closingLetsARunningRequestFinish() throws Exception {
    try (TestServer own = new TestServer(HttpLimits.DEFAULT);
        RawHttp idle = own.raw()) {
      assertThat(idle.send("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n").read().status())
          .isEqualTo(204);
      CompletableFuture<HttpResponse<String>> running =
          CompletableFuture.supplyAsync(() -> getUnchecked(own, "/wait"));
      assertThat(own.entered.await(10, TimeUnit.SECONDS)).isTrue();
      CompletableFuture<Void> closed = CompletableFuture.runAsync(own.server::close);
      assertThat(idle.isClosed()).as("idle connections end at once").isTrue();
      assertThat(own.server.isClosing()).isTrue();
      assertThat(running).isNotDone();
      own.release.countDown();
      assertThat(running.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(204);
      closed.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void moreConcurrentRequestsThanTheLimitAreTurnedAway() throws Exception {
    HttpLimits d = HttpLimits.DEFAULT;
    HttpLimits one =
        new HttpLimits(
            d.bodyBytes(),
            d.requestLineBytes(),
            d.headerBytes(),
            d.headTime(),
            d.bodyTime(),
            d.idleTime(),
            d.writeTime(),
            d.connections(),
            1,
            d.shutdownTime());
    try (TestServer own = new TestServer(one)) {
      CompletableFuture<HttpResponse<String>> running =
          CompletableFuture.supplyAsync(() -> getUnchecked(own, "/wait"));
      assertThat(own.entered.await(10, TimeUnit.SECONDS)).isTrue();
      HttpResponse<String> refused = own.get("/nothing");
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.body()).startsWith("{\"type\":\"Unavailable\"");
      own.release.countDown();
      assertThat(running.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(204);
    }
  }

  @Test
  void aConnectionEndsWhenTheClientAsksForIt() throws Exception {
    try (RawHttp raw = server.raw()) {
      raw.send(
          """
          GET /nothing HTTP/1.1
          Host: x
          Connection: close

          GET /refused HTTP/1.1
          Host: x

          """
              .replace("\n", "\r\n"));
      RawHttp.Answer answer = raw.read();
      assertThat(answer.status()).isEqualTo(204);
      assertThat(answer.headers()).containsEntry("connection", "close");
      assertThat(raw.isClosed()).as("what follows is not a request").isTrue();
    }
  }

  private static HttpResponse<String> getUnchecked(TestServer server, String target) {
    try {
      return server.get(target);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
