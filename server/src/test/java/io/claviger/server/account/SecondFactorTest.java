package io.claviger.server.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.secret.Base32;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A second factor over HTTP (USR-4, USR-15), and attempts to get round it. */
class SecondFactorTest {
  private static final String PASSWORD = "correct Horse 7 battery";
  private static final String NEW_PASSWORD = "even Better 8 staples";
  private static final String MISSING =
      "{\"type\":\"TwoFactorRequired\",\"message\":\"A two-factor code is required\"}";
  private static final String INVALID =
      "{\"type\":\"Unauthorized\",\"message\":\"Invalid credentials\"}";

  private static final TestServer SERVER =
      TestServer.start(Map.of("CLAVIGER_LOGIN_LIMIT", "100000"));

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  /** Somebody with a second factor: session, key and recovery codes. */
  private record Armed(String email, String session, Authenticator app, List<String> recovery) {
    /** A code that was not used yet. */
    String code() {
      return app.next();
    }

    /** The code that was used last. */
    String used() {
      return app.last();
    }
  }

  private static String signUp(String email) {
    Answer answer =
        SERVER.send(
            "POST",
            "/users",
            "",
            "{\"email\":\"%s\",\"password\":\"%s\",\"firstName\":\"Ada\",\"lastName\":\"\"}"
                .formatted(email, PASSWORD));
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(201);
    return logIn(email, PASSWORD, ",\"tokenTTL\":0").body().get("token").stringValue();
  }

  private static Answer logIn(String email, String password, String more) {
    return SERVER.send(
        "POST",
        "/auth/user",
        "",
        "{\"email\":\"%s\",\"password\":\"%s\"%s}".formatted(email, password, more));
  }

  private static Answer logIn(Armed armed, String code) {
    return logIn(armed.email(), PASSWORD, ",\"twoFactorCode\":\"" + code + "\"");
  }

  private static String generate(String session) {
    Answer answer = SERVER.send("PATCH", "/me/generateTwoFactorAuth", session);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return answer.body().get("key").stringValue();
  }

  private static Answer enable(String session, String key, String code) {
    return SERVER.send(
        "PATCH",
        "/me/enableTwoFactorAuth",
        session,
        "{\"twoFactorAuthKey\":\"%s\",\"password\":\"%s\",\"twoFactorCode\":\"%s\"}"
            .formatted(key, PASSWORD, code));
  }

  private static Armed armed(String email) {
    String session = signUp(email);
    String key = generate(session);
    Authenticator app = new Authenticator(SERVER, key);
    Answer enabled = enable(session, key, app.present());
    assertThat(enabled.status()).as("%s", enabled.body()).isEqualTo(200);
    List<String> recovery = new ArrayList<>();
    enabled.body().get("recoveryCodes").forEach(code -> recovery.add(code.stringValue()));
    return new Armed(email, session, app, recovery);
  }

  private static JsonNode me(String session) {
    return SERVER.send("GET", "/me", session).body();
  }

