package io.claviger.server.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.claviger.server.device.DeviceClient;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Questions over many devices, and what happens to data when what it belongs to changes. */
class DataQueriesTest {
  private static final TestServer SERVER =
      TestServer.start(Map.of("CLAVIGER_STATE_RETENTION_DAYS", "10"));
  private static final String ATTRIBUTES =
      "\"attributes\":[{\"name\":\"n\",\"dataType\":\"number\"},{\"name\":\"s\","
          + "\"dataType\":\"string\"}]";
  private static final long HOUR = Duration.ofHours(1).toMillis();

  private DeviceClient client;
  private String device;
  private String other;

  /** The beginning of an hour, some hours ago. */
  private long base;

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @BeforeEach
  void devices(TestInfo test) {
    client = new DeviceClient(SERVER, test.getDisplayName().replaceAll("\\W", "") + "@example.com");
    device =
        client.create(
            "{\"name\":\"d\",\"tags\":[{\"key\":\"k\",\"value\":\"1\"},{\"key\":\"k\",\"value\":"
                + "\"2\"}],"
                + ATTRIBUTES
                + "}");
    other = client.create("{\"name\":\"o\"," + ATTRIBUTES + "}");
    base = (SERVER.clock().instant().toEpochMilli() / HOUR - 4) * HOUR;
  }

  private void report(String of, long offset, String data) {
    Answer answer =
        client.send(
            "POST",
            "/" + of + "/state",
            "{\"time\":{\"$date\":" + (base + offset) + "},\"data\":" + data + "}");
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
  }

  private Answer ask(String kind, String json) {
    return SERVER.send(
        "POST", "/applications/" + client.application() + "/data/" + kind, client.session(), json);
  }

  private JsonNode series(String json) {
    Answer answer =
        ask(
            "time-series-query",
            "{\"start\":" + base + ",\"end\":" + (base + 3 * HOUR) + "," + json + "}");
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return answer.body();
  }

  private JsonNode points(String json) {
    JsonNode points =
        series("\"deviceIds\":[\"" + device + "\"]," + json).at("/devices/" + device + "/points");
    return points;
  }

  /** The values of an attribute beside the hours of their points. */
  private String hours(JsonNode points, String attribute) {
    StringBuilder text = new StringBuilder();
    for (JsonNode point : points) {
      long time = Instant.parse(point.get("time").stringValue()).toEpochMilli();
      text.append((time - base) / HOUR)
          .append('=')
          .append(point.at("/data/" + attribute).asString())
          .append(' ');
    }
    return text.toString().strip();
  }

