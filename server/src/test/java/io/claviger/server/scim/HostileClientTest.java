package io.claviger.server.scim;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.store.testing.TestDatabases;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What a client with a good token and bad intentions may cost, break or find out. */
class HostileClientTest {
  private static final TestServer SERVER = TestServer.start();
  private static final Tenant TENANT = new Tenant(SERVER, "hostile");
  private static final String BULK =
      "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:BulkRequest\"],\"Operations\":[%s]}";

  /** Generous for a busy machine; what it guards against takes minutes. */
  private static final Duration MOST = Duration.ofSeconds(4);

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static Answer search(String filter) {
    ObjectNode body = JsonMapper.shared().createObjectNode().put("filter", filter);
    return TENANT.scim("POST", "/Users/.search", body.toString());
  }

  private static void quickly(Runnable deed) {
    long start = System.nanoTime();
    deed.run();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(MOST);
  }

  /** The work for a filter grows with its length, not with two to the power of its depth. */
  @Test
  void aFilterOfManyNegationsIsCheap() {
    String tests = String.join(" or ", Collections.nCopies(190, "userName eq \"a\""));
    String exact = "not (".repeat(19) + tests + ")".repeat(19);
    String mixed = "not (".repeat(19) + tests + " or title pr" + ")".repeat(19);
    quickly(() -> {
      assertThat(search(exact).status()).isEqualTo(200);
      assertThat(search(mixed).status()).isEqualTo(200);
    });
    Answer deeper = search("not (".repeat(21) + "title pr" + ")".repeat(21));
    assertThat(deeper.status()).isEqualTo(400);
    assertThat(deeper.body().get("scimType").stringValue()).isEqualTo("invalidFilter");
  }

  /** Escapes bring in what the JSON around the filter could not. */
  @Test
  void aFilterHasNoNulAndNoHalfCharacters() {
    for (String text : List.of("\\u0000", "a\\ud800", "\\udc00b", "\\udc00\\ud800")) {
      Answer refused = search("userName eq \"" + text + "\"");
      assertThat(refused.status()).as(text).isEqualTo(400);
      assertThat(refused.body().get("scimType").stringValue()).isEqualTo("invalidFilter");
      ObjectNode operation = JsonMapper.shared().createObjectNode();
      operation.put("op", "add").put("value", "a@hostile.example");
      operation.put("path", "emails[type eq \"" + text + "\"].value");
      ObjectNode body = JsonMapper.shared().createObjectNode();
      body.putArray("Operations").add(operation);
      Answer patched =
          TENANT.scim("PATCH", "/Users/" + id("patched" + text.hashCode()), body.toString());
      assertThat(patched.status()).as(text).isEqualTo(400);
      assertThat(patched.body().get("scimType").stringValue()).isEqualTo("invalidPath");
    }
    assertThat(search("userName eq \"\\ud83d\\ude00\"").status()).isEqualTo(200);
  }

  /** PostgreSQL refuses in a parameter what SQLite keeps. */
  @Test
  void theOtherDatabaseIsNotBrokenEither() {
    try (TestServer server =
        TestServer.start(Map.of("CLAVIGER_DATABASE_URL", TestDatabases.postgres().jdbcUrl()))) {
      Tenant tenant = new Tenant(server, "hostilepostgres");
      String user = tenant.newUser("u@hostilepostgres.example");
      for (String filter :
          List.of(
              "userName eq \"\\u0000\"",
              "id sw \"\\ud800\"",
              "externalId co \"%_\\\\'\"",
              "meta.created lt \"+999999999-12-31T23:59:59Z\"",
              "userName co \"" + "%".repeat(7_000) + "\"",
              "userName eq \"x' OR '1'='1\" or title eq \":organization\"")) {
        ObjectNode body = JsonMapper.shared().createObjectNode().put("filter", filter);
        Answer answer = tenant.scim("POST", "/Users/.search", body.toString());
        assertThat(answer.status()).as(filter).isIn(200, 400);
      }
      for (String path : List.of("/Users/%F0%9F%98%80", "/Users/%27--", "/Groups/app-%27-edit")) {
        assertThat(tenant.scim("GET", path).status()).as(path).isEqualTo(404);
      }
      Answer odd =
          tenant.scim(
              "PATCH",
              "/Users/" + user,
              Tenant.patch("add", "title", "\"\ud83d\ude00 \u202e %s ' \\\" \""));
      assertThat(odd.status()).isEqualTo(200);
    }
  }

  private static String id(String name) {
    return TENANT.newUser(name + "@hostile.example");
  }

  @Test
  void timesBeyondAllClocksAreCompared() {
    for (String time :
        List.of(
            "+999999999-12-31T23:59:59Z",
            "-999999999-01-01T00:00:00Z",
            "2026-01-01T00:00:00.123456789Z",
            "yesterday")) {
      for (String operator : List.of("eq", "gt", "le", "co")) {
        Answer answer = search("meta.created " + operator + " \"" + time + "\"");
        assertThat(answer.status()).as(operator + " " + time).isEqualTo(200);
      }
    }
  }

  private static String patch(String path, String value) {
    return "{\"method\":\"PATCH\",\"path\":\"%s\",\"data\":%s}"
        .formatted(path, Tenant.patch("add", "title", "\"" + value + "\""));
  }

  /** The beginning of a user whose manager another operation makes. */
  private static String managed(int by) {
    return "{\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\":"
        + "{\"manager\":{\"value\":\"bulkId:c"
        + by
        + "\"}},";
  }

