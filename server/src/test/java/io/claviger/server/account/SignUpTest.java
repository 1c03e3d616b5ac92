package io.claviger.server.account;

import static org.assertj.core.api.Assertions.assertThat;

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

/** Making accounts, and how often one may try. */
class SignUpTest {
  private static final TestServer SERVER =
      TestServer.start(
          Map.of("CLAVIGER_LOGIN_LIMIT", "6", "CLAVIGER_TRUSTED_PROXIES", "127.0.0.1"));

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static Answer signUp(String client, String email, String password) {
    return SERVER.send(
        "POST",
        "/users",
        "",
        """
        {"email":"%s","password":"%s","firstName":"Ada","lastName":"","companyName":"Engines",
         "acceptTerms":"on","tokenTTL":0}\
        """
            .formatted(email, password),
        Map.of("X-Forwarded-For", client));
  }

  private static Answer logIn(String client) {
    return SERVER.send(
        "POST",
        "/auth/user",
        "",
        "{\"email\":\"nobody@example.com\",\"password\":\"12345678\"}",
        Map.of("X-Forwarded-For", client));
  }

  @Test
  void anAccountIsMadeAndLoggedIn() {
    Answer made = signUp("192.0.2.1", "Ada@Example.com", "correct Horse 7 battery");
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    Answer me = SERVER.send("GET", "/me", made.body().get("token").stringValue());
    assertThat(me.body().get("email").stringValue()).isEqualTo("Ada@Example.com");
    assertThat(me.body().get("fullName").stringValue()).isEqualTo("Ada");
    assertThat(me.body().get("companyName").stringValue()).isEqualTo("Engines");
    assertThat(me.body().get("emailVerified").booleanValue()).isFalse();

    Answer again = signUp("192.0.2.1", "aDA@example.COM", "correct Horse 7 battery");
    assertThat(again.status()).isEqualTo(400);
    assertThat(again.body().get("message").stringValue()).isEqualTo("email has an account already");
  }

  @Test
  void aWeakPasswordIsRefusedWithTheReason() {
    for (String weak :
        List.of(
            "Short-1", "no upper case 1", "NO LOWER CASE 1", "No digits at all", "OnlyLetters1")) {
      Answer answer = signUp("192.0.2.2", "weak@example.com", weak);
      assertThat(answer.status()).as(weak).isEqualTo(400);
      assertThat(answer.body().get("message").stringValue()).as(weak).startsWith("password ");
      assertThat(answer.body().toString()).doesNotContain(weak);
    }
  }

  @Test
  void ofManyWhoWantTheSameAddressOneGetsIt() throws Exception {
    List<Callable<Integer>> attempts = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      String client = "198.51.100." + i;
      String email = i % 2 == 0 ? "race@example.com" : "Race@Example.com";
      attempts.add(() -> signUp(client, email, "correct Horse 7 battery").status());
    }
    List<Integer> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
      for (Future<Integer> each : threads.invokeAll(attempts)) {
        answers.add(each.get());
      }
    }
    assertThat(answers).containsExactlyInAnyOrder(201, 400, 400, 400, 400, 400);
  }

  @Test
  void aClientHasSoManyAttemptsAMinute() {
    for (int i = 0; i < 6; i++) {
      assertThat(logIn("203.0.113.7").status()).isEqualTo(401);
    }
    Answer tooMany = logIn("203.0.113.7");
    assertThat(tooMany.status()).isEqualTo(429);
    assertThat(tooMany.response().headers().firstValue("Retry-After"))
        .hasValueSatisfying(seconds -> assertThat(Integer.parseInt(seconds)).isBetween(1, 10));
    assertThat(signUp("203.0.113.7", "x@example.com", "correct Horse 7 battery").status())
        .isEqualTo(429);
    // Somebody else is not affected, and the next attempt comes with time.
    assertThat(logIn("203.0.113.8").status()).isEqualTo(401);
    SERVER.clock().advanceMillis(10_000);
    assertThat(logIn("203.0.113.7").status()).isEqualTo(401);
    assertThat(logIn("203.0.113.7").status()).isEqualTo(429);
  }

  @Test
  void aHouseholdOfIpv6IsOneClient() {
    for (int i = 0; i < 6; i++) {
      assertThat(signUp("2001:db8:1:2::" + i, "weak@example.com", "weak").status()).isEqualTo(400);
      assertThat(logIn("2001:db8:1:2::" + i).status()).isNotEqualTo(429);
    }
    assertThat(logIn("2001:db8:1:2:ffff::1").status()).isEqualTo(429);
    assertThat(logIn("2001:db8:1:3::1").status()).isNotEqualTo(429);
  }

  @Test
  void signUpCanBeSwitchedOff() {
    try (TestServer closed = TestServer.start(Map.of("CLAVIGER_SIGN_UP", "false"))) {
      Answer answer =
          closed.send(
              "POST",
              "/users",
              "",
              """
              {"email":"a@example.com","password":"correct Horse 7 battery","firstName":"A",
               "lastName":"B"}\
              """);
      assertThat(answer.status()).isEqualTo(403);
    }
  }
}
