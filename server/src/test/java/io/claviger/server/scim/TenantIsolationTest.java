package io.claviger.server.scim;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** No token of one organization reads, changes or finds out about a user of another. */
class TenantIsolationTest {
  private static final TestServer SERVER =
      TestServer.start(Map.of("CLAVIGER_LIMIT_TENANT_TOKENS", "100"));

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static String random(Random random, List<String> from) {
    return from.get(random.nextInt(from.size()));
  }

  /**
   * Two organizations whose identity systems do what they please, over the same few addresses. What
   * one of them sees of its users depends on what it did itself, and on nothing else: the same
   * deeds in a world of its own show the same.
   */
  @Test
  void whatATenantSeesDependsOnItsOwnDeedsAlone() {
    for (long seed = 0; seed < 4; seed++) {
      var random = new Random(seed);
      String world = "w" + seed;
      Tenant shared = new Tenant(SERVER, world + "shared");
      Tenant alone = new Tenant(SERVER, world + "alone");
      Tenant other = new Tenant(SERVER, world + "other");
      Map<String, String> sharedIds = new LinkedHashMap<>();
      Map<String, String> aloneIds = new LinkedHashMap<>();
      Map<String, String> otherIds = new LinkedHashMap<>();
      for (int step = 0; step < 40; step++) {
        String person = "p" + random.nextInt(6);
        int deed = random.nextInt(7);
        if (random.nextInt(3) == 0) {
          act(other, otherIds, person, "@" + world + "x.example", deed);
        } else {
          // The same, once where the other has been first and once where nobody has.
          int first = act(shared, sharedIds, person, "@" + world + "x.example", deed);
          int second = act(alone, aloneIds, person, "@" + world + "y.example", deed);
          assertThat(first).as("seed %d step %d deed %d", seed, step, deed).isEqualTo(second);
        }
        assertThat(view(shared, sharedIds, world + "x"))
            .as("seed %d step %d deed %d", seed, step, deed)
            .isEqualTo(view(alone, aloneIds, world + "y"));
      }
      for (String id : otherIds.values()) {
        if (!sharedIds.containsValue(id)) {
          foreign(shared, id);
        }
      }
    }
  }

  private static int act(
      Tenant tenant, Map<String, String> ids, String person, String domain, int deed) {
    String id = ids.getOrDefault(person, "0123456789abcdef01234567");
    String user = Tenant.user(person + domain);
    return switch (deed) {
      case 0, 1 -> {
        Answer made = tenant.scim("POST", "/Users", user);
        if (made.status() == 201) {
          ids.put(person, made.body().get("id").stringValue());
        }
        yield made.status();
      }
      case 2 ->
          tenant.scim("PATCH", "/Users/" + id, Tenant.patch("replace", "active", "false")).status();
      case 3 ->
          tenant
              .scim("PATCH", "/Users/" + id, Tenant.patch("replace", "name.givenName", "\"Other\""))
              .status();
      case 4 -> tenant.scim("PUT", "/Users/" + id, user).status();
      case 5 -> {
        int status = tenant.scim("DELETE", "/Users/" + id).status();
        ids.remove(person);
        yield status;
      }
      default ->
          tenant
              .scim(
                  "PATCH",
                  "/Groups/role-edit",
                  Tenant.patch("add", "members", "[{\"value\":\"" + id + "\"}]"))
              .status();
    };
  }

  /** Everything that the tenant is shown, without ids, times and the names of its world. */
  private static String view(Tenant tenant, Map<String, String> ids, String world) {
    List<String> shown = new ArrayList<>();
    JsonNode users = tenant.scim("GET", "/Users?sortBy=userName&excludedAttributes=meta,id").body();
    for (JsonNode user : users.get("Resources")) {
      if (!user.get("userName").stringValue().endsWith("@admin.example")) {
        shown.add(user.toString());
      }
    }
    shown.add(users.get("totalResults").toString());
    shown.add(
        String.valueOf(tenant.scim("GET", "/Groups/role-edit").body().path("members").size()));
    return String.join("\n", shown).replace(world, "").replaceAll("\"id\":\"[0-9a-f]{24}\"", "")
        + ids.keySet();
  }

  /** An id of another tenant is like one that was never given. */
  private static void foreign(Tenant tenant, String id) {
    String absent = "0123456789abcdef01234567";
    for (String method : List.of("GET", "DELETE", "PATCH", "PUT")) {
      String body =
          switch (method) {
            case "PATCH" -> Tenant.patch("replace", "active", "false");
            case "PUT" -> Tenant.user("foreign@foreign.example");
            default -> "";
          };
      Answer there = tenant.scim(method, "/Users/" + id, body);
      Answer nowhere = tenant.scim(method, "/Users/" + absent, body);
      assertThat(there.status()).isEqualTo(404);
      assertThat(there.response().body()).isEqualTo(nowhere.response().body());
    }
  }

