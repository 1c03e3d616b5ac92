package io.claviger.server.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.device.DeviceClient;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** Server-sent events (WIR-20). */
@Timeout(20)
class StreamsTest {
  private static final TestServer SERVER = TestServer.start();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private DeviceClient client;
  private String device;

  @AfterAll
  static void stop() {
    HTTP.close();
    SERVER.close();
  }

  @BeforeEach
  void device(TestInfo test) {
    client = new DeviceClient(SERVER, test.getDisplayName().replaceAll("\\W", "") + "@example.com");
    device =
        client.create("{\"name\":\"d\",\"attributes\":[{\"name\":\"n\",\"dataType\":\"number\"}]}");
  }

  /** An open stream; it is open when this returns. */
  private final class Stream implements AutoCloseable {
    private final BufferedReader lines;

    Stream(String path, String token) throws IOException, InterruptedException {
      var response = open(path, token);
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
      lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
      assertThat(lines.readLine()).isEqualTo(": open");
      assertThat(lines.readLine()).isEmpty();
    }

    /** The next event as type, blank and data; null at the end. */
    @Nullable String event() throws IOException {
      String line = lines.readLine();
      while (line != null && !line.startsWith("event: ")) {
        line = lines.readLine();
      }
      return line == null ? null : line.substring(7) + " " + lines.readLine().substring(6);
    }

    @Nullable String line() throws IOException {
      return lines.readLine();
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }

  private HttpResponse<InputStream> open(String path, String token)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:"
                        + SERVER.wiring().apiPort()
                        + client.path("/" + device)
                        + path))
            .header("Authorization", "Bearer " + token)
            .build();
    return HTTP.send(request, BodyHandlers.ofInputStream());
  }

  private void post(String path, String json) {
    Answer answer = client.send("POST", "/" + device + path, json);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
  }

  @Test
  void statesAndCommandsAsTheyCome() throws Exception {
    try (Stream states = new Stream("/stateStream", client.session());
        Stream commands = new Stream("/commandStream", client.session())) {
      long at = SERVER.clock().instant().toEpochMilli();
      post(
          "/state",
          "{\"time\":" + at + ",\"data\":{\"n\":\"1\",\"x\":2},\"meta\":{\"by\":\"me\\n\"}}");
      post("/state", "{\"data\":{\"x\":2}}");
      post("/command", "{\"name\":\"open\",\"payload\":[1],\"time\":" + at + "}");
      post("/state", "[{\"data\":{\"n\":3}},{\"data\":{\"n\":4}}]");
      assertThat(states.event())
          .startsWith("deviceState {\"time\":\"")
          .endsWith("\",\"data\":{\"n\":1},\"meta\":{\"by\":\"me\\n\"}}");
      assertThat(states.event()).endsWith("\"data\":{\"n\":3}}");
      assertThat(states.event()).endsWith("\"data\":{\"n\":4}}");
      assertThat(commands.event())
          .startsWith("deviceCommand {\"name\":\"open\",\"time\":\"")
          .endsWith("\",\"payload\":[1]}");
    }
  }

  @Test
  void commentsKeepItOpen() throws Exception {
    try (Stream stream = new Stream("/stateStream?keepAliveInterval=1", client.session())) {
      long start = System.nanoTime();
      assertThat(stream.line()).isEqualTo(": keep-alive");
      assertThat(stream.line()).isEmpty();
      assertThat(stream.line()).isEqualTo(": keep-alive");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }
  }

  /** Within a second, and without any event after that. */
  @Test
  void endsWithItsCredential() throws Exception {
    String tokens = "/applications/" + client.application() + "/tokens";
    Answer made =
        SERVER.send(
            "POST",
            tokens,
            client.session(),
            "{\"name\":\"r\",\"scope\":[\"device.stateStream\"]}");
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    String token = made.body().get("token").stringValue();
    assertThat(open("/commandStream", token).statusCode()).isEqualTo(403);
    try (Stream stream = new Stream("/stateStream?keepAliveInterval=60", token)) {
      post("/state", "{\"data\":{\"n\":1}}");
      assertThat(stream.event()).endsWith("\"data\":{\"n\":1}}");
      Answer patched =
          SERVER.send(
              "PATCH",
              tokens + "/" + made.body().get("id").stringValue(),
              client.session(),
              "{\"status\":\"inactive\"}");
      assertThat(patched.status()).isEqualTo(200);
      long revoked = System.nanoTime();
      post("/state", "{\"data\":{\"n\":2}}");
      assertThat(stream.event()).isNull();
      assertThat(Duration.ofNanos(System.nanoTime() - revoked)).isLessThan(Duration.ofSeconds(1));
    }
  }

  /** KEY-26: reach follows the tags that a device has now. */
  @Test
  void endsWhenTheDeviceIsOutOfReachOrDeleted() throws Exception {
    String tags = "{\"tags\":[{\"key\":\"site\",\"value\":\"north\"}]}";
    String reader = client.create("{\"name\":\"reader\"}");
    String token =
        client.deviceToken(reader, true, "[]", "[{\"key\":\"site\",\"value\":\"north\"}]");
    assertThat(open("/stateStream", token).statusCode()).isEqualTo(404);
    client.patch(device, tags);
    try (Stream stream = new Stream("/stateStream?keepAliveInterval=60", token)) {
      client.patch(device, "{\"tags\":[]}");
      assertThat(stream.event()).isNull();
    }
    try (Stream stream = new Stream("/commandStream?keepAliveInterval=60", client.session())) {
      client.delete(device);
      assertThat(stream.event()).isNull();
    }
  }

  @Test
  void limitsAndWrongParameters() throws Exception {
    for (String wrong : new String[] {"0", "61", "x"}) {
      assertThat(open("/stateStream?keepAliveInterval=" + wrong, client.session()).statusCode())
          .isEqualTo(400);
    }
    Answer head =
        SERVER.send("HEAD", client.path("/" + device + "/commandStream"), client.session());
    assertThat(head.status()).isEqualTo(200);
  }

  /** A stop waits for requests that are under way, but not for those who listen. */
  @Test
  void endsWithTheServer() throws Exception {
    TestServer server = TestServer.start();
    DeviceClient other = new DeviceClient(server, "a@example.com");
    String listened = other.create("{\"name\":\"d\"}");
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:"
                        + server.wiring().apiPort()
                        + other.path("/" + listened + "/stateStream?keepAliveInterval=60")))
            .header("Authorization", "Bearer " + other.session())
            .build();
    var response = HTTP.send(request, BodyHandlers.ofInputStream());
    long start = System.nanoTime();
    server.close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertThat(new String(response.body().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo(": open\n\n");
  }
}
