package io.claviger.server.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.mail.MailServer;
import io.claviger.server.testing.TestServer;
import io.claviger.store.mail.OutboxStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages to owners of accounts when the mail server is there, is not, or refuses. */
class AccountMailTest {
  private static TestServer server(MailServer mail) {
    return TestServer.start(
        Map.of(
            "CLAVIGER_SMTP_URL",
            "smtp://127.0.0.1:" + mail.port(),
            "CLAVIGER_PUBLIC_URL",
            "https://keys.example.com",
            "CLAVIGER_MAIL_FROM",
            "no-reply@example.com"));
  }

  private static int waiting(TestServer server) {
    return new OutboxStore(server.wiring().database()).size();
  }

  /** Nobody waits for a mail server, and nothing that was asked for is lost. */
  @Test
  void aMessageIsTriedUntilItGetsThrough() {
    try (MailServer mail = MailServer.start();
        TestServer server = server(mail)) {
      mail.refuse(451);
      Mailbox people = new Mailbox(server);
      String session = people.signUp("late@example.com");
      assertThat(server.send("GET", "/me", session).body().get("needsToVerifyEmail").booleanValue())
          .isTrue();
      server.wiring().mail().run();
      assertThat(waiting(server)).isEqualTo(1);
      mail.refuse(0);
      server.wiring().mail().run();
      assertThat(mail.received()).isEmpty(); // not at once again
      server.clock().advanceMillis(Duration.ofMinutes(1).toMillis());
      server.wiring().mail().run();
      assertThat(mail.received()).hasSize(1);
      assertThat(mail.received().getFirst().from()).isEqualTo("no-reply@example.com");
      assertThat(mail.received().getFirst().content())
          .contains("https://keys.example.com/account/verify-email#token");
      assertThat(waiting(server)).isZero();
      assertThat(server.folder().resolve("mail")).doesNotExist();
    }
  }

  /** Whatever became of the attempt: alone on its database, the next server tries at once. */
  @Test
  void theNextStartTriesWhatWaits(@TempDir Path data) {
    try (MailServer mail = MailServer.start()) {
      Map<String, String> settings =
          Map.of(
              "CLAVIGER_SMTP_URL",
              "smtp://127.0.0.1:" + mail.port(),
              "CLAVIGER_PUBLIC_URL",
              "https://keys.example.com",
              "CLAVIGER_DATA",
              data.toString());
      mail.refuse(451);
      try (TestServer server = TestServer.start(settings)) {
        var ada = server.newUser("ada@example.com");
        var made = server.send("POST", "/orgs", ada.session(), "{\"name\":\"Pumps\"}");
        new Mailbox(server).signUp("ben@example.com");
        server.send(
            "POST",
            "/orgs/" + made.body().get("orgId").stringValue() + "/invites",
            ada.session(),
            "{\"email\":\"eve@example.com\",\"role\":\"view\"}");
        server.wiring().mail().run();
        assertThat(waiting(server)).isEqualTo(1);
        // As if it died in the middle of the next attempt.
        server
            .wiring()
            .database()
            .run(transaction -> new OutboxStore(server.wiring().database()).hurry(transaction));
        server
            .wiring()
            .database()
            .run(transaction ->
                assertThat(
                        new OutboxStore(server.wiring().database())
                            .claim(transaction, Duration.ofMinutes(3)))
                    .isPresent());
      }
      mail.refuse(0);
      try (TestServer server = TestServer.start(settings)) {
        server.wiring().mail().run();
        assertThat(mail.received()).hasSize(2);
        assertThat(waiting(server)).isZero();
      }
    }
  }

  @Test
  void aMessageThatNobodyCanWantAnyMoreIsGivenUp() {
    try (MailServer mail = MailServer.start();
        TestServer server = server(mail)) {
      mail.refuse(451);
      new Mailbox(server).signUp("never@example.com");
      server.wiring().mail().run();
      for (int i = 0; i < 26; i++) {
        server.clock().advanceMillis(Duration.ofHours(1).toMillis());
        server.wiring().mail().run();
      }
      assertThat(waiting(server)).isZero();
      mail.refuse(550);
      new Mailbox(server).signUp("refused@example.com");
      server.wiring().mail().run();
      assertThat(waiting(server)).isZero();
    }
  }

  @Test
  void anInvitationIsSentThroughTheServer() {
    try (MailServer mail = MailServer.start();
        TestServer server = server(mail)) {
      TestServer.Person ada = server.newUser("ada@example.com");
      String organization =
          server
              .send("POST", "/orgs", ada.session(), "{\"name\":\"Pumps\"}")
              .body()
              .get("orgId")
              .stringValue();
      assertThat(
              server
                  .send(
                      "POST",
                      "/orgs/" + organization + "/invites",
                      ada.session(),
                      "{\"email\":\"grace@example.com\",\"role\":\"view\"}")
                  .status())
          .isEqualTo(200);
      org.awaitility.Awaitility.await().until(() -> mail.received().size() == 1);
      assertThat(mail.received().getFirst().to()).isEqualTo("grace@example.com");
    }
  }
}
