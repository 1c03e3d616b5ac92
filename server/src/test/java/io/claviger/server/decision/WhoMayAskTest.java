package io.claviger.server.decision;

import static io.claviger.server.decision.ExplainWorld.assertAllowed;
import static io.claviger.server.decision.ExplainWorld.assertRefused;
import static io.claviger.server.decision.ExplainWorld.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.change.SubjectType;
import io.claviger.server.api.Wire;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Who learns how much from {@code POST /decisions/explain}, about which moment. */
class WhoMayAskTest {
  private static final TestServer SERVER =
      TestServer.start(Map.of("CLAVIGER_LOGIN_LIMIT", "1000000"));
  private static final ExplainWorld WORLD = new ExplainWorld(SERVER);
  private static final String ADMIN = WORLD.administrator.session();
  private static final String HERE = WORLD.at("applicationId");

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  /** As a credential that never was, byte for byte. */
  private static void assertAbsent(Answer answer) {
    String body =
        WORLD
            .ask(
                ADMIN,
                "{\"credential\":{\"kind\":\"userToken\",\"id\":\"%s\"},\"action\":\"me.get\"}"
                    .formatted(SERVER.newId()))
            .response()
            .body();
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(404);
    assertThat(answer.response().body()).isEqualTo(body);
  }

  private static String value(Person person, String fields) {
    return text(WORLD.userToken(person, fields), "token");
  }

  /** Only with all of the owner's authority: law 1, for what is learnt. */
  @Test
  void aUserTokenIsExplainedToItsOwnerWithFullAuthority() {
    Person member = WORLD.member("\"role\":\"collaborate\"");
    JsonNode token = WORLD.userToken(member, ",\"defaultRole\":\"view\"");
    String question = WORLD.named("userToken", token, "application.patch", HERE);
    assertRefused(WORLD.explained(member.session(), question), "cap");
    assertRefused(WORLD.explained(value(member, ""), question), "cap");
    for (String fields :
        List.of(
            ",\"defaultRole\":\"edit\"",
            ",\"orgRoles\":[{\"orgId\":\"sandbox\",\"role\":\"view\"}]",
            ",\"scope\":[\"all.User.read\"]",
            ",\"scope\":[\"userApiToken.get\"]",
            ",\"status\":\"inactive\"")) {
      assertAbsent(WORLD.ask(value(member, fields), question));
    }
    assertAbsent(WORLD.ask("", question));
    assertAbsent(WORLD.ask("nonsense", question));
    assertAbsent(WORLD.ask(WORLD.person("stranger").session(), question));
    assertAbsent(WORLD.ask(WORLD.member("\"role\":\"edit\"").session(), question));
    // Not under another kind either.
    assertAbsent(
        WORLD.ask(
            member.session(), WORLD.named("applicationToken", token, "application.patch", HERE)));
    assertAbsent(
        WORLD.ask(member.session(), WORLD.named("loginSession", token, "application.patch", HERE)));
  }

  /** About what is in the organization, and nothing of what the token is elsewhere. */
  @Test
  void anAdministratorLearnsWhatATokenIsInTheOrganization() {
    ExplainWorld other = new ExplainWorld(SERVER);
    Person member = WORLD.member("\"role\":\"view\"");
    String roles =
        ",\"orgRoles\":[{\"orgId\":\"sandbox\",\"role\":\"none\"}],\"scope\":[\"all.User.read\"]";
    JsonNode token = WORLD.userToken(member, roles);
    String question = WORLD.named("userToken", token, "application.patch", HERE);
    JsonNode told = WORLD.explained(ADMIN, question);
    assertRefused(told, "scope", "memberRole");
    assertThat(told.toString())
        .doesNotContain("all.User.read")
        .doesNotContain("sandbox")
        .doesNotContain(text(token, "token"));
    assertThat(WORLD.explained(member.session(), question).toString()).contains("all.User.read");
    for (String elsewhere :
        List.of(
            WORLD.named("userToken", token, "application.patch", other.at("applicationId")),
            WORLD.named("userToken", token, "me.get", ""),
            WORLD.named(
                "userToken",
                token,
                "application.get",
                "\"applicationId\":\"%s\"".formatted(SERVER.newApplication(member))),
            WORLD.named(
                "userToken",
                token,
                "application.get",
                "\"applicationId\":\"" + SERVER.newId() + "\""))) {
      assertAbsent(WORLD.ask(ADMIN, elsewhere));
    }
    assertAbsent(WORLD.ask(value(WORLD.administrator, ",\"defaultRole\":\"edit\""), question));
    // What a stranger does there is no matter of the administrators.
    Person stranger = WORLD.person("stranger");
    assertAbsent(
        WORLD.ask(
            ADMIN,
            WORLD.named("userToken", WORLD.userToken(stranger, ""), "application.patch", HERE)));
  }

