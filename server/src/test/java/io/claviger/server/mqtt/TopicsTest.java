package io.claviger.server.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.claviger.core.change.SubjectType;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PUBLISH and SUBSCRIBE of connected devices (KEY-28, KEY-33, KEY-60 to KEY-68). */
class TopicsTest {
  private static final Plant PLANT = Plant.start();
  private static final Plant.Key ANY = PLANT.key("{\"filterType\":\"all\"}");

  @AfterAll
  static void stop() {
    PLANT.close();
  }

  private static String device(String deviceClass, String... tags) {
    return PLANT.server.newDevice(PLANT.application, deviceClass, tags);
  }

  private static RawMqtt connected(String device, Plant.Key key, boolean five) {
    return RawMqtt.connected(PLANT, device, key, five);
  }

  @Test
  void forbiddenMessageClosesAConnectionOf311() {
    Plant.Key own = PLANT.key("{\"deviceTags\":[{\"key\":\"own\",\"value\":\"x\"}]}");
    String device = device("standalone", "own=x");
    for (String topic :
        List.of(
            Plant.state(device("standalone")),
            Plant.command(device("standalone")),
            "custom",
            "losant/x",
            "$SYS/x",
            "$share/g/a")) {
      try (RawMqtt client = connected(device, own, false)) {
        assertThat(client.published(topic, "{}")).as(topic).isEqualTo(-1);
      }
    }
  }

