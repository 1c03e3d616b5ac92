package io.claviger.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Devices as programs in Java: Paho speaks 3.1.1, HiveMQ's client 5. */
@Timeout(60)
class JavaClientsTest {
  private static final int PATIENCE_SECONDS = 10;
  private static final URI TCP = URI.create(given("CLAVIGER_MQTT_URL"));
  private static final URI WEB_SOCKET = URI.create(given("CLAVIGER_MQTT_WS_URL"));
  private static final String GATEWAY = given("CLAVIGER_GATEWAY");
  private static final String PERIPHERAL = given("CLAVIGER_PERIPHERAL");
  private static final String DEVICE = given("CLAVIGER_DEVICE");
  private static final String FOREIGN = given("CLAVIGER_FOREIGN");

  private static String given(String name) {
    String value = System.getenv(name);
    if (value == null || value.isEmpty()) {
      throw new IllegalStateException(name + " must be set");
    }
    return value;
  }

  private static String state(String device) {
    return "losant/" + device + "/state";
  }

  private static String command(String device) {
    return "losant/" + device + "/command";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Mqtt5BlockingClient hive(String device, String secret, boolean webSocket) {
    URI url = webSocket ? WEB_SOCKET : TCP;
    var builder =
        Mqtt5Client.builder()
            .identifier(device)
            .serverHost(url.getHost())
            .serverPort(url.getPort())
            .simpleAuth()
            .username(given("CLAVIGER_KEY"))
            .password(bytes(secret))
            .applySimpleAuth();
    return (webSocket
            ? builder.webSocketConfig().serverPath("mqtt").applyWebSocketConfig()
            : builder)
        .buildBlocking();
  }

  private static Mqtt5Publish message(String topic, String payload) {
    return Mqtt5Publish.builder()
        .topic(topic)
        .qos(MqttQos.AT_LEAST_ONCE)
        .payload(bytes(payload))
        .build();
  }

  /** A gateway speaks for its peripherals and hears what is meant for them, and no more. */
  @Test
  void gatewayWithAPeripheral() throws Exception {
    for (boolean webSocket : new boolean[] {false, true}) {
      Mqtt5BlockingClient gateway = hive(GATEWAY, given("CLAVIGER_SECRET"), webSocket);
      gateway.connect();
      try (var messages = gateway.publishes(MqttGlobalPublishFilter.ALL)) {
        gateway.subscribeWith().topicFilter(command(PERIPHERAL)).send();
        gateway.subscribeWith().topicFilter(command(GATEWAY)).send();
        gateway.publish(message(state(GATEWAY), "{\"data\":{\"level\":1}}"));
        gateway.publish(message(state(PERIPHERAL), "{\"data\":{\"level\":2}}"));
        gateway.publish(message(command(PERIPHERAL), "{\"name\":\"open\"}"));
        Mqtt5Publish received = messages.receive(PATIENCE_SECONDS, TimeUnit.SECONDS).orElseThrow();
        assertThat(received.getTopic()).hasToString(command(PERIPHERAL));
        assertThat(new String(received.getPayloadAsBytes(), StandardCharsets.UTF_8))
            .isEqualTo("{\"name\":\"open\"}");
        for (String topic : new String[] {state(FOREIGN), command(FOREIGN), state(DEVICE)}) {
          assertThatThrownBy(() -> gateway.publish(message(topic, "{}")))
              .as(topic)
              .isInstanceOf(Mqtt5PubAckException.class);
        }
        assertThatThrownBy(() -> gateway.subscribeWith().topicFilter(command(FOREIGN)).send())
            .isInstanceOf(Mqtt5SubAckException.class);
        // The connection has survived all of that.
        gateway.publish(message(state(GATEWAY), "{}"));
      } finally {
        gateway.disconnect();
      }
    }
  }

  @Test
  void whoIsNotLetInIsToldSo() {
    Mqtt5BlockingClient wrong = hive(DEVICE, "0".repeat(64), false);
    assertThatThrownBy(wrong::connect).isInstanceOf(Mqtt5ConnAckException.class);
    Mqtt5BlockingClient foreign = hive(FOREIGN, given("CLAVIGER_SECRET"), false);
    assertThatThrownBy(foreign::connect).isInstanceOf(Mqtt5ConnAckException.class);
  }

  private static final class Ears implements MqttCallback {
    private final BlockingQueue<String> heard = new ArrayBlockingQueue<>(100);
    private final CountDownLatch lost = new CountDownLatch(1);

    @Override
    public void connectionLost(Throwable cause) {
      lost.countDown();
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
      heard.add(topic + " " + new String(message.getPayload(), StandardCharsets.UTF_8));
    }

    @Override
    public void deliveryComplete(IMqttDeliveryToken token) {
      // The blocking client has waited for it.
    }
  }

  private static MqttClient paho(Ears ears) throws MqttException {
    MqttClient client =
        new MqttClient("tcp://" + TCP.getAuthority(), DEVICE, new MemoryPersistence());
    client.setTimeToWait(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    client.setCallback(ears);
    return client;
  }

  private static MqttConnectOptions options(String secret) {
    MqttConnectOptions options = new MqttConnectOptions();
    options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
    options.setUserName(given("CLAVIGER_KEY"));
    options.setPassword(secret.toCharArray());
    return options;
  }

  /** Over 3.1.1 there is no way to say no but to hang up (KEY-68). */
  @Test
  void deviceOverThree() throws Exception {
    Ears ears = new Ears();
    try (MqttClient client = paho(ears)) {
      assertThatThrownBy(() -> client.connect(options("wrong")))
          .isInstanceOfSatisfying(
              MqttException.class, refusal -> assertThat(refusal.getReasonCode()).isEqualTo(4));
      client.connect(options(given("CLAVIGER_SECRET")));
      client.subscribe(command(DEVICE), 1);
      client.subscribe("news/#", 1);
      client.publish(state(DEVICE), bytes("{\"data\":{\"level\":3}}"), 1, false);
      client.publish(command(DEVICE), bytes("{\"name\":\"mine\"}"), 1, false);
      client.publish("news/today", bytes("dry"), 0, false);
      assertThat(ears.heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS))
          .isEqualTo(command(DEVICE) + " {\"name\":\"mine\"}");
      assertThat(ears.heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("news/today dry");
      assertThatThrownBy(() -> client.publish(state(FOREIGN), bytes("{}"), 1, false))
          .isInstanceOf(MqttException.class);
      assertThat(ears.lost.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(client.isConnected()).isFalse();
    }
  }
}
