package io.claviger.server.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.change.ChangeEntry;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Attributes one by one (DEV-2, RUN-6). */
class DeviceAttributesTest {
  private static final TestServer SERVER = TestServer.start();
  private static final DeviceClient CLIENT = new DeviceClient(SERVER, "attributes@example.com");

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static String newDevice() {
    return "/" + CLIENT.create("{\"name\":\"pump\"}") + "/attributes";
  }

  private static JsonNode create(String attributes, String json) {
    Answer made = CLIENT.send("POST", attributes, json);
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    return made.body();
  }

  @Test
  void anAttributeIsMadeReadChangedAndDeleted() {
    String attributes = newDevice();
    JsonNode made =
        create(
            attributes,
            """
            {"name": "t-1", "dataType": "number", "contentType": "text/plain", "description": "d",
             "attributeTags": {"unit": "C"}, "system": {"aggregation": "MEAN"}}
            """);
    assertThat(made.get("applicationId").stringValue()).isEqualTo(CLIENT.application());
    assertThat(made.get("dataType").stringValue()).isEqualTo("number");
    assertThat(CLIENT.read(attributes + "/t-1")).isEqualTo(made);
    assertThat(CLIENT.read(attributes + "/t%2D1")).isEqualTo(made);

    Answer patched =
        CLIENT.send(
            "PATCH",
            attributes + "/t-1",
            """
            {"name": "t_2", "contentType": null, "description": null, "attributeTags": {}}
            """);
    assertThat(patched.status()).as("%s", patched.body()).isEqualTo(200);
    assertThat(patched.body().get("name").stringValue()).isEqualTo("t_2");
    assertThat(patched.body().has("contentType")).isFalse();
    assertThat(patched.body().has("description")).isFalse();
    assertThat(patched.body().has("attributeTags")).isFalse();
    assertThat(patched.body().at("/system/aggregation").stringValue()).isEqualTo("MEAN");
    assertThat(CLIENT.get(attributes + "/t-1").status()).isEqualTo(404);

    assertThat(CLIENT.send("DELETE", attributes + "/t_2", "{}").status()).isEqualTo(200);
    assertThat(CLIENT.send("DELETE", attributes + "/t_2", "{}").status()).isEqualTo(404);
    assertThat(CLIENT.read(attributes).get("count").intValue()).isZero();
  }

  @Test
  void theListSortsAndFilters() {
    String attributes = newDevice();
    create(attributes, "{\"name\":\"b\",\"dataType\":\"gps\"}");
    create(attributes, "{\"name\":\"C\",\"dataType\":\"number\"}");
    create(attributes, "{\"name\":\"a\",\"dataType\":\"string\"}");
    assertThat(names(attributes)).containsExactly("a", "b", "C");
    assertThat(names(attributes + "?sortField=dataType&sortDirection=desc"))
        .containsExactly("a", "C", "b");
    assertThat(names(attributes + "?filterField=name&filter=c")).containsExactly("C");
    assertThat(names(attributes + "?filterField=dataType&filter=*n*")).containsExactly("a", "C");
    JsonNode list = CLIENT.read(attributes + "?filterField=name&filter=c&perPage=1&page=3");
    assertThat(list.get("count").intValue()).isEqualTo(1);
    assertThat(list.get("totalCount").intValue()).isEqualTo(1);
    assertThat(list.has("perPage")).isFalse();
    assertThat(CLIENT.get(attributes + "?sortField=description").status()).isEqualTo(400);
  }

