package io.claviger.server.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import tools.jackson.databind.JsonNode;

/** What a device sees of others (KEY-26 to KEY-33, KEY-44). */
class DeviceReachTest {
  private static final TestServer SERVER = TestServer.start();
  private static final String NORTH = "[{\"key\":\"site\",\"value\":\"north\"}]";

  private DeviceClient client;
  private String self;
  private String north;
  private String south;

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @BeforeEach
  void devices(TestInfo test) {
    client = new DeviceClient(SERVER, test.getDisplayName().replaceAll("\\W", "") + "@example.com");
    self = client.create("{\"name\":\"self\",\"deviceClass\":\"gateway\"}");
    north = client.create("{\"name\":\"north\",\"tags\":" + NORTH + "}");
    south = client.create("{\"name\":\"south\"}");
    client.create(
        "{\"name\":\"own\",\"deviceClass\":\"peripheral\",\"gatewayId\":\"" + self + "\"}");
  }

  private JsonNode list(String token, String query) {
    Answer answer = SERVER.send("GET", client.path(query), token);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return answer.body();
  }

  private List<String> names(String token) {
    return DeviceClient.texts(list(token, "").get("items"), "name");
  }

  private int status(String method, String device, String token, String json) {
    return SERVER.send(method, client.path("/" + device), token, json).status();
  }

  @Test
  void aListHoldsItselfAndWhatTheKeySelects() {
    String token = client.deviceToken(self, true, "[]", NORTH);
    assertThat(names(token)).containsExactly("north", "self");
    JsonNode page = list(token, "?perPage=1&page=1");
    assertThat(page.get("totalCount").intValue()).isEqualTo(2);
    assertThat(DeviceClient.texts(page.get("items"), "name")).containsExactly("self");
    // No filter and no query reaches further.
    for (String query :
        List.of(
            "?query=%7B%7D",
            "?deviceClass=standalone", "?query=" + DeviceClient.encoded("{\"name\":\"south\"}"))) {
      assertThat(DeviceClient.texts(list(token, query).get("items"), "name"))
          .as(query)
          .isSubsetOf("north", "self");
    }
  }

  /** KEY-44: an unreachable device answers as an absent one. */
  @Test
  void othersAreNotFound() {
    String token = client.deviceToken(self, true, "[\"" + north + "\"]", "[]");
    assertThat(status("GET", self, token, "")).isEqualTo(200);
    assertThat(status("GET", north, token, "")).isEqualTo(200);
    assertThat(SERVER.send("GET", client.path("/" + south), token).body())
        .isEqualTo(SERVER.send("GET", client.path("/" + "f".repeat(24)), token).body());
    assertThat(status("GET", south, token, "")).isEqualTo(404);
    assertThat(status("PATCH", self, token, "{\"name\":\"x\"}")).isEqualTo(403);
    assertThat(SERVER.send("GET", client.path("/tagKeys"), token).status()).isEqualTo(403);
  }

  /** KEY-22: restricted to nothing is not unrestricted. */
  @Test
  void emptyIsNothingAndUnrestrictedIsAll() {
    assertThat(names(client.deviceToken(self, true, "[]", "[]"))).containsExactly("self");
    assertThat(names(client.deviceToken(north, false, "[]", "[]"))).hasSize(4);
  }

  /** KEY-26: the scope of other devices follows the tags they have now. */
  @Test
  void aChangeOfTagsCountsAtOnce() {
    String token = client.deviceToken(self, true, "[]", NORTH);
    assertThat(status("GET", south, token, "")).isEqualTo(404);
    client.patch(south, "{\"tags\":" + NORTH + "}");
    assertThat(status("GET", south, token, "")).isEqualTo(200);
    assertThat(names(token)).containsExactly("north", "self", "south");
    client.patch(south, "{\"tags\":[]}");
    assertThat(status("GET", south, token, "")).isEqualTo(404);
    assertThat(names(token)).containsExactly("north", "self");
  }

  /** KEY-32. */
  @Test
  void aDeletedDeviceIsRefusedUntilItIsRestored() {
    String token = client.deviceToken(self, true, "[]", NORTH);
    assertThat(status("GET", self, token, "")).isEqualTo(200);
    client.delete(self);
    assertThat(status("GET", self, token, "")).isEqualTo(401);
    client.send("POST", "/restore", "{\"query\":{\"name\":\"self\"}}");
    assertThat(status("GET", self, token, "")).isEqualTo(200);
    client.send("POST", "/delete", "{\"query\":{\"deviceClass\":\"gateway\"}}");
    assertThat(status("GET", self, token, "")).isEqualTo(401);
  }

  @Test
  void deletedDevicesAreWithinTheReachToo() {
    String token = client.deviceToken(self, true, "[]", NORTH);
    client.delete(north);
    client.delete(south);
    JsonNode deleted = list(token, "?queryDeleted=true");
    assertThat(DeviceClient.texts(deleted.get("items"), "name")).containsExactly("north");
  }
}
