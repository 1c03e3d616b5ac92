package io.claviger.server.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** MQT-3 and MQT-6 with their documented defaults. */
class LimitsTest {
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void messagesOnOneTopicAreLimitedAndTooManyKeepTheDeviceOut(boolean five) {
    try (Plant plant = documented()) {
      Plant.Key key = plant.key("{\"filterType\":\"all\"}");
      String device = plant.server.newDevice(plant.application, "standalone");
      try (RawMqtt client = RawMqtt.connected(plant, device, key, five)) {
        for (int i = 0; i < 30; i++) {
          assertThat(client.published(Plant.state(device), "{}")).isIn(0, 0x10);
        }
        assertThat(client.published("another", "{}")).isIn(0, 0x10);
        client.publish(Plant.state(device), "{}", 1, 9);
        if (five) {
          RawMqtt.Packet last = client.read().orElseThrow();
          assertThat(last.type()).isEqualTo(RawMqtt.DISCONNECT);
          assertThat(last.at(0)).isEqualTo(0x96);
        }
        assertThat(client.closes()).isTrue();
      }
      banned(plant, device, key, five);
      plant.server.clock().advanceMillis(31_000);
      try (RawMqtt client = RawMqtt.connected(plant, device, key, five)) {
        for (int i = 0; i <= 30; i++) {
          client.publish(Plant.state(device), "{}", 0, 0);
        }
        assertThat(client.closes()).isTrue();
      }
      // Twice as long the second time.
      plant.server.clock().advanceMillis(31_000);
      banned(plant, device, key, five);
      plant.server.clock().advanceMillis(31_000);
      RawMqtt.connected(plant, device, key, five).close();
    }
  }

  private static void banned(Plant plant, String device, Plant.Key key, boolean five) {
    try (RawMqtt client = new RawMqtt(plant.port(), five)) {
      assertThat(client.connect(device, key.key(), key.secret())).isEqualTo(five ? 0x8a : 5);
    }
  }

  private static Plant documented() {
    return Plant.start(
        Map.of(
            "CLAVIGER_MQTT_TOPIC_LIMIT",
            "30",
            "CLAVIGER_MQTT_CONNECTION_LIMIT",
            "300",
            "CLAVIGER_MQTT_CONNECT_LIMIT",
            "300"));
  }

  @Test
  void messagesOfAConnectionAndConnectionsOfAnApplicationAreLimited() {
    try (Plant plant =
        Plant.start(
            Map.of("CLAVIGER_MQTT_CONNECTION_LIMIT", "50", "CLAVIGER_MQTT_CONNECT_LIMIT", "3"))) {
      Plant.Key key = plant.key("{\"filterType\":\"all\"}");
      String one = plant.server.newDevice(plant.application, "standalone");
      String two = plant.server.newDevice(plant.application, "standalone");
      try (RawMqtt listens = RawMqtt.connected(plant, one, key, false);
          RawMqtt sends = RawMqtt.connected(plant, two, key, false)) {
        listens.subscribe(0, "a/#", "b/#");
        for (int i = 0; i < 50; i++) {
          assertThat(sends.published("a/" + i, "x")).isZero();
        }
        assertThat(listens.received(50)).hasSize(50);
        assertThat(sends.published("a/one-too-many", "x")).isEqualTo(-1);
        // Received messages count by themselves.
        plant
            .server
            .wiring()
            .broker()
            .orElseThrow()
            .publish(
                new ApplicationId(plant.application),
                TopicName.parse("b/1").orThrow(),
                new byte[0],
                0);
        assertThat(listens.closes()).isTrue();
      }
      String three = plant.server.newDevice(plant.application, "standalone");
      RawMqtt.connected(plant, three, key, false).close();
      try (RawMqtt client = new RawMqtt(plant.port(), false)) {
        assertThat(client.connect(three, key.key(), key.secret())).isEqualTo(3);
      }
      String elsewhere = plant.server.newApplication(plant.person);
      RawMqtt.connected(
              plant,
              plant.server.newDevice(elsewhere, "standalone"),
              plant.key(elsewhere, "{}"),
              false)
          .close();
      plant.server.clock().advanceMillis(15_000);
      RawMqtt.connected(plant, three, key, false).close();
    }
  }

