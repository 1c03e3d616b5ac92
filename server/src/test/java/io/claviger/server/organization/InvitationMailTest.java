package io.claviger.server.organization;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.mail.MailServer;
import io.claviger.server.mail.MailServer.Received;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import io.claviger.store.testing.TestDatabases;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Invitations (ORG-8) when the mail server is there, is not, or the process dies in between. */
class InvitationMailTest {
  private static final String EMAIL = "grace@example.com";

  private static Map<String, String> settings(MailServer mail) {
    return Map.of(
        "CLAVIGER_SMTP_URL",
        "smtp://127.0.0.1:" + mail.port(),
        "CLAVIGER_PUBLIC_URL",
        "https://keys.example.com",
        "CLAVIGER_VERIFY_EMAIL",
        "false");
  }

  private static void invite(TestServer server, String role) {
    OrganizationWorld world = new OrganizationWorld(server);
    Person ada = world.person("ada");
    invite(server, world.organization(ada), ada, role);
  }

  private static void invite(TestServer server, String organization, Person ada, String role) {
    Answer answer =
        new OrganizationWorld(server)
            .invite(organization, ada.session(), EMAIL, "\"role\":\"" + role + "\"");
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
  }

  private static String token(Received message) {
    // Quoted-printable breaks long lines and spells the equals sign.
    String text = message.content().replace("=\r\n", "").replace("=3D", "=");
    int start = text.indexOf("/account/invitation#token=") + "/account/invitation#token=".length();
    return text.substring(start, text.indexOf('&', start));
  }

  private static int status(TestServer server, String token) {
    return server.send("GET", "/invites?token=" + token + "&email=" + EMAIL, "").status();
  }

  private static void wait(TestServer server, Duration time) {
    server.clock().advanceMillis(time.toMillis());
    server.wiring().mail().run();
  }

  /** The node that took the invitation is never heard of again; another one sends it. */
  @Test
  void anInvitationOutlivesTheProcessThatTookIt() {
    Map<String, String> database =
        Map.of(
            "CLAVIGER_DATABASE_URL",
            TestDatabases.postgres().jdbcUrl(),
            "CLAVIGER_SECRET_KEY",
            "0123456789abcdef".repeat(4));
    try (MailServer down = MailServer.start();
        MailServer up = MailServer.start()) {
      down.refuse(451);
      Map<String, String> first = new HashMap<>(settings(down));
      first.putAll(database);
      Map<String, String> second = new HashMap<>(settings(up));
      second.putAll(database);
      try (TestServer lost = TestServer.start(first);
          TestServer server = TestServer.start(second)) {
        invite(lost, "view");
        lost.wiring().mail().run();
        wait(server, Duration.ofMinutes(4));
        assertThat(up.received()).hasSize(1);
        assertThat(status(server, token(up.received().getFirst()))).isEqualTo(200);
        wait(lost, Duration.ofMinutes(30));
        assertThat(down.received()).isEmpty();
      }
    }
  }

  /** Whether the first message arrived is not known, so both links work until it is answered. */
  @Test
  void everyAttemptHasALinkOfItsOwnAndARenewalEndsThemAll() {
    try (MailServer mail = MailServer.start();
        TestServer server = TestServer.start(settings(mail))) {
      OrganizationWorld world = new OrganizationWorld(server);
      Person ada = world.person("ada");
      String organization = world.organization(ada);
      mail.takeAndRefuse(451);
      invite(server, organization, ada, "view");
      server.wiring().mail().run();
      wait(server, Duration.ofMinutes(1));
      mail.refuse(0);
      wait(server, Duration.ofMinutes(2));
      wait(server, Duration.ofDays(1));
      List<String> tokens = mail.received().stream().map(InvitationMailTest::token).toList();
      assertThat(tokens).hasSize(3).doesNotHaveDuplicates();
      for (String token : tokens) {
        assertThat(status(server, token)).isEqualTo(200);
      }
      invite(server, organization, ada, "edit");
      wait(server, Duration.ZERO);
      assertThat(mail.received()).hasSize(4);
      for (String token : tokens) {
        assertThat(status(server, token)).isEqualTo(404);
      }
      assertThat(status(server, token(mail.received().getLast()))).isEqualTo(200);
    }
  }

  @Test
  void sendingIsTriedForAsLongAsTheInvitationStands() {
    try (MailServer mail = MailServer.start();
        TestServer server = TestServer.start(settings(mail))) {
      mail.refuse(451);
      invite(server, "view");
      server.wiring().mail().run();
      for (int hour = 0; hour < 24 * 6; hour++) {
        wait(server, Duration.ofHours(1));
      }
      mail.refuse(0);
      wait(server, Duration.ofHours(1));
      assertThat(mail.received()).hasSize(1);

      mail.refuse(451);
      invite(server, "view");
      server.wiring().mail().run();
      server.clock().advanceMillis(Duration.ofDays(8).toMillis());
      mail.refuse(0);
      wait(server, Duration.ZERO);
      assertThat(mail.received()).hasSize(1); // nobody could accept it
    }
  }

  @Test
  void whatCanNeverBeSentIsGivenUp() {
    try (MailServer mail = MailServer.start();
        TestServer server = TestServer.start(settings(mail))) {
      mail.refuse(550);
      invite(server, "view");
      server.wiring().mail().run();
      mail.refuse(0);
      wait(server, Duration.ofHours(1));
      assertThat(mail.received()).isEmpty();
    }
  }

  /** The link is in the message and nowhere else: not in the database, its journal or a log. */
  @Test
  void theTokenIsInNoFile() throws IOException {
    try (MailServer mail = MailServer.start();
        TestServer server = TestServer.start(settings(mail))) {
      mail.takeAndRefuse(451);
      invite(server, "view");
      server.wiring().mail().run();
      wait(server, Duration.ofMinutes(1));
      List<Path> found = new ArrayList<>();
      try (Stream<Path> files = Files.walk(server.folder())) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
          for (Received message : mail.received()) {
            if (bytes.contains(token(message))) {
              found.add(file);
            }
          }
        }
      }
      assertThat(mail.received()).hasSize(2);
      assertThat(found).isEmpty();
    }
  }
}
