package io.claviger.server.key;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.device.DeviceClient;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** A key for one device in one call (KEY-11). */
class DeviceKeysTest {
  private static final TestServer SERVER =
      TestServer.start(
          Map.of("CLAVIGER_LOGIN_LIMIT", "100000", "CLAVIGER_LIMIT_SANDBOX_APPLICATION_KEYS", "3"));

  private DeviceClient client;
  private String device;

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @BeforeEach
  void device(TestInfo test) {
    client = new DeviceClient(SERVER, test.getDisplayName().replaceAll("\\W", "") + "@example.com");
    device = client.create("{\"name\":\"pump 7\"}");
  }

  private Answer logIn(String id, Answer key) {
    return SERVER.send(
        "POST",
        "/auth/device",
        "",
        "{\"deviceId\":\"%s\",\"key\":\"%s\",\"secret\":\"%s\"}"
            .formatted(
                id, key.body().get("key").stringValue(), key.body().get("secret").stringValue()));
  }

  @Test
  void letsInThisDeviceAndNoOther() {
    Answer made = client.send("POST", "/" + device + "/keys", "{}");
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    assertThat(made.body().get("name").stringValue()).isEqualTo("pump 7");
    assertThat(made.body().get("deviceIds").toString()).isEqualTo("[\"" + device + "\"]");
    assertThat(made.body().get("filterType").stringValue()).isEqualTo("none");
    assertThat(logIn(device, made).status()).isEqualTo(200);
    assertThat(logIn(client.create("{\"name\":\"other\"}"), made).status()).isEqualTo(401);
    Answer shown =
        SERVER.send(
            "GET",
            "/applications/"
                + client.application()
                + "/keys/"
                + made.body().get("applicationKeyId").stringValue(),
            client.session());
    assertThat(shown.body().has("secret")).isFalse();
  }

  @Test
  void takesWhatAnyKeyTakesButDevices() {
    Answer made =
        client.send(
            "POST",
            "/" + device + "/keys",
            "{\"name\":\"mine\",\"filterType\":\"all\",\"addressFilterType\":\"whitelist\","
                + "\"addresses\":[\"192.0.2.9/24\"]}");
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    assertThat(made.body().get("name").stringValue()).isEqualTo("mine");
    assertThat(made.body().get("addresses").toString()).isEqualTo("[\"192.0.2.0/24\"]");
    for (String wrong :
        new String[] {
          "{\"deviceIds\":[]}",
          "{\"deviceTags\":[{\"key\":\"a\"}]}",
          "{\"name\":null}",
          "{\"filterType\":\"whitelist\"}",
          "{\"addressFilterType\":\"whitelist\"}"
        }) {
      assertThat(client.send("POST", "/" + device + "/keys", wrong).status())
          .as(wrong)
          .isEqualTo(400);
    }
  }

  @Test
  void needsADeviceTheScopeAndRoom() {
    Answer unknown = client.send("POST", "/" + SERVER.newId() + "/keys", "{}");
    assertThat(unknown.status()).isEqualTo(404);
    String gone = client.create("{\"name\":\"gone\"}");
    client.delete(gone);
    assertThat(client.send("POST", "/" + gone + "/keys", "{}").body()).isEqualTo(unknown.body());
    String path = client.path("/" + device + "/keys");
    assertThat(SERVER.send("POST", path, token("applicationKeys.get"), "{}").status())
        .isEqualTo(403);
    String narrow = token("deviceKeys.post");
    assertThat(SERVER.send("POST", path, narrow, "{}").status()).isEqualTo(201);
    assertThat(
            SERVER
                .send("POST", "/applications/" + client.application() + "/keys", narrow, "{}")
                .status())
        .isEqualTo(403);
    assertThat(SERVER.send("POST", path, narrow, "{}").status()).isEqualTo(201);
    assertThat(SERVER.send("POST", path, narrow, "{}").status()).isEqualTo(201);
    Answer full = SERVER.send("POST", path, narrow, "{}");
    assertThat(full.status()).isEqualTo(400);
    assertThat(full.body().get("message").stringValue()).contains("limit of 3");
  }

  private String token(String scope) {
    Answer made =
        SERVER.send(
            "POST",
            "/applications/" + client.application() + "/tokens",
            client.session(),
            "{\"name\":\"t\",\"scope\":[\"" + scope + "\"]}");
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    return made.body().get("token").stringValue();
  }
}
