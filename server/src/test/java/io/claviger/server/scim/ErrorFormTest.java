package io.claviger.server.scim;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.http.HttpLimits;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whatever goes wrong below {@code /scim/v2} is told as RFC 7644 section 3.12 has it. */
class ErrorFormTest {
  private static final TestServer SERVER = TestServer.start();

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static void requireForm(Answer answer, int status, String about) {
    assertThat(answer.status()).as(about).isEqualTo(status);
    assertThat(answer.response().headers().firstValue("Content-Type"))
        .as(about)
        .contains("application/scim+json");
    requireForm(answer.body(), status, about);
  }

  private static void requireForm(JsonNode body, int status, String about) {
    assertThat(body.propertyNames())
        .as(about)
        .contains("schemas", "status", "detail")
        .doesNotContain("type", "message");
    assertThat(body.get("schemas").get(0).stringValue())
        .isEqualTo("urn:ietf:params:scim:api:messages:2.0:Error");
    assertThat(body.get("status").stringValue()).as(about).isEqualTo(Integer.toString(status));
  }

  /** No such endpoint is 404 here; the rest of the interface says 405 of both (ERR-2). */
  @Test
  void whatIsNotMappedIsToldInForm() {
    Tenant tenant = new Tenant(SERVER, "unmapped");
    for (String path : List.of("", "/", "/Nothing", "/Users/", "/Users/a/b", "/Users/a/b/c")) {
      requireForm(tenant.scim("GET", path), 404, path);
    }
    for (String method : List.of("PUT", "PATCH", "DELETE")) {
      Answer refused = tenant.scim(method, "/Users");
      requireForm(refused, 405, method);
      assertThat(refused.response().headers().firstValue("Allow"))
          .hasValueSatisfying(allowed -> assertThat(allowed).contains("GET").contains("POST"));
    }
    requireForm(tenant.scim("POST", "/Me", "{}"), 405, "POST /Me");
    requireForm(tenant.scim("GET", "/Bulk"), 405, "GET /Bulk");
    requireForm(SERVER.send("GET", "/scim/v2/Nothing", ""), 404, "without a token");
    Answer outside = SERVER.send("GET", "/scim/v3/Users", tenant.token);
    assertThat(outside.status()).isEqualTo(405);
    assertThat(outside.body().has("message")).isTrue();
  }

  @Test
  void whatIsRefusedOnTheWayIsToldInForm() throws IOException {
    Tenant tenant = new Tenant(SERVER, "onTheWay");
    requireForm(SERVER.send("GET", "/scim/v2/Users", ""), 401, "no token");
    requireForm(SERVER.send("GET", "/scim/v2/Users", "pat_x_y"), 401, "no such token");
    String reader = tenant.newToken("um:read");
    requireForm(
        SERVER.send("POST", "/scim/v2/Users", reader, Tenant.user("a@b.example")), 403, "scope");
    requireForm(tenant.scim("POST", "/Users", "{\"userName\":"), 400, "broken JSON");
    requireForm(tenant.scim("POST", "/Users", "[1]"), 400, "an array");
    for (String path : new String[] {"/Users?filter=%zz", "/Users/%zz", "/Users//x", "/../Users"}) {
      String request =
          """
          GET /scim/v2%s HTTP/1.1
          Host: x
          Authorization: Bearer %s
          Connection: close

          """
              .formatted(path, tenant.token);
      requireForm(raw(400, request.replace("\n", "\r\n")), 400, path);
    }
  }

  @Test
  void otherContentTypesAreRefusedInForm() throws IOException {
    Tenant tenant = new Tenant(SERVER, "types");
    String user = Tenant.user("t@types.example");
    for (String type :
        List.of("text/plain", "application/xml", "application/json; charset=latin1", "x")) {
      JsonNode body =
          raw(
              415,
              """
              POST /scim/v2/Users HTTP/1.1
              Host: x
              Connection: close
              Authorization: Bearer %s
              Content-Type: %s
              Content-Length: %d

              """
                      .formatted(tenant.token, type, user.length())
                      .replace("\n", "\r\n")
                  + user);
      requireForm(body, 415, type);
    }
    assertThat(tenant.scim("GET", "/Users?count=0").body().get("totalResults").intValue())
        .isEqualTo(1);
  }

  /** The library refuses these before they reach a route. */
  @Test
  void whatNeverReachesARouteIsToldInForm() throws IOException {
    requireForm(
        raw(
            413,
            """
            POST /scim/v2/Bulk HTTP/1.1
            Host: x
            Content-Type: application/json
            Content-Length: %d

            """
                .formatted(HttpLimits.DEFAULT.bodyBytes() + 1L)
                .replace("\n", "\r\n")),
        413,
        "too long");
    requireForm(
        raw(
            400,
            """
            GET /scim/v2/Users HTTP/1.1
            Host: x
            Authorization: a
            Authorization: b
            Connection: close

            """
                .replace("\n", "\r\n")),
        400,
        "two credentials");
  }

  private static JsonNode raw(int status, String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), SERVER.wiring().apiPort())) {
      socket.setSoTimeout(5_000);
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.UTF_8));
      out.flush();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
      assertThat(answer).containsIgnoringCase("content-type: application/scim+json");
      String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
      return JsonMapper.shared().readTree(body.substring(body.indexOf('{')));
    }
  }

  /** A fault of ours tells nothing, and tells it in form. */
  @Test
  void aFaultIsToldInForm() {
    try (TestServer server = TestServer.start()) {
      Tenant tenant = new Tenant(server, "fault");
      server
          .wiring()
          .database()
          .run(transaction ->
              transaction.handle().execute("ALTER TABLE tenant_user RENAME TO gone"));
      Answer fault = tenant.scim("GET", "/Users");
      requireForm(fault, 500, "fault");
      assertThat(fault.response().body()).doesNotContain("tenant_user").doesNotContain("SQL");
    }
  }

  /** RFC 7644 section 3.11, LUC-11. */
  @Test
  void meIsWhoMadeTheToken() {
    Tenant tenant = new Tenant(SERVER, "me");
    tenant.newUser("other@me.example");
    Answer me = tenant.scim("GET", "/Me");
    assertThat(me.status()).isEqualTo(200);
    assertThat(me.body().get("userName").stringValue())
        .isEqualToIgnoringCase(tenant.administrator.email());
    String id = me.body().get("id").stringValue();
    assertThat(me.response().headers().firstValue("Location"))
        .hasValueSatisfying(location ->
            assertThat(location)
                .isEqualTo(
                    "http://127.0.0.1:" + SERVER.wiring().apiPort() + "/scim/v2/Users/" + id));
    assertThat(tenant.scim("GET", "/Users/" + id).body()).isEqualTo(me.body());
    String version = me.response().headers().firstValue("ETag").orElseThrow();
    assertThat(tenant.scim("GET", "/Me", "", Map.of("If-None-Match", version)).status())
        .isEqualTo(304);
    assertThat(tenant.scim("GET", "/Me?attributes=userName").body().has("emails")).isFalse();
    String writer = tenant.newToken("um:write");
    requireForm(SERVER.send("GET", "/scim/v2/Me", writer), 403, "without um:read");
  }
}
