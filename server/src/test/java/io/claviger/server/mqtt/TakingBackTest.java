package io.claviger.server.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.claviger.core.change.SubjectType;
import io.claviger.server.testing.TestServer;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What is taken back ends the connections that hang on it, within a second (KEY-12, KEY-32). */
class TakingBackTest {
  private static final Plant PLANT = Plant.start();

  /** The promise. */
  private static final Duration SECOND = Duration.ofSeconds(1);

  @AfterAll
  static void stop() {
    PLANT.close();
  }

  private static String device(String... tags) {
    return PLANT.server.newDevice(PLANT.application, "standalone", tags);
  }

  private static void endsWithin(RawMqtt client, boolean five, Runnable takingBack) {
    long before = System.nanoTime();
    takingBack.run();
    if (five) {
      RawMqtt.Packet last = client.read().orElseThrow();
      assertThat(last.type()).isEqualTo(RawMqtt.DISCONNECT);
      assertThat(last.at(0)).isEqualTo(0x98);
    }
    assertThat(client.closes()).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(SECOND);
  }

  @Test
  void keyThatIsSwitchedOffOrDeleted() {
    for (boolean five : List.of(false, true)) {
      Plant.Key key = PLANT.key("{}");
      String device = device();
      try (RawMqtt client = RawMqtt.connected(PLANT, device, key, five)) {
        endsWithin(client, five, () -> PLANT.patch(key, "{\"status\":\"inactive\"}"));
      }
      try (RawMqtt again = new RawMqtt(PLANT.port(), five)) {
        assertThat(again.connect(device, key.key(), key.secret())).isEqualTo(five ? 0x87 : 5);
      }
      // The same secret works again when the key does.
      PLANT.patch(key, "{\"status\":\"active\"}");
      try (RawMqtt client = RawMqtt.connected(PLANT, device, key, five)) {
        endsWithin(
            client,
            five,
            () ->
                assertThat(
                        PLANT
                            .server
                            .send(
                                "DELETE",
                                "/applications/" + PLANT.application + "/keys/" + key.id(),
                                PLANT.person.session())
                            .status())
                    .isEqualTo(200));
      }
    }
  }

  @Test
  void deviceThatIsDeletedOrChangesItsClass() {
    Plant.Key key = PLANT.key("{}");
    String device = device();
    try (RawMqtt client = RawMqtt.connected(PLANT, device, key, true)) {
      endsWithin(
          client,
          true,
          () ->
              assertThat(
                      PLANT
                          .server
                          .send(
                              "DELETE",
                              "/applications/" + PLANT.application + "/devices/" + device,
                              PLANT.person.session())
                          .status())
                  .isEqualTo(200));
    }
    String other = device();
    try (RawMqtt client = RawMqtt.connected(PLANT, other, key, true)) {
      endsWithin(
          client,
          true,
          () ->
              PLANT.server.change(
                  SubjectType.DEVICE,
                  other,
                  "UPDATE device SET device_class = 'peripheral' WHERE id = :id"));
    }
  }

