package io.claviger.server.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Lists and lookups of names (DEV-8, QRY-14, WIR-5, WIR-10 to WIR-14). */
class DeviceListTest {
  private static final TestServer SERVER = TestServer.start();
  private static final DeviceClient CLIENT = new DeviceClient(SERVER, "lists@example.com");

  @BeforeAll
  static void fill() {
    CLIENT.create(
        """
        {"name": "Pump 1", "tags": [{"key": "site", "value": "north"}, {"key": "line", "value": "1"}],
         "attributes": [{"name": "Temp", "dataType": "number"}]}
        """);
    CLIENT.create(
        """
        {"name": "pump 2", "tags": [{"key": "site", "value": "South"}, {"key": "line", "value": "1"}],
         "attributes": [{"name": "temp2", "dataType": "string"}]}
        """);
    CLIENT.create(
        """
        {"name": "valve", "deviceClass": "gateway", "tags": [{"key": "Site", "value": "north"}],
         "attributes": [{"name": "pressure", "dataType": "number"}]}
        """);
    CLIENT.create("{\"name\":\"line\",\"deviceClass\":\"system\"}");
    String gone =
        CLIENT.create("{\"name\":\"gone\",\"tags\":[{\"key\":\"lost\",\"value\":\"x\"}]}");
    CLIENT.delete(gone);
  }

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @Test
  void namesSortWithoutRegardToCase() {
    assertThat(CLIENT.names("")).containsExactly("line", "Pump 1", "pump 2", "valve");
    assertThat(CLIENT.names("?sortDirection=DESC&perPage=2&page=1"))
        .containsExactly("Pump 1", "line");
    assertThat(CLIENT.names("?sortField=creationDate&sortDirection=desc").getFirst())
        .isEqualTo("line");
    assertThat(CLIENT.names("?page=7")).isEmpty();
    assertThat(CLIENT.names("?sortField=connectionStatus")).hasSize(4);
  }

  @Test
  void filtersMustAllHold() {
    assertThat(CLIENT.names("?filterField=name&filter=pump*")).containsExactly("Pump 1", "pump 2");
    assertThat(CLIENT.names("?deviceClass=gateway")).containsExactly("valve");
    assertThat(CLIENT.names("?deviceClass%5B0%5D=gateway&deviceClass%5B1%5D=system"))
        .containsExactly("line", "valve");
    assertThat(CLIENT.names("?tagFilter[0][key]=site")).containsExactly("Pump 1", "pump 2");
    assertThat(CLIENT.names("?tagFilter%5B0%5D%5Bvalue%5D=north"))
        .containsExactly("Pump 1", "valve");
    assertThat(CLIENT.names("?tagFilter[0][key]=site&tagFilter[0][value]=north"))
        .containsExactly("Pump 1");
    assertThat(CLIENT.names("?tagFilter[0][key]=line&tagFilter[1][value]=South"))
        .containsExactly("pump 2");
    assertThat(CLIENT.names("?tagFilter[0][key]=line&deviceClass=gateway")).isEmpty();
    assertThat(CLIENT.names("?deviceClass=&tagFilter=&parentId=&query=&queryDeleted=")).hasSize(4);
  }

  /** WIR-10, WIR-14. */
  @Test
  void theAnswerSaysWhatItAnswers() {
    JsonNode filtered =
        CLIENT.read("?deviceClass=standalone&tagFilter[0][key]=site&filterField=name&filter=p*");
    assertThat(filtered.get("_type").stringValue()).isEqualTo("devices");
    assertThat(filtered.get("applicationId").stringValue()).isEqualTo(CLIENT.application());
    assertThat(filtered.get("totalCount").intValue()).isEqualTo(2);
    assertThat(filtered.get("deviceClass").toString()).isEqualTo("[\"standalone\"]");
    assertThat(filtered.get("tagFilter").toString()).isEqualTo("[{\"key\":\"site\"}]");
    assertThat(filtered.get("filter").stringValue()).isEqualTo("p*");

    String query = DeviceClient.encoded("{\"deviceClass\":\"gateway\"}");
    JsonNode queried =
        CLIENT.read(
            "?deviceClass=standalone&tagFilter[0][key]=line&parentId="
                + "0".repeat(24)
                + "&filterField=name&filter=p*&query="
                + query);
    assertThat(DeviceClient.texts(queried.get("items"), "name")).containsExactly("valve");
    assertThat(queried.get("query").toString()).isEqualTo("{\"deviceClass\":\"gateway\"}");
    assertThat(queried.has("deviceClass") || queried.has("tagFilter") || queried.has("filter"))
        .isFalse();
  }

