package io.claviger.server.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code application.mqttPublishMessage} (MQT-7, MQT-8). */
class PublishOverHttpTest {
  private static final Plant PLANT =
      Plant.start(
          Map.of("CLAVIGER_MQTT_TOPIC_LIMIT", "6", "CLAVIGER_MQTT_CONNECTION_LIMIT", "300"));
  private static final String ALL = "{\"filterType\":\"all\"}";

  @AfterAll
  static void stop() {
    PLANT.close();
  }

  private static Answer publish(String token, String topic, String message) {
    return PLANT.server.send(
        "POST",
        "/applications/" + PLANT.application + "/mqttPublishMessage",
        token,
        "{\"topic\":\"" + topic + "\",\"message\":\"" + message.replace("\"", "\\\"") + "\"}");
  }

  private static Answer publish(String topic, String message) {
    return publish(PLANT.person.session(), topic, message);
  }

  private static String device() {
    return PLANT
        .server
        .send(
            "POST",
            "/applications/" + PLANT.application + "/devices",
            PLANT.person.session(),
            "{\"name\":\"pump\",\"attributes\":[{\"name\":\"speed\",\"dataType\":\"number\"}]}")
        .body()
        .get("id")
        .stringValue();
  }

  private static JsonNode get(String device, String path) {
    return PLANT
        .server
        .send(
            "GET",
            "/applications/" + PLANT.application + "/devices/" + device + path,
            PLANT.person.session())
        .body();
  }

  private static String token(String scope) {
    Answer made =
        PLANT.server.send(
            "POST",
            "/applications/" + PLANT.application + "/tokens",
            PLANT.person.session(),
            "{\"name\":\"t\",\"scope\":[" + scope + "]}");
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    return made.body().get("token").stringValue();
  }

  @Test
  void reachesThoseWhoMayReceiveIt() {
    String device = device();
    try (RawMqtt client = RawMqtt.connected(PLANT, device, PLANT.key(ALL), false)) {
      assertThat(client.subscribe(0, "plant/#")).containsExactly(0);
      Answer answer = publish("plant/north", "hello");
      assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
      assertThat(answer.body().toString()).isEqualTo("{\"success\":true}");
      assertThat(client.read().orElseThrow().text()).endsWith("hello");
    }
  }

  @Test
  void staysWithinTheApplication() {
    String elsewhere = PLANT.server.newApplication(PLANT.person);
    String device = device();
    try (RawMqtt client = RawMqtt.connected(PLANT, device, PLANT.key(ALL), false)) {
      assertThat(client.subscribe(0, "#")).containsExactly(0);
      assertThat(
              PLANT
                  .server
                  .send(
                      "POST",
                      "/applications/" + elsewhere + "/mqttPublishMessage",
                      PLANT.person.session(),
                      "{\"topic\":\"a\",\"message\":\"theirs\"}")
                  .status())
          .isEqualTo(200);
      assertThat(publish("a/own", "ours").status()).isEqualTo(200);
      assertThat(client.read().orElseThrow().text()).endsWith("ours");
    }
  }

  /** As one that a device publishes. */
  @Test
  void messagesOnTopicsOfDevicesAreKept() {
    String device = device();
    try (RawMqtt client = RawMqtt.connected(PLANT, device, PLANT.key("{}"), false)) {
      assertThat(client.subscribe(0, Plant.command(device))).containsExactly(0);
      assertThat(publish(Plant.state(device), "{\"data\":{\"speed\":7}}").status()).isEqualTo(200);
      assertThat(publish(Plant.command(device), "{\"name\":\"open\"}").status()).isEqualTo(200);
      assertThat(client.read().orElseThrow().text()).endsWith("{\"name\":\"open\"}");
    }
    assertThat(get(device, "/state").get(0).get("data").get("speed").intValue()).isEqualTo(7);
    assertThat(get(device, "/command").get(0).get("name").stringValue()).isEqualTo("open");
  }

  @Test
  void needsWhatReportingAndCommandingNeed() {
    String device = device();
    String narrow = token("\"application.mqttPublishMessage\"");
    assertThat(publish(narrow, "plant/a", "x").status()).isEqualTo(200);
    assertThat(publish(narrow, Plant.state(device), "{\"data\":{}}").status()).isEqualTo(403);
    assertThat(publish(narrow, Plant.command(device), "{\"name\":\"o\"}").status()).isEqualTo(403);
    assertThat(get(device, "/command")).isEmpty();
    String both = token("\"application.mqttPublishMessage\",\"device.sendCommand\"");
    assertThat(publish(both, Plant.command(device), "{\"name\":\"o\"}").status()).isEqualTo(200);
    assertThat(publish(token("\"all.Device\""), "plant/a", "x").status()).isEqualTo(403);
    assertThat(publish(token("\"all.Application.read\""), "plant/a", "x").status()).isEqualTo(403);
    String unknown = PLANT.server.newId();
    assertThat(publish(Plant.command(unknown), "{\"name\":\"o\"}").status()).isEqualTo(404);
    String foreign =
        PLANT.server.newDevice(PLANT.server.newApplication(PLANT.person), "standalone");
    assertThat(publish(Plant.command(foreign), "{\"name\":\"o\"}").body())
        .isEqualTo(publish(Plant.command(unknown), "{\"name\":\"o\"}").body());
  }

  @Test
  void whatIsWrongIsNamed() {
    String device = device();
    for (String topic :
        new String[] {
          "", "a/+", "a/#", "$SYS/x", "losant", "losant/x", Plant.state("nobody"), "a".repeat(231)
        }) {
      Answer answer = publish(topic, "{}");
      assertThat(answer.status()).as(topic).isEqualTo(400);
      assertThat(answer.body().get("message").stringValue()).startsWith("topic ");
    }
    assertThat(
            publish(Plant.state(device).replace(device, device.toUpperCase(Locale.ROOT)), "{}")
                .status())
        .isEqualTo(400);
    assertThat(publish("long", "x".repeat(32_767)).status()).isEqualTo(200);
    assertThat(publish("long", "x".repeat(32_768)).status()).isEqualTo(400);
    Answer noJson = publish(Plant.state(device), "{");
    assertThat(noJson.status()).isEqualTo(400);
    assertThat(noJson.body().get("message").stringValue()).startsWith("message ");
    String system = PLANT.server.newDevice(PLANT.application, "system");
    assertThat(publish(Plant.state(system), "{\"data\":{}}").status()).isEqualTo(400);
  }

  @Test
  void isLimited() {
    for (int i = 0; i < 6; i++) {
      assertThat(publish("busy", "x").status()).isEqualTo(200);
    }
    Answer over = publish("busy", "x");
    assertThat(over.status()).isEqualTo(429);
    assertThat(publish("idle", "x").status()).isEqualTo(200);
  }

  @Test
  void saysThatThereIsNoBroker() {
    try (TestServer server = TestServer.start()) {
      var person = server.newUser("off@example.com");
      String application = server.newApplication(person);
      Answer answer =
          server.send(
              "POST",
              "/applications/" + application + "/mqttPublishMessage",
              person.session(),
              "{\"topic\":\"a\",\"message\":\"\"}");
      assertThat(answer.status()).isEqualTo(501);
      assertThat(answer.body().get("message").stringValue()).contains("switched off");
    }
  }
}
