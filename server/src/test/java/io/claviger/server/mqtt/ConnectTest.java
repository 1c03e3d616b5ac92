package io.claviger.server.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.message.connect.connack.Mqtt3ConnAckReturnCode;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import io.claviger.core.change.SubjectType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONNECT (KEY-42, MQT-2): every way in and out, in both versions of MQTT. */
class ConnectTest {
  private static final Plant PLANT = Plant.start();
  private static final Plant.Key ANY = PLANT.key("{}");
  private static final String DEVICE = PLANT.server.newDevice(PLANT.application, "standalone");

  @AfterAll
  static void stop() {
    PLANT.close();
  }

  private static int code(boolean five, String device, Plant.Key key) {
    try (RawMqtt client = new RawMqtt(PLANT.port(), five)) {
      return client.connect(device, key.key(), key.secret());
    }
  }

  private static void answers(int three, int five, String device, Plant.Key key) {
    assertThat(code(false, device, key)).as("3.1.1").isEqualTo(three);
    assertThat(code(true, device, key)).as("5").isEqualTo(five);
  }

  @Test
  void clientsOfBothVersionsConnectAndReportState() {
    Mqtt3BlockingClient three = PLANT.three(DEVICE, ANY);
    assertThat(three.connect().getReturnCode()).isEqualTo(Mqtt3ConnAckReturnCode.SUCCESS);
    three
        .publishWith()
        .topic(Plant.state(DEVICE))
        .qos(MqttQos.AT_LEAST_ONCE)
        .payload("{}".getBytes(StandardCharsets.UTF_8))
        .send();
    three.disconnect();
    Mqtt5BlockingClient five = PLANT.five(DEVICE, ANY);
    assertThat(five.connect().getReasonCode()).isEqualTo(Mqtt5ConnAckReasonCode.SUCCESS);
    five.publishWith().topic(Plant.state(DEVICE)).qos(MqttQos.AT_LEAST_ONCE).send();
    assertThatThrownBy(() ->
            five.publishWith().topic(Plant.state("0".repeat(24))).qos(MqttQos.AT_LEAST_ONCE).send())
        .isInstanceOf(Mqtt5PubAckException.class);
    five.disconnect();
  }

  @Test
  void wrongOrUnknownCredentialsAre4() {
    answers(4, 0x86, DEVICE, new Plant.Key("", ANY.key(), "0".repeat(64)));
    answers(4, 0x86, DEVICE, new Plant.Key("", ANY.key(), ""));
    answers(4, 0x86, DEVICE, new Plant.Key("", "11111111-1111-4111-8111-111111111111", "x"));
    answers(4, 0x86, DEVICE, new Plant.Key("", "", ""));
    answers(4, 0x86, DEVICE, new Plant.Key("", "\u0000é", "x"), -1);
    answers(4, 0x86, DEVICE, new Plant.Key("", ANY.key().toUpperCase(Locale.ROOT), ANY.secret()));
  }

