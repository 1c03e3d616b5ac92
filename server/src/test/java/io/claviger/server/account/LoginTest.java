package io.claviger.server.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Logging in over HTTP (USR-1 to USR-7, USR-16). */
class LoginTest {
  private static final String PASSWORD = "correct Horse 7 battery";
  private static final long DAY_MILLIS = 86_400_000;

  private static final TestServer SERVER =
      TestServer.start(Map.of("CLAVIGER_LOGIN_LIMIT", "100000"));

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
            """
            {"email":"%s","password":"%s","firstName":"Ada","lastName":"Byron"}\
            """
                .formatted(email, PASSWORD));
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(201);
    return answer.body().get("token").stringValue();
  }

  private static Answer logIn(String email, String password, String more) {
    return SERVER.send(
        "POST",
        "/auth/user",
        "",
        "{\"email\":\"%s\",\"password\":\"%s\"%s}".formatted(email, password, more));
  }

  private static String token(Answer answer) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return answer.body().get("token").stringValue();
  }

  private static int me(String token) {
    return SERVER.send("GET", "/me", token).status();
  }

  private static void requireRefused(Answer answer) {
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.body().toString())
        .isEqualTo("{\"type\":\"Unauthorized\",\"message\":\"Invalid credentials\"}");
  }

  @Test
  void aPasswordGivesASessionOfADay() {
    signUp("day@example.com");
    Answer answer = logIn("Day@Example.com", PASSWORD, ",\"twoFactorCode\":\"123456\"");
    String token = token(answer);
    assertThat(token).startsWith("cvs_");
    assertThat(answer.body().get("needsToVerifyEmail").booleanValue()).isFalse();
    Answer me = SERVER.send("GET", "/me", token);
    assertThat(me.body().get("id")).isEqualTo(answer.body().get("userId"));
    String forever = token(logIn("day@example.com", PASSWORD, ",\"tokenTTL\":0"));
    String hour = token(logIn("day@example.com", PASSWORD, ",\"tokenTTL\":3600.0"));

    SERVER.clock().advanceMillis(3_600_000);
    assertThat(List.of(me(token), me(forever), me(hour))).containsExactly(200, 200, 401);
    SERVER.clock().advanceMillis(DAY_MILLIS);
    assertThat(List.of(me(token), me(forever))).containsExactly(401, 200);
  }

  @Test
  void theCommandLineLogsInAsItAlwaysHas() {
    signUp("cli@example.com");
    assertThat(SERVER.send("GET", "/auth/ssoDomain?email=cli%40example.com", "").status())
        .isEqualTo(204);
    String token =
        token(
            logIn(
                "cli@example.com",
                PASSWORD,
                ",\"twoFactorCode\":\"\",\"requestedScopes\":[\"all.User.cli\"],\"tokenTTL\":0"));
    Answer domain = SERVER.send("GET", "/whitelabels/domain", token);
    assertThat(domain.status()).isEqualTo(200);
    assertThat(domain.body().get("endpointDomain").stringValue())
        .isEqualTo("127.0.0.1:" + SERVER.wiring().apiPort());
    assertThat(domain.body().get("appUrl").stringValue())
        .isEqualTo("http://127.0.0.1:" + SERVER.wiring().apiPort() + "/console");
    assertThat(me(token)).isEqualTo(403);
  }

  @Test
  void theDomainIsToldToHoldersOfTokensOnly() {
    String token = signUp("host@example.com");
    Map<String, String> viaProxy = Map.of("X-Forwarded-Proto", "https");
    assertThat(
            SERVER
                .send("GET", "/whitelabels/domain", token, "", viaProxy)
                .body()
                .get("appUrl")
                .stringValue())
        .startsWith("https://127.0.0.1:");
    assertThat(SERVER.send("GET", "/whitelabels/domain", "").status()).isEqualTo(401);
    assertThat(SERVER.send("GET", "/whitelabels/domain", "nonsense").status()).isEqualTo(401);
  }

  @Test
  void wrongEmailAndWrongPasswordAreAnsweredAlike() {
    signUp("alike@example.com");
    requireRefused(logIn("alike@example.com", "wrong password", ""));
    requireRefused(logIn("nobody@example.com", "wrong password", ""));
    // An account that was made without a password has none that fits.
    SERVER.newUser("nopassword@example.com");
    requireRefused(logIn("nopassword@example.com", "wrong password", ""));
  }

  @Test
  void tenFailuresLockAnAddressWhetherItHasAnAccountOrNot() {
    signUp("locked@example.com");
    for (String email : List.of("locked@example.com", "ghost@example.com")) {
      for (int i = 0; i < 10; i++) {
        requireRefused(logIn(email.toUpperCase(java.util.Locale.ROOT), "wrong password", ""));
      }
      Answer locked = logIn(email, PASSWORD, "");
      assertThat(locked.status()).isEqualTo(401);
      assertThat(locked.body().get("type").stringValue()).isEqualTo("AccountLocked");
    }
    SERVER.clock().advanceMillis(LockOut.DURATION.toMillis());
    token(logIn("locked@example.com", PASSWORD, ""));
    requireRefused(logIn("ghost@example.com", PASSWORD, ""));
    // The lock is forgotten: a new failure is the first.
    requireRefused(logIn("locked@example.com", "wrong password", ""));
    token(logIn("locked@example.com", PASSWORD, ""));
  }

  @Test
  void manyAttemptsAtOnceAreAnsweredNoMoreOftenThanTen() throws Exception {
    signUp("storm@example.com");
    Callable<Integer> attempt =
        () ->
            logIn("storm@example.com", "wrong password", "")
                    .body()
                    .get("type")
                    .stringValue()
                    .equals("AccountLocked")
                ? 0
                : 1;
    int answered = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(24)) {
      for (Future<Integer> each : threads.invokeAll(java.util.Collections.nCopies(24, attempt))) {
        answered += each.get();
      }
    }
    assertThat(answered).isEqualTo(10);
    assertThat(logIn("storm@example.com", PASSWORD, "").body().get("type").stringValue())
        .isEqualTo("AccountLocked");
  }

  @Test
  void requestedScopesNarrowTheSession() {
    signUp("scopes@example.com");
    String token =
        token(
            logIn(
                "scopes@example.com",
                PASSWORD,
                ",\"requestedScopes\":[\"me.get\",\"application.get\",\"instance.get\"]"));
    assertThat(me(token)).isEqualTo(200);
    assertThat(SERVER.send("GET", "/me/tokens", token).status()).isEqualTo(403);
    Answer unknown =
        logIn("scopes@example.com", PASSWORD, ",\"requestedScopes\":[\"me.get\",\"me.fly\"]");
    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.body().get("message").stringValue())
        .isEqualTo("requestedScopes[1] is not a known scope");
    Answer none = logIn("scopes@example.com", PASSWORD, ",\"requestedScopes\":[]");
    assertThat(none.status()).isEqualTo(400);
    assertThat(none.body().get("message").stringValue()).startsWith("requestedScopes must");
  }

  @Test
  void badBodiesNameTheField() {
    for (String body :
        List.of(
            "{}",
            "[]",
            "null",
            "{\"email\":null,\"password\":\"12345678\"}",
            "{\"email\":\"x@example.com\",\"password\":\"short\"}",
            "{\"email\":\"x@example.com\",\"password\":12345678}",
            "{\"email\":\"x\",\"password\":\"12345678\"}",
            "{\"email\":\"x@example.com\",\"password\":\"12345678\",\"tokenTTL\":-1}",
            "{\"email\":\"x@example.com\",\"password\":\"12345678\",\"tokenTTL\":1.5}",
            "{\"email\":\"x@example.com\",\"password\":\"12345678\",\"tokenTTL\":1e300}",
            "{\"email\":\"x@example.com\",\"password\":\"12345678\",\"extra\":1}")) {
      Answer answer = SERVER.send("POST", "/auth/user", "", body);
      assertThat(answer.status()).as(body).isEqualTo(400);
      assertThat(answer.body().get("type").stringValue()).as(body).isEqualTo("Validation");
    }
  }

  @Test
  void onlyASessionRefreshesItself() {
    signUp("refresh@example.com");
    String hour =
        token(
            logIn(
                "refresh@example.com",
                PASSWORD,
                ",\"tokenTTL\":3600,\"requestedScopes\":[\"me.get\",\"me.refreshToken\"]"));
    SERVER.clock().advanceMillis(1_800_000);
    String fresh = token(SERVER.send("GET", "/me/refreshToken", hour));
    SERVER.clock().advanceMillis(2_400_000);
    assertThat(List.of(me(hour), me(fresh))).containsExactly(401, 200);
    assertThat(SERVER.send("GET", "/me/tokens", fresh).status()).isEqualTo(403);
    SERVER.clock().advanceMillis(2_400_000);
    assertThat(me(fresh)).isEqualTo(401);

    String session = token(logIn("refresh@example.com", PASSWORD, ""));
    String apiToken =
        SERVER
            .send("POST", "/me/tokens", session, "{\"name\":\"x\",\"scope\":[\"all.User\"]}")
            .body()
            .get("token")
            .stringValue();
    assertThat(SERVER.send("GET", "/me/refreshToken", apiToken).status()).isEqualTo(403);
  }

  @Test
  void ssoDomainWantsAnAddress() {
    for (String query : List.of("", "?email=", "?email=x", "?email=a@b&email=c@d", "?email[x]=1")) {
      Answer answer = SERVER.send("GET", "/auth/ssoDomain" + query.replace("[x]", "%5Bx%5D"), "");
      assertThat(answer.status()).as(query).isEqualTo(400);
      assertThat(answer.body().get("message").stringValue()).startsWith("email");
    }
    // A bad token does not matter where none is needed (RUN-3).
    assertThat(SERVER.send("GET", "/auth/ssoDomain?email=a%40b.de", "bad").status()).isEqualTo(204);
  }
}