  /** Each waits for the next, the last for the first or for nobody: none is ever done. */
  @Test
  void operationsThatWaitForOneAnotherEndAtOnce() {
    List<String> circle = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      String user =
          Tenant.user("circle" + i + "@hostile.example")
              .replaceFirst("\\{", managed((i + 1) % 1_000));
      circle.add(
          "{\"method\":\"POST\",\"path\":\"/Users\",\"bulkId\":\"c%d\",\"data\":%s}"
              .formatted(i, user));
    }
    List<String> dangling = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      dangling.add(patch("/Users/bulkId:nobody" + i, "x"));
    }
    int before = total();
    for (List<String> operations : List.of(circle, dangling)) {
      quickly(() -> {
        Answer answer = TENANT.scim("POST", "/Bulk", BULK.formatted(String.join(",", operations)));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().get("Operations").size()).isEqualTo(1_000);
        for (JsonNode operation : answer.body().get("Operations")) {
          assertThat(operation.get("status").stringValue()).isEqualTo("409");
        }
      });
    }
    assertThat(total()).isEqualTo(before);
  }

  /** A chain in the wrong order is done all the same. */
  @Test
  void aLongChainInTheWrongOrderIsDone() {
    List<String> chain = new ArrayList<>();
    for (int i = 299; i >= 0; i--) {
      String user = Tenant.user("chain" + i + "@hostile.example");
      String named = i == 0 ? user : user.replaceFirst("\\{", managed(i - 1));
      chain.add(
          "{\"method\":\"POST\",\"path\":\"/Users\",\"bulkId\":\"c%d\",\"data\":%s}"
              .formatted(i, named));
    }
    Answer answer = TENANT.scim("POST", "/Bulk", BULK.formatted(String.join(",", chain)));
    for (JsonNode operation : answer.body().get("Operations")) {
      assertThat(operation.get("status").stringValue()).as("%s", operation).isEqualTo("201");
    }
  }

  private static int total() {
    return TENANT.scim("GET", "/Users?count=0").body().get("totalResults").intValue();
  }

  /** Ids of another organization name nothing, wherever they are put. */
  @Test
  void idsOfOthersNameNothingWhereverTheyStand() {
    Tenant other = new Tenant(SERVER, "hostileother");
    String theirs = other.newUser("theirs@hostileother.example");
    String before = other.scim("GET", "/Users/" + theirs).body().toString();
    String application = SERVER.newApplication("organization", other.organization);
    String nowhere = "0123456789abcdef01234567";
    for (String id : List.of(theirs, other.administrator.id())) {
      JsonNode done =
          TENANT
              .scim(
                  "POST",
                  "/Bulk",
                  BULK.formatted(
                      String.join(
                          ",",
                          patch("/Users/" + id, "x"),
                          patch("/Users/" + nowhere, "x"),
                          "{\"method\":\"DELETE\",\"path\":\"/Users/" + id + "\"}",
                          "{\"method\":\"PUT\",\"path\":\"/Users/%s\",\"data\":%s}"
                              .formatted(id, Tenant.user("put@hostile.example")))))
              .body()
              .get("Operations");
      for (JsonNode operation : done) {
        assertThat(operation.get("status").stringValue()).isEqualTo("404");
        assertThat(operation.get("response")).isEqualTo(done.get(1).get("response"));
      }
      Answer joined =
          TENANT.scim(
              "PATCH",
              "/Groups/role-admin",
              Tenant.patch("add", "members", "[{\"value\":\"" + id + "\"}]"));
      Answer nobody =
          TENANT.scim(
              "PATCH",
              "/Groups/role-admin",
              Tenant.patch("add", "members", "[{\"value\":\"" + nowhere + "\"}]"));
      assertThat(joined.status()).isEqualTo(400);
      assertThat(joined.response().body()).isEqualTo(nobody.response().body());
    }
    Answer group = TENANT.scim("GET", "/Groups/app-" + application + "-edit");
    assertThat(group.status()).isEqualTo(404);
    assertThat(group.response().body())
        .isEqualTo(TENANT.scim("GET", "/Groups/app-" + nowhere + "-edit").response().body());
    assertThat(search("id eq \"" + theirs + "\"").body().get("totalResults").intValue()).isZero();
    assertThat(other.scim("GET", "/Users/" + theirs).body().toString()).isEqualTo(before);
  }

  /** As many values as a body can hold are handled in time that grows with their number. */
  @Test
  void hugeListsOfMembersAreRefusedQuickly() {
    var members = new StringBuilder();
    for (int i = 0; i < 15_000; i++) {
      members.append(i == 0 ? "" : ",").append("{\"value\":\"%024x\"}".formatted(i));
    }
    quickly(() -> {
      for (String op : List.of("add", "replace", "remove")) {
        Answer answer =
            TENANT.scim(
                "PATCH", "/Groups/role-view", Tenant.patch(op, "members", "[" + members + "]"));
        assertThat(answer.status()).as(op).isIn(200, 400, 413);
      }
      List<String> many =
          Collections.nCopies(
              1_000, "{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\"x\"}]}");
      Answer answer =
          TENANT.scim(
              "PATCH", "/Groups/role-view", "{\"Operations\":[" + String.join(",", many) + "]}");
      assertThat(answer.status()).isEqualTo(400);
    });
  }
}
