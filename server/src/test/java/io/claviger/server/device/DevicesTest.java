package io.claviger.server.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.change.ChangeEntry;
import io.claviger.core.change.SubjectType;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Making, reading, changing and deleting devices (DEV-1 to DEV-7). */
class DevicesTest {
  private static final int LIMIT = 40;
  private static final TestServer SERVER =
      TestServer.start(Map.of("CLAVIGER_LIMIT_DEVICES", "" + LIMIT));
  private static final String ABSENT = "0123456789abcdef01234567";

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static DeviceClient client(String name) {
    return new DeviceClient(SERVER, name + "@example.com");
  }

  /** DEV-1. */
  @Test
  void aNameIsEnough() {
    DeviceClient client = client("defaults");
    Answer made = client.send("POST", "?_links=true", "{\"name\":\"pump\"}");
    assertThat(made.status()).isEqualTo(201);
    JsonNode device = made.body();
    String id = device.get("id").stringValue();
    assertThat(device.get("deviceId").stringValue()).isEqualTo(id);
    assertThat(device.get("deviceClass").stringValue()).isEqualTo("standalone");
    assertThat(device.get("tags").isEmpty()).isTrue();
    assertThat(device.get("attributes").isEmpty()).isTrue();
    assertThat(device.get("keepDuplicates").booleanValue()).isFalse();
    assertThat(device.get("parentId").isNull()).isTrue();
    assertThat(device.has("description")).isFalse();
    assertThat(device.at("/connectionInfo/connected").isNull()).isTrue();
    assertThat(device.at("/_links/self/href").stringValue()).isEqualTo(client.path("/" + id));
    assertThat(client.read("/" + id.toUpperCase(Locale.ROOT)).get("id").stringValue())
        .isEqualTo(id);
    assertThat(client.read("/" + id + "?excludeConnectionInfo=true").has("connectionInfo"))
        .isFalse();
  }

  /** DEV-3. */
  @Test
  void tagsKeepTheirOrderAndMayRepeatAKey() {
    DeviceClient client = client("tags");
    String json =
        """
        {"name": "pump", "tags": [{"key": "b", "value": "2"}, {"key": "a", "value": "x"},
          {"key": "b", "value": "1"}, {"key": "b", "value": "2"}],
         "attributes": [{"name": "z", "dataType": "gps"}, {"name": "a", "dataType": "number",
           "contentType": "", "description": "d", "attributeTags": {"unit": "C"},
           "system": {"aggregation": "MAX"}}]}
        """;
    String id = client.create(json);
    JsonNode lists = client.read("/" + id);
    assertThat(lists.get("tags").toString())
        .isEqualTo(
            "[{\"key\":\"b\",\"value\":\"2\"},{\"key\":\"a\",\"value\":\"x\"},"
                + "{\"key\":\"b\",\"value\":\"1\"},{\"key\":\"b\",\"value\":\"2\"}]");
    assertThat(DeviceClient.texts(lists.get("attributes"), "name")).containsExactly("z", "a");
    String view = "?tagsAsObject=true&attributesAsObject=true";
    for (JsonNode maps :
        List.of(client.read("/" + id + view), client.read(view).get("items").get(0))) {
      assertThat(maps.get("tags").toString())
          .isEqualTo("{\"b\":[\"2\",\"1\",\"2\"],\"a\":[\"x\"]}");
      assertThat(maps.at("/attributes/a/attributeTags/unit").stringValue()).isEqualTo("C");
      assertThat(maps.at("/attributes/a/system/aggregation").stringValue()).isEqualTo("MAX");
    }
    assertThat(client.send("POST", view, json).body().get("tags").isObject()).isTrue();
    assertThat(client.send("PATCH", "/" + id + view, "{}").body().get("tags").isObject()).isTrue();
  }

