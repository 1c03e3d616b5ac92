package io.claviger.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The audit log over HTTP (AUD-1 to AUD-8). */
class AuditLogsTest {
  private static final TestServer SERVER = TestServer.start();

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private final Person ada = SERVER.newUser(SERVER.newId() + "@example.com");

  private static JsonNode ok(Answer answer) {
    assertThat(answer.status()).as("%s", answer.body()).isBetween(200, 201);
    return answer.body();
  }

  private static String id(Answer answer) {
    return ok(answer).get("id").stringValue();
  }

  private String organization() {
    return id(SERVER.send("POST", "/orgs", ada.session(), "{\"name\":\"Pumps\"}"));
  }

  private String application(String owner) {
    String orgId = owner.isEmpty() ? "" : ",\"orgId\":\"" + owner + "\"";
    return id(
        SERVER.send("POST", "/applications", ada.session(), "{\"name\":\"Plant\"" + orgId + "}"));
  }

  private Answer list(String path, String query) {
    return SERVER.send("GET", path + "?" + query, ada.session());
  }

  private static List<String> values(JsonNode list, String field) {
    return list.get("items").valueStream().map(item -> item.path(field).asString("")).toList();
  }

  @Test
  void anAdministratorSeesWhoDidWhat() {
    String org = organization();
    String log = "/orgs/" + org + "/audit-logs";
    String application = application(org);
    String keys = "/applications/" + application + "/keys";
    String key = id(SERVER.send("POST", keys, ada.session(), key("north")));
    String token =
        ok(SERVER.send("POST", "/me/tokens", ada.session(), "{\"name\":\"robot\"}"))
            .get("token")
            .stringValue();
    ok(SERVER.send("PATCH", keys + "/" + key, token, "{\"status\":\"inactive\"}"));

    JsonNode newest = ok(list(log, "_links=true")).get("items").get(0);
    assertThat(newest.get("requestResource").stringValue()).isEqualTo("applicationKey");
    assertThat(newest.get("requestAction").stringValue()).isEqualTo("patch");
    assertThat(newest.get("responseStatus").intValue()).isEqualTo(200);
    assertThat(newest.get("orgId").stringValue()).isEqualTo(org);
    assertThat(newest.get("primaryTargetId").stringValue()).isEqualTo(application);
    assertThat(newest.get("primaryTargetName").stringValue()).isEqualTo("Plant");
    assertThat(newest.get("secondaryTargetType").stringValue()).isEqualTo("ApplicationKey");
    assertThat(newest.get("secondaryTargetId").stringValue()).isEqualTo(key);
    assertThat(newest.get("actorType").stringValue()).isEqualTo("ApiToken");
    assertThat(newest.get("actorName").stringValue()).isEqualTo("robot");
    assertThat(newest.get("actorUserId").stringValue()).isEqualTo(ada.id());
    assertThat(newest.get("actorUserName").stringValue()).isEqualTo("Test " + ada.email());
    assertThat(newest.at("/requestPathParams/applicationKeyId").stringValue()).isEqualTo(key);
    assertThat(newest.has("after")).isFalse();

    String self = newest.at("/_links/self/href").stringValue();
    JsonNode whole = ok(SERVER.send("GET", self, ada.session()));
    assertThat(whole.at("/before/status").stringValue()).isEqualTo("active");
    assertThat(whole.at("/after/status").stringValue()).isEqualTo("inactive");
    assertThat(
            SERVER
                .send(
                    "GET",
                    self.toUpperCase(Locale.ROOT)
                        .replace("/ORGS/", "/orgs/")
                        .replace("/AUDIT-LOGS/", "/audit-logs/"),
                    ada.session())
                .status())
        .isEqualTo(200);

    JsonNode all = ok(list(log, "sortDirection=asc"));
    assertThat(values(all, "requestResource"))
        .containsExactly("orgs", "orgs", "applications", "applicationKeys", "applicationKey");
    assertThat(values(all, "responseStatus")).containsExactly("201", "201", "201", "201", "200");
    assertThat(all.get("totalCount").intValue()).isEqualTo(5);
  }

  private static String key(String name) {
    return "{\"name\":\"" + name + "\",\"filterType\":\"none\"}";
  }

