package io.claviger.server.devicelogin;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.change.SubjectType;
import io.claviger.core.testing.CaseTable;
import io.claviger.core.testing.CaseTable.Row;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The table of device log-ins, through {@code POST /auth/device} and {@code POST /decisions}. */
class DeviceLoginTableTest {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final TestServer SERVER =
      TestServer.start(Map.of("CLAVIGER_LOGIN_LIMIT", "1000000"));
  private static final Person PERSON = SERVER.newUser("table@example.com");

  /** What the one who asks on behalf of a device is told for each outcome. */
  private static final Map<String, String> REASONS =
      Map.of(
          "in", "ok",
          "no such key", "invalid_credential",
          "wrong secret", "invalid_credential",
          "inactive", "invalid_credential",
          "address", "address_refused",
          "device", "device_refused",
          "not selected", "device_refused");

  private static final String APPLICATION = SERVER.newApplication(PERSON);
  private static final String ELSEWHERE = SERVER.newApplication(PERSON);
  private static final String OTHER = SERVER.newDevice(APPLICATION, "standalone");

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  static List<Row> cases() {
    return CaseTable.read("device-login");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theTableHolds(Row row) {
    String device = device(row);
    ObjectNode credentials = credentials(row, device);
    afterwards(row, device);
    boolean in = row.get("outcome").equals("in");

    String from = row.get("from").equals("unknown") ? "nonsense" : row.get("from");
    Answer login =
        SERVER.send(
            "POST", "/auth/device", "", credentials.toString(), Map.of("X-Forwarded-For", from));
    assertThat(login.status()).as("%s", login.body()).isEqualTo(in ? 200 : 401);

    ObjectNode question = MAPPER.createObjectNode();
    question.set("credential", credentials);
    if (!row.get("from").equals("unknown")) {
      question.put("address", from);
    }
    Answer decision = SERVER.send("POST", "/decisions", "", question.toString());
    assertThat(decision.status()).as("%s", decision.body()).isEqualTo(200);
    assertThat(decision.body().get("allowed").booleanValue()).isEqualTo(in);
    assertThat(decision.body().get("status").intValue()).isEqualTo(login.status());
    assertThat(decision.body().get("reason").stringValue())
        .isEqualTo(REASONS.get(row.get("outcome")));
    assertThat(decision.body().has("credential")).isEqualTo(in);
  }

  private static String device(Row row) {
    String[] tags = row.list("tags").toArray(String[]::new);
    return switch (row.get("device")) {
      case "absent" -> SERVER.newId();
      case "elsewhere" -> SERVER.newDevice(ELSEWHERE, row.get("class"), tags);
      default -> SERVER.newDevice(APPLICATION, row.get("class"), tags);
    };
  }

  /** Makes the key, and makes of it what the row wants. */
  private static ObjectNode credentials(Row row, String device) {
    String keys = "/applications/" + APPLICATION + "/keys";
    Answer made = SERVER.send("POST", keys, PERSON.session(), body(row, device).toString());
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    String path = keys + "/" + made.body().get("id").stringValue();
    ObjectNode credentials = MAPPER.createObjectNode();
    credentials.put("deviceId", device);
    credentials.set("key", made.body().get("key"));
    String secret = made.body().get("secret").stringValue();
    credentials.put("secret", row.get("secret").equals("right") ? secret : altered(secret));
    switch (row.get("key")) {
      case "unknown" -> credentials.put("key", altered(made.body().get("key").stringValue()));
      case "inactive" -> SERVER.send("PATCH", path, PERSON.session(), "{\"status\":\"inactive\"}");
      case "deleted" -> SERVER.send("DELETE", path, PERSON.session());
      default -> assertThat(row.get("key")).isEqualTo("active");
    }
    if (row.list("selection").contains("lost")) {
      SERVER.change(
          SubjectType.ACCESS_KEY,
          made.body().get("id").stringValue(),
          "UPDATE access_key SET device_ids = '[]' WHERE id = :id");
    }
    return credentials;
  }

  /** The last digit changed: still what a key or a secret looks like. */
  private static String altered(String text) {
    String start = text.substring(0, text.length() - 1);
    return start + (text.endsWith("0") ? "1" : "0");
  }

  private static JsonNode body(Row row, String device) {
    ObjectNode body = MAPPER.createObjectNode();
    List<String> rule = List.of(row.get("addresses").split(" ", 2));
    switch (rule.getFirst()) {
      case "only" -> body.put("addressFilterType", "whitelist");
      case "except" -> body.put("addressFilterType", "blacklist");
      default -> assertThat(rule.getFirst()).isEqualTo("all");
    }
    if (rule.size() == 2) {
      body.putArray("addresses").add(rule.getLast());
    }
    if (!row.get("selection").equals("all")) {
      putSelection(body.putArray("deviceIds"), body.putArray("deviceTags"), row, device);
    }
    return body;
  }

  private static void putSelection(ArrayNode ids, ArrayNode tags, Row row, String device) {
    for (String entry : row.list("selection")) {
      switch (entry) {
        case "this" -> ids.add(device);
        case "other", "lost" -> ids.add(OTHER);
        default -> {
          String[] pair = entry.split("=", 2);
          ObjectNode tag = tags.addObject();
          if (!pair[0].isEmpty()) {
            tag.put("key", pair[0]);
          }
          if (!pair[1].isEmpty()) {
            tag.put("value", pair[1]);
          }
        }
      }
    }
  }

  private static void afterwards(Row row, String device) {
    if (row.get("device").equals("deleted")) {
      SERVER.change(SubjectType.DEVICE, device, "UPDATE device SET deleted_at = 1 WHERE id = :id");
    }
  }
}
