package io.claviger.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * AUD-6: no secret is in any column of the logs: passwords, token values, secrets of keys, links of
 * invitations, passwords of dashboards.
 */
class AuditSecretsTest {
  private static final String PASSWORD = "Canary-Password-1 canary";
  private static final String NEW_PASSWORD = "Canary-Password-2 canary";
  private static final String DASHBOARD_PASSWORD = "Canary-Dashboard-3 canary";
  private static final String GARBAGE = "cvu_CanaryGarbageCanaryGarbageCanaryG";

  private final List<String> secrets =
      new ArrayList<>(List.of(PASSWORD, NEW_PASSWORD, DASHBOARD_PASSWORD, GARBAGE));

  private JsonNode ok(Answer answer) {
    assertThat(answer.status()).as("%s", answer.body()).isBetween(200, 201);
    for (String field : List.of("token", "secret")) {
      if (answer.body().path(field).isString()) {
        secrets.add(answer.body().get(field).stringValue());
      }
    }
    return answer.body();
  }

  private static String text(JsonNode object, String field) {
    return object.get(field).stringValue();
  }

  @Test
  void noSecretIsInAnyLog() {
    try (TestServer server = TestServer.start()) {
      String me = use(server);
      server.wiring().use().flush();
      for (String table : List.of("change_log", "credential_usage", "refusal", "credential_use")) {
        String all = dump(server, table);
        assertThat(all).as(table).contains("=");
        for (String secret : secrets) {
          // Not only the whole: the random part of a token without its prefix, too.
          String telling = secret.startsWith("cv") ? secret.substring(4, 20) : secret;
          assertThat(all.contains(telling)).as("%s in %s", secret, table).isFalse();
        }
      }
      assertThat(dump(server, "change_log"))
          .contains("applicationKeys.post", "me.changePassword", "org.inviteMember");
      assertThat(dump(server, "credential_usage")).contains("no_credential", "unknown");
      JsonNode list = ok(server.send("GET", "/me/audit-logs", me));
      for (JsonNode item : list.get("items")) {
        JsonNode entry = ok(server.send("GET", "/me/audit-logs/" + text(item, "id"), me));
        secrets.forEach(secret -> assertThat(entry.toString()).doesNotContain(secret));
      }
      assertThat(list.get("items").size()).isGreaterThan(5);
    }
  }

  /** Does whatever has a secret; the session at the end. */
  private String use(TestServer server) {
    String me =
        text(
            ok(
                server.send(
                    "POST",
                    "/users",
                    "",
                    "{\"email\":\"a@example.com\",\"password\":\"%s\",\"firstName\":\"A\",\"lastName\":\"B\"}"
                        .formatted(PASSWORD))),
            "token");
    ok(
        server.send(
            "POST",
            "/auth/user",
            "",
            "{\"email\":\"a@example.com\",\"password\":\"%s\"}".formatted(PASSWORD)));
    me =
        text(
            ok(
                server.send(
                    "PATCH",
                    "/me/changePassword",
                    me,
                    "{\"password\":\"%s\",\"newPassword\":\"%s\"}"
                        .formatted(PASSWORD, NEW_PASSWORD))),
            "token");
    ok(server.send("GET", "/me/refreshToken", me));
    ok(server.send("POST", "/me/tokens", me, "{\"name\":\"t\"}"));
    String org = text(ok(server.send("POST", "/orgs", me, "{\"name\":\"O\"}")), "id");
    Answer invited =
        server.send(
            "POST",
            "/orgs/" + org + "/invites",
            me,
            "{\"email\":\"b@example.com\",\"role\":\"view\"}");
    assertThat(invited.status()).as("%s", invited.body()).isEqualTo(200);
    for (String message : server.mailTo("b@example.com")) {
      int start =
          message.indexOf("/account/invitation#token=") + "/account/invitation#token=".length();
      secrets.add(message.substring(start, message.indexOf('&', start)));
    }
    String owner = ",\"orgId\":\"" + org + "\"}";
    ok(
        server.send(
            "POST",
            "/dashboards",
            me,
            "{\"name\":\"D\",\"password\":\"" + DASHBOARD_PASSWORD + "\"" + owner));
    String application =
        text(ok(server.send("POST", "/applications", me, "{\"name\":\"A\"" + owner)), "id");
    String path = "/applications/" + application;
    ok(server.send("POST", path + "/tokens", me, "{\"name\":\"m\"}"));
    JsonNode key = ok(server.send("POST", path + "/keys", me, "{\"filterType\":\"none\"}"));
    String device = server.newDevice(application, "standalone");
    String login = "{\"deviceId\":\"%s\",\"key\":\"%s\",\"secret\":\"%s\"}";
    String session =
        text(
            ok(
                server.send(
                    "POST",
                    "/auth/device",
                    "",
                    login.formatted(device, text(key, "key"), text(key, "secret")))),
            "token");
    server.send(
        "POST",
        "/auth/device",
        "",
        login.formatted(server.newId(), text(key, "key"), text(key, "secret")));
    server.send("GET", path, session);
    server.send("GET", "/me", GARBAGE);
    server.send("GET", "/me", me + "x");
    return me;
  }

  private static String dump(TestServer server, String table) {
    return server
        .wiring()
        .database()
        .read(handle -> {
          List<Map<String, Object>> rows =
              handle.createQuery("SELECT * FROM " + table).mapToMap().list();
          return rows.toString();
        });
  }
}
