package io.claviger.server.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.store.testing.TestDatabases;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two nodes on one PostgreSQL: what goes through one of them reaches those at the other. */
class TwoBrokersTest {
  private static final String URL = TestDatabases.postgres().jdbcUrl();
  private static final Plant ONE = Plant.start(Map.of("CLAVIGER_DATABASE_URL", URL));
  private static final TestServer TWO =
      TestServer.start(
          Map.of(
              "CLAVIGER_DATABASE_URL",
              URL,
              "CLAVIGER_MQTT",
              "on",
              "CLAVIGER_MQTT_TOPIC_LIMIT",
              "0",
              "CLAVIGER_MQTT_CONNECTION_LIMIT",
              "0",
              "CLAVIGER_MQTT_CONNECT_LIMIT",
              "0"));
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @AfterAll
  static void stop() {
    HTTP.close();
    TWO.close();
    ONE.close();
  }

  /** Until they know of each other nothing is sent, since nobody would get it. */
  @BeforeAll
  static void acquainted() {
    Plant.Key key = ONE.key("{\"filterType\":\"all\"}");
    try (RawMqtt there = atTwo(device(), key, false)) {
      there.subscribe(0, "hello");
      await()
          .untilAsserted(() -> {
            assertThat(publish(ONE.server, "hello", "x").status()).isEqualTo(200);
            assertThat(there.received()).isNotEmpty();
          });
    }
  }

  /** PostgreSQL knows no NUL, and asked for one it would seem to be away. */
  @Test
  void aNameThatNoKeyHasIsAnsweredLikeAnyOther() {
    for (String name : List.of("\u0000", "x\u0000" + "y".repeat(34), "\u00e9")) {
      try (RawMqtt client = new RawMqtt(ONE.port(), false)) {
        // A broker may end the connection instead (MQTT 3.1.1, 1.5.3).
        assertThat(client.connect("a".repeat(24), name, "x")).isIn(4, -1);
      }
    }
  }

  private static String device() {
    return ONE.server
        .send(
            "POST",
            "/applications/" + ONE.application + "/devices",
            ONE.person.session(),
            "{\"name\":\"d\",\"attributes\":[{\"name\":\"n\",\"dataType\":\"number\"}]}")
        .body()
        .get("id")
        .stringValue();
  }

  private static RawMqtt atTwo(String device, Plant.Key key, boolean five) {
    RawMqtt client = new RawMqtt(TWO.wiring().broker().orElseThrow().port(), five);
    assertThat(client.connect(device, key.key(), key.secret())).isZero();
    return client;
  }

  private static Answer publish(TestServer node, String topic, String message) {
    return node.send(
        "POST",
        "/applications/" + ONE.application + "/mqttPublishMessage",
        ONE.person.session(),
        "{\"topic\":\"" + topic + "\",\"message\":\"" + message + "\"}");
  }

  private static Answer post(TestServer node, String device, String path, String body) {
    return node.send(
        "POST",
        "/applications/" + ONE.application + "/devices/" + device + path,
        ONE.person.session(),
        body);
  }

  private static BufferedReader stream(TestServer node, String path) throws Exception {
    HttpResponse<InputStream> response =
        HTTP.send(
            HttpRequest.newBuilder(
                    URI.create(
                        "http://127.0.0.1:"
                            + node.wiring().apiPort()
                            + "/applications/"
                            + ONE.application
                            + path))
                .header("Authorization", "Bearer " + ONE.person.session())
                .build(),
            BodyHandlers.ofInputStream());
    assertThat(response.statusCode()).isEqualTo(200);
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    assertThat(lines.readLine()).isEqualTo(": open");
    return lines;
  }

  private static String event(BufferedReader lines) throws IOException {
    String line = lines.readLine();
    while (!line.startsWith("data: ")) {
      line = lines.readLine();
    }
    return line.substring(6);
  }

  @Test
  void aCommandReachesADeviceAtTheOtherNode() throws Exception {
    Plant.Key key = ONE.key("{}");
    String device = device();
    String other = device();
    try (RawMqtt there = atTwo(device, key, false);
        RawMqtt here = RawMqtt.connected(ONE, other, key, true);
        BufferedReader events = stream(TWO, "/devices/" + device + "/commandStream")) {
      there.subscribe(0, Plant.command(device));
      assertThat(post(ONE.server, device, "/command", "{\"name\":\"open\"}").status())
          .isEqualTo(200);
      assertThat(there.read().orElseThrow().text()).contains("{\"name\":\"open\"");
      assertThat(event(events)).contains("\"open\"");
      assertThat(here.published(Plant.command(device), "{\"name\":\"shut\"}")).isIn(0, 0x10);
      assertThat(there.read().orElseThrow().text()).endsWith("{\"name\":\"shut\"}");
      assertThat(event(events)).contains("\"shut\"");
      // Once, and nothing else.
      assertThat(there.received()).isEmpty();
    }
  }