  @Test
  void forbiddenMessageIsAnsweredWith0x87OnMqtt5() {
    Plant.Key own = PLANT.key("{\"deviceTags\":[{\"key\":\"own\",\"value\":\"x\"}]}");
    String device = device("standalone", "own=x");
    try (RawMqtt client = connected(device, own, true)) {
      assertThat(client.published(Plant.state(device("standalone")), "{}")).isEqualTo(0x87);
      assertThat(client.published("custom", "{}")).isEqualTo(0x87);
      assertThat(client.published("$SYS/x", "{}")).isEqualTo(0x87);
      // The connection stays, and what is permitted still is.
      assertThat(client.published(Plant.state(device), "{}")).isIn(0, 0x10);
      // Without an answer to say it in, the device has to go.
      client.publish("custom", "{}", 0, 0);
      RawMqtt.Packet last = client.read().orElseThrow();
      assertThat(last.type()).isEqualTo(RawMqtt.DISCONNECT);
      assertThat(last.at(0)).isEqualTo(0x87);
      assertThat(client.closes()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void eachFilterOfASubscribeHasItsOwnAnswer(boolean five) {
    int no = five ? 0x87 : 0x80;
    Plant.Key key =
        PLANT.key("{\"filterType\":\"whitelist\",\"pubTopics\":[],\"subTopics\":[\"a/+\"]}");
    String device = device("standalone");
    try (RawMqtt client = connected(device, key, five)) {
      assertThat(
              client.subscribe(
                  0,
                  "b",
                  Plant.command(device),
                  "#",
                  "a/+",
                  "losant/x",
                  "$SYS/#",
                  "losant/+/state"))
          .containsExactly(no, 0, no, 0, no, no, 0);
      assertThat(client.subscribe(0, "b")).containsExactly(no);
      assertThat(client.subscribe(0, "a/+")).containsExactly(0);
    }
  }

  @Test
  void subscriptionsAreGrantedQualityOfServiceZero() {
    String device = device("standalone");
    try (RawMqtt client = connected(device, ANY, false)) {
      assertThat(client.subscribe(1, Plant.command(device), "a")).containsExactly(0, 0);
      assertThat(client.subscribe(2, "a")).containsExactly(0);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void commandReachesTheDeviceFromAnotherAndFromTheServer(boolean five) {
    String sender = device("standalone");
    String receiver = device("standalone");
    try (RawMqtt one = connected(sender, ANY, five);
        RawMqtt two = connected(receiver, ANY, five)) {
      assertThat(two.subscribe(0, Plant.command(receiver))).containsExactly(0);
      assertThat(one.published(Plant.command(receiver), "{\"name\":\"x\"}")).isZero();
      RawMqtt.Packet message = two.read().orElseThrow();
      assertThat(message.topic()).isEqualTo(Plant.command(receiver));
      PLANT
          .broker()
          .publish(
              new ApplicationId(PLANT.application),
              TopicName.parse(Plant.command(receiver)).orThrow(),
              "{}".getBytes(StandardCharsets.UTF_8),
              1)
          .toCompletableFuture()
          .join();
      assertThat(two.read().orElseThrow().topic()).isEqualTo(Plant.command(receiver));
    }
  }

  @Test
  void wildcardsDeliverWhatIsPermittedAndNothingElse() {
    Plant.Key red =
        PLANT.key("{\"filterType\":\"all\",\"deviceTags\":[{\"key\":\"c\",\"value\":\"red\"}]}");
    String listener = device("standalone", "c=red");
    String inside = device("standalone", "c=red");
    String outside = device("standalone", "c=blue");
    try (RawMqtt listens = connected(listener, red, true);
        RawMqtt first = connected(inside, ANY, false);
        RawMqtt second = connected(outside, ANY, false)) {
      assertThat(listens.subscribe(0, "#")).containsExactly(0);
      second.published(Plant.state(outside), "{}");
      first.published(Plant.state(inside), "{}");
      second.published(Plant.command(outside), "{}");
      second.published(Plant.command(listener), "{}");
      second.published("custom/x", "{}");
      assertThat(listens.received(3))
          .containsExactly(Plant.state(inside), Plant.command(listener), "custom/x");
    }
  }

  @Test
  void tagsOfThisMomentDecideWhatIsDelivered() {
    Plant.Key red =
        PLANT.key("{\"filterType\":\"all\",\"deviceTags\":[{\"key\":\"c\",\"value\":\"red\"}]}");
    String listener = device("standalone", "c=red");
    String other = device("standalone", "c=red");
    try (RawMqtt listens = connected(listener, red, false);
        RawMqtt sender = connected(other, ANY, false)) {
      listens.subscribe(0, Plant.state(other));
      sender.published(Plant.state(other), "{}");
      assertThat(listens.received(1)).containsExactly(Plant.state(other));
      PLANT.server.change(
          SubjectType.DEVICE, other, "DELETE FROM device_tag WHERE device_id = :id");
      sender.published(Plant.state(other), "{}");
      assertThat(listens.received()).isEmpty();
      assertThat(listens.published(Plant.command(other), "{}")).isEqualTo(-1);
    }
  }

  @Test
  void applicationsCannotMeet() {
    String elsewhere = PLANT.server.newApplication(PLANT.person);
    Plant.Key theirs = PLANT.key(elsewhere, "{\"filterType\":\"all\"}");
    String here = device("standalone");
    String there = PLANT.server.newDevice(elsewhere, "standalone");
    try (RawMqtt listens = connected(here, ANY, true);
        RawMqtt sender = connected(there, theirs, true)) {
      assertThat(
              listens.subscribe(
                  0,
                  "#",
                  "+/+",
                  Plant.state(there),
                  Plant.command(there),
                  elsewhere + "/#",
                  "$share/g/a/#"))
          .containsExactly(0, 0, 0x87, 0x87, 0, 0);
      sender.subscribe(0, "$share/g/a/#");
      assertThat(sender.published(Plant.command(here), "{}")).isEqualTo(0x87);
      sender.published("a/b", "theirs");
      sender.published(Plant.state(there), "{}");
      assertThat(sender.published(PLANT.application + "/a/b", "theirs")).isIn(0, 0x10);
      assertThat(sender.received(1)).containsExactly("a/b");
      mark(PLANT.application);
      assertThat(listens.received(1)).containsOnly("marker");
    }
  }

  /** A message that comes after all others that may come. */
  private static void mark(String application) {
    PLANT
        .broker()
        .publish(
            new ApplicationId(application), TopicName.parse("marker").orThrow(), new byte[0], 0)
        .toCompletableFuture()
        .join();
  }

  @Test
  void gatewaySpeaksForItsPeripherals() {
    Plant.Key own = PLANT.key("{\"deviceTags\":[{\"key\":\"gw\",\"value\":\"x\"}]}");
    String gateway = device("gateway", "gw=x");
    String mine = peripheral(gateway);
    String theirs = peripheral(device("gateway"));
    try (RawMqtt client = connected(gateway, own, true);
        RawMqtt sender = connected(device("standalone"), ANY, true)) {
      assertThat(client.published(Plant.state(mine), "{}")).isIn(0, 0x10);
      assertThat(client.published(Plant.state(theirs), "{}")).isEqualTo(0x87);
      assertThat(client.subscribe(0, Plant.command(mine), Plant.command(theirs)))
          .containsExactly(0, 0x87);
      sender.published(Plant.command(mine), "{}");
      assertThat(client.received(1)).containsExactly(Plant.command(mine));
    }
  }

  private static String peripheral(String gateway) {
    String device = device("peripheral");
    PLANT.server.change(
        SubjectType.DEVICE,
        device,
        "UPDATE device SET gateway_id = '" + gateway + "' WHERE id = :id");
    return device;
  }

  @Test
  void sharedSubscriptionsTakeTurns() {
    try (RawMqtt one = connected(device("standalone"), ANY, true);
        RawMqtt two = connected(device("standalone"), ANY, true);
        RawMqtt sender = connected(device("standalone"), ANY, false)) {
      assertThat(one.subscribe(0, "$share/workers/jobs/#")).containsExactly(0);
      assertThat(two.subscribe(0, "$share/workers/jobs/#")).containsExactly(0);
      for (int i = 0; i < 20; i++) {
        sender.published("jobs/" + i, "x");
      }
      List<String> all = new ArrayList<>();
      await()
          .untilAsserted(() -> {
            all.addAll(one.received());
            all.addAll(two.received());
            assertThat(all).hasSize(20).doesNotHaveDuplicates();
          });
    }
  }

  @Test
  void unsubscribingEndsIt() {
    try (RawMqtt one = connected(device("standalone"), ANY, false);
        RawMqtt sender = connected(device("standalone"), ANY, false)) {
      one.subscribe(0, "a/b", "$share/g/a/c");
      one.send(0xa2, new byte[] {0, 3}, RawMqtt.text("a/b"), RawMqtt.text("$share/g/a/c"));
      assertThat(one.read().orElseThrow().type()).isEqualTo(RawMqtt.UNSUBACK);
      sender.published("a/b", "x");
      sender.published("a/c", "x");
      assertThat(one.received()).isEmpty();
    }
  }

  @Test
  void narrowedListsOfAKeyHoldAtOnce() {
    Plant.Key key = PLANT.key("{\"filterType\":\"all\"}");
    try (RawMqtt one = connected(device("standalone"), key, true);
        RawMqtt sender = connected(device("standalone"), ANY, false)) {
      one.subscribe(0, "a/#");
      sender.published("a/1", "x");
      assertThat(one.received(1)).containsExactly("a/1");
      PLANT.patch(key, "{\"filterType\":\"whitelist\",\"pubTopics\":[],\"subTopics\":[\"a/2\"]}");
      await().untilAsserted(() -> assertThat(one.published("a/x", "x")).isEqualTo(0x87));
      sender.published("a/1", "x");
      sender.published("a/2", "x");
      assertThat(one.received(1)).containsExactly("a/2");
    }
  }

  /**
   * Against the real broker: of random messages a device receives exactly those that match one of
   * its subscriptions and that its key opens.
   */
  @Test
  void randomTopicsAreDeliveredAsTheRulesSay() {
    Random random = new Random(20_261_122);
    String[] words = {"a", "b", "", "c"};
    String[] wild = {"a", "b", "", "+"};
    Plant.Key key =
        PLANT.key(
            "{\"filterType\":\"blacklist\",\"pubTopics\":[],\"subTopics\":[\"b/+\",\"a/b/#\"]}");
    List<Pattern> listed = List.of(Pattern.compile("b/[^/]*"), Pattern.compile("a/b(/.*)?"));
    try (RawMqtt sender = connected(device("standalone"), ANY, false)) {
      for (int round = 0; round < 60; round++) {
        String filter = draw(random, wild) + (random.nextInt(3) == 0 ? "/#" : "");
        String pattern = filter.replaceFirst("/#$", "(/.*)?").replace("+", "[^/]*");
        try (RawMqtt listens = connected(device("standalone"), key, true)) {
          boolean taken = listens.subscribe(0, filter).getFirst() == 0;
          List<String> expected = new ArrayList<>();
          for (int i = 0; i < 10; i++) {
            String topic = draw(random, words);
            sender.published(topic, "x");
            boolean refused = listed.stream().anyMatch(p -> p.matcher(topic).matches());
            if (taken && topic.matches(pattern) && !refused) {
              expected.add(topic);
            }
            assertThat(taken && refused && topic.matches(pattern)).as(filter).isFalse();
          }
          assertThat(listens.received(expected.size()))
              .as("round %d: %s", round, filter)
              .isEqualTo(expected);
        }
      }
    }
  }

  private static String draw(Random random, String[] words) {
    StringBuilder topic = new StringBuilder(words[random.nextInt(2)]);
    for (int i = random.nextInt(3); i > 0; i--) {
      topic.append('/').append(words[random.nextInt(words.length)]);
    }
    return topic.toString();
  }
}
