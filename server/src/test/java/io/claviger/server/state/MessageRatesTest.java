package io.claviger.server.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.device.DeviceClient;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** How often messages about a device may come over HTTP (MQT-7). */
class MessageRatesTest {
  private static final TestServer SERVER = TestServer.start();

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static int send(DeviceClient client, String path, String body) {
    return client.send("POST", path, body).status();
  }

  private static void limited(DeviceClient client, String path, String body) {
    for (int i = 0; i < 30; i++) {
      assertThat(send(client, path, body)).as("%s %s", path, i).isEqualTo(200);
    }
    Answer over = client.send("POST", path, body);
    assertThat(over.status()).isEqualTo(429);
    assertThat(over.body().get("type").stringValue()).isEqualTo("TooManyRequests");
    assertThat(Long.parseLong(over.response().headers().firstValue("Retry-After").orElseThrow()))
        .isBetween(1L, 15L);
  }

  /** Each kind by itself, each device by itself, and again after the window. */
  @Test
  void thirtyOfAKindInFifteenSecondsForEachDevice() {
    DeviceClient client = new DeviceClient(SERVER, "kinds@example.com");
    String device = client.create("{\"name\":\"d\"}");
    String other = client.create("{\"name\":\"o\"}");
    Map<String, String> kinds =
        Map.of(
            "/state", "[{\"data\":{}},{\"data\":{}}]",
            "/command", "{\"name\":\"x\"}",
            "/setConnectionStatus", "{\"status\":\"connected\"}");
    kinds.forEach((path, body) -> limited(client, "/" + device + path, body));
    kinds.forEach(
        (path, body) -> assertThat(send(client, "/" + other + path, body)).isEqualTo(200));
    SERVER.clock().advanceMillis(15_000);
    kinds.forEach(
        (path, body) -> assertThat(send(client, "/" + device + path, body)).isEqualTo(200));
  }

  /** What is refused for another reason does not count. */
  @Test
  void whatIsRefusedDoesNotCount() {
    DeviceClient client = new DeviceClient(SERVER, "refused@example.com");
    String device = client.create("{\"name\":\"d\"}");
    for (int i = 0; i < 40; i++) {
      assertThat(send(client, "/" + device + "/command", "{\"name\":\"x\",\"time\":1}"))
          .isEqualTo(400);
    }
    assertThat(send(client, "/" + device + "/command", "{\"name\":\"x\"}")).isEqualTo(200);
  }

  /** The way around, to many devices at once, is as narrow; one application hinders no other. */
  @Test
  void commandsForManyDevices() {
    DeviceClient client = new DeviceClient(SERVER, "many@example.com");
    String device = client.create("{\"name\":\"d\"}");
    String body = "{\"name\":\"x\",\"deviceIds\":[\"" + device + "\"]}";
    limited(client, "/command", body);
    DeviceClient elsewhere = new DeviceClient(SERVER, "elsewhere@example.com");
    assertThat(send(elsewhere, "/command", body)).isEqualTo(200);
  }

  @Test
  void noLimitWhereThatIsAskedFor() {
    try (TestServer server = TestServer.start(Map.of("CLAVIGER_MQTT_TOPIC_LIMIT", "0"))) {
      DeviceClient client = new DeviceClient(server, "free@example.com");
      String device = client.create("{\"name\":\"d\"}");
      for (int i = 0; i < 40; i++) {
        assertThat(send(client, "/" + device + "/state", "{\"data\":{}}")).isEqualTo(200);
      }
    }
  }
}
