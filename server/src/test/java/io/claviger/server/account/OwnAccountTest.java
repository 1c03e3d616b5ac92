package io.claviger.server.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.change.ChangeEntry;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The own account over HTTP (USR-9 to USR-13). */
class OwnAccountTest {
  private static final String PASSWORD = "correct Horse 7 battery";
  private static final String NEW_PASSWORD = "even Better 8 staples";

  private static final TestServer SERVER =
      TestServer.start(Map.of("CLAVIGER_LOGIN_LIMIT", "100000", "CLAVIGER_LIMIT_API_TOKENS", "77"));

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static String signUp(String email) {
    Answer answer =
        SERVER.send(
            "POST",
            "/users",
            "",
            "{\"email\":\"%s\",\"password\":\"%s\",\"firstName\":\"Ada\",\"lastName\":\"Byron\"}"
                .formatted(email, PASSWORD));
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(201);
    return answer.body().get("token").stringValue();
  }

  private static Answer logIn(String email, String password) {
    return SERVER.send(
        "POST",
        "/auth/user",
        "",
        "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(email, password));
  }

  private static Answer patch(String token, String json) {
    return SERVER.send("PATCH", "/me", token, json);
  }

  private static String message(Answer answer) {
    return answer.status() + " " + answer.body().path("message").asString("");
  }

  private static Set<String> names(JsonNode object) {
    return new TreeSet<>(object.propertyNames());
  }

  @Test
  void meShowsTheAccountAndNothingOfItsPassword() {
    String token = signUp("me@example.com");
    SERVER.send("POST", "/me/tokens", token, "{\"name\":\"one\"}");
    JsonNode me = SERVER.send("GET", "/me?_links=true", token).body();
    assertThat(me.get("fullName").stringValue()).isEqualTo("Ada Byron");
    assertThat(me.get("email").stringValue()).isEqualTo("me@example.com");
    assertThat(me.get("needsToVerifyEmail").booleanValue()).isFalse();
    assertThat(me.get("limits").get("apitoken").intValue()).isEqualTo(77);
    assertThat(me.get("summary").get("apiTokenCount").intValue()).isEqualTo(1);
    assertThat(me.get("summary").get("orgCount").intValue()).isZero();
    assertThat(me.get("_links").get("self").get("href").stringValue()).isEqualTo("/me");
    assertThat(me.has("recentApplications")).isFalse();
    assertThat(me.toString()).doesNotContain("argon2", "passwordHash");
  }

  @Test
  void countsAreShownAsAskedFor() {
    String token = signUp("counts@example.com");
    assertThat(names(SERVER.send("GET", "/me", token).body().get("summary")))
        .containsExactly(
            "apiTokenCount", "appCount", "dashCount", "deviceCount", "keyCount", "orgCount");
    String include = "/me?summaryInclude=orgCount,%20keyCount,payloadCount";
    assertThat(names(SERVER.send("GET", include, token).body().get("summary")))
        .containsExactly("keyCount", "orgCount");
    String both = "/me?summaryInclude=orgCount,keyCount&summaryExclude=keyCount";
    assertThat(names(SERVER.send("GET", both, token).body().get("summary")))
        .containsExactly("orgCount");
    JsonNode recent = SERVER.send("GET", "/me?includeRecent=true", token).body();
    assertThat(recent.get("recentDashboards").get("items").isEmpty()).isTrue();
    assertThat(message(SERVER.send("GET", "/me?includeRecent=maybe", token)))
        .isEqualTo("400 includeRecent must be true or false");
  }

  @Test
  void theProfileIsChangedFieldByField() {
    String token = signUp("profile@example.com");
    JsonNode after =
        patch(token, "{\"companyName\":\"Engines\",\"lastName\":\"\",\"title\":\"Countess\"}")
            .body();
    assertThat(after.get("companyName").stringValue()).isEqualTo("Engines");
    assertThat(after.get("fullName").stringValue()).isEqualTo("Ada");
    after = patch(token, "{\"companyName\":\"\"}").body();
    assertThat(after.has("companyName")).isFalse();
    assertThat(after.get("title").stringValue()).isEqualTo("Countess");
    assertThat(SERVER.send("GET", "/me", token).body().get("title").stringValue())
        .isEqualTo("Countess");
  }

  @Test
  void badPatchesNameTheField() {
    String token = signUp("bad@example.com");
    for (Map.Entry<String, String> row :
        Map.of(
                "{\"firstName\":\"\"}", "firstName",
                "{\"firstName\":null}", "firstName",
                "{\"id\":\"x\"}", "id",
                "{\"email\":\"x\"}", "email",
                "{\"tokenCutoff\":\"yesterday\"}", "tokenCutoff",
                "{\"tokenCutoff\":\"2026-01-01T00:00:00+99:00\"}", "tokenCutoff",
                "{\"currentCredentials\":{}}", "currentCredentials",
                "{\"password\":\"alllowercase1!\"}", "password",
                "[]", "body")
            .entrySet()) {
      assertThat(message(patch(token, row.getKey())))
          .as(row.getKey())
          .startsWith("400 " + row.getValue());
    }
  }

  @Test
  void anotherAddressNeedsThePasswordAndTakesEffectAtOnce() {
    String token = signUp("old@example.com");
    signUp("taken@example.com");
    String credentials = ",\"currentCredentials\":{\"password\":\"%s\"}}";
    assertThat(message(patch(token, "{\"email\":\"new@example.com\"}")))
        .isEqualTo("400 currentCredentials must be given to change email or password");
    assertThat(
            message(
                patch(
                    token,
                    "{\"email\":\"new@example.com\"" + credentials.formatted("wrong password"))))
        .isEqualTo("400 currentCredentials.password is not the password of the account");
    assertThat(
            message(
                patch(token, "{\"email\":\"Taken@Example.com\"" + credentials.formatted(PASSWORD))))
        .isEqualTo("400 email has an account already");
    // The same address is no change.
    assertThat(patch(token, "{\"email\":\"old@example.com\"}").status()).isEqualTo(200);

    Answer changed =
        patch(token, "{\"email\":\"new@example.com\"" + credentials.formatted(PASSWORD));
    assertThat(changed.status()).isEqualTo(200);
    assertThat(changed.body().get("email").stringValue()).isEqualTo("new@example.com");
    assertThat(logIn("old@example.com", PASSWORD).status()).isEqualTo(401);
    assertThat(logIn("NEW@example.com", PASSWORD).status()).isEqualTo(200);
    // The old address is free again.
    signUp("old@example.com");
  }

  @Test
  void wrongPasswordsLockWhereverTheyArePresented() {
    String token = signUp("guess@example.com");
    String guess = "{\"password\":\"wrong password\",\"newPassword\":\"" + NEW_PASSWORD + "\"}";
    for (int i = 0; i < 10; i++) {
      assertThat(message(SERVER.send("PATCH", "/me/changePassword", token, guess)))
          .isEqualTo("400 password is not the password of the account");
    }
    Answer locked = SERVER.send("PATCH", "/me/changePassword", token, guess);
    assertThat(locked.body().get("type").stringValue()).isEqualTo("AccountLocked");
    assertThat(logIn("guess@example.com", PASSWORD).body().get("type").stringValue())
        .isEqualTo("AccountLocked");
    // Who is logged in stays so.
    assertThat(SERVER.send("GET", "/me", token).status()).isEqualTo(200);
  }

  @Test
  void aCutoffEndsTheSessionsBeforeItAndNoTokens() {
    String first = signUp("cut@example.com");
    String apiToken =
        SERVER
            .send("POST", "/me/tokens", first, "{\"name\":\"x\"}")
            .body()
            .get("token")
            .stringValue();
    SERVER.clock().advanceMillis(1000);
    Instant between = SERVER.clock().instant();
    SERVER.clock().advanceMillis(1000);
    String second = logIn("cut@example.com", PASSWORD).body().get("token").stringValue();

    assertThat(patch(apiToken, "{\"tokenCutoff\":\"" + between + "\"}").status()).isEqualTo(200);
    assertThat(
            List.of(
                SERVER.send("GET", "/me", first).status(),
                SERVER.send("GET", "/me", second).status(),
                SERVER.send("GET", "/me", apiToken).status()))
        .containsExactly(401, 200, 200);
    // What has ended does not come back.
    assertThat(message(patch(second, "{\"tokenCutoff\":\"2020-01-01T00:00:00Z\"}")))
        .isEqualTo("400 tokenCutoff must not be earlier than it is");
    // One ahead means now: it ends what there is, and not what comes.
    SERVER.clock().advanceMillis(1000);
    assertThat(patch(second, "{\"tokenCutoff\":\"9999-12-31T23:59:59Z\"}").status()).isEqualTo(200);
    assertThat(SERVER.send("GET", "/me", second).status()).isEqualTo(401);
    String third = logIn("cut@example.com", PASSWORD).body().get("token").stringValue();
    assertThat(SERVER.send("GET", "/me", third).status()).isEqualTo(200);
  }

  @Test
  void aNewPasswordTakesTheOthersAlongWhenToldTo() {
    String first = signUp("change@example.com");
    String apiToken =
        SERVER
            .send("POST", "/me/tokens", first, "{\"name\":\"x\"}")
            .body()
            .get("token")
            .stringValue();
    String body = "{\"password\":\"%s\",\"newPassword\":\"%s\"%s}";
    Answer kept =
        SERVER.send(
            "PATCH", "/me/changePassword", first, body.formatted(PASSWORD, NEW_PASSWORD, ""));
    assertThat(kept.status()).as("%s", kept.body()).isEqualTo(200);
    assertThat(SERVER.send("GET", "/me", first).status()).isEqualTo(200);
    assertThat(logIn("change@example.com", PASSWORD).status()).isEqualTo(401);

    String more = ",\"invalidateExistingTokens\":true,\"tokenTTL\":60,\"twoFactorCode\":\"\"";
    Answer cut =
        SERVER.send(
            "PATCH", "/me/changePassword", first, body.formatted(NEW_PASSWORD, PASSWORD, more));
    String fresh = cut.body().get("token").stringValue();
    assertThat(
            List.of(
                SERVER.send("GET", "/me", first).status(),
                SERVER.send("GET", "/me", kept.body().get("token").stringValue()).status(),
                SERVER.send("GET", "/me", fresh).status(),
                SERVER.send("GET", "/me", apiToken).status()))
        .containsExactly(401, 401, 200, 200);
    SERVER.clock().advanceMillis(61_000);
    assertThat(SERVER.send("GET", "/me", fresh).status()).isEqualTo(401);
  }

  @Test
  void aNarrowSessionDoesNotWidenItselfByANewPassword() {
    signUp("narrow@example.com");
    String narrow =
        SERVER
            .send(
                "POST",
                "/auth/user",
                "",
                """
                {"email":"narrow@example.com","password":"%s",
                 "requestedScopes":["me.changePassword"]}\
                """
                    .formatted(PASSWORD))
            .body()
            .get("token")
            .stringValue();
    String fresh =
        SERVER
            .send(
                "PATCH",
                "/me/changePassword",
                narrow,
                "{\"password\":\"%s\",\"newPassword\":\"%s\"}".formatted(PASSWORD, NEW_PASSWORD))
            .body()
            .get("token")
            .stringValue();
    assertThat(SERVER.send("GET", "/me", fresh).status()).isEqualTo(403);
  }

  /** USR-10: the answer is a log-in session, which has no cap and would outlive the token. */
  @Test
  void aTokenDoesNotShakeOffItsCapOrItsEndByANewPassword() {
    String session = signUp("capped@example.com");
    String change =
        "{\"password\":\"%s\",\"newPassword\":\"%s\",\"tokenTTL\":0}"
            .formatted(PASSWORD, NEW_PASSWORD);
    for (String cap :
        List.of(
            "\"defaultRole\":\"view\"",
            "\"orgRoles\":[{\"orgId\":\"sandbox\",\"role\":\"edit\"}]")) {
      Answer refused = SERVER.send("PATCH", "/me/changePassword", apiToken(session, cap), change);
      assertThat(refused.status()).as("%s", refused.body()).isEqualTo(403);
      assertThat(logIn("capped@example.com", PASSWORD).status()).isEqualTo(200);
    }
    Instant end = SERVER.clock().instant().plusSeconds(60);
    String ending =
        apiToken(session, "\"expirationDate\":\"" + end + "\",\"defaultRole\":\"admin\"");
    Answer changed = SERVER.send("PATCH", "/me/changePassword", ending, change);
    assertThat(changed.status()).as("%s", changed.body()).isEqualTo(200);
    String fresh = changed.body().get("token").stringValue();
    assertThat(SERVER.send("GET", "/me", fresh).status()).isEqualTo(200);
    SERVER.clock().advanceMillis(61_000);
    assertThat(SERVER.send("GET", "/me", ending).status()).isEqualTo(401);
    assertThat(SERVER.send("GET", "/me", fresh).status()).isEqualTo(401);
    assertThat(SERVER.send("GET", "/me", session).status()).isEqualTo(200);
  }

  private static String apiToken(String session, String more) {
    Answer made =
        SERVER.send(
            "POST",
            "/me/tokens",
            session,
            "{\"name\":\"t\",\"scope\":[\"all.User\"]," + more + "}");
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    return made.body().get("token").stringValue();
  }

  @Test
  void everyChangeIsInTheLogWithTheUserAndWithoutSecrets() {
    long before = SERVER.wiring().database().changeLog().head().sequence();
    String token = signUp("log@example.com");
    patch(
        token,
        "{\"title\":\"T\",\"password\":\"%s\",\"currentCredentials\":{\"password\":\"%s\"}}"
            .formatted(NEW_PASSWORD, PASSWORD));
    assertThat(logIn("log@example.com", NEW_PASSWORD).status()).isEqualTo(200);
    List<ChangeEntry> entries =
        SERVER.wiring().database().changeLog().page(before, 100).stream()
            .filter(entry -> entry.change().subject().name().equals("log@example.com"))
            .toList();
    assertThat(entries.stream().map(entry -> entry.change().action()))
        .containsExactly("users.post", "users.post", "me.patch", "auth.authenticateUser");
    assertThat(entries).allMatch(entry -> entry.change().actor().userId().isPresent());
    assertThat(entries.toString()).doesNotContain("argon2", PASSWORD, NEW_PASSWORD, token);
  }
}
