package io.claviger.server.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.message.connect.connack.Mqtt3ConnAckReturnCode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** CONNECT (KEY-42, MQT-2). */
class ConnectTest {
  private static final Plant PLANT = Plant.start();

  @AfterAll
  static void stop() {
    PLANT.close();
  }

  @Test
  void deviceConnectsWithItsKeyAndReportsItsState() {
    String device = PLANT.server.newDevice(PLANT.application, "standalone");
    Plant.Key key = PLANT.key("{}");
    Mqtt3BlockingClient client = PLANT.three(device, key);
    assertThat(client.connect().getReturnCode()).isEqualTo(Mqtt3ConnAckReturnCode.SUCCESS);
    client
        .publishWith()
        .topic(Plant.state(device))
        .qos(MqttQos.AT_LEAST_ONCE)
        .payload("{}".getBytes(java.nio.charset.StandardCharsets.UTF_8))
        .send();
    client.disconnect();
  }

  @Test
  void wrongSecretIsRefused() {
    String device = PLANT.server.newDevice(PLANT.application, "standalone");
    Plant.Key key = PLANT.key("{}");
    Mqtt3BlockingClient client =
        PLANT.three(device, new Plant.Key(key.id(), key.key(), "0".repeat(64)));
    assertThatThrownBy(client::connect).hasMessageContaining("BAD_USER_NAME_OR_PASSWORD");
  }
}
