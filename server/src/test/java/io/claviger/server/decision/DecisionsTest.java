package io.claviger.server.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.scope.Action;
import io.claviger.core.scope.ActionContext;
import io.claviger.core.scope.ActionFlag;
import io.claviger.core.scope.Catalogue;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** {@code POST /decisions}. */
class DecisionsTest {
  private static final TestServer SERVER =
      TestServer.start(Map.of("CLAVIGER_LOGIN_LIMIT", "1000000"));
  private static final AtomicInteger NEXT = new AtomicInteger();

  private final Person person = SERVER.newUser("asked" + NEXT.incrementAndGet() + "@example.com");
  private final String application = SERVER.newApplication(person);
  private final String device = SERVER.newDevice(application, "standalone");

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static Answer ask(String body) {
    return SERVER.send("POST", "/decisions", "", body);
  }

  private static JsonNode decided(String body) {
    Answer answer = ask(body);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static JsonNode decided(String token, String action, String resource) {
    return decided(
        """
        {"credential":{"token":"%s"},"action":"%s","resource":{%s}}\
        """
            .formatted(token, action, resource));
  }

  private String onApplication() {
    return "\"applicationId\":\"" + application + "\"";
  }

  private static void assertDecision(JsonNode decision, int status, String reason) {
    assertThat(decision.get("status").intValue()).as("%s", decision).isEqualTo(status);
    assertThat(decision.get("reason").stringValue()).isEqualTo(reason);
    assertThat(decision.get("allowed").booleanValue()).isEqualTo(status == 200);
  }

  private Answer token(String path, String body) {
    Answer made = SERVER.send("POST", path, person.session(), body);
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    return made;
  }

  private JsonNode key(String body) {
    return token("/applications/" + application + "/keys", body).body();
  }

  private String presented(JsonNode key) {
    return """
    {"key":"%s","secret":"%s","deviceId":"%s"}\
    """
        .formatted(key.get("key").stringValue(), key.get("secret").stringValue(), device);
  }

  @Test
  void everyKindOfCredentialIsKnownByItsHolder() {
    JsonNode session = decided(person.session(), "applicationKeys.get", onApplication());
    assertDecision(session, 200, "ok");
    assertThat(session.get("action").stringValue()).isEqualTo("applicationKeys.get");
    assertHolder(session, "loginSession", "user", person.id());

    Answer user = token("/me/tokens", "{\"name\":\"u\"}");
    JsonNode byUser =
        decided(user.body().get("token").stringValue(), "applicationKeys.get", onApplication());
    assertHolder(byUser, "userToken", "user", person.id());
    assertThat(byUser.at("/credential/id")).isEqualTo(user.body().get("id"));

    Answer program = token("/applications/" + application + "/tokens", "{\"name\":\"a\"}");
    assertHolder(
        decided(program.body().get("token").stringValue(), "applicationKeys.get", onApplication()),
        "applicationToken",
        "application",
        application);

    JsonNode key = key("{}");
    JsonNode byKey = decided("{\"credential\":" + presented(key) + "}");
    assertHolder(byKey, "accessKey", "application", application);
    assertThat(byKey.at("/credential/id")).isEqualTo(key.get("id"));
    assertThat(byKey.has("action")).isFalse();

    String login =
        SERVER.send("POST", "/auth/device", "", presented(key)).body().get("token").stringValue();
    assertHolder(decided(login, "devices.get", onApplication()), "deviceSession", "device", device);
  }

  private static void assertHolder(JsonNode decision, String kind, String type, String owner) {
    assertThat(decision.at("/credential/kind").stringValue()).isEqualTo(kind);
    assertThat(decision.at("/credential/ownerType").stringValue()).isEqualTo(type);
    assertThat(decision.at("/credential/ownerId").stringValue()).isEqualTo(owner);
  }

  @Test
  void aCredentialThatIsNoGoodIsAnAnswerAndNoError() {
    for (String bad :
        List.of("x", "cvu_000000000000000000000000000000000", person.session() + "x")) {
      JsonNode decision = decided(bad, "applicationKeys.get", onApplication());
      assertDecision(decision, 401, "invalid_credential");
      assertThat(decision.has("credential")).isFalse();
    }
    JsonNode stranger =
        decided(
            "{\"credential\":{\"key\":\"%s\",\"secret\":\"%s\",\"deviceId\":\"%s\"}}"
                .formatted("k", "s", "no id"));
    assertDecision(stranger, 401, "invalid_credential");

    Answer token = token("/me/tokens", "{\"name\":\"u\",\"status\":\"inactive\"}");
    JsonNode inactive =
        decided(token.body().get("token").stringValue(), "applicationKeys.get", onApplication());
    assertDecision(inactive, 401, "invalid_credential");
    assertThat(inactive.has("credential")).isFalse();
  }

  @Test
  void scopeRoleAndSightAreToldApart() {
    String reader =
        token("/me/tokens", "{\"name\":\"r\",\"scope\":[\"all.User.read\"]}")
            .body()
            .get("token")
            .stringValue();
    assertDecision(
        decided(reader, "applicationKeys.post", onApplication()), 403, "insufficient_scope");
    String viewer =
        token("/me/tokens", "{\"name\":\"v\",\"defaultRole\":\"view\"}")
            .body()
            .get("token")
            .stringValue();
    assertDecision(
        decided(viewer, "applicationKeys.post", onApplication()), 403, "insufficient_role");
    assertDecision(decided(viewer, "applicationKeys.get", onApplication()), 200, "ok");
    Person other = SERVER.newUser("other" + NEXT.incrementAndGet() + "@example.com");
    JsonNode unseen = decided(other.session(), "applicationKeys.get", onApplication());
    assertDecision(unseen, 404, "not_found");
    assertThat(unseen.has("credential")).isTrue();
  }

  @Test
  void whatIsMadeInAnOwnerIsAskedThere() {
    String viewer =
        token("/me/tokens", "{\"name\":\"v\",\"defaultRole\":\"view\"}")
            .body()
            .get("token")
            .stringValue();
    assertDecision(decided(person.session(), "applications.post", ""), 200, "ok");
    assertDecision(decided(viewer, "applications.post", ""), 403, "insufficient_role");
    String nowhere = "\"orgId\":\"" + SERVER.newId() + "\"";
    assertDecision(decided(person.session(), "applications.post", nowhere), 404, "not_found");
  }

  @Test
  void aKeyMayBeAskedWhatItsDeviceMayDo() {
    String other = SERVER.newDevice(application, "system");
    JsonNode key = key("{\"deviceIds\":[\"" + device + "\"]}");
    String form = "{\"credential\":%s,\"action\":\"%s\",\"resource\":{%s,\"deviceId\":\"%s\"}}";
    assertDecision(
        decided(form.formatted(presented(key), "device.sendState", onApplication(), device)),
        200,
        "ok");
    assertDecision(
        decided(form.formatted(presented(key), "device.get", onApplication(), other)),
        404,
        "not_found");
    assertDecision(
        decided(form.formatted(presented(key), "device.delete", onApplication(), device)),
        403,
        "insufficient_scope");
  }

  @Test
  void theAddressIsTheOneInTheQuestion() {
    JsonNode key = key("{\"addressFilterType\":\"whitelist\",\"addresses\":[\"2001:db8::/32\"]}");
    String form = "{\"credential\":%s%s}";
    assertDecision(
        decided(form.formatted(presented(key), ",\"address\":\"2001:db8::17\"")), 200, "ok");
    assertDecision(
        decided(form.formatted(presented(key), ",\"address\":\"192.0.2.1\"")),
        401,
        "address_refused");
    assertDecision(decided(form.formatted(presented(key), "")), 401, "address_refused");
    Answer malformed = ask(form.formatted(presented(key), ",\"address\":\"somewhere\""));
    assertThat(malformed.status()).isEqualTo(400);
    assertThat(malformed.body().get("message").stringValue()).startsWith("address must");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"credential":{"token":"x"}}                                                | action is required
          {"credential":{"token":"x"},"action":"no.such"}                             | action is not in the catalogue
          {"credential":{"token":"x"},"action":"applicationKeys.get"}                 | resource.applicationId is required
          {"credential":{"token":"x"},"action":"device.get","resource":{"applicationId":"6a1f0c2e9b4d7a5c3e8f1001"}} | resource.deviceId is required
          {"credential":{"token":"x"},"action":"me.get","resource":{"orgId":"6a1f0c2e9b4d7a5c3e8f1001"}} | resource.orgId is no part of me.get
          {"credential":{"token":"x"},"action":"applications.get","resource":{"orgId":"6a1f0c2e9b4d7a5c3e8f1001"}} | resource.orgId is no part
          {"credential":{"key":"k","secret":"s","deviceId":"d"},"resource":{"applicationId":"6a1f0c2e9b4d7a5c3e8f1001"}} | action is required
          {"credential":{"token":"x"},"action":"me.get","resource":{"applicationId":"x"}} | resource.applicationId must be
          {"credential":{"token":"x"},"action":"me.get","userAgent":"x"}              | userAgent is not
          """)
  void aQuestionThatMakesNoSenseIsRefused(String body, String message) {
    Answer refused = ask(body);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.body().get("message").stringValue()).startsWith(message);
  }

  /**
   * For every action of the catalogue: what is decided is what the API answers. Whoever is let
   * through may still be told that there is no such child, or that it is not built.
   */
  @ParameterizedTest
  @ValueSource(strings = {"all.User.read", "all.Application.read", "applicationKeys.get", "nobody"})
  void theDecisionIsWhatTheApiAnswers(String scope) {
    String token =
        switch (scope) {
          case "nobody" -> "nobody";
          case "all.Application.read" ->
              token(
                      "/applications/" + application + "/tokens",
                      "{\"name\":\"x\",\"scope\":[\"" + scope + "\"]}")
                  .body()
                  .get("token")
                  .stringValue();
          default ->
              token("/me/tokens", "{\"name\":\"x\",\"scope\":[\"" + scope + "\"]}")
                  .body()
                  .get("token")
                  .stringValue();
        };
    int compared = 0;
    for (Action action : Catalogue.standard().actions()) {
      if (action.context() == ActionContext.PUBLIC || action.has(ActionFlag.SSE)) {
        continue;
      }
      int decided = decided(token, action.id(), resource(action.path())).get("status").intValue();
      int answered = request(action, token).status();
      if (decided == 200) {
        assertThat(answered).as(action.id()).isNotIn(Set.of(401, 403));
      } else {
        assertThat(answered).as(action.id()).isEqualTo(decided);
      }
      compared++;
    }
    assertThat(compared).isGreaterThan(350);
  }

  private Answer request(Action action, String token) {
    String path =
        action
            .path()
            .replace("{applicationId}", application)
            .replace("{deviceId}", device)
            .replaceAll("\\{[^}]*}", "6a1f0c2e9b4d7a5c3e8f1001");
    return SERVER.send(
        action.method(), path, token, action.method().equals("GET") ? "" : "{\"no\":\"such\"}");
  }

  private String resource(String path) {
    if (path.contains("{instanceId}")) {
      return "";
    }
    StringBuilder resource = new StringBuilder();
    if (path.contains("{applicationId}")) {
      resource.append(onApplication());
    } else if (path.contains("{orgId}")) {
      resource.append("\"orgId\":\"6a1f0c2e9b4d7a5c3e8f1001\"");
    }
    if (path.contains("{dashboardId}")) {
      resource
          .append(resource.isEmpty() ? "" : ",")
          .append("\"dashboardId\":\"6a1f0c2e9b4d7a5c3e8f1001\"");
    }
    if (path.contains("{deviceId}")) {
      resource.append(",\"deviceId\":\"").append(device).append("\"");
    }
    return resource.toString();
  }
}