  /** DEV-7. */
  @Test
  void aPatchReplacesWhatItNames() {
    DeviceClient client = client("patch");
    String id =
        client.create(
            """
            {"name": "pump", "description": "old", "tags": [{"key": "a", "value": "1"}],
             "attributes": [{"name": "t", "dataType": "number"}], "keepDuplicates": true}
            """);
    JsonNode same = client.patch(id, "{}");
    assertThat(same.get("description").stringValue()).isEqualTo("old");
    assertThat(same.get("tags").size()).isEqualTo(1);
    assertThat(same.get("attributes").size()).isEqualTo(1);
    assertThat(same.get("keepDuplicates").booleanValue()).isTrue();

    JsonNode changed =
        client.patch(
            id,
            """
            {"name": "valve", "description": null, "tags": [{"key": "b", "value": "2"}],
             "attributes": [], "keepDuplicates": false}
            """);
    assertThat(changed.get("name").stringValue()).isEqualTo("valve");
    assertThat(changed.has("description")).isFalse();
    assertThat(changed.get("tags").toString()).isEqualTo("[{\"key\":\"b\",\"value\":\"2\"}]");
    assertThat(changed.get("attributes").isEmpty()).isTrue();
    assertThat(changed.get("keepDuplicates").booleanValue()).isFalse();
    assertThat(client.read("/" + id)).isEqualTo(changed);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                                                       | name
          {"name":""}                                              | name
          {"name":null}                                            | name
          {"name":"x","deviceClass":"robot"}                       | deviceClass
          {"name":"x","deviceId":"0123456789abcdef01234567"}       | deviceId
          {"name":"x","tags":[{"key":"a"}]}                        | tags
          {"name":"x","tags":[{"key":"a b","value":"x"}]}          | tags
          {"name":"x","tags":[{"key":"a","value":""}]}             | tags
          {"name":"x","tags":{"a":["b"]}}                          | tags
          {"name":"x","attributes":[{"name":"a"}]}                 | dataType
          {"name":"x","attributes":[{"name":"a","dataType":"int"}]}  | dataType
          {"name":"x","attributes":[{"name":"é","dataType":"gps"}]}  | name
          {"name":"x","attributes":[{"name":"a","dataType":"gps"},{"name":"a","dataType":"string"}]} | attributes[1].name is there twice
          {"name":"x","gatewayId":"0123456789abcdef01234567"}      | gatewayId is for peripherals only
          {"name":"x","deviceClass":"peripheral","gatewayId":"0123456789abcdef01234567"} | gatewayId must name a gateway
          {"name":"x","deviceClass":"peripheral","gatewayId":"xyz"} | gatewayId must be 24
          {"name":"x","parentId":"0123456789abcdef01234567"}       | parentId must name a system device
          {"name":"x","systemInterval":60}                         | systemInterval is for system devices only
          {"name":"x","deviceClass":"system","systemInterval":4}   | systemInterval
          {"name":"x","deviceClass":"system","systemInterval":3601}| systemInterval
          {"name":"x","deviceClass":"system","systemInterval":5.5} | systemInterval
          {"name":"x","keepDuplicates":"yes"}                      | keepDuplicates
          """)
  void wrongBodiesAreRefused(String json, String message) {
    Answer refused = Shared.CLIENT.send("POST", "", json);
    assertThat(refused.status()).as("%s", refused.body()).isEqualTo(400);
    assertThat(refused.body().get("message").stringValue()).contains(message);
  }

  /** One application for the cases of a table. */
  private static final class Shared {
    static final DeviceClient CLIENT = client("shared");
  }

  @Test
  void attributesAreBoundedAltogether() {
    DeviceClient client = client("long");
    StringBuilder attributes = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      attributes
          .append(i == 0 ? "" : ",")
          .append("{\"name\":\"a" + i + "\",\"dataType\":\"blob\",\"description\":\"")
          .append("d".repeat(32_767))
          .append("\"}");
    }
    Answer refused =
        client.send("POST", "", "{\"name\":\"x\",\"attributes\":[" + attributes + "]}");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.body().get("message").stringValue()).startsWith("attributes must have");
  }

  /** DEV-4. */
  @Test
  void theClassMayChangeExceptToAndFromSystem() {
    DeviceClient client = client("class");
    String device = client.create("{\"name\":\"d\"}");
    String system = client.create("{\"name\":\"s\",\"deviceClass\":\"system\"}");
    assertThat(
            client.patch(device, "{\"deviceClass\":\"embedded\"}").get("deviceClass").stringValue())
        .isEqualTo("embedded");
    for (Answer refused :
        List.of(
            client.send("PATCH", "/" + device, "{\"deviceClass\":\"system\"}"),
            client.send("PATCH", "/" + system, "{\"deviceClass\":\"standalone\"}"))) {
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.body().get("message").stringValue()).startsWith("deviceClass cannot");
    }
    assertThat(
            client
                .patch(system, "{\"deviceClass\":\"system\",\"systemInterval\":60}")
                .get("systemInterval")
                .intValue())
        .isEqualTo(60);
    assertThat(client.patch(system, "{\"systemInterval\":null}").has("systemInterval")).isFalse();
  }

  /** DEV-4, KEY-33. */
  @Test
  void onlyAPeripheralHasAGateway() {
    DeviceClient client = client("gateway");
    String gateway = client.create("{\"name\":\"g\",\"deviceClass\":\"edgeCompute\"}");
    String other = client.create("{\"name\":\"o\"}");
    String peripheral =
        client.create(
            "{\"name\":\"p\",\"deviceClass\":\"peripheral\",\"gatewayId\":\"" + gateway + "\"}");
    assertThat(client.read("/" + peripheral).get("gatewayId").stringValue()).isEqualTo(gateway);
    String elsewhere = client("elsewhere").create("{\"name\":\"g\",\"deviceClass\":\"gateway\"}");
    for (String wrong : List.of(other, elsewhere, peripheral, ABSENT)) {
      Answer refused = client.send("PATCH", "/" + peripheral, "{\"gatewayId\":\"" + wrong + "\"}");
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.body().get("message").stringValue()).startsWith("gatewayId must name");
    }
    Answer both =
        client.send(
            "PATCH",
            "/" + peripheral,
            "{\"deviceClass\":\"standalone\",\"gatewayId\":\"" + gateway + "\"}");
    assertThat(both.status()).isEqualTo(400);
    assertThat(client.patch(peripheral, "{\"deviceClass\":\"standalone\"}").has("gatewayId"))
        .isFalse();
    client.patch(peripheral, "{\"deviceClass\":\"floating\",\"gatewayId\":\"" + gateway + "\"}");
    assertThat(client.patch(peripheral, "{\"gatewayId\":null}").has("gatewayId")).isFalse();
    // A gateway that becomes a peripheral would speak for itself.
    Answer self =
        client.send(
            "PATCH",
            "/" + gateway,
            "{\"deviceClass\":\"peripheral\",\"gatewayId\":\"" + gateway + "\"}");
    assertThat(self.status()).isEqualTo(400);
    client.delete(gateway);
    assertThat(
            client.send("PATCH", "/" + peripheral, "{\"gatewayId\":\"" + gateway + "\"}").status())
        .isEqualTo(400);
  }

  @Test
  void systemsNestWithoutCyclesAndNotTooDeep() {
    DeviceClient client = client("nesting");
    List<String> chain = new ArrayList<>();
    for (int i = 0; i <= 16; i++) {
      chain.add(client.create("{\"name\":\"s" + i + "\",\"deviceClass\":\"system\"}"));
    }
    // From the top down: s0 above s1 above s2 ...
    for (int i = 1; i <= 16; i++) {
      client.patch(chain.get(i), "{\"parentId\":\"" + chain.get(i - 1) + "\"}");
    }
    assertThat(DeviceClient.texts(client.read("/" + chain.get(3)).get("ancestorIds")))
        .containsExactly(chain.get(2), chain.get(1), chain.get(0));
    assertParentRefused(client, chain.get(0), chain.get(0), "must not name the device itself");
    assertParentRefused(client, chain.get(0), chain.get(16), "must not name the device itself");
    String top = client.create("{\"name\":\"top\",\"deviceClass\":\"system\"}");
    assertParentRefused(client, chain.get(0), top, "beneath more than 16");
    String leaf = client.create("{\"name\":\"leaf\"}");
    assertParentRefused(client, leaf, chain.get(16), "beneath more than 16");
    assertParentRefused(client, chain.get(0), leaf, "must name a system device");
    client.patch(leaf, "{\"parentId\":\"" + chain.get(15) + "\"}");
    assertThat(client.names("?parentId=" + chain.get(15))).containsExactly("leaf", "s16");
    assertThat(client.patch(leaf, "{\"parentId\":null}").get("ancestorIds").isEmpty()).isTrue();
  }

  private static void assertParentRefused(
      DeviceClient client, String device, String parent, String message) {
    Answer refused = client.send("PATCH", "/" + device, "{\"parentId\":\"" + parent + "\"}");
    assertThat(refused.status()).as("%s", refused.body()).isEqualTo(400);
    assertThat(refused.body().get("message").stringValue())
        .startsWith("parentId")
        .contains(message);
  }

  /** DEV-5. */
  @Test
  void aDeletedDeviceIsGoneButListedAmongTheDeleted() {
    DeviceClient client = client("deleted");
    String id = client.create("{\"name\":\"pump\"}");
    client.create("{\"name\":\"stays\"}");
    client.delete(id);
    for (Answer absent :
        List.of(
            client.get("/" + id),
            client.send("PATCH", "/" + id, "{}"),
            client.send("DELETE", "/" + id, "{}"),
            client.get("/" + id + "/attributes"))) {
      assertThat(absent.status()).isEqualTo(404);
      assertThat(absent.body().get("message").stringValue()).isEqualTo("Device was not found");
    }
    assertThat(client.names("")).containsExactly("stays");
    JsonNode deleted = client.read("?queryDeleted=true&sortField=deletedAt");
    assertThat(DeviceClient.texts(deleted.get("items"), "id")).containsExactly(id);
    assertThat(deleted.get("items").get(0).has("deletedAt")).isTrue();
    client.send("POST", "/restore", "{\"query\":{\"id\":\"" + id + "\"}}");
    assertThat(client.read("/" + id).has("deletedAt")).isFalse();
  }

  @Test
  void whatIsNoIdOrOfAnotherApplicationIsNotFound() {
    DeviceClient client = client("absent");
    String elsewhere = client("other").create("{\"name\":\"x\"}");
    for (String id : List.of("xyz", ABSENT, elsewhere, "%20", "a%2Fb")) {
      assertThat(client.get("/" + id).status()).as(id).isEqualTo(404);
      assertThat(client.send("PATCH", "/" + id, "{\"name\":\"y\"}").status()).isEqualTo(404);
      assertThat(client.send("DELETE", "/" + id, "{}").status()).isEqualTo(404);
    }
  }

  /** LIM-1: exact, also when many ask at once; the deleted do not count. */
  @Test
  void theLimitHoldsInARace() throws Exception {
    DeviceClient client = client("race");
    for (int i = 0; i < LIMIT - 3; i++) {
      client.create("{\"name\":\"d\"}");
    }
    List<Callable<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      calls.add(() -> client.send("POST", "", "{\"name\":\"d\"}").status());
    }
    int made = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
      for (Future<Integer> status : threads.invokeAll(calls)) {
        made += status.get() == 201 ? 1 : 0;
      }
    }
    assertThat(made).isEqualTo(3);
    assertThat(client.read("?perPage=1").get("totalCount").intValue()).isEqualTo(LIMIT);
    Answer refused = client.send("POST", "", "{\"name\":\"d\"}");
    assertThat(refused.body().get("message").stringValue()).contains("limit of " + LIMIT);
    client.delete(client.read("").get("items").get(0).get("id").stringValue());
    client.create("{\"name\":\"d\"}");
  }

  @Test
  void eachChangeIsLoggedWithItsDevice() {
    DeviceClient client = client("log");
    long before = SERVER.wiring().database().changeLog().head().sequence();
    String id = client.create("{\"name\":\"pump\"}");
    client.patch(id, "{\"tags\":[{\"key\":\"a\",\"value\":\"1\"}]}");
    client.delete(id);
    client.send("POST", "/restore", "{\"query\":{\"id\":\"" + id + "\"}}");
    List<ChangeEntry> entries = SERVER.wiring().database().changeLog().page(before, 100);
    assertThat(entries)
        .map(entry -> entry.change().action())
        .containsExactly("devices.post", "device.patch", "device.delete", "devices.restore");
    assertThat(entries)
        .allSatisfy(entry -> {
          assertThat(entry.change().subject().type()).isEqualTo(SubjectType.DEVICE);
          assertThat(entry.change().subject().id()).isEqualTo(id);
          assertThat(entry.change().applicationId()).contains(client.application());
        });
    assertThat(entries.get(1).change().before().orElseThrow()).contains("\"tags\":[]");
    assertThat(entries.get(1).change().after().orElseThrow()).contains("\"value\":\"1\"");
  }
}
