package io.claviger.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Clients that keep the server waiting are cut off in time, and others do not notice. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(20)
final class SlowClientTest {
  private static final Duration SHORT = Duration.ofMillis(300);

  /** Generous, for a busy machine; far below the time that the drip below would need. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final HttpLimits LIMITS =
      new HttpLimits(
          HttpLimits.BODY_BYTES,
          HttpLimits.REQUEST_LINE_BYTES,
          HttpLimits.HEADER_BYTES,
          SHORT,
          SHORT,
          SHORT,
          SHORT,
          HttpLimits.CONNECTIONS,
          HttpLimits.CONCURRENT_REQUESTS,
          HttpLimits.SHUTDOWN_TIME);

  private final ScheduledExecutorService drips = Executors.newSingleThreadScheduledExecutor();
  private final Queue<String> observed = new ConcurrentLinkedQueue<>();
  private TestServer server;

  @BeforeAll
  void start() {
    server = new TestServer(LIMITS, (route, status, _) -> observed.add(route + " " + status));
  }

  @AfterAll
  void stop() {
    drips.shutdownNow();
    server.close();
  }

  @Test
  void silentConnectionIsClosed() throws Exception {
    assertCutOff("", null);
  }

  @Test
  void idleConnectionIsClosed() throws Exception {
    try (RawHttp raw = server.raw()) {
      raw.send("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(raw.read().status()).isEqualTo(204);
      assertClosedInTime(raw);
    }
  }

  @Test
  void unfinishedHeaderIsCutOff() throws Exception {
    assertCutOff("GET /nothing HTTP/1.1\r\nHost: x\r\n", null);
  }

  @Test
  void drippingHeaderIsCutOff() throws Exception {
    assertCutOff("GET /nothing HTTP/1.1\r\nHost: x\r\nX-Slow: ", "a");
  }

  @Test
  void drippingRequestLineIsCutOff() throws Exception {
    assertCutOff("GET /", "a");
  }

  @Test
  void drippingBodyIsCutOff() throws Exception {
    assertCutOff(post("Content-Length: 100000"), " ");
  }

  @Test
  void drippingChunksAreCutOff() throws Exception {
    assertCutOff(post("Transfer-Encoding: chunked"), "1\r\n \r\n");
  }

  @Test
  void drippingBodyThatNobodyReadsIsCutOff() throws Exception {
    try (RawHttp raw = server.raw()) {
      raw.send("GET /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");
      assertThat(raw.read().status()).isEqualTo(204);
      assertClosedWhileDripping(raw, " ");
    }
  }

  @Test
  void endlessChunkSizeIsCutOff() throws Exception {
    try (RawHttp raw = server.raw()) {
      raw.send(post("Transfer-Encoding: chunked"));
      byte[] zeros = "0".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
      boolean refused = false;
      for (int i = 0; i < 64 && !refused; i++) {
        try {
          raw.send(zeros);
        } catch (SocketException e) {
          refused = true;
        }
      }
      assertThat(refused).isTrue();
    }
  }

  @Test
  void clientThatDoesNotTakeItsAnswerIsCutOff() throws Exception {
    try (RawHttp raw = server.raw()) {
      raw.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
      Awaitility.await().untilAsserted(() -> assertThat(observed).contains("large.get 499"));
      assertThat(server.get("/nothing").statusCode()).isEqualTo(204);
    }
  }

  private static String post(String framing) {
    return "POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n%s\r\n\r\n"
        .formatted(framing);
  }

  private void assertCutOff(String beginning, @Nullable String drip) throws Exception {
    try (RawHttp raw = server.raw()) {
      raw.send(beginning);
      if (drip == null) {
        assertClosedInTime(raw);
      } else {
        assertClosedWhileDripping(raw, drip);
      }
    }
  }

  private void assertClosedWhileDripping(RawHttp raw, String drip) throws Exception {
    var dripping =
        drips.scheduleAtFixedRate(() -> sendUnchecked(raw, drip), 0, 50, TimeUnit.MILLISECONDS);
    try {
      assertClosedInTime(raw);
    } finally {
      dripping.cancel(true);
    }
  }

  private static void sendUnchecked(RawHttp raw, String text) {
    try {
      raw.send(text);
    } catch (IOException e) {
      throw new IllegalStateException(e); // ends the schedule
    }
  }

  private void assertClosedInTime(RawHttp raw) throws Exception {
    long start = System.nanoTime();
    assertThat(server.get("/nothing").statusCode()).as("others are served").isEqualTo(204);
    assertThat(raw.isClosed()).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE);
  }
}