  private static void requireSays(Answer answer, int status, String body) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(status);
    assertThat(answer.body().toString()).isEqualTo(body);
  }

  @Test
  void aKeyIsShownAndComesInForceWithPasswordAndCode() {
    String session = signUp("enable@example.com");
    Answer shown = SERVER.send("PATCH", "/me/generateTwoFactorAuth", session);
    String key = shown.body().get("key").stringValue();
    assertThat(key).matches("[A-Z2-7]{52}");
    assertThat(shown.body().get("keyUri").stringValue())
        .isEqualTo(
            "otpauth://totp/Claviger:enable%40example.com?secret=" + key + "&issuer=Claviger");
    assertThat(me(session).get("twoFactorAuthEnabled").booleanValue()).isFalse();
    assertThat(logIn("enable@example.com", PASSWORD, "").status()).isEqualTo(200);

    String code = new Authenticator(SERVER, key).present();
    Answer wrongPassword =
        SERVER.send(
            "PATCH",
            "/me/enableTwoFactorAuth",
            session,
            "{\"password\":\"not the password\",\"twoFactorCode\":\"" + code + "\"}");
    assertThat(wrongPassword.status()).isEqualTo(400);
    assertThat(enable(session, "A".repeat(52), code).status()).isEqualTo(400);
    assertThat(enable(session, key, "000000".equals(code) ? "000001" : "000000").status())
        .isEqualTo(400);
    Answer enabled = enable(session, key, code);
    assertThat(enabled.status()).isEqualTo(200);
    assertThat(enabled.body().get("twoFactorAuthEnabled").booleanValue()).isTrue();
    assertThat(enabled.body().get("recoveryCodes")).hasSize(10);
    assertThat(me(session).get("twoFactorAuthEnabled").booleanValue()).isTrue();
    assertThat(me(session).has("recoveryCodes")).isFalse();
    assertThat(enable(session, key, code).status()).isEqualTo(400);
    assertThat(SERVER.send("PATCH", "/me/generateTwoFactorAuth", session).status()).isEqualTo(400);
  }

  @Test
  void aKeyThatWasNotShownOrTooLongAgoDoesNotComeInForce() {
    String session = signUp("offer@example.com");
    assertThat(enable(session, "A".repeat(52), "123456").body().get("message").stringValue())
        .startsWith("twoFactorAuthKey is not offered");
    String first = generate(session);
    String second = generate(session);
    assertThat(second).isNotEqualTo(first);
    String code = new Authenticator(SERVER, first).present();
    assertThat(enable(session, first, code).status()).isEqualTo(400);
    SERVER.clock().advanceMillis(SecondFactors.OFFER_LIFETIME.toMillis());
    String late = new Authenticator(SERVER, second).present();
    assertThat(enable(session, second, late).body().get("message").stringValue())
        .startsWith("twoFactorAuthKey is not offered");
  }

  @Test
  void aLogInTakesPasswordAndCode() {
    Armed armed = armed("login@example.com");
    requireSays(logIn(armed.email(), PASSWORD, ""), 401, MISSING);
    requireSays(logIn(armed, ""), 401, MISSING);
    requireSays(logIn(armed, " "), 401, MISSING);
    requireSays(logIn(armed, armed.used()), 401, INVALID); // used to enable
    String code = armed.code();
    requireSays(
        logIn(armed.email(), "not the password", ",\"twoFactorCode\":\"" + code + "\""),
        401,
        INVALID);
    requireSays(logIn(armed.email(), "not the password", ""), 401, INVALID);
    assertThat(logIn(armed, code.substring(0, 3) + " " + code.substring(3)).status())
        .isEqualTo(200);
    requireSays(logIn(armed, code), 401, INVALID);
    for (String wrong :
        List.of("abcdef", "12345", "1234567", "\\u0661".repeat(6), "x".repeat(2048))) {
      requireSays(logIn(armed, wrong), 401, INVALID);
    }
    assertThat(logIn(armed, armed.code()).status()).isEqualTo(200);
  }

  @Test
  void aCodeThatManyPresentAtOnceLetsOneIn() throws Exception {
    Armed armed = armed("parallel@example.com");
    String code = armed.code();
    List<Integer> statuses = atOnce(8, () -> logIn(armed, code).status());
    assertThat(statuses).containsOnlyOnce(200).filteredOn(status -> status == 401).hasSize(7);
  }

  private static <T> List<T> atOnce(int times, Callable<T> attempt) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<T>> attempts = new ArrayList<>();
      for (int i = 0; i < times; i++) {
        attempts.add(attempt);
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : threads.invokeAll(attempts)) {
        results.add(future.get());
      }
      return results;
    }
  }

  /** However many are tried at the same moment, ten wrong codes lock (USR-5). */
  @Test
  void codesCannotBeTriedAtSpeed() throws Exception {
    Armed armed = armed("guess@example.com");
    String right = armed.code();
    String wrong = right.equals("000000") ? "000001" : "000000";
    List<String> types = atOnce(20, () -> logIn(armed, wrong).body().get("type").stringValue());
    assertThat(types).filteredOn("Unauthorized"::equals).hasSize(LockOut.FAILURES_MAX);
    assertThat(types).filteredOn("AccountLocked"::equals).hasSize(20 - LockOut.FAILURES_MAX);
    assertThat(logIn(armed, right).body().get("type").stringValue()).isEqualTo("AccountLocked");
    SERVER.clock().advanceMillis(LockOut.DURATION.toMillis());
    assertThat(logIn(armed, armed.code()).status()).isEqualTo(200);
  }

  /** Whoever has the password must not be able to try codes for years. */
  @Test
  void afterAHundredWrongCodesOnlyARecoveryCodeHelps() {
    Armed armed = armed("patient@example.com");
    requireSays(logIn(armed, "no code"), 401, INVALID);
    // All but one of the others, which would take a quarter of an hour for each ten.
    SERVER
        .wiring()
        .database()
        .run(transaction ->
            transaction
                .handle()
                .createUpdate(
                    "UPDATE second_factor SET wrong_codes = wrong_codes + :more"
                        + " WHERE user_id = (SELECT id FROM app_user WHERE email = :email)")
                .bind("more", SecondFactors.WRONG_CODES_MAX - 2)
                .bind("email", armed.email())
                .execute());
    requireSays(logIn(armed, "no code"), 401, INVALID);
    assertThat(logIn(armed, armed.code()).body().get("type").stringValue())
        .isEqualTo("AccountLocked");
    assertThat(logIn(armed, armed.recovery().getFirst()).status()).isEqualTo(200);
    assertThat(logIn(armed, armed.code()).status()).isEqualTo(200);
  }

  @Test
  void aRecoveryCodeWorksOnce() throws Exception {
    Armed armed = armed("recovery@example.com");
    String code = armed.recovery().get(3);
    List<Integer> statuses = atOnce(6, () -> logIn(armed, code.replace("-", "")).status());
    assertThat(statuses).containsOnlyOnce(200);
    requireSays(logIn(armed, code), 401, INVALID);
    Armed other = armed("other.recovery@example.com");
    requireSays(logIn(other, armed.recovery().get(4)), 401, INVALID);
    assertThat(logIn(armed, armed.recovery().get(4)).status()).isEqualTo(200);
    String logged =
        SERVER
            .wiring()
            .database()
            .read(handle ->
                handle
                    .createQuery(
                        "SELECT after_json FROM change_log WHERE action = 'me.useRecoveryCode'"
                            + " ORDER BY sequence DESC LIMIT 1")
                    .mapTo(String.class)
                    .one());
    assertThat(logged).contains("\"recoveryCodesLeft\":8");
  }

  @Test
  void everythingThatTakesThePasswordTakesACode() {
    Armed armed = armed("all@example.com");
    String session = armed.session();
    for (String code : List.of("", ",\"twoFactorCode\":\"\"", ",\"twoFactorCode\":\"nothing\"")) {
      requireNames(changePassword(session, code), "twoFactorCode");
      requireNames(delete(session, code), "twoFactorCode");
      requireNames(patchEmail(session, PASSWORD, code), "currentCredentials.twoFactorCode");
    }
    requireNames(disable(session, PASSWORD, ""), "twoFactorCode");

    assertThat(changePassword(session, field(armed.code())).status()).isEqualTo(200);
    assertThat(patchEmail(session, NEW_PASSWORD, field(armed.code())).status()).isEqualTo(200);
    Answer off = disable(session, NEW_PASSWORD, armed.code());
    assertThat(off.status()).isEqualTo(200);
    assertThat(off.body().get("twoFactorAuthEnabled").booleanValue()).isFalse();
    assertThat(logIn("all2@example.com", NEW_PASSWORD, "").status()).isEqualTo(200);
    assertThat(disable(session, NEW_PASSWORD, "123456").status()).isEqualTo(400);
  }

  private static String field(String code) {
    return ",\"twoFactorCode\":\"" + code + "\"";
  }

  private static Answer changePassword(String session, String code) {
    return SERVER.send(
        "PATCH",
        "/me/changePassword",
        session,
        "{\"password\":\"%s\",\"newPassword\":\"%s\"%s}".formatted(PASSWORD, NEW_PASSWORD, code));
  }

  private static Answer delete(String session, String code) {
    return SERVER.send(
        "POST",
        "/me/delete",
        session,
        "{\"email\":\"all@example.com\",\"password\":\"%s\"%s}".formatted(PASSWORD, code));
  }

  private static Answer patchEmail(String session, String password, String code) {
    return SERVER.send(
        "PATCH",
        "/me",
        session,
        "{\"email\":\"all2@example.com\",\"currentCredentials\":{\"password\":\"%s\"%s}}"
            .formatted(password, code));
  }

  private static Answer disable(String session, String password, String code) {
    return SERVER.send(
        "PATCH",
        "/me/disableTwoFactorAuth",
        session,
        "{\"password\":\"%s\",\"twoFactorCode\":\"%s\"}".formatted(password, code));
  }

  private static void requireNames(Answer answer, String field) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(400);
    assertThat(answer.body().get("message").stringValue()).startsWith(field + " ");
  }

  /** A key is nowhere in clear: not in the database, not in the log of changes. */
  @Test
  void keysAndRecoveryCodesAreNotOnTheDisk() throws Exception {
    Armed armed = armed("disk@example.com");
    assertThat(SERVER.storedText())
        .contains("disk@example.com")
        .doesNotContain(new String(armed.app().key(), java.nio.charset.StandardCharsets.ISO_8859_1))
        .doesNotContain(Base32.encode(armed.app().key()))
        .doesNotContain(armed.recovery().getFirst())
        .doesNotContain(armed.recovery().getFirst().replace("-", ""));
  }

  @Test
  void aDeletedAccountTakesItsSecondFactorAlong() {
    Armed armed = armed("gone@example.com");
    Answer deleted =
        SERVER.send(
            "POST",
            "/me/delete",
            armed.session(),
            "{\"email\":\"gone@example.com\",\"password\":\"%s\",\"twoFactorCode\":\"%s\"}"
                .formatted(PASSWORD, armed.code()));
    assertThat(deleted.status()).as("%s", deleted.body()).isEqualTo(200);
    signUp("gone@example.com");
    assertThat(logIn("gone@example.com", PASSWORD, "").status()).isEqualTo(200);
  }
}
