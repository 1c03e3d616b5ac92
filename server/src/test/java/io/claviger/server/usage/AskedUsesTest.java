package io.claviger.server.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What a gateway asks about is a use of the credential that a client has shown to it. */
class AskedUsesTest {
  private static final TestServer SERVER =
      TestServer.start(Map.of("CLAVIGER_LOGIN_LIMIT", "100000"));

  private final Person ada = SERVER.newUser(SERVER.newId() + "@example.com");
  private final String application = SERVER.newApplication(ada);

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private JsonNode post(String path, String json) {
    Answer made = SERVER.send("POST", path, ada.session(), json);
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    return made.body();
  }

  private JsonNode get(String path) {
    SERVER.wiring().use().flush();
    Answer answer = SERVER.send("GET", path, ada.session());
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static JsonNode ask(String asker, String credential, String rest) {
    Answer answer =
        SERVER.send(
            "POST",
            "/decisions",
            asker,
            "{\"credential\":{" + credential + "},\"address\":\"192.0.2.7\"" + rest + "}",
            Map.of("User-Agent", "gateway/1"));
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static String action(String action, String resource) {
    return ",\"action\":\"" + action + "\",\"resource\":{" + resource + "}";
  }

  private static List<String> rows(JsonNode list) {
    return list.get("items")
        .valueStream()
        .map(row ->
            String.join(
                " ",
                row.path("action").asString("-"),
                row.get("outcome").stringValue(),
                row.path("address").asString("-"),
                row.path("userAgent").asString("-"),
                row.path("asked").asBoolean(false) ? "asked" : "used",
                row.get("uses").asString()))
        .sorted()
        .toList();
  }

  @Test
  void aTokenShowsWhatWasAskedAboutIt() {
    JsonNode made = post("/me/tokens", "{\"name\":\"t\",\"scope\":[\"me.get\"]}");
    String path = "/me/tokens/" + made.get("id").stringValue();
    String token = "\"token\":\"" + made.get("token").stringValue() + "\"";
    JsonNode gateway = post("/me/tokens", "{\"name\":\"g\",\"scope\":[\"all.User\"]}");
    String asker = gateway.get("token").stringValue();

    ask(asker, token, action("me.patch", ""));
    assertThat(get(path).has("lastUsed")).isFalse();
    assertThat(ask(asker, token, action("me.get", "")).get("allowed").booleanValue()).isTrue();
    ask("", token, action("me.get", ""));

    JsonNode last = get(path).get("lastUsed");
    assertThat(last.get("address").stringValue()).isEqualTo("192.0.2.7");
    assertThat(last.has("userAgent")).isFalse();
    assertThat(rows(get(path + "/uses")))
        .containsExactly(
            "me.get ok 192.0.2.7 - asked 2", "me.patch scope_missing 192.0.2.7 - asked 1");

    SERVER.send("GET", "/me", made.get("token").stringValue());
    assertThat(rows(get(path + "/uses")))
        .hasSize(3)
        .anyMatch(row -> row.startsWith("me.get ok 127.0.0.1") && row.endsWith("used 1"));
    assertThat(rows(get("/me/tokens/" + gateway.get("id").stringValue() + "/uses")))
        .containsExactly("decisions.post ok 127.0.0.1 gateway/1 used 2");
  }

  /** Attributed as if the client had come itself: to the organization that it was let into. */
  @Test
  void theOrganizationSeesWhatWasAskedAboutIt() {
    String organization = post("/orgs", "{\"name\":\"o\"}").get("id").stringValue();
    String plant = SERVER.newApplication("organization", organization);
    JsonNode made = post("/me/tokens", "{\"name\":\"t\",\"scope\":[\"all.User\"]}");
    String token = "\"token\":\"" + made.get("token").stringValue() + "\"";
    ask("", token, action("application.get", "\"applicationId\":\"" + plant + "\""));

    String id = made.get("id").stringValue();
    JsonNode row =
        get("/orgs/" + organization + "/credentialUses")
            .get("items")
            .valueStream()
            .filter(it -> it.get("credentialId").stringValue().equals(id))
            .findFirst()
            .orElseThrow();
    assertThat(row.get("asked").booleanValue()).isTrue();
    assertThat(row.get("applicationId").stringValue()).isEqualTo(plant);
    assertThat(row.get("orgId").stringValue()).isEqualTo(organization);
  }

  @Test
  void aKeyShowsLogInsAndDeedsThatWereAskedAbout() {
    String device = SERVER.newDevice(application, "standalone");
    String keys = "/applications/" + application + "/keys";
    JsonNode made = post(keys, "{}");
    String key =
        "\"key\":\"%s\",\"secret\":\"%%s\",\"deviceId\":\"%s\""
            .formatted(made.get("key").stringValue(), device);
    String right = key.formatted(made.get("secret").stringValue());
    String place = "\"applicationId\":\"" + application + "\"";

    ask("", key.formatted("0".repeat(64)), "");
    assertThat(get(keys + "/" + made.get("id").stringValue()).has("lastUsed")).isFalse();
    ask("", right, "");
    ask("", right, action("device.get", place + ",\"deviceId\":\"" + device + "\""));
    ask("", right, action("application.patch", place));

    JsonNode shown = get(keys + "/" + made.get("id").stringValue());
    assertThat(shown.get("lastUsed").get("address").stringValue()).isEqualTo("192.0.2.7");
    assertThat(rows(get(keys + "/" + made.get("id").stringValue() + "/uses")))
        .containsExactlyInAnyOrder(
            "application.patch scope_missing 192.0.2.7 - asked 1",
            "auth.authenticateDevice wrong_secret 192.0.2.7 - asked 1",
            "auth.authenticateDevice ok 192.0.2.7 - asked 1",
            "device.get ok 192.0.2.7 - asked 1");
  }

  @Test
  void whatDoesNotExistIsCountedByItsAddressAlone() {
    String secret = "cvu_" + "a".repeat(33);
    ask("", "\"token\":\"" + secret + "\"", action("me.get", ""));
    SERVER.wiring().use().flush();
    List<String> unknown =
        SERVER
            .wiring()
            .database()
            .read(handle ->
                handle
                    .createQuery(
                        "SELECT COALESCE(action, '-') || ' ' || address || ' ' || outcome"
                            + " FROM credential_usage"
                            + " WHERE credential_kind = 'unknown' AND asked = 1")
                    .mapTo(String.class)
                    .list());
    assertThat(unknown).hasSize(1).allMatch(row -> row.startsWith("- 192.0.2.7 "));
  }

  @Test
  void nothingIsPutDownWhereNothingIsToBeKept() {
    try (TestServer server = TestServer.start(Map.of("CLAVIGER_USE_LOG_DAYS", "0"))) {
      Person ben = server.newUser("ben@example.com");
      JsonNode made = server.send("POST", "/me/tokens", ben.session(), "{\"name\":\"t\"}").body();
      server.send(
          "POST",
          "/decisions",
          "",
          "{\"credential\":{\"token\":\"%s\"},\"action\":\"me.get\",\"resource\":{}}"
              .formatted(made.get("token").stringValue()));
      server.wiring().use().flush();
      String path = "/me/tokens/" + made.get("id").stringValue();
      assertThat(server.send("GET", path, ben.session()).body().has("lastUsed")).isFalse();
      assertThat(server.send("GET", path + "/uses", ben.session()).body().get("totalCount").asInt())
          .isZero();
    }
  }
}
