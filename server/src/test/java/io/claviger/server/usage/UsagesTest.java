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

/**
 * The use of credentials, and refusals that can be looked up, over HTTP (AUD-5, ERR-3 to ERR-5).
 */
class UsagesTest {
  private static final TestServer SERVER = TestServer.start();
  private static final String ABSENT = "0123456789abcdef01234567";

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private final Person ada = SERVER.newUser(SERVER.newId() + "@example.com");
  private final Person eve = SERVER.newUser(SERVER.newId() + "@example.com");

  private static JsonNode ok(Answer answer) {
    assertThat(answer.status()).as("%s", answer.body()).isBetween(200, 201);
    return answer.body();
  }

  private static JsonNode post(String path, String token, String json) {
    return ok(SERVER.send("POST", path, token, json));
  }

  private static JsonNode get(String path, String token) {
    SERVER.wiring().use().flush();
    return ok(SERVER.send("GET", path, token));
  }

  private static Answer from(String agent, String path, String token) {
    return SERVER.send("GET", path, token, "", Map.of("User-Agent", agent));
  }

  private static String challenge(Answer answer) {
    return answer.response().headers().firstValue("WWW-Authenticate").orElse("");
  }

  private static String requestId(Answer answer) {
    return answer.response().headers().firstValue("X-Request-Id").orElseThrow();
  }

  private static List<String> rows(JsonNode list) {
    return list.get("items")
        .valueStream()
        .map(row ->
            row.path("action").asString("-")
                + " "
                + row.get("outcome").stringValue()
                + " "
                + row.path("userAgent").asString("-")
                + " "
                + row.get("uses").intValue())
        .toList();
  }

  /** Who may not keep addresses of clients keeps none. */
  @Test
  void nothingIsPutDownWhereNothingIsToBeKept() {
    try (TestServer server = TestServer.start(Map.of("CLAVIGER_USE_LOG_DAYS", "0"))) {
      Person ada = server.newUser("ada@example.com");
      JsonNode made =
          ok(
              server.send(
                  "POST", "/me/tokens", ada.session(), "{\"name\":\"t\",\"scope\":[\"me.get\"]}"));
      String token = made.get("token").stringValue();
      assertThat(server.send("GET", "/me", token).status()).isEqualTo(200);
      Answer refused = server.send("GET", "/me/tokens", token);
      assertThat(refused.status()).isEqualTo(403);
      server.send("GET", "/me", "cvu_nothing");
      server.wiring().use().flush();
      String path = "/me/tokens/" + made.get("id").stringValue();
      assertThat(ok(server.send("GET", path, ada.session())).has("lastUsed")).isFalse();
      assertThat(ok(server.send("GET", path + "/uses", ada.session())).get("totalCount").intValue())
          .isZero();
      assertThat(server.send("GET", "/me/decisions/" + requestId(refused), ada.session()).status())
          .isEqualTo(404);
    }
  }

  @Test
  void aTokenInTheNameOfAProgramIsNotKept() {
    JsonNode made = post("/me/tokens", ada.session(), "{\"name\":\"t\",\"scope\":[\"me.get\"]}");
    String path = "/me/tokens/" + made.get("id").stringValue();
    String token = made.get("token").stringValue();

    from("robot/1 " + token, "/me", token);
    from("robot/1 " + token, "/me/tokens", token);

    String shown = get(path, ada.session()) + "" + get(path + "/uses", ada.session());
    assertThat(shown).contains("robot/1 cvu_***").doesNotContain(token);
  }

  @Test
  void aTokenShowsWhatItWasUsedFor() {
    JsonNode made = post("/me/tokens", ada.session(), "{\"name\":\"t\",\"scope\":[\"me.get\"]}");
    String path = "/me/tokens/" + made.get("id").stringValue();
    String token = made.get("token").stringValue();
    assertThat(made.has("lastUsed")).isFalse();
    assertThat(get(path, ada.session()).has("lastUsed")).isFalse();

    from("robot/1", "/me", token);
    from("robot/1", "/me", token);
    from("robot/2", "/me", token);
    from("robot/2", "/me/tokens", token);
    assertThat(
            SERVER.send("GET", path, ada.session()).body().at("/lastUsed/userAgent").stringValue())
        .as("at once, before it is written")
        .isEqualTo("robot/2");

    JsonNode uses = get(path + "/uses?sortField=uses", ada.session());
    assertThat(rows(uses).getFirst()).isEqualTo("me.get ok robot/1 2");
    assertThat(rows(uses))
        .containsExactlyInAnyOrder(
            "me.get ok robot/1 2",
            "me.get ok robot/2 1",
            "userApiTokens.get scope_missing robot/2 1");
    assertThat(uses.at("/items/0/address").stringValue()).isEqualTo("127.0.0.1");
    assertThat(uses.at("/items/0/credentialKind").stringValue()).isEqualTo("userToken");
    JsonNode listed = get("/me/tokens", ada.session());
    assertThat(listed.at("/items/0/lastUsed/address").stringValue()).isEqualTo("127.0.0.1");

    ok(SERVER.send("PATCH", path, ada.session(), "{\"status\":\"inactive\"}"));
    from("robot/3", "/me", token);
    assertThat(rows(get(path + "/uses", ada.session())))
        .contains("me.get credential_inactive robot/3 1");
    assertThat(SERVER.send("GET", path + "/uses", eve.session()).response().body())
        .isEqualTo(
            SERVER.send("GET", "/me/tokens/" + ABSENT + "/uses", eve.session()).response().body());
    assertThat(SERVER.send("GET", path + "/uses?sortField=name", ada.session()).status())
        .isEqualTo(400);
  }