  private static List<String> names(String path) {
    return DeviceClient.texts(CLIENT.read(path).get("items"), "name");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"dataType":"gps"}                                    | name
          {"name":"x"}                                          | dataType
          {"name":"a.b","dataType":"gps"}                       | name
          {"name":"taken","dataType":"gps"}                     | name is the name of another
          {"name":"x","dataType":"gps","attributeTags":{"a":1}} | attributeTags
          {"name":"x","dataType":"gps","attributeTags":{"a b":"c"}} | attributeTags
          {"name":"x","dataType":"gps","system":{"aggregation":"SOME"}} | system
          """)
  void wrongAttributesAreRefused(String json, String message) {
    String attributes = newDevice();
    create(attributes, "{\"name\":\"taken\",\"dataType\":\"gps\"}");
    Answer refused = CLIENT.send("POST", attributes, json);
    assertThat(refused.status()).as("%s", refused.body()).isEqualTo(400);
    assertThat(refused.body().get("message").stringValue()).startsWith(message);
  }

  @Test
  void typeIsFixedAndNamesAreUnique() {
    String attributes = newDevice();
    create(attributes, "{\"name\":\"a\",\"dataType\":\"gps\"}");
    create(attributes, "{\"name\":\"A\",\"dataType\":\"gps\"}");
    assertThat(CLIENT.send("PATCH", attributes + "/a", "{\"dataType\":\"string\"}").status())
        .isEqualTo(400);
    assertThat(CLIENT.send("PATCH", attributes + "/a", "{\"name\":\"A\"}").status()).isEqualTo(400);
    assertThat(CLIENT.send("PATCH", attributes + "/a", "{\"name\":\"a\"}").status()).isEqualTo(200);
    for (String absent : List.of("b", "a%2Fb", "%C3%A9", "a%20", "..%2F")) {
      assertThat(CLIENT.get(attributes + "/" + absent).status()).as(absent).isEqualTo(404);
      assertThat(CLIENT.send("PATCH", attributes + "/" + absent, "{}").status()).isEqualTo(404);
    }
    assertThat(CLIENT.get("/" + "f".repeat(24) + "/attributes/a").status()).isEqualTo(404);
  }

  @Test
  void thereAreAtMostTwoHundredAndFiftySix() {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 256; i++) {
      many.append(i == 0 ? "" : ",").append("{\"name\":\"a" + i + "\",\"dataType\":\"blob\"}");
    }
    String device = CLIENT.create("{\"name\":\"full\",\"attributes\":[" + many + "]}");
    Answer refused =
        CLIENT.send(
            "POST", "/" + device + "/attributes", "{\"name\":\"more\",\"dataType\":\"blob\"}");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(CLIENT.send("DELETE", "/" + device + "/attributes/a7", "{}").status())
        .isEqualTo(200);
    create("/" + device + "/attributes", "{\"name\":\"more\",\"dataType\":\"blob\"}");
    JsonNode list = CLIENT.read("/" + device).get("attributes");
    assertThat(DeviceClient.texts(list, "name")).hasSize(256).doesNotContain("a7").endsWith("more");
  }

  /** Twice: what became of the attribute, and of its device, whose time of change moves. */
  @Test
  void eachChangeIsLogged() {
    String attributes = newDevice();
    long before = SERVER.wiring().database().changeLog().head().sequence();
    create(attributes, "{\"name\":\"a\",\"dataType\":\"gps\"}");
    CLIENT.send("PATCH", attributes + "/a", "{\"description\":\"new\"}");
    CLIENT.send("DELETE", attributes + "/a", "{}");
    List<ChangeEntry> entries = SERVER.wiring().database().changeLog().page(before, 10);
    assertThat(entries)
        .map(entry -> entry.change().action() + " " + entry.change().subject().type())
        .containsExactly(
            "deviceAttributes.post DEVICE_ATTRIBUTE",
            "deviceAttributes.post DEVICE",
            "deviceAttribute.patch DEVICE_ATTRIBUTE",
            "deviceAttribute.patch DEVICE",
            "deviceAttribute.delete DEVICE_ATTRIBUTE",
            "deviceAttribute.delete DEVICE");
    for (int i = 0; i < entries.size(); i += 2) {
      assertThat(entries.get(i).change().subject().name()).isEqualTo("a");
      ChangeEntry device = entries.get(i + 1);
      assertThat(attributes).startsWith("/" + device.change().subject().id());
      assertThat(device.change().before()).isNotEqualTo(device.change().after());
    }
  }
}