  /** What is known of connections is asked for and sorted by; never connected is null (QRY-7). */
  @Test
  void byConnectionStatus() {
    DeviceClient client = new DeviceClient(SERVER, "connected@example.com");
    String off = client.create("{\"name\":\"a off\"}");
    client.create("{\"name\":\"b never\"}");
    String on = client.create("{\"name\":\"c on\"}");
    connect(client, off, "disconnected", 1_000, 2_000L);
    connect(client, on, "connected", 3_000, null);
    assertThat(client.names("?sortField=connectionStatus"))
        .containsExactly("b never", "c on", "a off");
    assertThat(client.names("?sortField=connectionStatus&sortDirection=desc"))
        .containsExactly("a off", "c on", "b never");
    assertThat(found(client, "{\"connectionStatus\":\"connected\"}")).containsExactly("c on");
    assertThat(found(client, "{\"connectionStatus\":null}")).containsExactly("b never");
    assertThat(found(client, "{\"connectionStatus\":{\"$ne\":\"connected\"}}"))
        .containsExactly("a off", "b never");
    assertThat(found(client, "{\"connectedAt\":{\"$gte\":3000}}")).containsExactly("c on");
    assertThat(found(client, "{\"disconnectedAt\":{\"$ne\":null}}")).containsExactly("a off");
  }

  private static List<String> found(DeviceClient client, String query) {
    return client.names("?query=" + DeviceClient.encoded(query));
  }

  private static void connect(
      DeviceClient client, String device, String status, long from, @Nullable Long until) {
    SERVER
        .wiring()
        .database()
        .run(transaction -> {
          transaction
              .handle()
              .createUpdate(
                  "INSERT INTO device_connection (device_id, application_id, status,"
                      + " connected_at, disconnected_at)"
                      + " VALUES (:device, :application, :status, :from, :until)")
              .bind("device", device)
              .bind("application", client.application())
              .bind("status", status)
              .bind("from", from)
              .bind("until", until)
              .execute();
          transaction
              .handle()
              .execute("UPDATE device SET connection_status = ? WHERE id = ?", status, device);
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?deviceClass=robot",
        "?deviceClass[a]=system",
        "?tagFilter=site",
        "?tagFilter[key]=site",
        "?tagFilter[0]=site",
        "?tagFilter[0][key]=",
        "?tagFilter[0][key]=a%20b",
        "?tagFilter[0][value]=",
        "?tagFilter[0][name]=site",
        "?tagFilter[0][key][0]=site",
        "?parentId=xyz",
        "?queryDeleted=perhaps",
        "?tagsAsObject=1",
        "?sortField=deviceClass",
        "?filterField=description",
        "?perPage=1001",
        "?query=%7B",
        "?query=%5B%5D",
        "?query=1",
        "?query[id]=1",
        "/tagKeys?query=%7B%22%24or%22%3A1%7D",
        "/tagValues",
        "/tagValues?key=a%20b",
        "/attributeNames?dataType=int",
        "/deviceNames?startsWith=a&startsWith=b"
      })
  void whatCannotBeReadIsRefused(String query) {
    Answer refused = CLIENT.get(query);
    assertThat(refused.status()).as("%s", refused.body()).isEqualTo(400);
    String name = query.replaceAll("^[^?]*\\??", "").replaceAll("[=\\[].*", "");
    assertThat(refused.body().get("message").stringValue())
        .startsWith(name.isEmpty() ? "key" : name);
  }

  @Test
  void aPrefixBeyondItsLengthIsRefused() {
    assertThat(CLIENT.get("/deviceNames?startsWith=" + "a".repeat(255)).status()).isEqualTo(200);
    assertThat(CLIENT.get("/deviceNames?startsWith=" + "a".repeat(256)).status()).isEqualTo(400);
  }

  /** DEV-8; the names of deleted devices are not offered. */
  @Test
  void namesBeginAsAsked() {
    assertThat(words("/tagKeys", "tagKeys")).containsExactly("Site", "line", "site");
    assertThat(words("/tagKeys?startsWith=SI", "tagKeys")).containsExactly("Site", "site");
    assertThat(words("/tagValues?key=site", "tagValues")).containsExactly("South", "north");
    assertThat(words("/tagValues?key=site&startsWith=s", "tagValues")).containsExactly("South");
    assertThat(words("/attributeNames?startsWith=TEMP", "attributeNames"))
        .containsExactly("Temp", "temp2");
    assertThat(words("/attributeNames?dataType[0]=number", "attributeNames"))
        .containsExactly("Temp", "pressure");
    JsonNode summary = CLIENT.read("/deviceNames?startsWith=PUMP").get("deviceSummary");
    assertThat(DeviceClient.texts(summary, "name")).containsExactly("Pump 1", "pump 2");
    String query = DeviceClient.encoded("{\"deviceClass\":{\"$in\":[\"gateway\"]}}");
    assertThat(words("/tagKeys?query=" + query, "tagKeys")).containsExactly("Site");
    assertThat(words("/tagValues?key=nothing", "tagValues")).isEmpty();
  }

  private static List<String> words(String rest, String field) {
    return DeviceClient.texts(CLIENT.read(rest).get(field));
  }
}
