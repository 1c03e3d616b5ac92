package io.claviger.server.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer.Answer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** States and commands, kept and passed on, whichever way they come (MQT-4, STA-9). */
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

  /** MQT-5: an operator can see that devices send what nobody understands. */
  @Test
  void whatIsNoStateIsCounted() throws Exception {
    String device = device();
    try (RawMqtt client = RawMqtt.connected(PLANT, device, PLANT.key("{}"), false)) {
      long before = malformedStates();
      assertThat(client.published(Plant.state(device), "{\"data\":{\"speed\":3}}")).isZero();
      assertThat(malformedStates()).isEqualTo(before);
      for (String none : new String[] {"{\"data\":", "{\"speed\":3}", "[]", "\"speed\""}) {
        assertThat(client.published(Plant.state(device), none)).isZero();
        assertThat(malformedStates()).as(none).isEqualTo(++before);
      }
    }
  }

  private static long malformedStates() throws Exception {
    URI metrics =
        URI.create("http://127.0.0.1:" + PLANT.server.wiring().managementPort() + "/metrics");
    String text =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString())
            .body();
    return text.lines()
        .filter(line -> line.startsWith("claviger_mqtt_malformed_states_total "))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
        .findFirst()
        .orElseThrow();
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

  /** Once: what came over the broker is not passed on a second time. */
  @Test
  void statesReachThoseWhoListenToTheDevice() {
    String device = device();
    String other = device();
    Plant.Key key = PLANT.key("{}");
    Plant.Key narrow = PLANT.key("{\"deviceIds\":[\"" + other + "\"]}");
    String third = device();
    try (RawMqtt listener = RawMqtt.connected(PLANT, third, key, false);
        RawMqtt stranger = RawMqtt.connected(PLANT, other, narrow, true);
        RawMqtt client = RawMqtt.connected(PLANT, device, key, false)) {
      assertThat(listener.subscribe(0, Plant.state(device))).containsExactly(0);
      assertThat(stranger.subscribe(0, Plant.state(device))).containsExactly(0x87);
      assertThat(send("POST", device, "/state", "{\"data\":{\"speed\":1,\"x\":2}}").status())
          .isEqualTo(200);
      assertThat(listener.read().orElseThrow().text())
          .contains("\"speed\":1")
          .contains("$date")
          .doesNotContain("\"x\"");
      assertThat(client.published(Plant.state(device), "{\"data\":{\"speed\":5}}")).isZero();
      assertThat(send("POST", device, "/state", "{\"data\":{\"speed\":6}}").status())
          .isEqualTo(200);
      assertThat(listener.read().orElseThrow().text()).contains("\"speed\":5");
      assertThat(listener.read().orElseThrow().text()).contains("\"speed\":6");
    }
  }

  @Test
  void commandsOfOtherDevicesAreKept() {
    String device = device();
    String other = device();
    Plant.Key key = PLANT.key("{}");
    try (RawMqtt client = RawMqtt.connected(PLANT, device, key, false);
        RawMqtt sender = RawMqtt.connected(PLANT, other, key, false)) {
      assertThat(client.subscribe(0, Plant.command(device))).containsExactly(0);
      for (String message :
          new String[] {
            "{\"name\":\"open\",\"payload\":[1]}",
            "no command",
            "{\"name\":3}",
            "{\"name\":\"close\"}"
          }) {
        assertThat(sender.published(Plant.command(device), message)).isZero();
        // Delivered as it was sent, and once.
        assertThat(client.read().orElseThrow().text()).contains(message);
      }
      JsonNode kept = send("GET", device, "/command?limit=10&sortDirection=asc", "").body();
      assertThat(kept).hasSize(2);
      assertThat(kept.get(0).get("name").stringValue()).isEqualTo("open");
      assertThat(kept.get(0).get("payload").toString()).isEqualTo("[1]");
      assertThat(kept.get(1).get("name").stringValue()).isEqualTo("close");
    }
  }
}
