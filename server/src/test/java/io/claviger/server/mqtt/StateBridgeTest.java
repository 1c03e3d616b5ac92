package io.claviger.server.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** States come in over MQTT and are kept; commands sent over HTTP go out over MQTT (MQT-4). */
class StateBridgeTest {
  private static final Plant PLANT = Plant.start();

  @AfterAll
  static void stop() {
    PLANT.close();
  }

  private static Answer send(String method, String device, String path, String body) {
    return PLANT.server.send(
        method,
        "/applications/" + PLANT.application + "/devices/" + device + path,
        PLANT.person.session(),
        body);
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

  @Test
  void stateIsKeptBeforeItIsAcknowledged() {
    String device = device();
    try (RawMqtt client = RawMqtt.connected(PLANT, device, PLANT.key("{}"), false)) {
      assertThat(client.published(Plant.state(device), "{\"data\":{\"speed\":3}}")).isZero();
      assertThat(
              send("GET", device, "/state", "").body().get(0).get("data").get("speed").intValue())
          .isEqualTo(3);
      // What is no state is dropped, and the connection goes on (MQT-5).
      assertThat(client.published(Plant.state(device), "{\"data\":")).isZero();
      assertThat(client.published(Plant.state(device), "{\"data\":{\"speed\":4}}")).isZero();
      assertThat(
              send("GET", device, "/state", "").body().get(0).get("data").get("speed").intValue())
          .isEqualTo(4);
    }
  }

  @Test
  void commandsGoToTheirDeviceInTheirOrder() {
    String device = device();
    try (RawMqtt client = RawMqtt.connected(PLANT, device, PLANT.key("{}"), false)) {
      assertThat(client.subscribe(0, Plant.command(device))).containsExactly(0);
      for (String name : new String[] {"open", "close"}) {
        assertThat(send("POST", device, "/command", "{\"name\":\"" + name + "\"}").status())
            .isEqualTo(200);
      }
      assertThat(client.read().orElseThrow().text()).contains("\"open\"");
      assertThat(client.read().orElseThrow().text()).contains("\"close\"");
    }
  }
}
