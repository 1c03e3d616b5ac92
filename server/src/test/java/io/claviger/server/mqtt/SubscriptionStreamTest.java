package io.claviger.server.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code application.mqttSubscriptionStream} (WIR-20). */
@Timeout(20)
class SubscriptionStreamTest {
  private static final Plant PLANT = Plant.start();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @AfterAll
  static void stop() {
    HTTP.close();
    PLANT.close();
  }

  private static HttpResponse<InputStream> open(String filter, String token) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:"
                        + PLANT.server.wiring().apiPort()
                        + "/applications/"
                        + PLANT.application
                        + "/mqttSubscriptionStream?keepAliveInterval=60&topic="
                        + URLEncoder.encode(filter, StandardCharsets.UTF_8)))
            .header("Authorization", "Bearer " + token)
            .build();
    return HTTP.send(request, BodyHandlers.ofInputStream());
  }

  /** An open stream; it is open when this returns. */
  private static final class Stream implements AutoCloseable {
    private final BufferedReader lines;

    Stream(String filter, String token) throws Exception {
      HttpResponse<InputStream> response = open(filter, token);
      assertThat(response.statusCode()).isEqualTo(200);
      lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
      assertThat(lines.readLine()).isEqualTo(": open");
    }

    /** The data of the next event; null at the end. */
    @Nullable String event() throws IOException {
      String line = lines.readLine();
      while (line != null && !line.equals("event: mqttMessage")) {
        line = lines.readLine();
      }
      return line == null ? null : lines.readLine().substring(6);
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }

  private static Answer publish(String application, String topic, String message) {
    return PLANT.server.send(
        "POST",
        "/applications/" + application + "/mqttPublishMessage",
        PLANT.person.session(),
        "{\"topic\":\"" + topic + "\",\"message\":\"" + message + "\"}");
  }

  private static Answer token(String scope) {
    Answer made =
        PLANT.server.send(
            "POST",
            "/applications/" + PLANT.application + "/tokens",
            PLANT.person.session(),
            "{\"name\":\"t\",\"scope\":[\"" + scope + "\"]}");
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    return made;
  }

  @Test
  void showsWhatIsPublishedEitherWay() throws Exception {
    String device = PLANT.server.newDevice(PLANT.application, "standalone");
    String elsewhere = PLANT.server.newApplication(PLANT.person);
    try (Stream plant = new Stream("plant/+", PLANT.person.session());
        Stream states = new Stream("losant/+/state", PLANT.person.session());
        RawMqtt client =
            RawMqtt.connected(PLANT, device, PLANT.key("{\"filterType\":\"all\"}"), false)) {
      assertThat(publish(elsewhere, "plant/a", "theirs").status()).isEqualTo(200);
      assertThat(publish(PLANT.application, "plant/a/b", "deeper").status()).isEqualTo(200);
      assertThat(publish(PLANT.application, "plant/a", "ours\\n").status()).isEqualTo(200);
      assertThat(client.published("plant/b", "from a device")).isZero();
      assertThat(client.published(Plant.state(device), "{}")).isZero();
      assertThat(plant.event()).isEqualTo("{\"topic\":\"plant/a\",\"message\":\"ours\\n\"}");
      assertThat(plant.event()).isEqualTo("{\"topic\":\"plant/b\",\"message\":\"from a device\"}");
      assertThat(states.event()).startsWith("{\"topic\":\"" + Plant.state(device) + "\"");
    }
  }

  /** Within a second, and without any message after that. */
  @Test
  void endsWithItsCredential() throws Exception {
    Answer made = token("application.mqttSubscriptionStream");
    try (Stream stream = new Stream("#", made.body().get("token").stringValue())) {
      assertThat(publish(PLANT.application, "a", "1").status()).isEqualTo(200);
      assertThat(stream.event()).isNotNull();
      Answer patched =
          PLANT.server.send(
              "PATCH",
              "/applications/"
                  + PLANT.application
                  + "/tokens/"
                  + made.body().get("id").stringValue(),
              PLANT.person.session(),
              "{\"status\":\"inactive\"}");
      assertThat(patched.status()).isEqualTo(200);
      long revoked = System.nanoTime();
      assertThat(publish(PLANT.application, "a", "2").status()).isEqualTo(200);
      assertThat(stream.event()).isNull();
      assertThat(Duration.ofNanos(System.nanoTime() - revoked)).isLessThan(Duration.ofSeconds(1));
    }
  }

  @Test
  void isForThoseWhoMay() throws Exception {
    for (String scope : new String[] {"application.mqttPublishMessage", "all.Device"}) {
      assertThat(open("#", token(scope).body().get("token").stringValue()).statusCode())
          .as(scope)
          .isEqualTo(403);
    }
    for (String wrong : new String[] {"", "a/#/b", "a".repeat(231)}) {
      assertThat(open(wrong, PLANT.person.session()).statusCode()).as(wrong).isEqualTo(400);
    }
    String stranger = PLANT.server.newUser("stranger@example.com").session();
    assertThat(open("#", stranger).statusCode()).isEqualTo(404);
    try (TestServer server = TestServer.start()) {
      var person = server.newUser("off@example.com");
      Answer answer =
          server.send(
              "GET",
              "/applications/" + server.newApplication(person) + "/mqttSubscriptionStream",
              person.session());
      assertThat(answer.status()).isEqualTo(501);
    }
  }
}
