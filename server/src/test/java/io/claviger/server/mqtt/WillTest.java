package io.claviger.server.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wills: decided when a device connects, and again when they are published. */
class WillTest {
  private static final Plant PLANT = Plant.start();
  private static final Plant.Key ANY = PLANT.key("{\"filterType\":\"all\"}");

  @AfterAll
  static void stop() {
    PLANT.close();
  }

  private static String device() {
    return PLANT.server.newDevice(PLANT.application, "standalone");
  }

  /** CONNECT with a will; more flags than "there is one" are for its quality and retaining. */
  static int connect(
      RawMqtt client, String device, Plant.Key key, String topic, String payload, int moreFlags) {
    byte[] head = RawMqtt.text(topic);
    byte[] body = RawMqtt.text(payload);
    byte[] will = new byte[head.length + body.length];
    System.arraycopy(head, 0, will, 0, head.length);
    System.arraycopy(body, 0, will, head.length, body.length);
    return client.connect(
        device, Optional.of(key.key()), Optional.of(key.secret()), 0x04 | moreFlags, will);
  }

  @Test
  void willIsPublishedWhenTheConnectionIsLost() {
    try (RawMqtt listens = RawMqtt.connected(PLANT, device(), ANY, false)) {
      listens.subscribe(0, "wills/#");
      RawMqtt dies = new RawMqtt(PLANT.port(), false);
      assertThat(connect(dies, device(), ANY, "wills/a", "gone", 0)).isZero();
      dies.close();
      RawMqtt.Packet message = listens.read().orElseThrow();
      assertThat(message.topic()).isEqualTo("wills/a");
      assertThat(message.text()).endsWith("gone");
      RawMqtt leaves = new RawMqtt(PLANT.port(), false);
      assertThat(connect(leaves, device(), ANY, "wills/b", "gone", 0)).isZero();
      leaves.send(0xe0);
      assertThat(leaves.closes()).isTrue();
      leaves.close();
      RawMqtt marker = new RawMqtt(PLANT.port(), false);
      assertThat(connect(marker, device(), ANY, "wills/c", "gone", 0)).isZero();
      marker.close();
      assertThat(listens.read().orElseThrow().topic()).isEqualTo("wills/c");
    }
  }

  @Test
  void willThatMayNotBePublishedIsRefusedAtTheDoor() {
    for (String topic : new String[] {Plant.state(device()), "losant/x", "$SYS/x", "a/+"}) {
      try (RawMqtt client = new RawMqtt(PLANT.port(), false)) {
        assertThat(connect(client, device(), ANY, topic, "x", 0)).as(topic).isIn(5, -1);
        assertThat(client.closes()).isTrue();
      }
    }
    // Quality of service 2, and retained (MQT-3).
    for (int flags : new int[] {0x10, 0x20}) {
      try (RawMqtt client = new RawMqtt(PLANT.port(), false)) {
        assertThat(connect(client, device(), ANY, "a", "x", flags)).isIn(5, -1);
      }
    }
    try (RawMqtt client = new RawMqtt(PLANT.port(), false)) {
      assertThat(connect(client, device(), ANY, "a", "x".repeat(60_000), 0x08)).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "all"})
  void rulesOfTheMomentDecideAboutAWill(String filterType) {
    Plant.Key key = PLANT.key("{\"filterType\":\"all\"}");
    try (RawMqtt listens = RawMqtt.connected(PLANT, device(), ANY, false)) {
      listens.subscribe(0, "late/#");
      RawMqtt dies = new RawMqtt(PLANT.port(), true);
      String device = device();
      assertThat(
              dies.connect(
                  RawMqtt.text("MQTT"),
                  new byte[] {5, (byte) 0xc6, 0, 60, 0},
                  RawMqtt.text(device),
                  new byte[] {0},
                  RawMqtt.text("late/" + filterType),
                  RawMqtt.text("gone"),
                  RawMqtt.text(key.key()),
                  RawMqtt.text(key.secret())))
          .isZero();
      PLANT.patch(key, "{\"filterType\":\"" + filterType + "\"}");
      if (filterType.equals("none")) {
        await().untilAsserted(() -> assertThat(dies.published("x", "x")).isEqualTo(0x87));
      }
      dies.close();
      RawMqtt marker = new RawMqtt(PLANT.port(), false);
      if (filterType.equals("all")) {
        assertThat(listens.read().orElseThrow().topic()).isEqualTo("late/all");
      }
      assertThat(connect(marker, device(), ANY, "late/marker", "gone", 0)).isZero();
      marker.close();
      assertThat(listens.read().orElseThrow().topic()).isEqualTo("late/marker");
    }
  }

  @Test
  void retainedMessagesWhereTheyAreSwitchedOn() {
    try (Plant plant = Plant.start(Map.of("CLAVIGER_MQTT_RETAINED", "true"))) {
      Plant.Key key = plant.key("{\"filterType\":\"all\"}");
      Plant.Key none = plant.key("{}");
      String one = plant.server.newDevice(plant.application, "standalone");
      String two = plant.server.newDevice(plant.application, "standalone");
      String elsewhere = plant.server.newApplication(plant.person);
      Plant.Key theirs = plant.key(elsewhere, "{\"filterType\":\"all\"}");
      String three = plant.server.newDevice(elsewhere, "standalone");
      try (RawMqtt client = RawMqtt.connected(plant, one, key, false)) {
        client.send(
            0x33, RawMqtt.text("kept/x"), new byte[] {0, 1}, "x".getBytes(StandardCharsets.UTF_8));
        assertThat(client.read().orElseThrow().type()).isEqualTo(RawMqtt.PUBACK);
      }
      try (RawMqtt client = RawMqtt.connected(plant, two, key, false)) {
        client.subscribe(0, "kept/#");
        assertThat(client.read().orElseThrow().topic()).isEqualTo("kept/x");
      }
      // Not without permission, and not in another application.
      try (RawMqtt client = RawMqtt.connected(plant, two, none, false)) {
        assertThat(client.subscribe(0, "kept/#")).containsExactly(0x80);
        assertThat(client.received()).isEmpty();
      }
      try (RawMqtt client = RawMqtt.connected(plant, three, theirs, false)) {
        client.subscribe(0, "#");
        assertThat(client.received()).isEmpty();
      }
    }
  }
}