  /** As those who may read the tokens and keys themselves. */
  @Test
  void credentialsOfAnApplicationAreExplainedToItsReaders() {
    JsonNode token =
        WORLD.made("/applications/" + WORLD.application + "/tokens", ADMIN, "{\"name\":\"a\"}");
    JsonNode key = WORLD.made("/applications/" + WORLD.application + "/keys", ADMIN, "{}");
    String device = SERVER.newDevice(WORLD.application, "standalone");
    String ofToken = WORLD.named("applicationToken", token, "application.get", HERE);
    String ofKey =
        "{\"credential\":{\"kind\":\"accessKey\",\"id\":\"%s\",\"deviceId\":\"%s\"}}"
            .formatted(text(key, "id"), device);
    Person reader = WORLD.member("\"role\":\"collaborate\"");
    Person nobody = WORLD.member("\"role\":\"none\"");
    for (String question : List.of(ofToken, ofKey)) {
      assertAllowed(WORLD.explained(reader.session(), question));
      assertAbsent(WORLD.ask(nobody.session(), question));
      assertAbsent(WORLD.ask(WORLD.person("stranger").session(), question));
      assertAbsent(WORLD.ask(value(reader, ",\"scope\":[\"application.get\"]"), question));
      assertAbsent(WORLD.ask("", question));
    }
  }

  /** ERR-5: who presents a credential learns no more of a place than the credential sees. */
  @Test
  void whatIsNotSeenIsExplainedLikeWhatIsNotThere() {
    String capped = value(WORLD.administrator, ",\"defaultRole\":\"none\"");
    String stranger = WORLD.person("stranger").session();
    String nowhere = "\"applicationId\":\"" + SERVER.newId() + "\"";
    for (String token : List.of(capped, stranger)) {
      for (String action : List.of("application.get", "application.patch")) {
        assertSame(
            WORLD.explained("", WORLD.presented(token, action, HERE)),
            WORLD.explained("", WORLD.presented(token, action, nowhere)));
      }
    }
    // The owner, who sees it, is told what stands in the way.
    assertRefused(
        WORLD.explained(ADMIN, WORLD.presented(capped, "application.patch", HERE)), "cap");
  }

  private static void assertSame(JsonNode one, JsonNode other) {
    assertThat(one.get("allowed").booleanValue()).isFalse();
    assertThat(withoutMoment(one)).isEqualTo(withoutMoment(other));
  }

  private static String withoutMoment(JsonNode explained) {
    return explained.toString().replaceAll("\"at\":\"[^\"]*\"", "");
  }

  /** A token that was taken back is no way to look around. */
  @Test
  void aCredentialThatIsNoGoodIsToldNothingElse() {
    JsonNode made = WORLD.userToken(WORLD.administrator, ",\"status\":\"inactive\"");
    String question = WORLD.presented(text(made, "token"), "application.patch", HERE);
    JsonNode told = WORLD.explained("", question);
    assertRefused(told, "credential");
    assertThat(told.has("credential")).isFalse();
    told.get("layers")
        .forEach(layer ->
            assertThat(layer.get("outcome").stringValue())
                .isEqualTo(
                    layer.get("layer").stringValue().equals("credential")
                        ? "refused"
                        : "notApplicable"));
    assertThat(WORLD.explained(ADMIN, question).at("/credential/id")).isEqualTo(made.get("id"));
    JsonNode guess = WORLD.explained("", WORLD.presented("x", "application.patch", HERE));
    assertRefused(guess, "credential");
    JsonNode key = WORLD.made("/applications/" + WORLD.application + "/keys", ADMIN, "{}");
    String device = SERVER.newDevice(WORLD.application, "standalone");
    String form =
        "{\"credential\":{\"key\":\"%s\",\"secret\":\"%s\",\"deviceId\":\"" + device + "\"}}";
    assertSame(
        WORLD.explained("", form.formatted(text(key, "key"), "wrong")),
        WORLD.explained("", form.formatted("wrong", text(key, "secret"))));
  }

