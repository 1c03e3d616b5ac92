package io.claviger.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Whatever is sent, the answer is a 4xx in JSON or an ordinary one, and the server goes on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HostileRequestTest {
  private static final long SEED = 20_260_101;
  private static final int MUTANTS = 300;

  private TestServer server;

  @BeforeAll
  void start() {
    server = new TestServer(HttpLimits.DEFAULT);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void eachRowOfTheTableIsAnsweredAsWritten() throws Exception {
    for (String[] row : Table.rows("http-hostile", 3)) {
      try (RawHttp raw = server.raw()) {
        raw.send(Table.unescape(row[2]));
        raw.finishSending();
        RawHttp.Answer answer = raw.read();
        assertThat(answer.status()).as(row[2]).isEqualTo(Integer.parseInt(row[0]));
        if (!row[1].equals("-")) {
          assertThat(Json.parse(answer.body().getBytes(StandardCharsets.UTF_8)))
              .as(row[2])
              .hasToString(
                  Json.emptyObject()
                      .put("type", row[1])
                      .put("message", message(answer.body()))
                      .toString());
        }
      }
    }
  }

  /** RFC 9110 section 9.1; each request of a connection is judged by itself, pipelined or not. */
  @Test
  void aMethodIsCaseSensitive() throws Exception {
    String small = "get /nothing HTTP/1.1\r\nHost: x\r\n\r\n";
    String large = "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n";
    String body =
        "POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + "Content-Length: 15\r\n\r\n{\"a\":\"get / x\"}";
    try (RawHttp raw = server.raw()) {
      raw.send(small + large + body + large + small);
      RawHttp.Answer refused = raw.read();
      assertThat(refused.status()).isEqualTo(405);
      assertThat(refused.headers()).containsEntry("allow", "GET, HEAD, OPTIONS");
      assertThat(refused.body()).contains("get is not allowed");
      assertThat(raw.read(false).status()).isEqualTo(204);
      assertThat(raw.read().status()).isLessThan(300);
      assertThat(raw.read(false).status()).isEqualTo(204);
      assertThat(raw.read().status()).isEqualTo(405);
    }
  }

  /** The message, which must be there and must not hold what HTML would take for a tag. */
  private static String message(String body) {
    String message =
        Json.parse(body.getBytes(StandardCharsets.UTF_8)).path("message").stringValue("");
    assertThat(message).isNotEmpty().doesNotContain("<", ">");
    return message;
  }

  @Test
  void anOversizedBodyIsRefusedAndTheClientSeesIt() throws Exception {
    String large = "\"" + "a".repeat(3 << 20) + "\"";
    assertThat(server.post(large).statusCode()).isEqualTo(413);
    try (RawHttp raw = server.raw()) {
      raw.send(
          """
          POST /things HTTP/1.1
          Host: x
          Content-Type: application/json
          Transfer-Encoding: chunked

          """
              .replace("\n", "\r\n"));
      String chunk = "10000\r\n" + "a".repeat(0x10000) + "\r\n";
      for (int i = 0; i < 17; i++) {
        raw.send(chunk);
      }
      RawHttp.Answer answer = raw.read();
      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.headers()).containsEntry("connection", "close");
      assertThat(raw.isClosed()).isTrue();
    }
  }

  @Test
  void aBodyOfExactlyTheLimitIsRead() throws Exception {
    String largest = "\"" + "a".repeat(HttpLimits.BODY_BYTES - 2) + "\"";
    assertThat(server.post(largest).statusCode()).isEqualTo(201);
    assertThat(server.post(largest + " ").statusCode()).isEqualTo(413);
  }

  @Test
  void mutantsNeverCauseAServerError() throws Exception {
    List<String> seeds =
        Table.rows("http-hostile", 3).stream()
            .map(row -> Table.unescape(row[2]))
            .filter(request -> request.length() < 2000)
            .toList();
    Random random = new Random(SEED);
    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = mutate(seeds.get(random.nextInt(seeds.size())), random);
      RawHttp.Answer answer = sendAndRead(mutant);
      assertThat(answer.status())
          .as("seed %d, mutant %d: %s", SEED, i, new String(mutant, StandardCharsets.ISO_8859_1))
          .matches(status -> status == 0 || (status >= 100 && status < 500));
    }
    assertThat(server.get("/nothing").statusCode()).isEqualTo(204);
  }

  private RawHttp.Answer sendAndRead(byte[] request) throws IOException {
    try (RawHttp raw = server.raw()) {
      raw.send(request);
      raw.finishSending();
      return raw.read(false);
    }
  }

  private static byte[] mutate(String request, Random random) {
    StringBuilder mutant = new StringBuilder(request);
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes && !mutant.isEmpty(); i++) {
      int at = random.nextInt(mutant.length());
      switch (random.nextInt(4)) {
        case 0 -> mutant.setCharAt(at, (char) random.nextInt(256));
        case 1 -> mutant.deleteCharAt(at);
        case 2 -> mutant.insert(at, "\r\n :%/?=&[]\0".charAt(random.nextInt(12)));
        default -> mutant.insert(at, mutant.substring(random.nextInt(at + 1), at));
      }
    }
    return mutant.toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
