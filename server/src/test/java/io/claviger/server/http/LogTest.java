package io.claviger.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The log says which route was asked and how it went, and nothing that a client sent. */
final class LogTest {
  private static final String SECRET = "canary7f3a";

  private final Lines lines = new Lines();
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Logger own = (Logger) LoggerFactory.getLogger("io.claviger");

  /** Keeps each event as the line that would be written. */
  private static final class Lines extends AppenderBase<ILoggingEvent> {
    final Queue<String> written = new ConcurrentLinkedQueue<>();
    private final JsonEncoder encoder = new JsonEncoder();

    @Override
    protected void append(ILoggingEvent event) {
      written.add(new String(encoder.encode(event), StandardCharsets.UTF_8));
    }
  }

  @BeforeEach
  void listen() {
    lines.encoder.start();
    lines.start();
    root.addAppender(lines);
    own.setLevel(Level.TRACE);
  }

  @AfterEach
  void restore() {
    root.detachAppender(lines);
    own.setLevel(Level.INFO);
  }

  @Test
  void nothingThatAClientSentIsLogged() throws Exception {
    try (TestServer server = new TestServer(HttpLimits.DEFAULT);
        RawHttp raw = server.raw()) {
      String requestId =
          server
              .send(
                  server
                      .request("/things/" + SECRET + "?q=" + SECRET)
                      .header("Authorization", "Bearer " + SECRET))
              .headers()
              .firstValue("X-Request-Id")
              .orElseThrow();
      server.post("{\"a\":\"" + SECRET + "\"}");
      server.post("{\"a\":" + SECRET + "}");
      server.get("/absent/" + SECRET);
      server.get("/things/a?" + SECRET + "[");
      raw.send(SECRET + " /" + SECRET + " HTTP/1.1\r\n" + SECRET + "\r\n\r\n").read();
      Awaitility.await()
          .untilAsserted(() ->
              assertThat(lines.written)
                  .anyMatch(line -> line.contains("thing.get") && line.contains(requestId))
                  .anyMatch(line -> line.contains("refused before routing")));
      assertThat(lines.written).noneMatch(line -> line.contains(SECRET));
    }
  }

  @Test
  void aFailureIsLoggedUnderTheRequestIdThatTheClientGot() throws Exception {
    try (TestServer server = new TestServer(HttpLimits.DEFAULT)) {
      String requestId = server.get("/broken").headers().firstValue("X-Request-Id").orElseThrow();
      assertThat(lines.written)
          .anyMatch(line ->
              line.contains("\"ERROR\"")
                  && line.contains(requestId)
                  && line.contains("IllegalStateException"));
    }
  }
}
