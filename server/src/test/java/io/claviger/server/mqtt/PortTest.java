package io.claviger.server.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.network.TrustedProxies;
import io.claviger.core.scope.Catalogue;
import io.claviger.core.topic.DeviceTopic;
import io.claviger.server.access.Bearers;
import io.claviger.server.access.Places;
import io.claviger.server.devicelogin.DeviceLogins;
import io.claviger.server.metrics.Metrics;
import io.claviger.server.nodes.NodeMessages;
import io.claviger.server.security.RateLimiter;
import io.claviger.server.settings.MqttSettings;
import io.claviger.server.state.TopicTaps;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Person;
import io.claviger.store.Database;
import io.claviger.store.StoreUnavailable;
import io.claviger.store.facts.CachedFacts;
import io.claviger.store.facts.Facts;
import io.claviger.store.facts.SqlFacts;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What the broker hands over before it acknowledges, and what it does without its database. */
class PortTest {
  private static final TestServer SERVER = TestServer.start();
  private static final Person PERSON = SERVER.newUser("port@example.com");
  private static final String APPLICATION = SERVER.newApplication(PERSON);
  private static final AtomicBoolean DOWN = new AtomicBoolean();
  private static final Taker TAKER = new Taker();
  private static final Broker BROKER = broker();

  @AfterAll
  static void stop() {
    BROKER.close();
    SERVER.close();
  }

  /** Takes messages, some of them later or never. */
  private static final class Taker implements DevicePublishes {
    final List<DevicePublish> taken = new CopyOnWriteArrayList<>();
    volatile CompletableFuture<Boolean> next = CompletableFuture.completedFuture(true);

    @Override
    public CompletionStage<?> accept(DevicePublish publish) {
      taken.add(publish);
      String text = StandardCharsets.UTF_8.decode(publish.payload().duplicate()).toString();
      if (text.equals("throw")) {
        throw new IllegalStateException("cannot be taken");
      }
      return text.equals("now") ? CompletableFuture.completedFuture(true) : next;
    }
  }

  private static Broker broker() {
    Database database = SERVER.wiring().database();
    Facts facts =
        new CachedFacts(unreliable(new SqlFacts(database, Catalogue.standard())), database);
    Bearers bearers = new Bearers(facts);
    Places places = new Places(facts, _ -> false);
    return Broker.start(
        new Broker.Surroundings(
            new MqttSettings(
                true,
                "127.0.0.1",
                0,
                0,
                Optional.empty(),
                MqttSettings.Persistence.MEMORY,
                false,
                false,
                1,
                0,
                1_000,
                0,
                0,
                0,
                false),
            TrustedProxies.NONE,
            SERVER.folder().resolve("mqtt"),
            database,
            facts,
            bearers,
            places,
            new DeviceLogins(facts, bearers, places),
            new RateLimiter(1_000, SERVER.clock()),
            SERVER.wiring().use(),
            TAKER,
            new TopicTaps(true),
            new NodeMessages(database, "a".repeat(24)),
            SERVER.wiring().counts(),
            Metrics.newRegistry(),
            SERVER.clock(),
            new ObjectIdSource(SERVER.clock(), new SecureRandom())));
  }