  @Test
  void anAccessKeyShowsTheLogInsOfDevices() {
    String application = SERVER.newApplication(ada);
    String device = SERVER.newDevice(application, "standalone");
    String keys = "/applications/" + application + "/keys";
    JsonNode key = post(keys, ada.session(), "{\"filterType\":\"none\"}");
    String path = keys + "/" + key.get("id").stringValue();
    String login =
        "{\"deviceId\":\"%s\",\"key\":\"%s\",\"secret\":\"%s\"}"
            .formatted(device, key.get("key").stringValue(), key.get("secret").stringValue());
    post("/auth/device", "", login);
    Answer wrong = SERVER.send("POST", "/auth/device", "", login.replace(device, SERVER.newId()));
    assertThat(wrong.status()).isEqualTo(401);
    JsonNode uses = get(path + "/uses", ada.session());
    assertThat(uses.get("items").valueStream().map(row -> row.get("outcome").stringValue()))
        .containsExactlyInAnyOrder("ok", "device_cannot_authenticate");
    assertThat(get(path, ada.session()).at("/lastUsed/time").stringValue()).isNotBlank();
    assertThat(get(keys, ada.session()).at("/items/0/lastUsed/address").stringValue())
        .isEqualTo("127.0.0.1");
    assertThat(get("/me/decisions/" + requestId(wrong), ada.session()).get("reason").stringValue())
        .isEqualTo("device_cannot_authenticate");
    assertThat(SERVER.send("GET", "/me/decisions/" + requestId(wrong), eve.session()).status())
        .isEqualTo(404);
  }

  /** The administrator sees what happened in the organization, and nothing of any other. */
  @Test
  void anOrganizationSeesItsOwn() {
    String org = post("/orgs", ada.session(), "{\"name\":\"Ours\"}").get("id").stringValue();
    String foreign = post("/orgs", eve.session(), "{\"name\":\"Theirs\"}").get("id").stringValue();
    String application = SERVER.newApplication("organization", org);
    JsonNode machine =
        post("/applications/" + application + "/tokens", ada.session(), "{\"name\":\"m\"}");
    String token = machine.get("token").stringValue();
    from("machine", "/applications/" + application, token);
    from("machine", "/applications/" + SERVER.newApplication("organization", foreign), token);
    from("stranger", "/orgs/" + org, eve.session());
    from("stranger", "/applications/" + application, eve.session());

    String log = "/orgs/" + org + "/credentialUses";
    List<String> seen = rows(get(log, ada.session()));
    assertThat(seen).contains("application.get ok machine 1", "application.get unseen machine 1");
    assertThat(seen).noneMatch(row -> row.contains("stranger"));
    assertThat(rows(get("/orgs/" + foreign + "/credentialUses", eve.session())))
        .noneMatch(row -> row.contains("machine"));
    String id = machine.get("id").stringValue();
    assertThat(rows(get(log + "?credentialId=" + id + "&outcome=ok", ada.session())))
        .containsExactly("application.get ok machine 1");
    assertThat(rows(get("/applications/" + application + "/tokens/" + id + "/uses", ada.session())))
        .hasSize(2);
    assertThat(SERVER.send("GET", log, eve.session()).status()).isEqualTo(404);
    assertThat(SERVER.send("GET", log + "?credentialId=x", ada.session()).status()).isEqualTo(400);
    assertThat(SERVER.send("GET", log + "?outcome=%27", ada.session()).status()).isEqualTo(400);
  }

