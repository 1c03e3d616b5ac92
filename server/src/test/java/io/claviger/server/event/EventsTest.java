package io.claviger.server.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.change.SubjectType;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Events over HTTP (APT-7, AUD-5, WIR-10 to WIR-14, QRY-1 to QRY-10). */
class EventsTest {
  private static final int LIMIT = 60;
  private static final TestServer SERVER =
      TestServer.start(Map.of("CLAVIGER_LIMIT_EVENTS", "" + LIMIT));
  private static final Person ADA = SERVER.newUser("ada@example.com");

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private final String application = SERVER.newApplication(ADA);
  private final String path = "/applications/" + application + "/events";

  private static JsonNode ok(Answer answer, int status) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(status);
    return answer.body();
  }

  private static void refused(Answer answer, int status, String message) {
    assertThat(ok(answer, status).get("message").stringValue()).isEqualTo(message);
  }

  private JsonNode make(String json) {
    return ok(SERVER.send("POST", path, ADA.session(), json), 201);
  }

  private String make(String level, String subject) {
    SERVER.clock().advanceMillis(10);
    return id(make("{\"level\":\"" + level + "\",\"subject\":\"" + subject + "\"}"));
  }

  private static String id(JsonNode event) {
    return event.get("id").stringValue();
  }

  private JsonNode get(String query) {
    return ok(SERVER.send("GET", path + query, ADA.session()), 200);
  }

  private JsonNode patch(String id, String json) {
    return ok(SERVER.send("PATCH", path + "/" + id, ADA.session(), json), 200);
  }

  private List<String> subjects(String query) {
    JsonNode list = get(query);
    List<String> subjects = new ArrayList<>();
    list.get("items").forEach(event -> subjects.add(event.get("subject").stringValue()));
    return subjects;
  }

  private static String query(String json) {
    return "?query=" + URLEncoder.encode(json, StandardCharsets.UTF_8);
  }

  private String token(String body) {
    Answer made =
        SERVER.send("POST", "/applications/" + application + "/tokens", ADA.session(), body);
    return ok(made, 201).get("token").stringValue();
  }

  @Test
  void anEventIsKeptAsItCame() {
    String device = SERVER.newDevice(application, "standalone");
    JsonNode made =
        make(
            "{\"level\":\"error\",\"subject\":\"Dry\",\"message\":\"m\",\"deviceId\":\""
                + device.toUpperCase(Locale.ROOT)
                + "\",\"data\":{\"n\":[1.5,null,\"\\u0001\"]},\"eventTags\":{\"a\":\"b\"},"
                + "\"creationDate\":{\"$date\":\"2026-01-02T03:04:05.678+01:00\"}}");
    assertThat(made.get("creationDate").stringValue()).isEqualTo("2026-01-02T02:04:05.678Z");
    assertThat(made.get("deviceId").stringValue()).isEqualTo(device);
    assertThat(made.get("deviceName").stringValue()).isEqualTo("Pump");
    assertThat(made.get("state").stringValue()).isEqualTo("new");
    assertThat(made.get("sourceType").stringValue()).isEqualTo("user");
    assertThat(made.get("sourceId").stringValue()).isEqualTo(ADA.id());
    assertThat(made.get("updates")).isEmpty();
    assertThat(made.get("data")).hasToString("{\"n\":[1.5,null,\"\\u0001\"]}");
    assertThat(get("/" + id(made))).isEqualTo(made);
    assertThat(get("").get("items")).containsExactly(made);
    JsonNode later = make("{\"level\":\"info\",\"subject\":\"x\",\"creationDate\":86400000}");
    assertThat(later.get("creationDate").stringValue()).isEqualTo("1970-01-02T00:00:00.000Z");
  }

  @Test
  void updatesTellWhatChangedAndWho() {
    String device = SERVER.newDevice(application, "standalone");
    String id =
        id(make("{\"level\":\"info\",\"subject\":\"s\",\"eventTags\":{\"a\":\"1\",\"b\":\"1\"}}"));
    String token = token("{\"name\":\"robot\"}");
    String body =
        "{\"state\":\"resolved\",\"level\":\"error\",\"subject\":\"t\",\"deviceId\":\""
            + device
            + "\",\"comment\":\"done\",\"data\":[1],\"eventTags\":{\"b\":\"2\",\"c\":\"3\"}}";
    JsonNode after = ok(SERVER.send("PATCH", path + "/" + id, token, body), 200);
    assertThat(after.get("state").stringValue()).isEqualTo("resolved");
    assertThat(after.get("eventTags")).hasToString("{\"b\":\"2\",\"c\":\"3\"}");
    assertThat(after.has("data")).isFalse();
    assertThat(after.get("updates")).hasSize(1);
    JsonNode update = after.get("updates").get(0);
    assertThat(update.get("sourceType").stringValue()).isEqualTo("apiToken");
    assertThat(update.get("sourceName").stringValue()).isEqualTo("robot");
    assertThat(update.get("comment").stringValue()).isEqualTo("done");
    assertThat(update.get("data")).hasToString("[1]");
    assertThat(update.get("stateChange")).hasToString("{\"old\":\"new\",\"new\":\"resolved\"}");
    assertThat(update.get("levelChange")).hasToString("{\"old\":\"info\",\"new\":\"error\"}");
    assertThat(update.get("subjectChange")).hasToString("{\"old\":\"s\",\"new\":\"t\"}");
    assertThat(update.get("deviceIdChange"))
        .hasToString("{\"new\":\"" + device + "\",\"newDeviceName\":\"Pump\"}");
    assertThat(update.get("tagsChange"))
        .hasToString(
            "{\"a\":{\"old\":\"1\"},\"b\":{\"old\":\"1\",\"new\":\"2\"},\"c\":{\"new\":\"3\"}}");
    JsonNode cleared = patch(id, "{\"deviceId\":null}");
    assertThat(cleared.has("deviceId")).isFalse();
    assertThat(patch(id, "{}")).isEqualTo(cleared);
    assertThat(patch(id, "{\"state\":\"resolved\"}")).isEqualTo(cleared);
  }

  @Test
  void tagChangesCanBeLeftUntold() {
    String id =
        id(make("{\"level\":\"info\",\"subject\":\"s\",\"disableTagChangeTracking\":true}"));
    JsonNode after = patch(id, "{\"eventTags\":{\"k\":\"v\"}}");
    assertThat(after.get("updates")).isEmpty();
    assertThat(after.get("eventTags")).hasToString("{\"k\":\"v\"}");
    assertThat(subjects(query("{\"eventTags\":{\"k\":\"v\"}}"))).containsExactly("s");
  }

  @Test
  void theLastUpdatesAreKept() {
    String id = make("info", "s");
    for (int i = 0; i < EventUpdates.KEPT_MAX + 2; i++) {
      patch(id, "{\"comment\":\"" + i + "\"}");
    }
    JsonNode updates = get("/" + id).get("updates");
    assertThat(updates).hasSize(EventUpdates.KEPT_MAX);
    assertThat(updates.get(0).get("comment").stringValue()).isEqualTo("2");
    String longest = "{\"comment\":\"" + "x".repeat(32_767) + "\"}";
    for (int i = 0; i < 5; i++) {
      patch(id, longest);
    }
    assertThat(get("/" + id).get("updates")).hasSize(3);
  }

  @Test
  void listsSortAndFilter() {
    make("info", "Pump one");
    make("critical", "pump two");
    make("warning", "Valve");
    patch(make("error", "Last"), "{\"state\":\"resolved\"}");
    assertThat(subjects("")).containsExactly("Last", "Valve", "pump two", "Pump one");
    assertThat(subjects("?sortField=level"))
        .containsExactly("pump two", "Last", "Valve", "Pump one");
    assertThat(subjects("?sortField=subject&sortDirection=asc&perPage=2&page=1"))
        .containsExactly("pump two", "Valve");
    assertThat(subjects("?filterField=subject&filter=PUMP*"))
        .containsExactly("pump two", "Pump one");
    assertThat(subjects("?state=resolved")).containsExactly("Last");
    assertThat(get("?state=resolved").get("state").stringValue()).isEqualTo("resolved");
    assertThat(get("").get("applicationId").stringValue()).isEqualTo(application);
    String advanced =
        query("{\"$or\":[{\"level\":\"critical\"},{\"subject\":{\"$contains\":\"alv\"}}]}");
    assertThat(subjects(advanced)).containsExactly("Valve", "pump two");
    assertThat(subjects(advanced + "&state=resolved&filterField=subject&filter=x"))
        .containsExactly("Valve", "pump two");
    assertThat(get(advanced).get("query").has("$or")).isTrue();
    for (String bad :
        List.of(
            "?state=open",
            "?sortField=message",
            "?filterField=message&filter=x",
            "?perPage=0",
            query("{\"message\":\"x\"}"),
            query("{\"level\":{\"$like\":\"x\"}}"),
            query("[]"),
            "?query=%7B")) {
      assertThat(SERVER.send("GET", path + bad, ADA.session()).status()).as(bad).isEqualTo(400);
    }
  }

  @Test
  void theWorstOfTheNewOnes() {
    assertThat(get("/mostRecentBySeverity")).hasToString("{\"newCount\":0}");
    make("error", "old error");
    make("error", "young error");
    make("info", "later");
    String worst = make("critical", "worst");
    JsonNode answer = get("/mostRecentBySeverity");
    assertThat(answer.get("event").get("subject").stringValue()).isEqualTo("worst");
    assertThat(answer.get("newCount").intValue()).isEqualTo(4);
    patch(worst, "{\"state\":\"acknowledged\"}");
    answer = get("/mostRecentBySeverity");
    assertThat(answer.get("event").get("subject").stringValue()).isEqualTo("young error");
    assertThat(answer.get("newCount").intValue()).isEqualTo(3);
    answer = get("/mostRecentBySeverity?filter=OLD*");
    assertThat(answer.get("event").get("subject").stringValue()).isEqualTo("old error");
    assertThat(answer.get("newCount").intValue()).isEqualTo(1);
    answer = get("/mostRecentBySeverity" + query("{\"level\":\"info\"}") + "&filter=old*");
    assertThat(answer.get("event").get("subject").stringValue()).isEqualTo("later");
  }

  @Test
  void bulkChangesReachWhatMatchesAndNothingElse() {
    for (int i = 0; i < 55; i++) {
      make("{\"level\":\"info\",\"subject\":\"many\"}");
    }
    make("error", "one");
    String elsewhere = SERVER.newApplication(ADA);
    String other = "/applications/" + elsewhere + "/events";
    ok(SERVER.send("POST", other, ADA.session(), "{\"level\":\"info\",\"subject\":\"many\"}"), 201);
    String change = "{\"state\":\"acknowledged\",\"comment\":\"all\"}";
    ok(SERVER.send("PATCH", path + "?filterField=subject&filter=man*", ADA.session(), change), 200);
    assertThat(get("?state=acknowledged").get("totalCount").intValue()).isEqualTo(55);
    assertThat(subjects("?state=new")).containsExactly("one");
    ok(SERVER.send("PATCH", path + query("{\"level\":\"error\"}"), ADA.session(), change), 200);
    assertThat(get("?state=new").get("totalCount").intValue()).isZero();
    ok(SERVER.send("PATCH", path + "?state=new", ADA.session(), "{\"level\":\"info\"}"), 200);
    assertThat(subjects(query("{\"level\":\"error\"}"))).containsExactly("one");
    assertThat(
            SERVER
                .send("PATCH", path + "?state=new", ADA.session(), "{\"level\":\"bad\"}")
                .status())
        .isEqualTo(400);

    String delete = path + "/delete";
    JsonNode removed =
        ok(SERVER.send("POST", delete, ADA.session(), "{\"subject\":\"many\"}"), 200);
    assertThat(removed).hasToString("{\"removed\":55}");
    assertThat(subjects("")).containsExactly("one");
    assertThat(SERVER.send("POST", delete, ADA.session(), "{\"x\":1}").status()).isEqualTo(400);
    assertThat(ok(SERVER.send("POST", delete, ADA.session(), "{}"), 200))
        .hasToString("{\"removed\":1}");
    assertThat(ok(SERVER.send("GET", other, ADA.session()), 200).get("totalCount").intValue())
        .isEqualTo(1);
  }

  /** A credential that is promised to read only deletes nothing, though they grant it (APT-7). */
  @Test
  void whatOnlyReadsDeletesNothing() {
    String id = make("info", "s");
    String reader = token("{\"name\":\"r\",\"scope\":[\"all.Application.read\"]}");
    ok(SERVER.send("GET", path, reader), 200);
    ok(SERVER.send("GET", path + "/" + id, reader), 200);
    ok(SERVER.send("GET", path + "/mostRecentBySeverity", reader), 200);
    refused(
        SERVER.send("POST", path + "/delete", reader, "{}"),
        403,
        "The credential has no scope for events.delete");
    for (Answer answer :
        List.of(
            SERVER.send("DELETE", path + "/" + id, reader),
            SERVER.send("PATCH", path + "/" + id, reader, "{\"state\":\"resolved\"}"),
            SERVER.send("PATCH", path, reader, "{\"state\":\"resolved\"}"),
            SERVER.send("POST", path, reader, "{\"level\":\"info\",\"subject\":\"x\"}"))) {
      assertThat(answer.status()).isEqualTo(403);
    }
    String manager = token("{\"name\":\"m\",\"scope\":[\"events.*\"]}");
    ok(SERVER.send("POST", path + "/delete", manager, "{}"), 200);
    assertThat(get("").get("totalCount").intValue()).isZero();
  }

  @Test
  void eventsOfOthersAreAbsent() {
    String id = make("info", "s");
    Person eve = SERVER.newUser(SERVER.newId() + "@example.com");
    String own = "/applications/" + SERVER.newApplication(eve) + "/events/";
    Answer absent = SERVER.send("GET", own + SERVER.newId(), eve.session());
    refused(absent, 404, "Event was not found");
    for (String method : List.of("GET", "PATCH", "DELETE")) {
      String body = method.equals("PATCH") ? "{}" : "";
      Answer foreign =
          body.isEmpty()
              ? SERVER.send(method, own + id, eve.session())
              : SERVER.send(method, own + id, eve.session(), body);
      assertThat(foreign.status()).isEqualTo(404);
      assertThat(foreign.body()).isEqualTo(absent.body());
    }
    ok(SERVER.send("DELETE", path + "/" + id, ADA.session()), 200);
    assertThat(SERVER.send("GET", path + "/" + id, ADA.session()).status()).isEqualTo(404);
    assertThat(SERVER.send("GET", path + "/zz", ADA.session()).status()).isEqualTo(404);
  }

  @Test
  void theLimitRefusesAndDropsNothing() {
    for (int i = 0; i < LIMIT; i++) {
      make("{\"level\":\"info\",\"subject\":\"" + i + "\"}");
    }
    String one = "{\"level\":\"info\",\"subject\":\"more\"}";
    refused(SERVER.send("POST", path, ADA.session(), one), 400, "event limit of 60 is reached");
    assertThat(get("").get("totalCount").intValue()).isEqualTo(LIMIT);
    ok(SERVER.send("POST", path + "/delete", ADA.session(), "{\"subject\":\"0\"}"), 200);
    make(one);
  }

  @Test
  void badBodiesAreRefused() {
    String foreign = SERVER.newDevice(SERVER.newApplication(ADA), "standalone");
    for (String bad :
        List.of(
            "\"level\":1",
            "\"level\":\"fatal\"",
            "\"state\":null",
            "\"subject\":\"\"",
            "\"subject\":\"" + "x".repeat(256) + "\"",
            "\"message\":\"" + "x".repeat(32_768) + "\"",
            "\"data\":\"" + "x".repeat(32_766) + "\"",
            "\"deviceId\":\"x\"",
            "\"deviceId\":\"" + foreign + "\"",
            "\"eventTags\":{\"a b\":\"c\"}",
            "\"eventTags\":{\"a\":\"\"}",
            "\"eventTags\":[]",
            "\"creationDate\":\"yesterday\"",
            "\"creationDate\":-1",
            "\"creationDate\":1e300",
            "\"creationDate\":{}",
            "\"creationDate\":{\"$date\":1}",
            "\"creationDate\":\"+10000-01-01T00:00:00Z\"",
            "\"creationDate\":null",
            "\"updates\":[]",
            "\"sourceId\":\"x\"")) {
      String level = bad.startsWith("\"level") ? "" : "\"level\":\"info\",";
      String subject = bad.startsWith("\"subject") ? "" : "\"subject\":\"s\",";
      Answer answer = SERVER.send("POST", path, ADA.session(), "{" + level + subject + bad + "}");
      assertThat(answer.status()).as("%.60s: %s", bad, answer.body()).isEqualTo(400);
    }
    assertThat(SERVER.send("POST", path, ADA.session(), "{\"level\":\"info\"}").status())
        .isEqualTo(400);
    assertThat(get("").get("totalCount").intValue()).isZero();
    make("{\"level\":\"info\",\"subject\":\"s\",\"data\":\"" + "x".repeat(32_765) + "\"}");
  }

  /** They are data, so the change log does not tell of them (AUD-5). */
  @Test
  void eventsGoWithTheirApplicationAndAreNotLogged() {
    String logged = "SELECT COUNT(*) FROM change_log";
    long before = number(logged);
    String id = id(make("{\"level\":\"info\",\"subject\":\"s\",\"eventTags\":{\"a\":\"b\"}}"));
    patch(id, "{\"comment\":\"c\"}");
    assertThat(number(logged)).isEqualTo(before);
    String tags = "SELECT COUNT(*) FROM event_tag WHERE event_id = '" + id + "'";
    assertThat(number(tags)).isEqualTo(1);
    ok(SERVER.send("DELETE", "/applications/" + application, ADA.session()), 200);
    assertThat(number(tags)).isZero();
    assertThat(number("SELECT COUNT(*) FROM event WHERE id = '" + id + "'")).isZero();
  }

  private static long number(String sql) {
    return SERVER
        .wiring()
        .database()
        .read(handle -> handle.createQuery(sql).mapTo(Long.class).one());
  }

  @Test
  void theDeviceOfAnEventMayGo() {
    String device = SERVER.newDevice(application, "standalone");
    String id = id(make("{\"level\":\"info\",\"subject\":\"s\",\"deviceId\":\"" + device + "\"}"));
    SERVER.change(SubjectType.DEVICE, device, "DELETE FROM device WHERE id = :id");
    JsonNode event = get("/" + id);
    assertThat(event.get("deviceId").stringValue()).isEqualTo(device);
    assertThat(event.has("deviceName")).isFalse();
    patch(id, "{\"state\":\"resolved\"}");
    assertThat(subjects(query("{\"deviceId\":\"" + device + "\"}"))).containsExactly("s");
  }
}