  /** AUD-7: alternatives within a list, all lists together; both spellings of the parameter. */
  @Test
  void theFilterGrammar() {
    String org = organization();
    String log = "/orgs/" + org + "/audit-logs";
    String one = application(org);
    String two = application(org);
    String token =
        id(
            SERVER.send(
                "POST", "/applications/" + one + "/tokens", ada.session(), "{\"name\":\"t\"}"));
    ok(SERVER.send("PATCH", "/applications/" + two, ada.session(), "{\"name\":\"Mill\"}"));
    ok(SERVER.send("POST", "/applications/" + two + "/keys", ada.session(), key("k")));

    assertFinds(log, "auditLogFilter[primaryTarget][0][id]=" + one, 2);
    assertFinds(log, "auditLogFilter[primaryTarget][0][id]=" + one.toUpperCase(Locale.ROOT), 2);
    assertFinds(log, "auditLogFilter[primaryTarget][0][type]=Application", 5);
    assertFinds(log, "auditLogFilter[primaryTarget][0][name]=Mill", 2);
    assertFinds(log, "auditLogFilter[primaryTarget][0][name]=Plant", 3);
    assertFinds(log, "auditLogFilter[secondaryTarget][0][id]=" + token, 1);
    assertFinds(log, "auditLogFilter[secondaryTarget][0][type]=Flow", 0);
    assertFinds(log, "auditLogFilter[actor][0][id]=" + ada.id(), 7);
    assertFinds(log, "auditLogFilter[actor][0][type]=Device", 0);
    assertFinds(log, "auditLogFilter[request][0][resource]=applications", 2);
    assertFinds(log, "auditLogFilter[request][0][action]=post", 6);
    assertFinds(
        log,
        "auditLogFilter[request][0][resource]=application&auditLogFilter[request][1][action]=post"
            + "&auditLogFilter[request][1][resource]=orgs",
        3);
    assertFinds(log, "auditLogFilter[responseCode][0]=201", 6);
    assertFinds(log, "auditLogFilter[responseCode][0]=201&auditLogFilter[responseCode][1]=200", 7);
    assertFinds(log, "auditLogFilter=" + encoded("{\"responseCode\":[200]}"), 1);
    assertFinds(
        log,
        "auditLogFilter="
            + encoded("{\"primaryTarget\":[{\"id\":\"" + two + "\"}],\"responseCode\":[201]}"),
        2);
    assertFinds(log, "end=" + SERVER.clock().instant().minusSeconds(60).toEpochMilli(), 0);
    assertFinds(log, "start=" + SERVER.clock().instant().minusSeconds(60).toEpochMilli(), 7);
    assertFinds(log, "start=" + encoded(SERVER.clock().instant().plusSeconds(60).toString()), 0);
    assertFinds(log, "start=&end=&auditLogFilter=", 7);
  }

