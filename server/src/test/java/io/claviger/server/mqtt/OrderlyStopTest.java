package io.claviger.server.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.Warnings;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever stops a server, or starts one that cannot, reads nothing of what missed its database. */
class OrderlyStopTest {
  private final Warnings warnings = new Warnings();

  @AfterEach
  void listenNoMore() {
    warnings.close();
  }

  /** With everything in use: a connection, messages that wait, commands in the queue, mail. */
  @Test
  void nothingIsWorthAWarning() {
    for (int round = 0; round < 2; round++) {
      Set<Thread> before = threads();
      Plant plant = Plant.start();
      try (RawMqtt client = use(plant)) {
        plant.close();
        assertThat(client.closes()).isTrue();
      }
      assertNothingLeft(before);
    }
    assertThat(warnings.lines()).isEmpty();
  }

  private static RawMqtt use(Plant plant) {
    TestServer server = plant.server;
    String device = server.newDevice(plant.application, "standalone");
    RawMqtt client = RawMqtt.connected(plant, device, plant.key("{}"), false);
    String devices = "/applications/" + plant.application + "/devices";
    for (int i = 0; i < 20; i++) {
      client.publish(Plant.state(device), "{\"data\":{\"a\":" + i + "}}", 0, 0);
      server.send(
          "POST",
          devices + "/" + device + "/command",
          plant.person.session(),
          "{\"name\":\"n" + i + "\"}");
    }
    server.send("POST", "/users/passwordReset", "", "{\"email\":\"" + plant.person.email() + "\"}");
    server.send("GET", devices, plant.person.session() + "x");
    return client;
  }

  @Test
  void whatHasBegunEndsWhenTheStartFails() throws Exception {
    Set<Thread> before = threads();
    try (ServerSocket taken = new ServerSocket(0)) {
      String port = "" + taken.getLocalPort();
      for (String setting : List.of("CLAVIGER_HTTP_PORT", "CLAVIGER_MQTT_PORT")) {
        Assertions.assertThatThrownBy(
                () -> TestServer.start(Map.of("CLAVIGER_MQTT", "on", setting, port)))
            .isInstanceOf(RuntimeException.class);
        assertNothingLeft(before);
      }
    }
    assertThat(warnings.lines().stream().filter(line -> line.contains("database"))).isEmpty();
  }

  /** Threads that work with the database. */
  private static Set<Thread> threads() {
    Set<String> names =
        Set.of(
            "background",
            "change-feed",
            "command-queue",
            "device-inbox",
            "mail",
            "mqtt-background",
            "mqtt-passing",
            "mqtt-publisher",
            "payload-counts",
            "state-sweep");
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> names.contains(thread.getName()))
        .collect(Collectors.toSet());
  }

  private static void assertNothingLeft(Set<Thread> before) {
    Awaitility.await().untilAsserted(() -> assertThat(threads()).as("threads").isSubsetOf(before));
  }
}