  @Test
  void qualityOfServiceRetainingSizeAndSessions() {
    try (Plant plant = Plant.start()) {
      Plant.Key key = plant.key("{\"filterType\":\"all\"}");
      String device = plant.server.newDevice(plant.application, "standalone");
      try (RawMqtt client = RawMqtt.connected(plant, device, key, false)) {
        client.publish("a", "x", 2, 1);
        assertThat(client.closes()).isTrue();
      }
      try (RawMqtt client = RawMqtt.connected(plant, device, key, false)) {
        client.send(
            0x33, RawMqtt.text("a"), new byte[] {0, 1}, "x".getBytes(StandardCharsets.UTF_8));
        assertThat(client.closes()).isTrue();
      }
      try (RawMqtt client = RawMqtt.connected(plant, device, key, false)) {
        assertThat(client.published("a", "x".repeat(256 << 10))).isZero();
        client.publish("a", "x".repeat((256 << 10) + 1), 1, 1);
        assertThat(client.closes()).isTrue();
      }
      // A session that is to stay is treated as one that does not.
      for (int i = 0; i < 2; i++) {
        try (RawMqtt client = new RawMqtt(plant.port(), false)) {
          client.send(
              0x10,
              RawMqtt.text("MQTT"),
              new byte[] {4, (byte) 0xc0, 0, 60},
              RawMqtt.text(device),
              RawMqtt.text(key.key()),
              RawMqtt.text(key.secret()));
          RawMqtt.Packet answer = client.read().orElseThrow();
          assertThat(answer.at(0)).as("session present").isZero();
          assertThat(answer.at(1)).isZero();
          assertThat(client.subscribe(0, "a")).containsExactly(0);
        }
      }
    }
  }

  @Test
  void sessionsThatStayWhereTheyAreSwitchedOn() {
    try (Plant plant =
        Plant.start(
            Map.of(
                "CLAVIGER_MQTT_PERSISTENT_SESSIONS", "true", "CLAVIGER_MQTT_SUBSCRIBE_QOS", "1"))) {
      Plant.Key key = plant.key("{\"filterType\":\"all\"}");
      String one = plant.server.newDevice(plant.application, "standalone");
      String two = plant.server.newDevice(plant.application, "standalone");
      try (RawMqtt client = new RawMqtt(plant.port(), false)) {
        assertThat(lasting(client, one, key).at(0)).isZero();
        assertThat(client.subscribe(1, "later/#")).containsExactly(1);
      }
      try (RawMqtt client = RawMqtt.connected(plant, two, key, false)) {
        client.published("later/a", "x");
        client.published("later/b", "x");
      }
      // Its key says something else by the time it comes back: what waits is decided about anew.
      plant.patch(
          key, "{\"filterType\":\"whitelist\",\"pubTopics\":[],\"subTopics\":[\"later/b\"]}");
      try (RawMqtt client = new RawMqtt(plant.port(), false)) {
        assertThat(lasting(client, one, key).at(0)).as("session present").isEqualTo(1);
        RawMqtt.Packet message = client.read().orElseThrow();
        assertThat(message.topic()).isEqualTo("later/b");
      }
    }
  }

  private static RawMqtt.Packet lasting(RawMqtt client, String device, Plant.Key key) {
    client.send(
        0x10,
        RawMqtt.text("MQTT"),
        new byte[] {4, (byte) 0xc0, 0, 60},
        RawMqtt.text(device),
        RawMqtt.text(key.key()),
        RawMqtt.text(key.secret()));
    Optional<RawMqtt.Packet> answer = client.read();
    return answer.orElseThrow();
  }
}