  /** RFC 6750 section 3: what is wrong with the token, and which scope would do. */
  @Test
  void refusalsSayWhichScopeWouldDo() {
    assertThat(challenge(SERVER.send("GET", "/me", ""))).isEqualTo("Bearer");
    assertThat(challenge(SERVER.send("GET", "/me", "", "", Map.of("Authorization", "Basic eA=="))))
        .isEqualTo("Bearer");
    assertThat(challenge(SERVER.send("GET", "/me", "nonsense")))
        .isEqualTo("Bearer error=\"invalid_token\"");

    String narrow =
        post("/me/tokens", ada.session(), "{\"name\":\"n\",\"scope\":[\"me.get\"]}")
            .get("token")
            .stringValue();
    assertThat(challenge(SERVER.send("GET", "/me/tokens", narrow)))
        .isEqualTo("Bearer error=\"insufficient_scope\", scope=\"userApiTokens.get\"");
    String application = SERVER.newApplication(ada);
    String expected = "Bearer error=\"insufficient_scope\", scope=\"applicationKeys.get\"";
    for (String id : List.of(application, ABSENT, "zz")) {
      assertThat(challenge(SERVER.send("GET", "/applications/" + id + "/keys", narrow)))
          .as("says nothing of whether the place exists")
          .isEqualTo(expected);
    }
    assertThat(challenge(SERVER.send("GET", "/applications/" + application + "/readme", narrow)))
        .isEqualTo("Bearer error=\"insufficient_scope\", scope=\"application.get\"");
    String machine =
        post(
                "/applications/" + application + "/tokens",
                ada.session(),
                "{\"name\":\"m\",\"scope\":[\"device.get\"]}")
            .get("token")
            .stringValue();
    assertThat(challenge(SERVER.send("GET", "/me", machine)))
        .as("no scope that such a token can have")
        .isEqualTo("Bearer error=\"insufficient_scope\"");
    Answer unseen = SERVER.send("GET", "/applications/" + application, eve.session());
    assertThat(unseen.status()).isEqualTo(404);
    assertThat(challenge(unseen)).isEmpty();
    String viewer =
        post("/me/tokens", ada.session(), "{\"name\":\"v\",\"defaultRole\":\"view\"}")
            .get("token")
            .stringValue();
    Answer low = SERVER.send("DELETE", "/applications/" + application, viewer);
    assertThat(low.status()).isEqualTo(403);
    assertThat(challenge(low)).isEmpty();
  }

  /** The headers of a 404 do not tell what is absent from what is hidden. */
  @Test
  void hiddenAndAbsentHaveTheSameHeaders() {
    String application = SERVER.newApplication(ada);
    Answer hidden = SERVER.send("GET", "/applications/" + application, eve.session());
    Answer absent = SERVER.send("GET", "/applications/" + ABSENT, eve.session());
    assertThat(hidden.response().body()).isEqualTo(absent.response().body());
    assertThat(hidden.response().headers().map().keySet())
        .isEqualTo(absent.response().headers().map().keySet());
  }

  /** A refusal is explained to the owner of the credential and to the organization it is in. */
  @Test
  void aRefusalCanBeLookedUp() {
    String org = post("/orgs", ada.session(), "{\"name\":\"Ours\"}").get("id").stringValue();
    String application = SERVER.newApplication("organization", org);
    String capped =
        post("/me/tokens", ada.session(), "{\"name\":\"v\",\"defaultRole\":\"view\"}")
            .get("token")
            .stringValue();
    Answer refused = SERVER.send("DELETE", "/applications/" + application, capped);
    for (int i = 0; i < 2; i++) {
      JsonNode found =
          ok(
              SERVER.send(
                  "GET", "/orgs/" + org + "/decisions/" + requestId(refused), ada.session()));
      assertThat(found.get("reason").stringValue()).isEqualTo("role_too_low");
      assertThat(found.get("explanation").stringValue())
          .isEqualTo("This needs the role edit; the credential has view there.");
      assertThat(found.get("status").intValue()).isEqualTo(403);
      assertThat(found.get("applicationId").stringValue()).isEqualTo(application);
      assertThat(ok(SERVER.send("GET", "/me/decisions/" + requestId(refused), ada.session())))
          .isEqualTo(found);
      SERVER.wiring().use().flush();
    }
    String theirs = post("/orgs", eve.session(), "{\"name\":\"Theirs\"}").get("id").stringValue();
    for (String path : List.of("/me", "/orgs/" + theirs)) {
      Answer foreign = SERVER.send("GET", path + "/decisions/" + requestId(refused), eve.session());
      assertThat(foreign.status()).isEqualTo(404);
      assertThat(foreign.response().body())
          .isEqualTo(SERVER.send("GET", path + "/decisions/x", eve.session()).response().body());
    }

    Answer unseen = SERVER.send("GET", "/applications/" + application, eve.session());
    String id = requestId(unseen);
    assertThat(SERVER.send("GET", "/orgs/" + org + "/decisions/" + id, ada.session()).status())
        .as("what a stranger asked stays with the stranger")
        .isEqualTo(404);
    JsonNode own = ok(SERVER.send("GET", "/me/decisions/" + id, eve.session()));
    assertThat(own.has("applicationId")).isFalse();
    assertThat(own.has("orgId")).isFalse();
    Answer absent = SERVER.send("GET", "/applications/" + ABSENT, eve.session());
    assertThat(
            ok(SERVER.send("GET", "/me/decisions/" + requestId(absent), eve.session()))
                .get("explanation"))
        .isEqualTo(own.get("explanation"));
    assertThat(SERVER.send("GET", "/orgs/" + org + "/decisions/" + id, capped).status())
        .isEqualTo(403);
  }
}