  /** Whatever many ask for at once, an administrator is left. */
  @Test
  void theLastAdministratorSurvivesAnyRace() throws Exception {
    Tenant tenant = new Tenant(SERVER, "race");
    List<String> administrators = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      String id = tenant.newUser("a" + i + "@race.example");
      tenant.scim(
          "PATCH",
          "/Groups/role-admin",
          Tenant.patch("add", "members", "[{\"value\":\"" + id + "\"}]"));
      administrators.add(id);
    }
    for (JsonNode user : tenant.scim("GET", "/Users").body().get("Resources")) {
      String id = user.get("id").stringValue();
      if (!administrators.contains(id)) {
        administrators.add(id);
      }
    }
    assertThat(administrators).hasSize(5);
    List<Callable<Integer>> attempts = new ArrayList<>();
    var random = new Random(7);
    for (String id : administrators) {
      if (random.nextBoolean()) {
        attempts.add(() -> tenant.scim("DELETE", "/Users/" + id).status());
      } else {
        attempts.add(() ->
            tenant
                .scim("PATCH", "/Users/" + id, Tenant.patch("replace", "active", "false"))
                .status());
      }
    }
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var attempt : executor.invokeAll(attempts)) {
        assertThat(attempt.get()).isIn(200, 204, 400, 401);
      }
    }
    long left =
        SERVER
            .wiring()
            .database()
            .read(handle ->
                handle
                    .createQuery(
                        "SELECT COUNT(*) FROM member WHERE organization_id = :id"
                            + " AND role = 'admin'")
                    .bind("id", tenant.organization)
                    .mapTo(Long.class)
                    .one());
    assertThat(left).isGreaterThanOrEqualTo(1);
  }

  /** Once the answer to a revocation is there, nothing more is done with the token. */
  @Test
  void aRevokedTokenDoesNotWriteAnyMore() throws Exception {
    Tenant tenant = new Tenant(SERVER, "during");
    JsonNode made = tenant.made(tenant.administrator, "um:write").body();
    String token = made.get("token").stringValue();
    String revoke =
        "/orgs/"
            + tenant.organization
            + "/personalAccessTokens/"
            + made.get("id").stringValue()
            + "/revoke";
    List<Callable<Integer>> writers = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      String email = "d" + i + "@during.example";
      writers.add(() -> SERVER.send("POST", "/scim/v2/Users", token, Tenant.user(email)).status());
    }
    writers.add(10, () -> SERVER.send("POST", revoke, tenant.administrator.session()).status());
    long made201 = 0;
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var writer : executor.invokeAll(writers)) {
        assertThat(writer.get()).isIn(200, 201, 401);
        made201 += writer.get() == 201 ? 1 : 0;
      }
    }
    assertThat(tenant.scim("GET", "/Users?count=0").body().get("totalResults").longValue())
        .isEqualTo(made201 + 1);
    assertThat(
            SERVER
                .send("POST", "/scim/v2/Users", token, Tenant.user("late@during.example"))
                .status())
        .isEqualTo(401);
  }

  /** Nothing that is sent is answered with a fault of ours. */
  @Test
  void noInputBreaksTheServer() {
    Tenant tenant = new Tenant(SERVER, "fuzz");
    String id = tenant.newUser("u@fuzz.example");
    var random = new Random(11);
    List<String> names =
        List.of(
            "userName",
            "emails",
            "emails[type eq \\\"work\\\"].value",
            "active",
            "name",
            "members",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
            "groups",
            "meta",
            "id",
            "password",
            "emails.value",
            "roles",
            "x",
            "",
            "emails[",
            "addresses[primary pr]");
    List<String> values =
        List.of(
            "null",
            "true",
            "\"True\"",
            "1",
            "1e308",
            "\"\"",
            "\"x\"",
            "[]",
            "{}",
            "[null]",
            "[{\"value\":\"a\"},{\"value\":\"b\",\"primary\":true}]",
            "{\"value\":{\"a\":1}}",
            "[[[[]]]]",
            "{\"userName\":null}",
            "\"\\u0000\"",
            "[{\"value\":\"bulkId:x\"}]",
            "\"" + "y".repeat(3_000) + "\"",
            "\"admin\"",
            "-1");
    List<String> ops = List.of("add", "Replace", "REMOVE", "replace", "");
    for (int i = 0; i < 400; i++) {
      String name = random(random, names);
      String value = random(random, values);
      String body =
          random.nextInt(5) == 0
              ? "{\"Operations\":[{\"op\":\""
                  + random(random, ops)
                  + "\",\"value\":"
                  + value
                  + "}]}"
              : "{\"Operations\":[{\"op\":\""
                  + random(random, ops)
                  + "\",\"path\":\""
                  + name
                  + "\",\"value\":"
                  + value
                  + "}]}";
      String resource = random.nextInt(4) == 0 ? "/Groups/role-view" : "/Users/" + id;
      assertThat(tenant.scim("PATCH", resource, body).status()).as(body).isLessThan(500);
      String whole =
          "{\"userName\":\"u@fuzz.example\",\""
              + name.replaceAll("[\\[\\\\].*", "")
              + "\":"
              + value
              + "}";
      String method = random.nextBoolean() ? "PUT" : "POST";
      assertThat(
              tenant.scim(method, method.equals("PUT") ? "/Users/" + id : "/Users", whole).status())
          .as(whole)
          .isLessThan(500);
      assertThat(
              tenant
                  .scim(
                      "POST",
                      "/Users/.search",
                      "{\"filter\":" + value + ",\"count\":" + value + "}")
                  .status())
          .as(value)
          .isLessThan(500);
    }
  }
}
