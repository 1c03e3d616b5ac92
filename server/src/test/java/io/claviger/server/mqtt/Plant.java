package io.claviger.server.mqtt;

import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** A server with a broker, an application, and clients as its devices have them. */
final class Plant implements AutoCloseable {
  final TestServer server;
  final Person person;
  final String application;

  private Plant(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("CLAVIGER_MQTT", "on");
    this.server = TestServer.start(all);
    this.person = server.newUser("plant@example.com");
    this.application = server.newApplication(person);
  }

  /**
   * A plant without limits of messages and connections, which would be in the way of most tests.
   */
  static Plant start() {
    return start(Map.of());
  }

  static Plant start(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>();
    all.put("CLAVIGER_MQTT_TOPIC_LIMIT", "0");
    all.put("CLAVIGER_MQTT_CONNECTION_LIMIT", "0");
    all.put("CLAVIGER_MQTT_CONNECT_LIMIT", "0");
    all.put("CLAVIGER_LOGIN_LIMIT", "100000");
    all.putAll(settings);
    return new Plant(all);
  }

  /** An access key with its secret. */
  record Key(String id, String key, String secret) {}

  Key key(String body) {
    return key(application, body);
  }

  Key key(String applicationId, String body) {
    Answer made =
        server.send("POST", "/applications/" + applicationId + "/keys", person.session(), body);
    if (made.status() != 201) {
      throw new AssertionError(made.status() + " " + made.body());
    }
    return new Key(
        made.body().get("applicationKeyId").stringValue(),
        made.body().get("key").stringValue(),
        made.body().get("secret").stringValue());
  }

  void patch(Key key, String body) {
    Answer answer =
        server.send(
            "PATCH", "/applications/" + application + "/keys/" + key.id(), person.session(), body);
    if (answer.status() != 200) {
      throw new AssertionError(answer.status() + " " + answer.body());
    }
  }

  int port() {
    return server.wiring().broker().orElseThrow().port();
  }

  Broker broker() {
    return server.wiring().broker().orElseThrow();
  }

  Mqtt3BlockingClient three(String device, Key key) {
    return Mqtt3Client.builder()
        .identifier(device)
        .serverHost("127.0.0.1")
        .serverPort(port())
        .simpleAuth()
        .username(key.key())
        .password(key.secret().getBytes(StandardCharsets.UTF_8))
        .applySimpleAuth()
        .buildBlocking();
  }

  Mqtt5BlockingClient five(String device, Key key) {
    return Mqtt5Client.builder()
        .identifier(device)
        .serverHost("127.0.0.1")
        .serverPort(port())
        .simpleAuth()
        .username(key.key())
        .password(key.secret().getBytes(StandardCharsets.UTF_8))
        .applySimpleAuth()
        .buildBlocking();
  }

  static String state(String device) {
    return "losant/" + device + "/state";
  }

  static String command(String device) {
    return "losant/" + device + "/command";
  }

  @Override
  public void close() {
    server.close();
  }
}
