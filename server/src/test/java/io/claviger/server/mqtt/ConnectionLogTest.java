package io.claviger.server.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.claviger.core.change.SubjectType;
import io.claviger.core.id.DeviceId;
import io.claviger.server.api.Wire;
import io.claviger.store.device.DeviceConnectionStore;
import io.claviger.store.device.DeviceConnectionStore.Connection;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Which devices are connected, in answers about them (DEV-6). */
class ConnectionLogTest {
  private static final Plant PLANT = Plant.start();
  private static final Plant.Key ANY = PLANT.key("{}");

  @AfterAll
  static void stop() {
    PLANT.close();
  }

  private static JsonNode info(String device) {
    return PLANT
        .server
        .send(
            "GET",
            "/applications/" + PLANT.application + "/devices/" + device,
            PLANT.person.session())
        .body()
        .get("connectionInfo");
  }

  private static Optional<Connection> known(String device) {
    DeviceId id = new DeviceId(device);
    return Optional.ofNullable(
        DeviceConnectionStore.find(PLANT.server.wiring().database(), List.of(id)).get(id));
  }

  @Test
  void connectedAndDisconnectedDevicesAreShown() {
    String device = PLANT.server.newDevice(PLANT.application, "gateway");
    String peripheral = PLANT.server.newDevice(PLANT.application, "peripheral");
    PLANT.server.change(
        SubjectType.DEVICE,
        peripheral,
        "UPDATE device SET gateway_id = '" + device + "' WHERE id = :id");
    assertThat(info(device).get("connected").isNull()).isTrue();
    try (RawMqtt client = RawMqtt.connected(PLANT, device, ANY, false)) {
      await().until(() -> info(device).get("connected").asInt(-1) == 1);
      assertThat(info(peripheral)).isEqualTo(info(device));
      JsonNode listed =
          PLANT
              .server
              .send(
                  "GET", "/applications/" + PLANT.application + "/devices", PLANT.person.session())
              .body()
              .get("items");
      assertThat(listed)
          .anySatisfy(item -> {
            assertThat(item.get("id").stringValue()).isEqualTo(device);
            assertThat(item.get("connectionInfo").get("connected").intValue()).isEqualTo(1);
          });
      assertThat(known(device).orElseThrow().address()).contains("127.0.0.1");
      client.send(0xe0);
      assertThat(client.closes()).isTrue();
    }
    await().until(() -> info(device).get("connected").asInt(-1) == 0);
    Connection last = known(device).orElseThrow();
    assertThat(last.reason()).contains("Disconnected by the client");
    assertThat(last.disconnectedAt().orElseThrow())
        .isAfterOrEqualTo(last.connectedAt().orElseThrow());
    assertThat(info(device).get("time").stringValue())
        .isEqualTo(Wire.time(last.disconnectedAt().orElseThrow()));
  }

  @Test
  void deviceThatIsTakenOverStaysConnected() {
    String device = PLANT.server.newDevice(PLANT.application, "standalone");
    try (RawMqtt first = RawMqtt.connected(PLANT, device, ANY, false);
        RawMqtt second = RawMqtt.connected(PLANT, device, ANY, false)) {
      assertThat(first.closes()).isTrue();
      await().until(() -> info(device).get("connected").asInt(-1) == 1);
      assertThat(second.published(Plant.state(device), "{}")).isIn(0, 0x10);
      assertThat(known(device).orElseThrow().connected()).isTrue();
    }
    await().until(() -> info(device).get("connected").asInt(-1) == 0);
    assertThat(known(device).orElseThrow().reason()).contains("Connection lost");
  }

  @Test
  void devicesOfANodeThatIsGoneAreNotConnected() {
    String device = PLANT.server.newDevice(PLANT.application, "standalone");
    DeviceId id = new DeviceId(device);
    Connection connection =
        new Connection(
            true,
            Optional.of(Instant.ofEpochMilli(1)),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    DeviceConnectionStore gone =
        new DeviceConnectionStore(PLANT.server.wiring().database(), PLANT.server.newId());
    gone.begin(false);
    gone.write(Map.of(id, connection, new DeviceId(PLANT.server.newId()), connection));
    DeviceConnectionStore here =
        new DeviceConnectionStore(PLANT.server.wiring().database(), PLANT.server.newId());
    here.begin(false);
    assertThat(known(device).orElseThrow().connected()).isTrue();
    PLANT.server.clock().advanceMillis(DeviceConnectionStore.GONE.toMillis() + 1_000);
    here.beat();
    assertThat(known(device).orElseThrow().connected()).isFalse();
    assertThat(known(device).orElseThrow().reason()).contains("Server stopped");
    assertThat(entries(device)).hasSize(1);
    assertThat(entries(device).get(0).get("disconnectReason").stringValue())
        .isEqualTo("Server stopped");
    here.end();
  }

  private static JsonNode entries(String device) {
    return PLANT
        .server
        .send(
            "GET",
            "/applications/"
                + PLANT.application
                + "/devices/"
                + device
                + "/logs?limit=10&sortDirection=asc",
            PLANT.person.session())
        .body();
  }

  /** MQT-9. */
  @Test
  void everyConnectionIsInTheLogOfTheDevice() {
    String device = PLANT.server.newDevice(PLANT.application, "standalone");
    try (RawMqtt first = RawMqtt.connected(PLANT, device, ANY, false)) {
      assertThat(first.subscribe(0, Plant.command(device))).containsExactly(0);
      assertThat(first.published(Plant.state(device), "{}")).isZero();
      assertThat(first.published(Plant.state(device), "{}")).isZero();
      PLANT.server.send(
          "POST",
          "/applications/" + PLANT.application + "/devices/" + device + "/command",
          PLANT.person.session(),
          "{\"name\":\"open\"}");
      assertThat(first.read()).isPresent();
      try (RawMqtt second = RawMqtt.connected(PLANT, device, ANY, false)) {
        assertThat(first.closes()).isTrue();
        second.send(0xe0);
        assertThat(second.closes()).isTrue();
      }
    }
    await().until(() -> entries(device).size() == 4);
    JsonNode log = entries(device);
    assertThat(log.get(0).get("connected").intValue()).isEqualTo(1);
    assertThat(log.get(0).get("ipAddress").stringValue()).isEqualTo("127.0.0.1");
    assertThat(log.get(0).has("messagesFromClient")).isFalse();
    assertThat(log.get(1).get("connected").intValue()).isZero();
    assertThat(log.get(1).get("disconnectReason").stringValue()).isEqualTo("Session taken over");
    assertThat(log.get(1).get("messagesFromClient").intValue()).isEqualTo(2);
    assertThat(log.get(1).get("messagesToClient").intValue()).isEqualTo(1);
    assertThat(log.get(2).get("connected").intValue()).isEqualTo(1);
    assertThat(log.get(3).get("disconnectReason").stringValue())
        .isEqualTo("Disconnected by the client");
    assertThat(log.get(3).get("messagesFromClient").intValue()).isZero();
  }
}