  private void assertFinds(String log, String query, int count) {
    JsonNode found = ok(list(log, query.replace("[", "%5B").replace("]", "%5D")));
    assertThat(found.get("totalCount").intValue()).as("%s: %s", query, found).isEqualTo(count);
    assertThat(found.get("items").size()).isEqualTo(count);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** ERR-8. */
  @Test
  void whatMakesNoSenseIsRefusedByName() {
    String log = "/me/audit-logs";
    assertRefused(log, "start=yesterday", "start ");
    assertRefused(log, "end=-1", "end ");
    assertRefused(log, "end=99999999999999999", "end ");
    assertRefused(log, "start=%2B1000000000-01-01T00:00:00Z", "start ");
    assertRefused(log, "sortField=id", "sortField ");
    assertRefused(log, "after=zz", "after ");
    assertRefused(log, "after=0123456789abcdef01234567", "after ");
    assertRefused(log, "auditLogFilter=5", "auditLogFilter ");
    assertRefused(log, "auditLogFilter=%7B", "auditLogFilter ");
    assertRefused(log, "auditLogFilter[who]=5", "auditLogFilter ");
    assertRefused(log, "auditLogFilter[actor]=5", "auditLogFilter.actor[0] ");
    assertRefused(log, "auditLogFilter[actor][0][id]=5", "auditLogFilter.actor[0].id ");
    assertRefused(log, "auditLogFilter[actor][0][type]=x", "auditLogFilter.actor[0].type ");
    assertRefused(
        log, "auditLogFilter[actor][0][name]=" + "x".repeat(1025), "auditLogFilter.actor[0].name ");
    assertRefused(log, "auditLogFilter[actor][0][x]=5", "auditLogFilter.actor[0] ");
    assertRefused(
        log,
        "auditLogFilter[primaryTarget][0][type]=Flow",
        "auditLogFilter.primaryTarget[0].type ");
    assertRefused(log, "auditLogFilter[responseCode][0]=x", "auditLogFilter.responseCode[0] ");
    assertRefused(log, "auditLogFilter[responseCode][0]=600", "auditLogFilter.responseCode[0] ");
    assertRefused(
        log, "auditLogFilter=" + encoded("{\"request\":[{}]}"), "auditLogFilter.request[0] ");
    assertRefused(
        log,
        "auditLogFilter=" + encoded("{\"responseCode\":[" + "200,".repeat(100) + "200]}"),
        "auditLogFilter.responseCode ");
  }

  private void assertRefused(String log, String query, String message) {
    Answer answer = list(log, query.replace("[", "%5B").replace("]", "%5D"));
    assertThat(answer.status()).as("%s: %s", query, answer.body()).isEqualTo(400);
    assertThat(answer.body().get("message").stringValue()).as(query).startsWith(message);
  }

  /** AUD-1: administrators only; strangers learn nothing. */
  @Test
  void nobodyElseSeesIt() {
    String org = organization();
    String log = "/orgs/" + org + "/audit-logs";
    String entry = ok(list(log, "")).at("/items/0/id").stringValue();
    Person eve = SERVER.newUser(SERVER.newId() + "@example.com");
    String foreign = id(SERVER.send("POST", "/orgs", eve.session(), "{\"name\":\"Other\"}"));
    Answer absent = SERVER.send("GET", "/orgs/0123456789abcdef01234567/audit-logs", eve.session());
    assertThat(absent.status()).isEqualTo(404);
    for (String path : List.of(log, log + "/" + entry)) {
      assertThat(SERVER.send("GET", path, eve.session()).response().body())
          .isEqualTo(absent.response().body());
    }
    Answer elsewhere =
        SERVER.send("GET", "/orgs/" + foreign + "/audit-logs/" + entry, eve.session());
    assertThat(elsewhere.status()).isEqualTo(404);
    assertThat(elsewhere.response().body())
        .isEqualTo(
            SERVER
                .send(
                    "GET",
                    "/orgs/" + foreign + "/audit-logs/0123456789abcdef01234567",
                    eve.session())
                .response()
                .body());
    assertThat(SERVER.send("GET", "/me/audit-logs/" + entry, eve.session()).status())
        .isEqualTo(404);

    for (String cap : List.of("view", "edit")) {
      assertThat(SERVER.send("GET", log, capped(cap)).status()).isEqualTo(403);
    }
  }

  private String capped(String role) {
    return ok(SERVER.send(
            "POST",
            "/me/tokens",
            ada.session(),
            "{\"name\":\"capped\",\"defaultRole\":\"" + role + "\"}"))
        .get("token")
        .stringValue();
  }

  /** AUD-8: what an organization does not see is in the log of the account. */
  @Test
  void theOwnLogHasAccountAndSandbox() {
    String application = application("");
    ok(SERVER.send("POST", "/applications/" + application + "/keys", ada.session(), key("k")));
    String own =
        ok(SERVER.send(
                "POST",
                "/applications/" + application + "/tokens",
                ada.session(),
                "{\"name\":\"machine\"}"))
            .get("token")
            .stringValue();
    ok(SERVER.send("POST", "/applications/" + application + "/keys", own, key("by a machine")));
    ok(SERVER.send("PATCH", "/me", ada.session(), "{\"firstName\":\"Ada\"}"));
    ok(SERVER.send("POST", "/me/tokens", ada.session(), "{\"name\":\"t\"}"));
    organization();

    JsonNode log = ok(list("/me/audit-logs", "sortDirection=asc"));
    assertThat(log.get("userId").stringValue()).isEqualTo(ada.id());
    assertThat(values(log, "subjectType"))
        .containsExactly(
            "Application", "ApplicationKey", "ApiToken", "ApplicationKey", "User", "ApiToken");
    assertThat(values(log, "actorName").get(3)).isEqualTo("machine");
    assertThat(values(log, "orgId")).containsOnly("");

    String viewer = capped("view");
    assertThat(
            values(
                ok(SERVER.send("GET", "/me/audit-logs?sortDirection=asc", viewer)), "subjectType"))
        .as("what only an administrator of the sandbox may look into is left out")
        .containsExactly("User", "ApiToken", "ApiToken");
    Answer machine = SERVER.send("GET", "/me/audit-logs", own);
    assertThat(machine.status()).isEqualTo(403);
  }

  /** Pages that begin behind an entry do not move while the log grows. */
  @Test
  void pagesBehindAnEntry() {
    for (int i = 0; i < 5; i++) {
      ok(SERVER.send("POST", "/me/tokens", ada.session(), "{\"name\":\"t" + i + "\"}"));
    }
    JsonNode first = ok(list("/me/audit-logs", "perPage=2"));
    assertThat(values(first, "subjectName")).containsExactly("t4", "t3");
    ok(SERVER.send("POST", "/me/tokens", ada.session(), "{\"name\":\"late\"}"));
    String last = values(first, "id").getLast();
    JsonNode second = ok(list("/me/audit-logs", "perPage=2&after=" + last));
    assertThat(values(second, "subjectName")).containsExactly("t2", "t1");
    assertThat(second.get("totalCount").intValue()).isEqualTo(6);
    assertThat(list("/me/audit-logs", "page=1&after=" + last).status()).isEqualTo(400);
  }
}