  /** The same facts, as long as the database is not down. */
  private static Facts unreliable(Facts facts) {
    return (Facts)
        Proxy.newProxyInstance(
            Facts.class.getClassLoader(),
            new Class<?>[] {Facts.class},
            (_, method, arguments) -> {
              if (DOWN.get()) {
                throw new StoreUnavailable("down");
              }
              try {
                return method.invoke(facts, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static String device() {
    return SERVER.newDevice(APPLICATION, "standalone");
  }

  private static Plant.Key key() {
    JsonNode made =
        SERVER
            .send(
                "POST",
                "/applications/" + APPLICATION + "/keys",
                PERSON.session(),
                "{\"filterType\":\"all\"}")
            .body();
    return new Plant.Key(
        made.get("id").stringValue(),
        made.get("key").stringValue(),
        made.get("secret").stringValue());
  }

  private static RawMqtt connected(String device, boolean five) {
    Plant.Key key = key();
    RawMqtt client = new RawMqtt(BROKER.port(), five);
    assertThat(client.connect(device, key.key(), key.secret())).isZero();
    return client;
  }

  @Test
  void messagesOfDevicesAreTakenBeforeTheyAreAcknowledged() {
    String device = device();
    try (RawMqtt client = connected(device, false)) {
      TAKER.taken.clear();
      assertThat(client.published(Plant.state(device), "now")).isZero();
      assertThat(client.published("custom", "now")).isZero();
      assertThat(TAKER.taken).hasSize(1);
      DevicePublish taken = TAKER.taken.getFirst();
      assertThat(taken.sender().text()).isEqualTo(device);
      assertThat(taken.application().text()).isEqualTo(APPLICATION);
      assertThat(taken.topic()).isEqualTo(new DeviceTopic(device, DeviceTopic.Kind.STATE));
    }
  }

  @Test
  void nothingOvertakesAMessageThatIsStillBeingTaken() throws Exception {
    String device = device();
    try (RawMqtt client = connected(device, false)) {
      TAKER.next = new CompletableFuture<>();
      TAKER.taken.clear();
      client.publish(Plant.state(device), "later", 1, 1);
      client.publish(Plant.state(device), "now", 1, 2);
      client.publish("custom", "now", 1, 3);
      CompletableFuture<RawMqtt.Packet> answer =
          CompletableFuture.supplyAsync(() -> client.read().orElseThrow());
      await().until(() -> TAKER.taken.size() == 1);
      assertThat(answer).isNotDone();
      TAKER.next.complete(true);
      assertThat(answer.get().at(1)).isEqualTo(1);
      assertThat(client.read().orElseThrow().at(1)).isEqualTo(2);
      assertThat(client.read().orElseThrow().at(1)).isEqualTo(3);
    }
  }

  @Test
  void whatCouldNotBeTakenIsNeitherAcknowledgedNorDelivered() {
    String device = device();
    String other = device();
    for (String payload : List.of("throw", "fails")) {
      TAKER.next = CompletableFuture.failedFuture(new IllegalStateException("full"));
      try (RawMqtt listens = connected(other, true);
          RawMqtt five = connected(device, true)) {
        listens.subscribe(0, Plant.state(device));
        assertThat(five.published(Plant.state(device), payload)).isEqualTo(0x80);
        assertThat(five.published(Plant.state(device), "now")).isZero();
        assertThat(listens.received(1)).hasSize(1);
      }
      try (RawMqtt three = connected(device, false)) {
        assertThat(three.published(Plant.state(device), payload)).isEqualTo(-1);
      }
    }
  }

  @Test
  void withoutTheDatabaseNobodyNewIsLetInAndNobodyIsDropped() {
    String device = device();
    Plant.Key key = key();
    try (RawMqtt before = connected(device, true)) {
      DOWN.set(true);
      for (boolean five : List.of(false, true)) {
        try (RawMqtt client = new RawMqtt(BROKER.port(), five)) {
          assertThat(client.connect(device(), key.key(), key.secret())).isEqualTo(five ? 0x88 : 3);
          assertThat(client.closes()).isTrue();
        }
      }
      // Its own topics are open as before; about others it is decided when that can be known.
      assertThat(before.published(Plant.state(device), "now")).isIn(0, 0x10);
      before.publish(Plant.command(device()), "now", 1, 8);
      before.publish("custom", "now", 1, 9);
      before.raw(new byte[] {(byte) 0xc0, 0});
      assertThat(before.read().orElseThrow().type()).isEqualTo(RawMqtt.PINGRESP);
      DOWN.set(false);
      for (int id = 8; id <= 9; id++) {
        RawMqtt.Packet acknowledged = before.read().orElseThrow();
        assertThat(acknowledged.type()).isEqualTo(RawMqtt.PUBACK);
        assertThat(acknowledged.at(1)).isEqualTo(id);
      }
    } finally {
      DOWN.set(false);
    }
    try (RawMqtt after = new RawMqtt(BROKER.port(), false)) {
      assertThat(after.connect(device, key.key(), key.secret())).isZero();
    }
  }

  @Test
  void willsAreTakenToo() {
    String device = device();
    Plant.Key key = key();
    TAKER.taken.clear();
    RawMqtt client = new RawMqtt(BROKER.port(), false);
    assertThat(WillTest.connect(client, device, key, Plant.state(device), "now", 0)).isZero();
    client.close();
    await().until(() -> TAKER.taken.size() == 1);
    assertThat(TAKER.taken.getFirst().sender().text()).isEqualTo(device);
  }
}