  @Test
  void applicationThatIsDeleted() {
    String application = PLANT.server.newApplication(PLANT.person);
    Plant.Key key = PLANT.key(application, "{}");
    List<RawMqtt> clients = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      String device = PLANT.server.newDevice(application, "standalone");
      clients.add(RawMqtt.connected(PLANT, device, key, false));
    }
    String stays = device();
    try (RawMqtt other = RawMqtt.connected(PLANT, stays, PLANT.key("{}"), false)) {
      long before = System.nanoTime();
      assertThat(
              PLANT
                  .server
                  .send("DELETE", "/applications/" + application, PLANT.person.session())
                  .status())
          .isEqualTo(200);
      for (RawMqtt client : clients) {
        assertThat(client.closes()).isTrue();
        client.close();
      }
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(SECOND);
      assertThat(other.received()).isEmpty();
    }
  }

  @Test
  void organizationThatIsSwitchedOff() {
    String organization =
        PLANT
            .server
            .send("POST", "/orgs", PLANT.person.session(), "{\"name\":\"Acme\"}")
            .body()
            .get("id")
            .stringValue();
    String application = PLANT.server.newApplication("organization", organization);
    Plant.Key key = PLANT.key(application, "{}");
    String device = PLANT.server.newDevice(application, "standalone");
    try (RawMqtt client = RawMqtt.connected(PLANT, device, key, true)) {
      PLANT.server.change(
          SubjectType.ORGANIZATION,
          organization,
          "UPDATE organization SET is_read_only = 1 WHERE id = :id");
      await()
          .untilAsserted(
              () -> assertThat(client.published(Plant.state(device), "{}")).isEqualTo(0x87));
      endsWithin(
          client,
          true,
          () ->
              PLANT.server.change(
                  SubjectType.ORGANIZATION,
                  organization,
                  "UPDATE organization SET disabled_at = 1 WHERE id = :id"));
    }
    try (RawMqtt client = new RawMqtt(PLANT.port(), true)) {
      assertThat(client.connect(device, key.key(), key.secret())).isEqualTo(0x87);
    }
  }

  @Test
  void devicesThatAreDeletedTogether() {
    Plant.Key key = PLANT.key("{}");
    String device = device("going=now");
    try (RawMqtt client = RawMqtt.connected(PLANT, device, key, true)) {
      endsWithin(
          client,
          true,
          () ->
              done(
                  "POST",
                  "/applications/" + PLANT.application + "/devices/delete",
                  PLANT.person.session(),
                  "{\"query\":{\"tags\":{\"going\":\"now\"}}}"));
    }
  }

  private static void done(String method, String path, String token, String body) {
    TestServer.Answer answer = PLANT.server.send(method, path, token, body);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
  }

  @Test
  void organizationThatIsDeleted() {
    String organization =
        PLANT
            .server
            .send("POST", "/orgs", PLANT.person.session(), "{\"name\":\"Gone\"}")
            .body()
            .get("id")
            .stringValue();
    String application = PLANT.server.newApplication("organization", organization);
    Plant.Key key = PLANT.key(application, "{}");
    String device = PLANT.server.newDevice(application, "standalone");
    try (RawMqtt client = RawMqtt.connected(PLANT, device, key, true)) {
      endsWithin(
          client, true, () -> done("DELETE", "/orgs/" + organization, PLANT.person.session(), ""));
    }
  }

  @Test
  void ownerThatDeletesTheAccount() {
    String credentials = "{\"email\":\"leaving@example.com\",\"password\":\"Correct-Horse-7\"";
    JsonNode made =
        PLANT
            .server
            .send(
                "POST",
                "/users",
                "",
                credentials + ",\"firstName\":\"Ada\",\"lastName\":\"Byron\"}")
            .body();
    String application = PLANT.server.newApplication("user", made.get("userId").stringValue());
    String session = made.get("token").stringValue();
    JsonNode key =
        PLANT.server.send("POST", "/applications/" + application + "/keys", session, "{}").body();
    Plant.Key of =
        new Plant.Key(
            key.get("id").stringValue(),
            key.get("key").stringValue(),
            key.get("secret").stringValue());
    String device = PLANT.server.newDevice(application, "standalone");
    try (RawMqtt client = RawMqtt.connected(PLANT, device, of, true)) {
      endsWithin(client, true, () -> done("POST", "/me/delete", session, credentials + "}"));
    }
  }

  /** KEY-46: a device session ends with its time, and with its key; and so does what it reads. */
  @Test
  void deviceSessionThatExpiresOrLosesItsKey() throws Exception {
    Plant.Key key = PLANT.key("{}");
    String device = device();
    for (boolean expires : List.of(true, false)) {
      String session =
          PLANT
              .server
              .send(
                  "POST",
                  "/auth/device",
                  "",
                  "{\"deviceId\":\"%s\",\"key\":\"%s\",\"secret\":\"%s\",\"tokenTTL\":%d}"
                      .formatted(device, key.key(), key.secret(), expires ? 60 : 0))
              .body()
              .get("token")
              .stringValue();
      String path = "/applications/" + PLANT.application + "/devices/" + device;
      assertThat(PLANT.server.send("GET", path, session).status()).isEqualTo(200);
      try (HttpClient http = HttpClient.newHttpClient();
          InputStream stream =
              http.send(
                      HttpRequest.newBuilder(
                              URI.create(
                                  "http://127.0.0.1:"
                                      + PLANT.server.wiring().apiPort()
                                      + path
                                      + "/commandStream"))
                          .header("Authorization", "Bearer " + session)
                          .build(),
                      BodyHandlers.ofInputStream())
                  .body()) {
        assertThat(stream.read()).isPositive();
        long before = System.nanoTime();
        if (expires) {
          PLANT.server.clock().advanceMillis(61_000);
        } else {
          PLANT.patch(key, "{\"status\":\"inactive\"}");
        }
        assertThat(stream.readAllBytes()).isNotEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(SECOND);
      }
      assertThat(PLANT.server.send("GET", path, session).status()).isEqualTo(401);
    }
  }

  @Test
  void tagsThatAreLostDropNobody() {
    Plant.Key key = PLANT.key("{\"deviceTags\":[{\"key\":\"t\",\"value\":\"x\"}]}");
    String device = device("t=x");
    try (RawMqtt client = RawMqtt.connected(PLANT, device, key, true)) {
      PLANT.server.change(
          SubjectType.DEVICE, device, "DELETE FROM device_tag WHERE device_id = :id");
      assertThat(client.published(Plant.state(device), "{}")).isIn(0, 0x10);
    }
    try (RawMqtt again = new RawMqtt(PLANT.port(), true)) {
      assertThat(again.connect(device, key.key(), key.secret())).isEqualTo(0x87);
    }
  }

  /** KEY-55: other addresses are for the next connection. */
  @Test
  void addressesThatChangeDropNobody() {
    Plant.Key key = PLANT.key("{}");
    String device = device();
    try (RawMqtt client = RawMqtt.connected(PLANT, device, key, true)) {
      PLANT.patch(key, "{\"addressFilterType\":\"whitelist\",\"addresses\":[\"203.0.113.9\"]}");
      assertThat(client.published(Plant.state(device), "{}")).isIn(0, 0x10);
    }
    try (RawMqtt again = new RawMqtt(PLANT.port(), true)) {
      assertThat(again.connect(device, key.key(), key.secret())).isEqualTo(0x87);
    }
  }

  @Test
  void tagsThatAreLostDropADeviceWhereThatIsAskedFor() {
    try (Plant strict = Plant.start(Map.of("CLAVIGER_MQTT_DISCONNECT_ON_TAG_CHANGE", "true"))) {
      Plant.Key key = strict.key("{\"deviceTags\":[{\"key\":\"t\",\"value\":\"x\"}]}");
      String device = strict.server.newDevice(strict.application, "standalone", "t=x");
      try (RawMqtt client = RawMqtt.connected(strict, device, key, true)) {
        endsWithin(
            client,
            true,
            () ->
                strict.server.change(
                    SubjectType.DEVICE, device, "DELETE FROM device_tag WHERE device_id = :id"));
      }
    }
  }

  @Test
  void noWillIsPublishedForADeviceThatMayNotSpeak() {
    Plant.Key key = PLANT.key("{\"filterType\":\"all\"}");
    Plant.Key other = PLANT.key("{\"filterType\":\"all\"}");
    try (RawMqtt listens = RawMqtt.connected(PLANT, device(), other, false);
        RawMqtt dies = new RawMqtt(PLANT.port(), false)) {
      listens.subscribe(0, "will/#");
      assertThat(WillTest.connect(dies, device(), key, "will/a", "gone", 0)).isZero();
      PLANT.patch(key, "{\"status\":\"inactive\"}");
      assertThat(dies.closes()).isTrue();
      RawMqtt marker = RawMqtt.connected(PLANT, device(), other, false);
      marker.published("will/marker", "x");
      assertThat(listens.received(1)).containsExactly("will/marker");
      marker.close();
    }
  }

  /** A device that connects at the very moment of a revocation does not slip through. */
  @Test
  void nobodySlipsThroughWhileAKeyIsSwitchedOff() throws Exception {
    try (ExecutorService executor = Executors.newFixedThreadPool(8)) {
      for (int round = 0; round < 10; round++) {
        Plant.Key key = PLANT.key("{}");
        List<RawMqtt> clients = new ArrayList<>();
        List<Future<Integer>> codes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          String device = device();
          RawMqtt client = new RawMqtt(PLANT.port(), false);
          clients.add(client);
          Callable<Integer> connect = () -> client.connect(device, key.key(), key.secret());
          codes.add(executor.submit(connect));
        }
        PLANT.patch(key, "{\"status\":\"inactive\"}");
        for (int i = 0; i < clients.size(); i++) {
          // Let in before and closed, or refused; never let in and left.
          assertThat(codes.get(i).get()).isIn(0, 5, -1);
          assertThat(clients.get(i).closes()).isTrue();
          clients.get(i).close();
        }
      }
    }
  }

  @Test
  void theTimeItTookIsMeasured() throws Exception {
    Plant.Key key = PLANT.key("{}");
    try (RawMqtt client = RawMqtt.connected(PLANT, device(), key, false)) {
      PLANT.patch(key, "{\"status\":\"inactive\"}");
      assertThat(client.closes()).isTrue();
    }
    String metrics =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(
                        URI.create(
                            "http://127.0.0.1:"
                                + PLANT.server.wiring().managementPort()
                                + "/metrics"))
                    .build(),
                BodyHandlers.ofString())
            .body();
    assertThat(metrics)
        .containsPattern("claviger_mqtt_revocation_seconds_count [1-9]")
        .contains("claviger_mqtt_connections")
        .contains("claviger_mqtt_connects_total");
  }
}