  /** Neither a value nor a digest of anything comes back. */
  @Test
  void noSecretIsInAnAnswer() {
    JsonNode key = WORLD.made("/applications/" + WORLD.application + "/keys", ADMIN, "{}");
    String device = SERVER.newDevice(WORLD.application, "standalone");
    String form =
        "{\"credential\":{\"key\":\"%s\",\"secret\":\"%s\",\"deviceId\":\"%s\"}}"
            .formatted(text(key, "key"), text(key, "secret"), device);
    for (String caller : List.of("", ADMIN)) {
      assertThat(WORLD.explained(caller, form).toString()).doesNotContain(text(key, "secret"));
      assertThat(
              WORLD.explained(caller, WORLD.presented(ADMIN, "application.get", HERE)).toString())
          .doesNotContain(ADMIN);
    }
  }

  /** The question of a refusal is taken from there. */
  @Test
  void aRefusalIsExplainedByItsRequest() {
    Person person = signedUp("refused@example.com");
    String application =
        text(WORLD.made("/applications", person.session(), "{\"name\":\"Plant\"}"), "id");
    JsonNode token = WORLD.userToken(person, ",\"defaultRole\":\"view\"");
    SERVER.clock().advanceMillis(5);
    Answer refused =
        SERVER.send(
            "PATCH", "/applications/" + application, text(token, "token"), "{\"name\":\"x\"}");
    assertThat(refused.status()).isEqualTo(403);
    SERVER.clock().advanceMillis(5);
    WORLD.patch("/me/tokens/" + text(token, "id"), person.session(), "{\"defaultRole\":\"admin\"}");
    String question = requestOf(refused);
    JsonNode told = WORLD.explained(person.session(), question);
    assertRefused(told, "cap");
    assertThat(told.has("unknown")).isFalse();
    assertThat(text(told, "action")).isEqualTo("application.patch");
    assertThat(told.at("/credential/id")).isEqualTo(token.get("id"));
    Answer stranger = WORLD.ask(ADMIN, question);
    Answer unknown = WORLD.ask(ADMIN, "{\"requestId\":\"none\"}");
    assertThat(stranger.status()).isEqualTo(404);
    assertThat(stranger.response().body()).isEqualTo(unknown.response().body());
    assertThat(WORLD.ask(ADMIN, "{\"requestId\":\"x\",\"action\":\"me.get\"}").status())
        .isEqualTo(400);
  }

  private static String requestOf(Answer refused) {
    String id = refused.response().headers().firstValue("X-Request-Id").orElseThrow();
    return "{\"requestId\":\"" + id + "\"}";
  }

  /** KEY-42: for a device that was turned away, and for one whose secret was wrong. */
  @Test
  void aRefusedLoginOfADeviceIsExplainedByItsRequest() {
    Person person = signedUp("gate@example.com");
    String application =
        "/applications/"
            + text(WORLD.made("/applications", person.session(), "{\"name\":\"Plant\"}"), "id");
    JsonNode device =
        WORLD.made(
            application + "/devices",
            person.session(),
            "{\"name\":\"Pump\",\"deviceClass\":\"standalone\"}");
    JsonNode key =
        WORLD.made(
            application + "/keys",
            person.session(),
            "{\"addressFilterType\":\"whitelist\",\"addresses\":[\"192.0.2.0/24\"]}");
    SERVER.clock().advanceMillis(5);
    for (String layer : List.of("address", "credential")) {
      String secret = layer.equals("address") ? text(key, "secret") : "wrong";
      Answer refused =
          SERVER.send(
              "POST",
              "/auth/device",
              "",
              "{\"key\":\"%s\",\"secret\":\"%s\",\"deviceId\":\"%s\"}"
                  .formatted(text(key, "key"), secret, text(device, "id")));
      assertThat(refused.status()).isEqualTo(401);
      JsonNode told = WORLD.explained(person.session(), requestOf(refused));
      assertRefused(told, layer);
      assertThat(told.at("/credential/id")).isEqualTo(key.get("id"));
    }
  }

  /** Somebody of whom the change log knows. */
  private static Person signedUp(String email) {
    JsonNode made =
        WORLD.made(
            "/users",
            "",
            "{\"email\":\"%s\",\"firstName\":\"A\",\"lastName\":\"B\",\"password\":\"%s\"}"
                .formatted(email, "Tr0ub4dor and three."));
    return new Person(text(made, "userId"), email, text(made, "token"));
  }

