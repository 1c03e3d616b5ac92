package io.claviger.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.claviger.store.testing.TestDatabases;
import io.claviger.store.testing.Tunnel;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages between the nodes of one database. */
class PostgresChannelTest {
  private final DatabaseSettings.Postgres settings = TestDatabases.postgres();
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  /** A node, and what it has heard: its own with a star. */
  private final class Node {
    private final List<String> heard = Collections.synchronizedList(new ArrayList<>());
    private final Database database;
    private final NodeChannel channel;

    Node(char name) {
      database = Database.open(settings, InstantSource.system());
      open.add(database);
      channel =
          database.openChannel(
              Character.toString(name).repeat(24),
              (message, own) ->
                  heard.add(new String(message, StandardCharsets.UTF_8) + (own ? "*" : "")));
      open.add(channel);
    }

    boolean send(String text) {
      return channel.send(text.getBytes(StandardCharsets.UTF_8));
    }

    List<String> bare() {
      synchronized (heard) {
        return heard.stream().map(text -> text.replace("*", "")).toList();
      }
    }
  }

  private static void acquainted(Node... nodes) {
    for (Node node : nodes) {
      await().until(node.channel::hasPeers);
    }
  }

  @Test
  void whoIsAloneSendsNothing() {
    Node one = new Node('a');
    assertThat(one.channel.hasPeers()).isFalse();
    assertThat(one.send("x")).isFalse();
  }

  @Test
  void allHearTheSameInTheSameOrder() {
    Node one = new Node('a');
    Node two = new Node('b');
    acquainted(one, two);
    Thread first =
        Thread.ofPlatform().start(() -> IntStream.range(0, 500).forEach(i -> one.send("a" + i)));
    Thread second =
        Thread.ofPlatform().start(() -> IntStream.range(0, 500).forEach(i -> two.send("b" + i)));
    await().until(() -> !first.isAlive() && !second.isAlive());
    String large = "l".repeat(300_000);
    assertThat(one.send(large)).isTrue();
    await().until(() -> one.heard.size() == 1_001 && two.heard.size() == 1_001);
    assertThat(one.bare()).isEqualTo(two.bare());
    assertThat(one.bare()).endsWith(large);
    for (String name : List.of("a", "b")) {
      assertThat(one.bare().stream().filter(text -> text.startsWith(name)))
          .containsExactlyElementsOf(IntStream.range(0, 500).mapToObj(i -> name + i).toList());
    }
    assertThat(two.heard).contains("a7", "b7*");
    assertThat(one.channel.traffic().sent()).isEqualTo(501);
    assertThat(one.channel.traffic().received()).isEqualTo(500);
    assertThat(one.channel.traffic().lost()).isZero();
  }

  /** The database was away for a moment, or restarted. */
  @Test
  void connectionsThatBreakAreMadeAnew() {
    Node one = new Node('a');
    Node two = new Node('b');
    acquainted(one, two);
    one.database.read(handle ->
        handle
            .createQuery(
                "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity"
                    + " WHERE datname = current_database() AND pid <> pg_backend_pid()")
            .mapTo(Long.class)
            .one());
    await()
        .untilAsserted(() -> {
          one.send("again");
          assertThat(two.heard).contains("again");
        });
  }

  /** A network that was cut tells nobody: a connection may look well for hours. */
  @Test
  void aConnectionOnWhichNothingComesIsMadeAnew() throws Exception {
    Node two = new Node('b');
    List<String> heard = Collections.synchronizedList(new ArrayList<>());
    int port = URI.create(settings.jdbcUrl().substring("jdbc:".length())).getPort();
    try (Tunnel tunnel = new Tunnel(port)) {
      String url = settings.jdbcUrl().replace(":" + port + "/", ":" + tunnel.port() + "/");
      try (NodeChannel one =
          PostgresChannel.open(
              PostgresEngine.source(new DatabaseSettings.Postgres(url, 1), 5),
              "a".repeat(24),
              (message, _) -> heard.add(new String(message, StandardCharsets.UTF_8)),
              Duration.ofSeconds(1))) {
        await().until(() -> one.hasPeers() && two.channel.hasPeers());
        assertThat(tunnel.cut("LISTEN")).isPositive();
        await()
            .untilAsserted(() -> {
              two.send("again");
              assertThat(heard).contains("again");
            });
      }
    }
  }

  @Test
  void whatWaitsAtTheEndGoesOut() {
    Node one = new Node('a');
    Node two = new Node('b');
    acquainted(one, two);
    IntStream.range(0, 200).forEach(i -> one.send("m" + i));
    one.channel.close();
    assertThat(one.send("late")).isFalse();
    await().until(() -> two.heard.size() == 200);
  }

  @Test
  void aFileHasOneServer(@TempDir java.nio.file.Path folder) {
    try (Database database = Database.open(TestDatabases.sqlite(folder), InstantSource.system());
        NodeChannel channel = database.openChannel("a".repeat(24), (_, _) -> {})) {
      assertThat(channel.hasPeers()).isFalse();
      assertThat(channel.send(new byte[1])).isFalse();
      assertThat(channel.traffic()).isEqualTo(new NodeChannel.Traffic(0, 0, 0));
    }
  }
}
