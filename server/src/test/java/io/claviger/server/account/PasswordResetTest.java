package io.claviger.server.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.account.Mailbox.Link;
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

/** A forgotten password, and attempts to use that against its owner (USR-5, USR-11). */
class PasswordResetTest {
  private static final long HOUR_MILLIS = 3_600_000;

  private static final TestServer SERVER =
      TestServer.start(Map.of("CLAVIGER_LOGIN_LIMIT", "100000"));
  private static final Mailbox MAIL = new Mailbox(SERVER);

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static void requireRefused(Answer answer) {
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body().get("message").stringValue())
        .isEqualTo("token is not of a link that works: ask for another");
  }

  private static int me(String session) {
    return SERVER.send("GET", "/me", session).status();
  }

  @Test
  void aLinkSetsANewPasswordAndEndsEverySession() {
    String session = MAIL.signUp("forgot@example.com");
    Answer token =
        SERVER.send("POST", "/me/tokens", session, "{\"name\":\"t\",\"scope\":[\"all.User\"]}");
    Link link = MAIL.resetLink("Forgot@Example.com".toLowerCase(java.util.Locale.ROOT));
    assertThat(link.page()).isEqualTo("reset-password");
    Answer done = MAIL.reset(link);
    assertThat(done.body().toString())
        .isEqualTo("{\"success\":true,\"accountIsLocked\":false,\"twoFactorAuthEnabled\":false}");
    assertThat(me(session)).isEqualTo(401);
    assertThat(me(token.body().get("token").stringValue())).isEqualTo(200);
    assertThat(MAIL.logIn("forgot@example.com", Mailbox.PASSWORD).status()).isEqualTo(401);
    Answer in = MAIL.logIn("forgot@example.com", Mailbox.NEW_PASSWORD);
    assertThat(in.status()).isEqualTo(200);
    Answer account = SERVER.send("GET", "/me", in.body().get("token").stringValue());
    assertThat(account.body().get("emailVerified").booleanValue()).isTrue();
    requireRefused(MAIL.reset(link));
  }

  @Test
  void anAddressWithoutAnAccountIsAnsweredAlike() {
    MAIL.signUp("there@example.com");
    Answer there = MAIL.askReset("there@example.com");
    Answer absent = MAIL.askReset("absent@example.com");
    assertThat(absent.status()).isEqualTo(there.status());
    assertThat(absent.body()).isEqualTo(there.body());
    assertThat(absent.response().headers().map().keySet())
        .isEqualTo(there.response().headers().map().keySet());
    assertThat(MAIL.messages("absent@example.com")).isEmpty();
    assertThat(MAIL.links("there@example.com")).hasSize(1);
  }

  @Test
  void aLinkWorksOnceHoweverManyUseIt() throws Exception {
    MAIL.signUp("once@example.com");
    Link link = MAIL.resetLink("once@example.com");
    List<Callable<Integer>> attempts = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      String password = "Another password " + i;
      attempts.add(() -> MAIL.reset(link.token(), link.email(), password).status());
    }
    List<Integer> statuses = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Integer> future : threads.invokeAll(attempts)) {
        statuses.add(future.get());
      }
    }
    assertThat(statuses).containsOnlyOnce(200).filteredOn(status -> status == 400).hasSize(3);
  }

  @Test
  void aLinkIsForOneAccountAndAnHour() {
    MAIL.signUp("mine@example.com");
    MAIL.signUp("yours@example.com");
    Link link = MAIL.resetLink("mine@example.com");
    requireRefused(MAIL.reset(link.token(), "yours@example.com", Mailbox.NEW_PASSWORD));
    requireRefused(MAIL.reset("0".repeat(40), "mine@example.com", Mailbox.NEW_PASSWORD));
    Answer weak = MAIL.reset(link.token(), link.email(), "all lower case 1");
    assertThat(weak.body().get("message").stringValue()).startsWith("password must contain");
    SERVER.clock().advanceMillis(HOUR_MILLIS);
    requireRefused(MAIL.reset(link));
    assertThat(MAIL.logIn("yours@example.com", Mailbox.PASSWORD).status()).isEqualTo(200);
  }

  /** Otherwise whoever read the mail before could take the account back. */
  @Test
  void aNewPasswordOrAddressEndsLinksThatWereSent() {
    String session = MAIL.signUp("ends@example.com");
    Link link = MAIL.resetLink("ends@example.com");
    assertThat(
            SERVER
                .send(
                    "PATCH",
                    "/me/changePassword",
                    session,
                    "{\"password\":\"%s\",\"newPassword\":\"%s\"}"
                        .formatted(Mailbox.PASSWORD, "Password number 3"))
                .status())
        .isEqualTo(200);
    requireRefused(MAIL.reset(link));
    Link another = MAIL.resetLink("ends@example.com");
    assertThat(
            SERVER
                .send(
                    "PATCH",
                    "/me",
                    session,
                    "{\"email\":\"moved@example.com\",\"currentCredentials\":{\"password\":\"Password number 3\"}}")
                .status())
        .isEqualTo(200);
    requireRefused(MAIL.reset(another));
    requireRefused(MAIL.reset(another.token(), "moved@example.com", Mailbox.NEW_PASSWORD));
  }

  @Test
  void anAddressIsSentFiveLinksAnHour() {
    MAIL.signUp("many@example.com");
    for (int i = 0; i < 2 * MailRequests.REQUESTS_MAX; i++) {
      assertThat(MAIL.askReset("many@example.com").status()).isEqualTo(200);
      MAIL.messages("many@example.com");
    }
    assertThat(MAIL.links("many@example.com")).hasSize(MailRequests.REQUESTS_MAX);
  }

  private static void lock(String email) {
    for (int i = 0; i < LockOut.FAILURES_MAX; i++) {
      assertThat(MAIL.logIn(email, "not the password").status()).isEqualTo(401);
    }
    assertThat(MAIL.logIn(email, Mailbox.PASSWORD).body().get("type").stringValue())
        .isEqualTo("AccountLocked");
  }

  @Test
  void aNewPasswordEndsALock() {
    MAIL.signUp("locked@example.com");
    lock("locked@example.com");
    Answer done = MAIL.reset(MAIL.resetLink("locked@example.com"));
    assertThat(done.body().get("accountIsLocked").booleanValue()).isFalse();
    assertThat(MAIL.logIn("locked@example.com", Mailbox.NEW_PASSWORD).status()).isEqualTo(200);
  }

  /** A mailbox is not a second factor, and no way to try codes without an end. */
  @Test
  void aSecondFactorStaysAndSoDoesItsLock() {
    String session = MAIL.signUp("both@example.com");
    String key =
        SERVER.send("PATCH", "/me/generateTwoFactorAuth", session).body().get("key").stringValue();
    Authenticator app = new Authenticator(SERVER, key);
    assertThat(
            SERVER
                .send(
                    "PATCH",
                    "/me/enableTwoFactorAuth",
                    session,
                    "{\"password\":\"%s\",\"twoFactorCode\":\"%s\"}"
                        .formatted(Mailbox.PASSWORD, app.present()))
                .status())
        .isEqualTo(200);
    lock("both@example.com");
    Answer done = MAIL.reset(MAIL.resetLink("both@example.com"));
    assertThat(done.body().toString())
        .isEqualTo("{\"success\":true,\"accountIsLocked\":true,\"twoFactorAuthEnabled\":true}");
    SERVER.clock().advanceMillis(LockOut.DURATION.toMillis());
    assertThat(
            MAIL.logIn("both@example.com", Mailbox.NEW_PASSWORD).body().get("type").stringValue())
        .isEqualTo("TwoFactorRequired");
  }

  @Test
  void theLogSaysWhoDidIt() {
    MAIL.signUp("logged@example.com");
    assertThat(MAIL.reset(MAIL.resetLink("logged@example.com")).status()).isEqualTo(200);
    List<String> logged =
        SERVER
            .wiring()
            .database()
            .read(handle ->
                handle
                    .createQuery(
                        "SELECT actor_type || ' ' || subject_type || ' ' || subject_name"
                            + " FROM change_log WHERE action = 'users.finishPasswordReset'"
                            + " AND actor_user_id = subject_id AND subject_name = 'logged@example.com'")
                    .mapTo(String.class)
                    .list());
    assertThat(logged).containsExactly("User User logged@example.com");
  }

  @Test
  void tooManyAttemptsFromOneAddressMustWait() {
    try (TestServer server = TestServer.start(Map.of("CLAVIGER_LOGIN_LIMIT", "3"))) {
      Mailbox mail = new Mailbox(server);
      List<Integer> statuses = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        statuses.add(mail.reset("0".repeat(40), "a@example.com", Mailbox.NEW_PASSWORD).status());
      }
      assertThat(statuses).containsExactly(400, 400, 400, 429);
      assertThat(mail.askReset("a@example.com").status()).isEqualTo(429);
    }
  }
}