  /** How it was, how it is, and that the past does not change. */
  @Test
  void aPastMomentIsExplainedFromTheLog() {
    Person person = signedUp("past@example.com");
    String session = person.session();
    JsonNode application = WORLD.made("/applications", session, "{\"name\":\"Plant\"}");
    String place = "\"applicationId\":\"" + text(application, "id") + "\"";
    JsonNode token = WORLD.userToken(person, ",\"defaultRole\":\"view\"");
    Instant capped = moment();
    WORLD.patch("/me/tokens/" + text(token, "id"), session, "{\"defaultRole\":\"admin\"}");
    Instant raised = moment();
    SERVER.send("DELETE", "/me/tokens/" + text(token, "id"), session);
    Instant deleted = moment();
    String question = WORLD.named("userToken", token, "application.patch", place);
    assertRefused(WORLD.explained(session, at(question, capped)), "cap");
    JsonNode allowed = WORLD.explained(session, at(question, raised));
    assertAllowed(allowed);
    assertThat(text(allowed, "at")).isEqualTo(Wire.time(raised));
    assertRefused(WORLD.explained(session, at(question, deleted)), "credential");
    assertRefused(WORLD.explained(session, question), "credential");
    assertThat(SERVER.send("DELETE", "/applications/" + text(application, "id"), session).status())
        .isEqualTo(200);
    assertAllowed(WORLD.explained(session, at(question, raised)));
    assertAbsent(WORLD.ask(WORLD.person("stranger").session(), at(question, raised)));
  }

  private static Instant moment() {
    SERVER.clock().advanceMillis(5);
    Instant now = Instant.ofEpochMilli(SERVER.clock().instant().toEpochMilli());
    SERVER.clock().advanceMillis(5);
    return now;
  }

  private static String at(String question, Instant at) {
    return question.substring(0, question.length() - 1) + ",\"at\":\"" + at + "\"}";
  }

  /** What the log does not hold and no row any more is not guessed. */
  @Test
  void whatIsNotKnownIsSaid() {
    JsonNode token =
        WORLD.made("/applications/" + WORLD.application + "/tokens", ADMIN, "{\"name\":\"a\"}");
    // As tokens were logged before their ceilings were.
    SERVER.change(
        SubjectType.API_TOKEN,
        text(token, "id"),
        "UPDATE change_log SET after_json = REPLACE(after_json, '\"ceiling\"', '\"other\"')"
            + " WHERE subject_id = :id");
    Instant then = moment();
    String question = at(WORLD.named("applicationToken", token, "application.delete", HERE), then);
    assertAllowed(WORLD.explained(ADMIN, question));
    SERVER.send(
        "DELETE", "/applications/" + WORLD.application + "/tokens/" + text(token, "id"), ADMIN);
    JsonNode unknown = WORLD.explained(ADMIN, question);
    assertThat(unknown.has("allowed")).as("%s", unknown).isFalse();
    assertThat(text(unknown, "reason")).isEqualTo("unknown");
    assertThat(unknown.get("unknown").toString()).isEqualTo("[\"ceiling\"]");
    JsonNode certain =
        WORLD.explained(ADMIN, at(WORLD.named("applicationToken", token, "me.get", ""), then));
    assertThat(certain.get("allowed").booleanValue()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2001-01-01T00:00:00Z", "2999-01-01T00:00:00Z"})
  void aMomentOutsideOfTheLogIsRefused(String at) {
    Answer answer =
        WORLD.ask("", at(WORLD.presented(ADMIN, "application.get", HERE), Instant.parse(at)));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(text(answer.body(), "message")).startsWith("at ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"action\":\"me.get\"}",
        "{\"credential\":{\"kind\":\"userToken\",\"id\":\"0123456789abcdef01234567\"}}",
        "{\"credential\":{\"kind\":\"userToken\",\"id\":\"x\"},\"action\":\"me.get\"}",
        "{\"credential\":{\"kind\":\"accessKey\",\"id\":\"0123456789abcdef01234567\"}}",
        "{\"credential\":{\"token\":\"x\"},\"action\":\"me.get\",\"at\":\"yesterday\"}",
        "{\"credential\":{\"token\":\"x\"},\"action\":\"nothing\"}",
        "{\"credential\":{\"token\":\"x\"},\"action\":\"application.get\"}",
        "{\"requestId\":null}",
        "[]"
      })
  void aQuestionThatIsNoneIsRefused(String body) {
    assertThat(WORLD.ask(ADMIN, body).status()).isEqualTo(400);
  }
}