  /** What is no text at all never comes so far. */
  private static void answers(int three, int five, String device, Plant.Key key, int instead) {
    assertThat(code(false, device, key)).isIn(three, instead);
    assertThat(code(true, device, key)).isIn(five, 0x81, instead);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nobodyIsAnonymous(boolean five) {
    for (Optional<String> user : List.of(Optional.<String>empty(), Optional.of(ANY.key()))) {
      try (RawMqtt client = new RawMqtt(PLANT.port(), five)) {
        assertThat(client.connect(DEVICE, user, Optional.empty(), 0, new byte[0]))
            .isEqualTo(five ? 0x86 : 4);
        assertThat(client.closes()).isTrue();
      }
    }
  }

  @Test
  void clientIdIsTheDeviceAsItIsWritten() {
    answers(2, 0x85, "pump", ANY);
    answers(2, 0x85, DEVICE + "0", ANY);
    answers(2, 0x85, " " + DEVICE, ANY);
    answers(2, 0x85, "A" + DEVICE.substring(1), ANY);
    assertThat(code(false, "", ANY)).isEqualTo(2);
    assertThat(code(true, "", ANY)).isEqualTo(0x85);
  }

  @Test
  void keysThatAreSwitchedOffOrNotForThisDeviceAre5() {
    Plant.Key off = PLANT.key("{}");
    PLANT.patch(off, "{\"status\":\"inactive\"}");
    answers(5, 0x87, DEVICE, off);
    PLANT.patch(off, "{\"status\":\"active\"}");
    answers(0, 0, DEVICE, off);
    String other = PLANT.server.newDevice(PLANT.application, "standalone");
    answers(5, 0x87, DEVICE, PLANT.key("{\"deviceIds\":[\"" + other + "\"]}"));
    answers(
        5, 0x87, DEVICE, PLANT.key("{\"deviceTags\":[{\"key\":\"site\",\"value\":\"north\"}]}"));
  }

  @Test
  void tagsOfThisMomentDecide() {
    Plant.Key north = PLANT.key("{\"deviceTags\":[{\"key\":\"site\",\"value\":\"north\"}]}");
    String device = PLANT.server.newDevice(PLANT.application, "standalone", "site=north");
    answers(0, 0, device, north);
    PLANT.server.change(SubjectType.DEVICE, device, "DELETE FROM device_tag WHERE device_id = :id");
    answers(5, 0x87, device, north);
  }

  @Test
  void addressesOfTheKeyDecide() {
    answers(
        0,
        0,
        DEVICE,
        PLANT.key("{\"addressFilterType\":\"whitelist\",\"addresses\":[\"127.0.0.0/8\"]}"));
    answers(
        5,
        0x87,
        DEVICE,
        PLANT.key("{\"addressFilterType\":\"whitelist\",\"addresses\":[\"203.0.113.9\"]}"));
    answers(
        5,
        0x87,
        DEVICE,
        PLANT.key("{\"addressFilterType\":\"blacklist\",\"addresses\":[\"127.0.0.1\"]}"));
  }

  @Test
  void devicesThatAreGoneElsewhereOrOfAnotherClassAre5() {
    answers(5, 0x87, PLANT.server.newId(), ANY);
    for (String deviceClass : new String[] {"peripheral", "floating", "system"}) {
      answers(5, 0x87, PLANT.server.newDevice(PLANT.application, deviceClass), ANY);
    }
    for (String deviceClass : new String[] {"gateway", "edgeCompute", "embedded"}) {
      answers(0, 0, PLANT.server.newDevice(PLANT.application, deviceClass), ANY);
    }
    String elsewhere =
        PLANT.server.newDevice(PLANT.server.newApplication(PLANT.person), "standalone");
    answers(5, 0x87, elsewhere, ANY);
    String deleted = PLANT.server.newDevice(PLANT.application, "standalone");
    PLANT.server.change(
        SubjectType.DEVICE, deleted, "UPDATE device SET deleted_at = 1 WHERE id = :id");
    answers(5, 0x87, deleted, ANY);
  }

  @Test
  void olderProtocolsAndOtherMethodsAreRefused() {
    try (RawMqtt client = new RawMqtt(PLANT.port(), false)) {
      assertThat(
              client.connect(
                  RawMqtt.text("MQIsdp"),
                  new byte[] {3, (byte) 0xc2, 0, 60},
                  RawMqtt.text(DEVICE.substring(1)),
                  RawMqtt.text(ANY.key()),
                  RawMqtt.text(ANY.secret())))
          .isEqualTo(1);
    }
    try (RawMqtt client = new RawMqtt(PLANT.port(), true)) {
      byte[] method = RawMqtt.text("SCRAM-SHA-1");
      byte[] properties = new byte[method.length + 2];
      properties[0] = (byte) (method.length + 1);
      properties[1] = 0x15;
      System.arraycopy(method, 0, properties, 2, method.length);
      assertThat(
              client.connect(
                  RawMqtt.text("MQTT"),
                  new byte[] {5, (byte) 0xc2, 0, 60},
                  properties,
                  RawMqtt.text(DEVICE),
                  RawMqtt.text(ANY.key()),
                  RawMqtt.text(ANY.secret())))
          .isEqualTo(0x8c);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void secondConnectionOfADeviceTakesOver(boolean five) {
    String device = PLANT.server.newDevice(PLANT.application, "standalone");
    try (RawMqtt first = RawMqtt.connected(PLANT, device, ANY, five);
        RawMqtt second = RawMqtt.connected(PLANT, device, ANY, five)) {
      if (five) {
        RawMqtt.Packet last = first.read().orElseThrow();
        assertThat(last.type()).isEqualTo(RawMqtt.DISCONNECT);
        assertThat(last.at(0)).isEqualTo(0x8e);
      }
      assertThat(first.closes()).isTrue();
      assertThat(second.published(Plant.state(device), "{}")).isIn(0, 0x10);
    }
  }

  @Test
  void useOfTheKeyIsPutDown() {
    Plant.Key key = PLANT.key("{}");
    answers(0, 0, DEVICE, key);
    PLANT.server.wiring().use().flush();
    String sql =
        "SELECT address || ' ' || user_agent FROM credential_use WHERE credential_id = :id";
    assertThat(
            PLANT
                .server
                .wiring()
                .database()
                .<Optional<String>>read(handle ->
                    handle.createQuery(sql).bind("id", key.id()).mapTo(String.class).findOne()))
        .contains("127.0.0.1 MQTT 5");
  }

  @Test
  void failedAttemptsAreLimitedTogetherWithThoseOverHttp() {
    try (Plant strict = Plant.start(Map.of("CLAVIGER_LOGIN_LIMIT", "2"))) {
      String device = strict.server.newDevice(strict.application, "standalone");
      Plant.Key key = strict.key("{}");
      for (int i = 0; i < 2; i++) {
        try (RawMqtt client = new RawMqtt(strict.port(), true)) {
          assertThat(client.connect(device, key.key(), "wrong")).isEqualTo(0x86);
        }
      }
      try (RawMqtt client = new RawMqtt(strict.port(), true)) {
        assertThat(client.connect(device, key.key(), key.secret())).isEqualTo(0x89);
      }
      try (RawMqtt client = new RawMqtt(strict.port(), false)) {
        assertThat(client.connect(device, key.key(), key.secret())).isEqualTo(3);
      }
      String login =
          "{\"deviceId\":\"%s\",\"key\":\"%s\",\"secret\":\"%s\"}"
              .formatted(device, key.key(), key.secret());
      assertThat(strict.server.send("POST", "/auth/device", "", login).status()).isEqualTo(429);
      strict.server.clock().advanceMillis(60_000);
      try (RawMqtt client = new RawMqtt(strict.port(), false)) {
        assertThat(client.connect(device, key.key(), key.secret())).isZero();
      }
    }
  }
}
