package io.claviger.server.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that do not keep to the protocol: they are cut off, and nobody else notices. */
class HostileClientTest {
  private static final Plant PLANT = Plant.start();
  private static final Plant.Key ANY = PLANT.key("{\"filterType\":\"all\"}");

  @AfterAll
  static void stop() {
    PLANT.close();
  }

  private static String device() {
    return PLANT.server.newDevice(PLANT.application, "standalone");
  }

  @AfterEach
  void othersAreServedAsBefore() {
    String device = device();
    try (RawMqtt client = RawMqtt.connected(PLANT, device, ANY, false)) {
      assertThat(client.published(Plant.state(device), "{}")).isIn(0, 0x10);
    }
  }

  /** None of these is a CONNECT; each ends the connection without a word of use. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        // A length of five bytes, and the longest there is.
        "10ffffffffff",
        "10ffffff7f00044d515454",
        // No type, reserved types, reserved flags.
        "00",
        "0000",
        "f000",
        "11 00",
        // Another protocol name, another version.
        "10 10 00044d515458 04 02 003c 0004 61626364",
        "10 10 00044d515454 09 02 003c 0004 61626364",
        // Not UTF-8, an overlong form, a surrogate, the null character in the client id.
        "10 10 00044d515454 04 02 003c 0004 c3284142",
        "10 10 00044d515454 04 02 003c 0004 c0af4142",
        "10 10 00044d515454 04 02 003c 0004 eda08041",
        "10 10 00044d515454 04 02 003c 0004 61006263",
        // A string that is longer than its packet, and a packet that is longer than its strings.
        "10 10 00044d515454 04 02 003c ffff 61626364",
        "10 10 00044d515454 04 02 003c 0001 61626364",
        // The reserved flag, a password without a user, a will of quality 3, will flags without
        // one.
        "10 10 00044d515454 04 03 003c 0004 61626364",
        "10 10 00044d515454 04 42 003c 0002 6162 0000",
        "10 10 00044d515454 04 1e 003c 0004 61626364",
        "10 10 00044d515454 04 2a 003c 0004 61626364",
        // Everything that is not first: PUBLISH, SUBSCRIBE, PINGREQ, DISCONNECT, AUTH.
        "30 05 0003 612f62",
        "82 06 0001 0001 23 00",
        "c000",
        "e000",
        "f000",
        // HTTP, TLS, and the header of a proxy that makes no sense.
        "474554202f20485454502f312e310d0a0d0a",
        "160301003f010000",
        "50524f5859204e4f4e53454e5345200d0a",
        "0d0a0d0a000d0a515549540a21ff0000"
      })
  void whatIsNoConnectIsCutOff(String hex) {
    try (RawMqtt client = new RawMqtt(PLANT.port(), false)) {
      client.patience(Duration.ofSeconds(5));
      client.raw(HexFormat.of().parseHex(hex.replace(" ", "")));
      assertThat(client.closes()).isTrue();
    }
  }

  @Test
  void randomBytesAreCutOffOrIgnored() {
    Random random = new Random(20_261_122);
    List<RawMqtt> clients = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      byte[] bytes = new byte[1 + random.nextInt(300)];
      random.nextBytes(bytes);
      RawMqtt client = new RawMqtt(PLANT.port(), random.nextBoolean());
      client.raw(bytes);
      clients.add(client);
    }
    clients.forEach(RawMqtt::close);
  }

  @Test
  void connectedClientsThatBreakTheProtocolAreCutOff() {
    List<String> packets =
        List.of(
            // PUBLISH with a wildcard, with an empty topic, with quality 3, with packet id 0.
            "30 05 0003 612f23",
            "30 02 0000",
            "36 07 0001 61 0001 7878",
            "32 05 0001 61 0000",
            // Null character and bad UTF-8 in a topic.
            "30 05 0003 610062",
            "30 05 0003 61c328",
            // SUBSCRIBE without a filter, with quality 3, with wrong flags.
            "82 02 0001",
            "82 06 0001 0001 61 03",
            "80 06 0001 0001 61 00",
            // A second CONNECT.
            "10 10 00044d515454 04 02 003c 0004 61626364",
            // An oversized packet, announced.
            "30 ff ff ff 7f");
    for (String hex : packets) {
      try (RawMqtt client = RawMqtt.connected(PLANT, device(), ANY, false)) {
        client.raw(HexFormat.of().parseHex(hex.replace(" ", "")));
        assertThat(client.closes()).as(hex).isTrue();
      }
    }
  }

  @Test
  void packetsBehindTheConnectWaitForTheDecision() {
    String device = device();
    try (RawMqtt client = new RawMqtt(PLANT.port(), false)) {
      client.send(
          0x10,
          RawMqtt.text("MQTT"),
          new byte[] {4, (byte) 0xc2, 0, 60},
          RawMqtt.text(device),
          RawMqtt.text(ANY.key()),
          RawMqtt.text(ANY.secret()));
      for (int i = 1; i <= 100; i++) {
        client.publish(Plant.state(device), "{}", 1, i);
      }
      assertThat(client.read().orElseThrow().type()).isEqualTo(RawMqtt.CONNACK);
      for (int i = 1; i <= 100; i++) {
        RawMqtt.Packet acknowledged = client.read().orElseThrow();
        assertThat(acknowledged.type()).isEqualTo(RawMqtt.PUBACK);
        assertThat(acknowledged.at(1)).isEqualTo(i);
      }
    }
    // Nothing passes when the answer is no.
    try (RawMqtt listens = RawMqtt.connected(PLANT, device(), ANY, false);
        RawMqtt client = new RawMqtt(PLANT.port(), false)) {
      listens.subscribe(0, "sneak/#");
      client.send(
          0x10,
          RawMqtt.text("MQTT"),
          new byte[] {4, (byte) 0xc2, 0, 60},
          RawMqtt.text(device),
          RawMqtt.text(ANY.key()),
          RawMqtt.text("wrong"));
      client.publish("sneak/in", "x", 1, 1);
      assertThat(client.read().orElseThrow().at(1)).isEqualTo(4);
      assertThat(client.closes()).isTrue();
      assertThat(listens.received()).isEmpty();
    }
  }

  /** A client that never says who it is, byte by byte or not at all. */
  @Test
  void whoDoesNotSayWhoItIsIsCutOffAfterTenSeconds() {
    long begin = System.nanoTime();
    try (RawMqtt silent = new RawMqtt(PLANT.port(), false);
        RawMqtt half = new RawMqtt(PLANT.port(), false)) {
      half.raw("\u0010".getBytes(StandardCharsets.US_ASCII));
      silent.patience(Duration.ofSeconds(15));
      half.patience(Duration.ofSeconds(15));
      assertThat(silent.closes()).isTrue();
      assertThat(half.closes()).isTrue();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(14));
  }

  /** All devices come back at once, some of them twice. */
  @Test
  void devicesThatComeBackAllAtOnce() throws Exception {
    List<String> devices = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      devices.add(device());
    }
    try (ExecutorService executor = Executors.newFixedThreadPool(16)) {
      List<Future<RawMqtt>> clients = new ArrayList<>();
      for (String device : devices) {
        clients.add(
            executor.submit(
                () -> RawMqtt.connected(PLANT, device, ANY, device.hashCode() % 2 == 0)));
      }
      for (Future<RawMqtt> client : clients) {
        assertThat(client.get().received()).isEmpty();
      }
      // Without a word of farewell; the broker finds out by itself.
      for (Future<RawMqtt> client : clients) {
        client.get().close();
      }
      List<Future<RawMqtt>> again = new ArrayList<>();
      for (String device : devices) {
        again.add(executor.submit(() -> RawMqtt.connected(PLANT, device, ANY, false)));
      }
      for (Future<RawMqtt> client : again) {
        assertThat(client.get().received()).isEmpty();
        client.get().close();
      }
    }
  }
}