  @Test
  void aStateReachesStreamsAndDevicesAtTheOtherNode() throws Exception {
    Plant.Key key = ONE.key("{}");
    String device = device();
    try (RawMqtt here = RawMqtt.connected(ONE, device, key, false);
        RawMqtt there = atTwo(device(), key, false);
        BufferedReader events = stream(TWO, "/devices/" + device + "/stateStream");
        BufferedReader topics = stream(TWO, "/mqttSubscriptionStream?topic=losant/%2B/state")) {
      there.subscribe(0, Plant.state(device));
      assertThat(here.published(Plant.state(device), "{\"data\":{\"n\":1.5}}")).isIn(0, 0x10);
      assertThat(event(events)).contains("\"data\":{\"n\":1.5}");
      assertThat(event(topics)).contains(Plant.state(device)).contains("1.5");
      assertThat(there.read().orElseThrow().text()).endsWith("{\"data\":{\"n\":1.5}}");
      assertThat(post(ONE.server, device, "/state", "{\"data\":{\"n\":2},\"meta\":[7]}").status())
          .isEqualTo(200);
      assertThat(event(events)).contains("\"data\":{\"n\":2}").contains("\"meta\":[7]");
      assertThat(there.read().orElseThrow().text()).contains("\"data\":{\"n\":2}");
      assertThat(there.received()).isEmpty();
    }
  }

  @Test
  void customTopicsInTheirOrderAndOfAnySize() {
    Plant.Key key = ONE.key("{\"filterType\":\"all\"}");
    try (RawMqtt here = RawMqtt.connected(ONE, device(), key, true);
        RawMqtt there = atTwo(device(), key, true)) {
      there.subscribe(0, "t/#");
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        here.publish("t/" + i, "x", 0, 0);
        expected.add("t/" + i);
      }
      assertThat(here.published("t/large", "y".repeat(200_000))).isIn(0, 0x10);
      expected.add("t/large");
      assertThat(there.received(301)).containsExactlyElementsOf(expected);
      assertThat(publish(TWO, "t/back", "z").status()).isEqualTo(200);
      assertThat(there.received(1)).containsExactly("t/back");
    }
  }

  /** The namespace of an application holds there too, and so does what each key allows. */
  @Test
  void whoMayNotHearItDoesNot() {
    String elsewhere = ONE.server.newApplication(ONE.person);
    Plant.Key foreign = ONE.key(elsewhere, "{\"filterType\":\"all\"}");
    Plant.Key all = ONE.key("{\"filterType\":\"all\"}");
    Plant.Key some =
        ONE.key("{\"filterType\":\"whitelist\",\"pubTopics\":[],\"subTopics\":[\"s/a\"]}");
    try (RawMqtt here = RawMqtt.connected(ONE, device(), all, false);
        RawMqtt theirs = atTwo(TWO.newDevice(elsewhere, "standalone"), foreign, false);
        RawMqtt there = atTwo(device(), some, false)) {
      theirs.subscribe(0, "#");
      assertThat(there.subscribe(0, "s/a", "s/b")).containsExactly(0, 0x80);
      assertThat(here.published("s/b", "x")).isIn(0, 0x10);
      assertThat(here.published("s/a", "x")).isIn(0, 0x10);
      assertThat(there.received(1)).containsExactly("s/a");
      assertThat(theirs.received()).isEmpty();
    }
  }

  /** DEV-9. */
  @Test
  void aDeviceHasOneConnectionOnAllNodes() {
    Plant.Key key = ONE.key("{}");
    String device = device();
    RawMqtt first = RawMqtt.connected(ONE, device, key, true);
    RawMqtt second = atTwo(device, key, true);
    assertThat(first.read().orElseThrow().at(0)).isEqualTo(0x8e);
    assertThat(first.closes()).isTrue();
    RawMqtt third = RawMqtt.connected(ONE, device, key, true);
    assertThat(second.closes()).isTrue();
    assertThat(third.published(Plant.state(device), "{}")).isIn(0, 0x10);
    // The end that was noticed last does not hide that it is connected.
    await()
        .during(Duration.ofMillis(2_500))
        .atMost(Duration.ofSeconds(8))
        .until(() ->
            ONE.server
                    .send(
                        "GET",
                        "/applications/" + ONE.application + "/devices/" + device,
                        ONE.person.session())
                    .body()
                    .at("/connectionInfo/connected")
                    .asInt(-1)
                != 0);
    third.close();
  }

  /** Connections that begin at the same moment at both nodes: one of them stays, and only one. */
  @Test
  void ofConnectionsAtTheSameMomentOneStays() throws Exception {
    Plant.Key key = ONE.key("{}");
    try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
      for (int round = 0; round < 10; round++) {
        String device = device();
        Future<RawMqtt> here = executor.submit(() -> RawMqtt.connected(ONE, device, key, false));
        Future<RawMqtt> there = executor.submit(() -> atTwo(device, key, false));
        List<RawMqtt> both = List.of(here.get(), there.get());
        await()
            .untilAsserted(
                () -> assertThat(both.stream().filter(TwoBrokersTest::lives).count()).isEqualTo(1));
        both.forEach(RawMqtt::close);
      }
    }
  }

  private static boolean lives(RawMqtt client) {
    client.raw(new byte[] {(byte) 0xc0, 0});
    return client.read().isPresent();
  }

  /** KEY-12: within a second, wherever it is taken back. */
  @Test
  void whatIsTakenBackAtOneNodeEndsAtTheOther() {
    Plant.Key key = ONE.key("{}");
    List<RawMqtt> clients =
        IntStream.range(0, 20).mapToObj(_ -> atTwo(device(), key, false)).toList();
    long begin = System.nanoTime();
    ONE.patch(key, "{\"status\":\"inactive\"}");
    for (RawMqtt client : clients) {
      assertThat(client.closes()).isTrue();
      client.close();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(1));
  }
}
