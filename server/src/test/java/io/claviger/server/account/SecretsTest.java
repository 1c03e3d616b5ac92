package io.claviger.server.account;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Passwords and tokens are in the answer that makes them and nowhere else: not in the log at its
 * finest level, not in other answers, not in the files of the database.
 */
class SecretsTest {
  private static final String PASSWORD = "Canary-Password-1 canary";
  private static final String NEW_PASSWORD = "Canary-Password-2 canary";
  private static final String WRONG_PASSWORD = "Canary-Password-3 canary";

  @TempDir Path folder;

  /** Keeps each event as the line that would be written. */
  private static final class Lines extends AppenderBase<ILoggingEvent> {
    final Queue<String> written = new ConcurrentLinkedQueue<>();
    private final JsonEncoder encoder = new JsonEncoder();

    @Override
    public void start() {
      encoder.start();
      super.start();
    }

    @Override
    protected void append(ILoggingEvent event) {
      written.add(new String(encoder.encode(event), StandardCharsets.UTF_8));
    }
  }

  /** What must not be found, and where one has looked so far. */
  private final List<String> secrets =
      new ArrayList<>(List.of(PASSWORD, NEW_PASSWORD, WRONG_PASSWORD));

  private final List<String> answers = new ArrayList<>();

  @Test
  void secretsAreNowhere() throws IOException {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Logger own = (Logger) LoggerFactory.getLogger("io.claviger");
    Lines lines = new Lines();
    lines.start();
    root.addAppender(lines);
    own.setLevel(Level.TRACE);
    try (TestServer server = TestServer.start(Map.of("CLAVIGER_DATA", folder.toString()))) {
      use(server);
      assertThat(lines.written).anyMatch(line -> line.contains("auth.authenticateUser"));
      assertNoSecretIn("the database", files());
    } finally {
      own.setLevel(Level.INFO);
      root.detachAppender(lines);
    }
    assertNoSecretIn("the database after the end", files());
    assertNoSecretIn("the log", String.join("\n", lines.written));
    assertNoSecretIn("answers", String.join("\n", answers));
  }

  private void use(TestServer server) {
    String session =
        token(
            server.send(
                "POST",
                "/users",
                "",
                """
                {"email":"a@example.com","password":"%s","firstName":"A","lastName":"B"}\
                """
                    .formatted(PASSWORD)));
    String login = "{\"email\":\"a@example.com\",\"password\":\"%s\",\"twoFactorCode\":\"%s\"}";
    token(server.send("POST", "/auth/user", "", login.formatted(PASSWORD, "")));
    keep(server.send("POST", "/auth/user", "", login.formatted(WRONG_PASSWORD, WRONG_PASSWORD)));
    keep(server.send("POST", "/auth/user", "", login.formatted(PASSWORD, "") + WRONG_PASSWORD));
    keep(server.send("GET", "/me", session));
    keep(server.send("GET", "/me?" + "includeRecent=" + session, session));
    token(server.send("GET", "/me/refreshToken", session));
    String change = "{\"password\":\"%s\",\"newPassword\":\"%s\"}";
    keep(
        server.send(
            "PATCH", "/me/changePassword", session, change.formatted(WRONG_PASSWORD, PASSWORD)));
    keep(
        server.send(
            "PATCH", "/me/changePassword", session, change.formatted(PASSWORD, "Canary-Pass")));
    token(
        server.send(
            "PATCH", "/me/changePassword", session, change.formatted(PASSWORD, NEW_PASSWORD)));
    keep(
        server.send(
            "PATCH",
            "/me",
            session,
            "{\"password\":\"%s\",\"currentCredentials\":{\"password\":\"%s\"}}"
                .formatted(PASSWORD, NEW_PASSWORD)));
    keep(server.send("GET", "/me", session + "x"));
    keep(server.send("GET", "/absent/" + session, session));
    keep(server.send("POST", "/me/delete", session, login.formatted(WRONG_PASSWORD, "")));
  }

  private String token(Answer answer) {
    assertThat(answer.status()).as("%s", answer.body()).isBetween(200, 201);
    String token = answer.body().get("token").stringValue();
    assertThat(token).startsWith("cvs_");
    secrets.add(token);
    return token;
  }

  private void keep(Answer answer) {
    assertThat(answer.status()).isLessThan(500);
    answers.add(answer.body().toString());
  }

  private String files() throws IOException {
    var all = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    assertThat(all).contains("a@example.com", "$argon2id$");
    return all.toString();
  }

  private void assertNoSecretIn(String place, String text) {
    for (String secret : secrets) {
      // Not only the whole: the random part of a token without its prefix, too.
      String telling = secret.startsWith("cvs_") ? secret.substring(4, 20) : secret;
      assertThat(text.contains(telling)).as("a secret in " + place).isFalse();
    }
  }
}