  private static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text);
  }

  private void reportSome() {
    report(device, -1000, "{\"n\":9,\"s\":\"open\"}");
    report(device, 1000, "{\"n\":1}");
    report(device, 2000, "{\"n\":2,\"s\":\"shut\"}");
    report(device, HOUR, "{\"n\":6}");
    report(device, HOUR + 1800_000, "{\"s\":\"open\"}");
    report(device, 2 * HOUR + 5, "{\"n\":-4}");
  }

  /** STA-12. */
  @Test
  void singleValuesAndSums() {
    reportSome();
    JsonNode all = series("\"deviceIds\":[\"" + device + "\",\"" + other + "\"]");
    assertThat(all.at("/devices/" + device + "/tags")).isEqualTo(json("{\"k\":[\"1\",\"2\"]}"));
    assertThat(all.at("/devices/" + other + "/points")).isEmpty();
    assertThat(all.get("aggregation")).isEqualTo(json("{\"type\":\"NONE\"}"));
    assertThat(all.at("/devices/" + device + "/points")).hasSize(5);
    assertThat(all.at("/devices/" + device + "/points/1/data"))
        .isEqualTo(json("{\"n\":2,\"s\":\"shut\"}"));
    String byHour = "\"resolution\":" + HOUR + ",\"aggregation\":";
    assertThat(hours(points(byHour + "\"MEAN\""), "n")).isEqualTo("0=1.5 1=6 2=-4");
    assertThat(hours(points(byHour + "\"SUM\""), "n")).isEqualTo("0=3 1=6 2=-4");
    assertThat(hours(points(byHour + "{\"type\":\"COUNT\"}"), "n")).isEqualTo("0=2 1=1 2=1");
    assertThat(hours(points(byHour + "\"MAX\",\"order\":\"desc\""), "n")).isEqualTo("2=-4 1=6 0=2");
    assertThat(hours(points(byHour + "\"MIN\",\"limit\":2"), "n")).isEqualTo("0=1 1=6");
    assertThat(hours(points(byHour + "\"LAST\",\"limit\":1,\"order\":\"desc\""), "n"))
        .isEqualTo("2=-4");
    assertThat(hours(points("\"resolution\":" + HOUR + ",\"attributes\":[\"s\"]"), "s"))
        .isEqualTo("0=shut 1=open");
    assertThat(points(byHour + "\"MEAN\",\"attributes\":[\"s\"]")).isEmpty();
    assertThat(hours(points("\"aggregation\":\"SUM\",\"attributes\":[\"n\"]"), "n"))
        .isEqualTo("0=5");
    String open =
        byHour
            + "{\"type\":\"TIMEATVALUE\",\"options\":{\"value\":\"open\"}},\"attributes\":[\"s\"]";
    assertThat(hours(points(open), "s")).isEqualTo("0=2000 1=1800000 2=3600000");
    assertThat(hours(points("\"limit\":2,\"order\":\"desc\",\"attributes\":[\"n\"]"), "n"))
        .isEqualTo("2=-4 1=6");
  }

  @Test
  void questionsThatMakeNoSense() {
    for (String wrong :
        new String[] {
          "{}",
          "{\"deviceIds\":[]}",
          "{\"deviceIds\":[\"x\"]}",
          "{\"deviceQuery\":{},\"limit\":0}",
          "{\"deviceQuery\":{},\"aggregation\":\"AVERAGE\"}",
          "{\"deviceQuery\":{},\"aggregation\":{\"type\":\"TIMEATVALUE\"}}",
          "{\"deviceQuery\":{},\"aggregation\":{\"type\":\"MEAN\",\"options\":{\"value\":1}}}",
          "{\"deviceQuery\":{},\"resolution\":1,\"aggregation\":\"MEAN\"}",
          "{\"deviceQuery\":{},\"start\":2000,\"end\":1000}",
          "{\"deviceQuery\":{},\"resolution\":-1}",
          "{\"deviceQuery\":{},\"start\":1e300}",
          "{\"deviceQuery\":{},\"attributes\":[\"a b\"]}"
        }) {
      assertThat(ask("time-series-query", wrong).status()).as(wrong).isEqualTo(400);
    }
    assertThat(ask("last-value-query", "{\"attribute\":\"n\"}").status()).isEqualTo(400);
  }

  @Test
  void lastValues() {
    reportSome();
    report(other, 5, "{\"s\":\"x\"}");
    String both = "\"deviceIds\":[\"" + device + "\",\"" + other + "\"]";
    JsonNode n = ask("last-value-query", "{\"attribute\":\"n\"," + both + "}").body();
    assertThat(n.propertyNames()).containsExactly(device);
    assertThat(n.at("/" + device + "/data")).isEqualTo(json("{\"n\":-4}"));
    JsonNode all = ask("last-value-query", "{" + both + "}").body();
    assertThat(all.propertyNames()).containsExactlyInAnyOrder(device, other);
    JsonNode early =
        ask("last-value-query", "{\"attribute\":\"n\",\"end\":" + (base + 1500) + "," + both + "}")
            .body();
    assertThat(early.at("/" + device + "/data")).isEqualTo(json("{\"n\":1}"));
    JsonNode composite =
        client.read(
            "/compositeState?attributes=s&query=" + DeviceClient.encoded("{\"name\":\"o\"}"));
    assertThat(composite.get("totalCount").intValue()).isEqualTo(1);
    assertThat(composite.at("/items/0/compositeState/s/value").stringValue()).isEqualTo("x");
    assertThat(client.read("/compositeState?perPage=1").get("items")).hasSize(1);
  }

  /** KEY-44: as if the others were not there. */
  @Test
  void onlyDevicesWithinReach() {
    report(device, 0, "{\"n\":1}");
    report(other, 0, "{\"n\":2}");
    String token = client.deviceToken(device, true, "[]", "[]");
    String all = "{\"deviceQuery\":{},\"deviceIds\":[\"" + other + "\"]";
    String path = "/applications/" + client.application() + "/data/";
    JsonNode last =
        SERVER.send("POST", path + "last-value-query", token, all + ",\"attribute\":\"n\"}").body();
    assertThat(last.propertyNames()).containsExactly(device);
    JsonNode series = SERVER.send("POST", path + "time-series-query", token, all + "}").body();
    assertThat(series.get("devices").propertyNames()).containsExactly(device);
    JsonNode composite = SERVER.send("GET", client.path("/compositeState"), token).body();
    assertThat(DeviceClient.texts(composite.get("items"), "id")).containsExactly(device);
  }

  /** DEV-2: a removed attribute and one of another type have no past; a renamed one keeps it. */
  @Test
  void attributesThatChange() {
    report(device, 0, "{\"n\":1,\"s\":\"a\"}");
    Answer renamed = client.send("PATCH", "/" + device + "/attributes/n", "{\"name\":\"m\"}");
    assertThat(renamed.status()).as("%s", renamed.body()).isEqualTo(200);
    assertThat(state(device)).isEqualTo(json("{\"m\":1,\"s\":\"a\"}"));
    client.patch(
        device,
        "{\"attributes\":[{\"name\":\"s\",\"dataType\":\"number\"},{\"name\":\"m\",\"dataType\":\"number\"}]}");
    assertThat(state(device)).isEqualTo(json("{\"m\":1}"));
    report(device, 0, "{\"s\":5}");
    assertThat(state(device)).isEqualTo(json("{\"m\":1,\"s\":5}"));
    client.send("DELETE", "/" + device + "/attributes/m", "");
    client.send("POST", "/" + device + "/attributes", "{\"name\":\"m\",\"dataType\":\"number\"}");
    assertThat(state(device)).isEqualTo(json("{\"s\":5}"));
    long before = count("state_point");
    SERVER.wiring().states().sweep();
    assertThat(before - count("state_point")).isGreaterThanOrEqualTo(2);
    assertThat(count("state_series WHERE dropped = 1")).isZero();
    assertThat(state(device)).isEqualTo(json("{\"s\":5}"));
  }

  private JsonNode state(String of) {
    return client.read("/" + of + "/state").path(0).path("data");
  }

  private static long count(String from) {
    return SERVER
        .wiring()
        .database()
        .read(handle -> handle.createQuery("SELECT COUNT(*) FROM " + from).mapTo(Long.class).one());
  }

  /** Older than the retention goes; with the application goes everything. */
  @Test
  void whatIsNotKept() {
    report(device, 0, "{\"n\":1}");
    client.send("POST", "/" + device + "/command", "{\"name\":\"c\"}");
    client.send("POST", "/" + device + "/setConnectionStatus", "{\"status\":\"connected\"}");
    SERVER.wiring().states().sweep();
    assertThat(client.read("/" + device + "/state")).hasSize(1);
    assertThat(client.read("/" + device + "/command")).hasSize(1);
    assertThat(client.read("/" + device + "/logs")).hasSize(1);
    report(device, -HOUR * 24 * 9, "{\"n\":7}");
    SERVER.clock().advanceMillis(2 * 24 * HOUR);
    SERVER.wiring().states().sweep();
    assertThat(client.read("/" + device + "/state?limit=9")).hasSize(1);
    SERVER.send("DELETE", "/applications/" + client.application(), client.session());
    SERVER.wiring().states().sweep();
    for (String table : new String[] {"device_command", "device_connection_log"}) {
      assertThat(count(table + " WHERE device_id = '" + device + "'")).as(table).isZero();
    }
    assertThat(count("state_series WHERE device_id = '" + device + "'")).isZero();
    assertThat(
            count(
                "state_point p WHERE NOT EXISTS (SELECT 1 FROM state_series s WHERE s.id = p.series)"))
        .isZero();
  }

  @Test
  void removalOfARange() {
    reportSome();
    Answer answer =
        client.send("DELETE", "/" + device + "/data?start=" + base + "&end=" + (base + HOUR), "");
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
    await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(() -> assertThat(count("state_removal")).isZero());
    assertThat(client.read("/" + device + "/state?limit=9")).hasSize(3);
    assertThat(client.send("DELETE", "/" + device + "/data?start=2&end=1", "").status())
        .isEqualTo(400);
    assertThat(
            count(
                "change_log WHERE action = 'device.removeData' AND subject_id = '" + device + "'"))
        .isEqualTo(1);
  }

  /** All data of the device, not its states alone; what lies outside of the range stays. */
  @Test
  void removalTakesCommandsLogsAndLastValuesToo() {
    reportSome();
    long now = SERVER.clock().instant().toEpochMilli();
    for (long at : new long[] {now - 5000, now - 1000}) {
      client.send("POST", "/" + device + "/command", "{\"name\":\"c\",\"time\":" + at + "}");
      client.send(
          "POST",
          "/" + device + "/setConnectionStatus",
          "{\"status\":\"connected\",\"connectedAt\":" + at + "}");
    }
    removed(client.send("DELETE", "/" + device + "/data?end=" + (now - 3000), ""));
    assertThat(client.read("/" + device + "/command?limit=9")).hasSize(1);
    assertThat(client.read("/" + device + "/logs?limit=9")).hasSize(1);
    removed(client.send("DELETE", "/" + device + "/data", ""));
    for (String path : new String[] {"/state", "/command", "/logs"}) {
      assertThat(client.read("/" + device + path + "?limit=9")).as(path).isEmpty();
    }
    assertThat(client.read("/" + device + "/compositeState")).isEmpty();
  }

  private void removed(Answer answer) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(202);
    await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(() -> assertThat(count("state_removal")).isZero());
  }

  @Test
  void removalOfManyDevices() {
    reportSome();
    String other =
        client.create(
            "{\"name\":\"other\",\"attributes\":[{\"name\":\"n\",\"dataType\":\"number\"}]}");
    report(other, 0, "{\"n\":1}");
    client.send("POST", "/" + device + "/command", "{\"name\":\"c\"}");
    String rest = ",\"attributes\":[\"n\"],\"keepCommandHistory\":true}";
    String query = "{\"query\":{\"id\":\"" + device + "\"}";
    removed(client.send("POST", "/removeData", query + rest));
    assertThat(client.read("/" + device + "/compositeState").has("n")).isFalse();
    assertThat(client.read("/" + device + "/compositeState")).isNotEmpty();
    assertThat(client.read("/" + device + "/command?limit=9")).hasSize(1);
    assertThat(client.read("/" + other + "/compositeState").has("n")).isTrue();
    // Nothing named is nothing of the values.
    removed(client.send("POST", "/removeData", query + ",\"attributes\":[]}"));
    assertThat(client.read("/" + device + "/compositeState")).isNotEmpty();
    assertThat(client.read("/" + device + "/command?limit=9")).isEmpty();
    removed(client.send("POST", "/removeData", "{\"query\":{}}"));
    assertThat(client.read("/" + device + "/compositeState")).isEmpty();
    assertThat(client.read("/" + other + "/compositeState")).isEmpty();
    assertThat(client.send("POST", "/removeData", "{}").status()).isEqualTo(400);
    assertThat(client.send("POST", "/removeData", query + ",\"start\":2,\"end\":1}").status())
        .isEqualTo(400);
    assertThat(
            count(
                "change_log WHERE action = 'devices.removeData' AND subject_id = '" + device + "'"))
        .isEqualTo(3);
  }
}
