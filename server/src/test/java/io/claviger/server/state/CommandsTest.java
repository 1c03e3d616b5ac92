package io.claviger.server.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.device.DeviceClient;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Commands, connections and their logs over HTTP (STA-9 to STA-11). */
class CommandsTest {
  private static final TestServer SERVER = TestServer.start();
  private static final String NORTH = "[{\"key\":\"site\",\"value\":\"north\"}]";

  private DeviceClient client;
  private String device;

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @BeforeEach
  void device(TestInfo test) {
    client = new DeviceClient(SERVER, test.getDisplayName().replaceAll("\\W", "") + "@example.com");
    device = client.create("{\"name\":\"d\"}");
  }

  private Answer post(String path, String json) {
    return client.send("POST", path, json);
  }

  private void done(String path, String json) {
    Answer answer = post(path, json);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    assertThat(answer.body().get("success").booleanValue()).isTrue();
  }

  private String refusal(String path, String json) {
    Answer answer = post(path, json);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(400);
    return answer.body().get("message").stringValue();
  }

  private JsonNode commands(String of, String query) {
    return client.read("/" + of + "/command" + query);
  }

  private static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text);
  }

  @Test
  void commandsAreKeptInTheirOrder() {
    long at = SERVER.clock().instant().toEpochMilli() - 1000;
    done(
        "/" + device + "/command",
        "{\"name\":\"one\",\"payload\":{\"a\":[1,null]},\"time\":" + at + "}");
    done("/" + device + "/command", "{\"name\":\"two\",\"payload\":null,\"time\":" + at + "}");
    done("/" + device + "/command", "{\"name\":\"three\"}");
    JsonNode all = commands(device, "?limit=10&sortDirection=asc");
    assertThat(DeviceClient.texts(all, "name")).containsExactly("one", "two", "three");
    assertThat(all.get(0).get("payload")).isEqualTo(json("{\"a\":[1,null]}"));
    assertThat(all.get(1).get("payload").isNull()).isTrue();
    assertThat(all.get(2).has("payload")).isFalse();
    assertThat(DeviceClient.texts(commands(device, ""), "name")).containsExactly("three");
    assertThat(DeviceClient.texts(commands(device, "?limit=9&end=" + at), "name"))
        .containsExactly("two", "one");
  }

  @Test
  void whatIsNoCommandIsRefused() {
    String path = "/" + device + "/command";
    assertThat(refusal(path, "{}")).startsWith("name ");
    assertThat(refusal(path, "{\"name\":\"\"}")).startsWith("name ");
    assertThat(refusal(path, "{\"name\":\"x\",\"more\":1}")).contains("more");
    assertThat(refusal(path, "{\"name\":\"x\",\"time\":1}")).startsWith("time ");
    assertThat(refusal(path, "{\"name\":\"x\",\"payload\":\"" + "p".repeat(250 * 1024) + "\"}"))
        .startsWith("payload ");
    assertThat(commands(device, "?limit=9")).isEmpty();
  }

  /** STA-10: whatever is named by one of the three; nothing named is not everything. */
  @Test
  void manyDevicesAtOnce() {
    String north = client.create("{\"name\":\"n\",\"tags\":" + NORTH + "}");
    String queried = client.create("{\"name\":\"q\"}");
    String other = client.create("{\"name\":\"o\"}");
    done(
        "/command",
        "{\"name\":\"x\",\"deviceIds\":[\""
            + device.toUpperCase(Locale.ROOT)
            + "\",\""
            + "f".repeat(24)
            + "\"],\"deviceTags\":"
            + NORTH
            + ",\"deviceQuery\":{\"name\":\"q\"}}");
    for (String reached : new String[] {device, north, queried}) {
      assertThat(DeviceClient.texts(commands(reached, "?limit=9"), "name")).containsExactly("x");
    }
    assertThat(commands(other, "")).isEmpty();
    for (String nothing :
        new String[] {
          "", ",\"deviceIds\":[]", ",\"deviceTags\":[]", ",\"deviceIds\":[],\"deviceTags\":[]"
        }) {
      assertThat(refusal("/command", "{\"name\":\"x\"" + nothing + "}")).startsWith("deviceIds ");
    }
    assertThat(refusal("/command", "{\"name\":\"x\",\"deviceTags\":[{}]}")).contains("deviceTags");
    assertThat(refusal("/command", "{\"name\":\"x\",\"deviceQuery\":{\"nonsense\":1}}"))
        .contains("nonsense");
    // So long that not all of them fit into one go.
    List<String> more = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      more.add(SERVER.newDevice(client.application(), "standalone"));
    }
    done(
        "/command",
        "{\"name\":\"y\",\"deviceQuery\":{},\"payload\":\"" + "p".repeat(250 * 1024 - 2) + "\"}");
    for (String each : more) {
      assertThat(DeviceClient.texts(commands(each, "?limit=9"), "name")).containsExactly("y");
    }
    assertThat(DeviceClient.texts(commands(other, ""), "name")).containsExactly("y");
  }

  /** KEY-27, KEY-44: a device commands those that its key selects, and no more of any bulk. */
  @Test
  void reachOfADevice() {
    String gateway = client.create("{\"name\":\"g\",\"deviceClass\":\"gateway\"}");
    String own =
        client.create(
            "{\"name\":\"p\",\"deviceClass\":\"peripheral\",\"gatewayId\":\"" + gateway + "\"}");
    String foreign = client.create("{\"name\":\"f\"}");
    String token = client.deviceToken(gateway, true, "[\"" + device + "\"]", "[]");
    assertThat(send(token, "/" + device + "/command")).isEqualTo(200);
    assertThat(send(token, "/" + gateway + "/command")).isEqualTo(200);
    assertThat(send(token, "/" + foreign + "/command")).isEqualTo(404);
    assertThat(status(token, own)).isEqualTo(200);
    assertThat(status(token, device)).isEqualTo(200);
    assertThat(status(token, foreign)).isEqualTo(404);
    Answer all =
        SERVER.send(
            "POST", client.path("/command"), token, "{\"name\":\"all\",\"deviceQuery\":{}}");
    assertThat(all.status()).isEqualTo(200);
    assertThat(DeviceClient.texts(commands(device, "?limit=9"), "name"))
        .containsExactly("all", "c");
    assertThat(commands(foreign, "?limit=9")).isEmpty();
    assertThat(commands(own, "?limit=9")).isEmpty();
  }

  private int send(String token, String path) {
    return SERVER.send("POST", client.path(path), token, "{\"name\":\"c\"}").status();
  }

  private int status(String token, String of) {
    return SERVER.send("GET", client.path("/" + of + "/command"), token).status();
  }

  /** A token that may only read reads commands and sends none. */
  @Test
  void readingIsNotSending() {
    Answer made =
        SERVER.send(
            "POST",
            "/applications/" + client.application() + "/tokens",
            client.session(),
            "{\"name\":\"r\",\"scope\":[\"all.Application.read\"]}");
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    String token = made.body().get("token").stringValue();
    assertThat(status(token, device)).isEqualTo(200);
    assertThat(send(token, "/" + device + "/command")).isEqualTo(403);
    for (String path : new String[] {"/state", "/setConnectionStatus", "/data"}) {
      String method = path.equals("/data") ? "DELETE" : "POST";
      assertThat(SERVER.send(method, client.path("/" + device + path), token, "{}").status())
          .as(path)
          .isEqualTo(403);
    }
  }

  /** STA-11. */
  @Test
  void connectionsAreLogged() {
    String path = "/" + device + "/setConnectionStatus";
    long now = SERVER.clock().instant().toEpochMilli();
    done(
        path,
        "{\"status\":\"connected\",\"connectedAt\":"
            + (now - 9000)
            + ",\"ipAddress\":\"192.0.2.7\"}");
    done(
        path,
        "{\"status\":\"disconnected\",\"disconnectedAt\":"
            + (now - 1000)
            + ",\"disconnectReason\":\"gone\",\"messagesFromClient\":5,\"messagesToClient\":0}");
    JsonNode log = client.read("/" + device + "/logs?limit=10");
    assertThat(log).hasSize(2);
    assertThat(log.get(0).get("connected").intValue()).isZero();
    assertThat(log.get(0).get("disconnectReason").stringValue()).isEqualTo("gone");
    assertThat(log.get(0).get("messagesFromClient").intValue()).isEqualTo(5);
    assertThat(log.get(0).get("messagesToClient").intValue()).isZero();
    assertThat(log.get(1).get("connected").intValue()).isEqualTo(1);
    assertThat(log.get(1).get("ipAddress").stringValue()).isEqualTo("192.0.2.7");
    assertThat(stored("status")).isEqualTo("disconnected");
    assertThat(stored("connected_at")).isEqualTo(Long.toString(now - 9000));
    assertThat(stored("disconnected_at")).isEqualTo(Long.toString(now - 1000));
    assertThat(refusal(path, "{\"status\":\"up\"}")).startsWith("status ");
    assertThat(refusal(path, "{\"status\":\"connected\",\"disconnectReason\":\"x\"}"))
        .startsWith("disconnectReason ");
    assertThat(refusal(path, "{\"status\":\"connected\",\"ipAddress\":\"home\"}"))
        .startsWith("ipAddress ");
    long old = now - Duration.ofDays(40).toMillis();
    assertThat(refusal(path, "{\"status\":\"connected\",\"connectedAt\":" + old + "}"))
        .startsWith("connectedAt ");
  }

  private String stored(String column) {
    return SERVER
        .wiring()
        .database()
        .read(handle ->
            handle
                .createQuery("SELECT " + column + " FROM device_connection WHERE device_id = :id")
                .bind("id", device)
                .mapTo(String.class)
                .one());
  }
}
