package io.claviger.server.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.Warnings;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A stop that was ordered is no event that anybody should be warned of. */
class OrderlyStopTest {
  private static final int ROUNDS = 4;
  private static final int DEVICES = 5;

  @Test
  void nobodyIsWarned() {
    try (var warnings = new Warnings()) {
      for (int i = 0; i < ROUNDS; i++) {
        stopInTheMiddle();
      }
      assertThat(warnings.lines()).isEmpty();
    }
  }

  /** Devices are connected, commands wait, messages are on their way. */
  private static void stopInTheMiddle() {
    List<RawMqtt> clients = new ArrayList<>();
    try (Plant plant = Plant.start()) {
      Plant.Key key = plant.key("{}");
      for (int i = 0; i < DEVICES; i++) {
        String device = plant.server.newDevice(plant.application, "standalone");
        RawMqtt client = RawMqtt.connected(plant, device, key, i % 2 == 0);
        clients.add(client);
        client.publish(Plant.state(device), "{\"data\":{}}", 1, 7);
      }
      plant.server.send(
          "POST",
          "/applications/" + plant.application + "/devices/command?query=%7B%7D",
          plant.person.session(),
          "{\"name\":\"stop\"}");
    }
    clients.forEach(RawMqtt::close);
  }
}
