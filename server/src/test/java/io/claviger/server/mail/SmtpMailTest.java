package io.claviger.server.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.core.id.ObjectIdSource;
import io.claviger.server.settings.Settings;
import io.claviger.server.settings.SettingsReader;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Mail through a real conversation with a server. */
class SmtpMailTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-03-02T08:15:00Z"));
  private static final Message MESSAGE =
      new Message(
          "ada@example.com", "Verify your e-mail address", "Åsa\n.\nhttps://k.example/#a=b\n");

  private static Mail mail(String url) {
    Settings settings =
        SettingsReader.read(
                Map.of("CLAVIGER_SMTP_URL", url, "CLAVIGER_PUBLIC_URL", "https://keys.example.com"),
                Map.of())
            .orThrow();
    return new SmtpMail(
        settings.mail().server().orElseThrow(),
        "claviger@keys.example.com",
        CLOCK,
        new ObjectIdSource(CLOCK, new Random(1)));
  }

  private static MailUnavailable failure(Mail mail) {
    return catchThrowableOfType(MailUnavailable.class, () -> mail.send(MESSAGE));
  }

  @Test
  void aMessageArrivesAsItWasWritten() {
    try (MailServer server = MailServer.start()) {
      mail("smtp://127.0.0.1:" + server.port()).send(MESSAGE);
      MailServer.Received received = server.received().getFirst();
      assertThat(received.from()).isEqualTo("claviger@keys.example.com");
      assertThat(received.to()).isEqualTo("ada@example.com");
      assertThat(received.content())
          .contains("From: Claviger <claviger@keys.example.com>\r\n")
          .contains("To: ada@example.com\r\n")
          .contains("Subject: Verify your e-mail address\r\n")
          .contains("Auto-Submitted: auto-generated\r\n")
          .containsPattern("Message-ID: <[0-9a-f]{24}@keys\\.example\\.com>\r\n")
          .contains("Date: Mon, 2 Mar 2026 ")
          .contains("=C3=85sa\r\n.\r\nhttps://k.example/#a=3Db\r\n");
    }
  }

  @Test
  void aServerMayAskForNameAndPassword() {
    try (MailServer server = MailServer.withPassword()) {
      mail("smtp://us%40er:p%3Aa+s%2Fs@127.0.0.1:" + server.port()).send(MESSAGE);
      assertThat(server.received()).hasSize(1);
      MailUnavailable wrong = failure(mail("smtp://us%40er:no@127.0.0.1:" + server.port()));
      assertThat(wrong.permanent()).isFalse();
      assertThat(wrong).hasMessage("the mail server does not accept our name and password");
    }
  }

  /** Nothing is said in the clear where TLS is asked for. */
  @Test
  void withoutTlsNothingIsSent() {
    try (MailServer server = MailServer.start()) {
      assertThat(
              failure(mail("smtp://127.0.0.1:" + server.port() + "?starttls=required")).permanent())
          .isFalse();
      assertThat(failure(mail("smtps://127.0.0.1:" + server.port())).permanent()).isFalse();
      assertThat(server.received()).isEmpty();
    }
  }

  /** What the server says may hold the address, and goes no further. */
  @Test
  void aRefusalSaysWhetherTryingAgainIsOfUse() {
    try (MailServer server = MailServer.start()) {
      Mail mail = mail("smtp://127.0.0.1:" + server.port());
      server.refuse(451);
      assertThat(failure(mail).permanent()).isFalse();
      server.refuse(550);
      assertThat(failure(mail).permanent()).isTrue();
      assertThat(failure(mail)).hasMessage("the mail server answers 550");
    }
  }

  @Test
  void aServerThatIsDownIsTriedAgain() {
    MailServer server = MailServer.start();
    String url = "smtp://127.0.0.1:" + server.port();
    server.close();
    assertThat(failure(mail(url)).permanent()).isFalse();
  }
}
