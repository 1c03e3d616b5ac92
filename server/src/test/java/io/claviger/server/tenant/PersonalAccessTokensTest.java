package io.claviger.server.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.scim.Tenant;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** LUC-1 to LUC-14. */
class PersonalAccessTokensTest {
  private static final TestServer SERVER = TestServer.start();

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static String path(Tenant tenant) {
    return "/orgs/" + tenant.organization + "/personalAccessTokens";
  }

  private static int use(String token) {
    return SERVER.send("GET", "/scim/v2/Users?count=0", token).status();
  }

  private static JsonNode only(Tenant tenant, int index) {
    return SERVER
        .send("GET", path(tenant), tenant.administrator.session())
        .body()
        .get("items")
        .get(index);
  }

  /** LUC-2, LUC-7, LUC-9. */
  @Test
  void aTokenWorksAtOnceAndIsShownOnce() throws Exception {
    Tenant tenant = new Tenant(SERVER, "shown");
    assertThat(tenant.token).matches("pat_" + tenant.organization + "_[0-9A-Za-z]{33}");
    assertThat(use(tenant.token)).isEqualTo(200);
    SERVER.wiring().use().flush();
    JsonNode shown = only(tenant, 0);
    assertThat(shown.has("token")).isFalse();
    assertThat(shown.get("state").stringValue()).isEqualTo("active");
    assertThat(shown.get("type").stringValue()).isEqualTo("Read and write");
    assertThat(shown.get("creatorId").stringValue()).isEqualTo(tenant.administrator.id());
    assertThat(shown.has("lastUsed")).isTrue();
    String secret = tenant.token.substring(tenant.token.lastIndexOf('_') + 1);
    try (Stream<Path> files = Files.walk(SERVER.folder())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(
                new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1))
            .doesNotContain(secret);
      }
    }
  }

  /** LUC-3, LUC-5. */
  @Test
  void badInputIsNamed() {
    Tenant tenant = new Tenant(SERVER, "input");
    String session = tenant.administrator.session();
    for (String body :
        List.of(
            "{}",
            "{\"name\":\"seven 7\",\"scopes\":[\"um:read\"]}",
            "{\"name\":\"       seven7\",\"scopes\":[\"um:read\"]}",
            "{\"name\":\"long enough\",\"scopes\":[]}",
            "{\"name\":\"long enough\",\"scopes\":[\"um:all\"]}",
            "{\"name\":\"long enough\",\"scopes\":[\"um:read\",\"um:read\"]}",
            "{\"name\":\"long enough\",\"scopes\":\"um:read\"}",
            "{\"name\":\"long enough\",\"scopes\":[\"um:read\"],\"expirationDate\":\"2020-01-01T00:00:00Z\"}",
            "{\"name\":\"long enough\",\"scopes\":[\"um:read\"],\"owner\":1}")) {
      Answer answer = SERVER.send("POST", path(tenant), session, body);
      assertThat(answer.status()).as(body).isEqualTo(400);
    }
  }

  /** RFC 6750 section 3.1: who lacks a scope learns which one would do. */
  @Test
  void theScopeThatWouldDoIsNamed() {
    Tenant tenant = new Tenant(SERVER, "challenge");
    String reader = tenant.newToken("um:read");

    assertThat(challenge(SERVER.send("POST", "/scim/v2/Users", reader, Tenant.user("a@c.example"))))
        .isEqualTo("Bearer error=\"insufficient_scope\", scope=\"um:write\"");
    assertThat(challenge(SERVER.send("POST", "/scim/v2/Bulk", reader, "{}")))
        .isEqualTo("Bearer error=\"insufficient_scope\", scope=\"um:bulk\"");
    // No scope that such a token can have would do.
    assertThat(challenge(SERVER.send("GET", "/me", reader, "")))
        .isEqualTo("Bearer error=\"insufficient_scope\"");
  }

  private static String challenge(Answer answer) {
    assertThat(answer.status()).isEqualTo(403);
    return answer.response().headers().firstValue("WWW-Authenticate").orElse("");
  }

  /** LUC-4, LUC-17: none of the scopes implies another. */
  @Test
  void eachScopeIsForItsOwn() {
    Tenant tenant = new Tenant(SERVER, "scopes");
    String bulk =
        "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:BulkRequest\"],\"Operations\":[]}";
    for (String scope : List.of("um:read", "um:write", "um:bulk")) {
      String token = tenant.newToken(scope);
      assertThat(use(token)).isEqualTo(scope.equals("um:read") ? 200 : 403);
      assertThat(
              SERVER
                  .send(
                      "POST",
                      "/scim/v2/Users",
                      token,
                      Tenant.user(scope.substring(3) + "@s.example"))
                  .status())
          .isEqualTo(scope.equals("um:write") ? 201 : 403);
      assertThat(SERVER.send("POST", "/scim/v2/Bulk", token, bulk).status())
          .isEqualTo(scope.equals("um:bulk") ? 200 : 403);
      // And for nothing but users.
      for (String other :
          List.of("/me", "/orgs", "/orgs/" + tenant.organization, "/applications")) {
        assertThat(SERVER.send("GET", other, token).status()).as(other).isEqualTo(403);
      }
    }
    Answer refused = SERVER.send("GET", "/scim/v2/Users", tenant.newToken("um:write"));
    assertThat(refused.body().get("schemas").get(0).stringValue())
        .isEqualTo("urn:ietf:params:scim:api:messages:2.0:Error");
    assertThat(refused.body().get("status").stringValue()).isEqualTo("403");
    assertThat(refused.response().headers().firstValue("Content-Type"))
        .contains("application/scim+json");
    assertThat(use(tenant.administrator.session())).isEqualTo(403);
    assertThat(use("pat_nonsense")).isEqualTo(401);
    assertThat(use("")).isEqualTo(401);
  }

  /** LUC-6: exact, also when many ask at once; revoked and expired ones do not count. */
  @Test
  void twentyFiveWorkAtATime() throws Exception {
    Tenant tenant = new Tenant(SERVER, "limit");
    List<Callable<Answer>> attempts = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      attempts.add(() -> tenant.made(tenant.administrator, "um:read"));
    }
    int made = 0;
    List<JsonNode> tokens = new ArrayList<>();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var attempt : executor.invokeAll(attempts)) {
        Answer answer = attempt.get();
        assertThat(answer.status()).isIn(201, 400);
        if (answer.status() == 201) {
          made++;
          tokens.add(answer.body());
        }
      }
    }
    assertThat(made).isEqualTo(24);
    String id = tokens.getFirst().get("id").stringValue();
    String session = tenant.administrator.session();
    Answer revoked = SERVER.send("POST", path(tenant) + "/" + id + "/revoke", session);
    assertThat(revoked.body().get("state").stringValue()).isEqualTo("revoked");
    assertThat(tenant.made(tenant.administrator, "um:read").status()).isEqualTo(201);
    assertThat(tenant.made(tenant.administrator, "um:read").status()).isEqualTo(400);
    assertThat(SERVER.send("GET", path(tenant), session).body().get("totalCount").intValue())
        .isEqualTo(26);
  }

  /** LUC-8: at once and for good. */
  @Test
  void revokingIsForGood() {
    Tenant tenant = new Tenant(SERVER, "revoking");
    String session = tenant.administrator.session();
    Answer made = tenant.made(tenant.administrator, "um:read");
    String id = made.body().get("id").stringValue();
    String token = made.body().get("token").stringValue();
    assertThat(use(token)).isEqualTo(200);
    String revoke = path(tenant) + "/" + id + "/revoke";
    Answer first = SERVER.send("POST", revoke, session);
    assertThat(use(token)).isEqualTo(401);
    assertThat(SERVER.send("POST", revoke, session).body().get("revokedDate"))
        .isEqualTo(first.body().get("revokedDate"));
    for (String method : List.of("PATCH", "PUT", "DELETE")) {
      assertThat(SERVER.send(method, path(tenant) + "/" + id, session).status()).isEqualTo(405);
    }
    Tenant other = new Tenant(SERVER, "revokingother");
    assertThat(
            SERVER
                .send("POST", path(other) + "/" + id + "/revoke", other.administrator.session())
                .status())
        .isEqualTo(404);
  }

  @Test
  void anExpiredTokenIsRefusedAndListed() {
    Tenant tenant = new Tenant(SERVER, "expiry");
    String soon =
        java.time.Instant.now()
            .plusSeconds(3600)
            .truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
            .toString();
    Answer made =
        SERVER.send(
            "POST",
            path(tenant),
            tenant.administrator.session(),
            "{\"name\":\"short lived\",\"scopes\":[\"um:read\"],\"expirationDate\":\""
                + soon
                + "\"}");
    String token = made.body().get("token").stringValue();
    assertThat(use(token)).isEqualTo(200);
    SERVER.clock().advanceMillis(3_600_001);
    try {
      assertThat(use(token)).isEqualTo(401);
      assertThat(only(tenant, 1).get("state").stringValue()).isEqualTo("expired");
    } finally {
      SERVER.clock().advanceMillis(-3_600_001);
    }
  }

  /** LUC-13: administrators, and nobody whose credential is held down. */
  @Test
  void onlyAdministratorsMakeThemAndNoCappedToken() {
    Tenant tenant = new Tenant(SERVER, "makers");
    Person stranger = SERVER.newUser("stranger@makers.example");
    assertThat(tenant.made(stranger, "um:read").status()).isEqualTo(404);
    Person member = member(tenant, "member@makers.example", "edit");
    assertThat(tenant.made(member, "um:read").status()).isEqualTo(403);
    for (String cap :
        List.of(
            "\"defaultRole\":\"admin\"",
            "\"defaultRole\":\"edit\"",
            "\"defaultRole\":\"none\",\"orgRoles\":[{\"orgId\":\""
                + tenant.organization
                + "\",\"role\":\"admin\"}]")) {
      String token =
          SERVER
              .send(
                  "POST",
                  "/me/tokens",
                  tenant.administrator.session(),
                  "{\"name\":\"api\"," + cap + "}")
              .body()
              .get("token")
              .stringValue();
      Answer made =
          SERVER.send(
              "POST", path(tenant), token, "{\"name\":\"provisioning\",\"scopes\":[\"um:read\"]}");
      assertThat(made.status())
          .as(cap)
          .isEqualTo(cap.equals("\"defaultRole\":\"admin\"") ? 201 : 403);
    }
    assertThat(
            SERVER
                .send(
                    "POST",
                    path(tenant),
                    tenant.token,
                    "{\"name\":\"provisioning\",\"scopes\":[\"um:read\"]}")
                .status())
        .isEqualTo(403);
  }

  /** Joins somebody by invitation. */
  private static Person member(Tenant tenant, String email, String role) {
    Person person = SERVER.newUser(email);
    SERVER.send(
        "POST",
        "/orgs/" + tenant.organization + "/invites",
        tenant.administrator.session(),
        "{\"email\":\"" + email + "\",\"role\":\"" + role + "\"}");
    String invitation =
        SERVER.send("GET", "/me/invites", person.session()).body().get(0).get("id").stringValue();
    SERVER.send("POST", "/me/invites/" + invitation, person.session(), "{\"action\":\"accept\"}");
    return person;
  }

  private static void role(Tenant tenant, Person person, String role) {
    Answer answer =
        SERVER.send(
            "PATCH",
            "/orgs/" + tenant.organization + "/member",
            tenant.administrator.session(),
            "{\"userId\":\"" + person.id() + "\",\"role\":\"" + role + "\"}");
    assertThat(answer.status()).isEqualTo(200);
  }

  /** LUC-14: on the very next request, and never again. */
  @Test
  void aTokenEndsWithTheTenureOfItsMaker() {
    Tenant tenant = new Tenant(SERVER, "tenure");
    Person deputy = member(tenant, "deputy@tenure.example", "admin");
    String first = tenant.made(deputy, "um:read").body().get("token").stringValue();
    assertThat(use(first)).isEqualTo(200);
    role(tenant, deputy, "edit");
    assertThat(use(first)).isEqualTo(401);
    role(tenant, deputy, "admin");
    assertThat(use(first)).isEqualTo(401);
    assertThat(only(tenant, 1).get("state").stringValue()).isEqualTo("revoked");
    assertThat(only(tenant, 1).get("stateReason").stringValue())
        .isEqualTo("creatorIsNoAdministrator");
    String second = tenant.made(deputy, "um:read").body().get("token").stringValue();
    assertThat(use(second)).isEqualTo(200);
    role(tenant, deputy, "admin");
    assertThat(use(second)).as("to stay what one is ends nothing").isEqualTo(200);
    SERVER.send(
        "DELETE",
        "/orgs/" + tenant.organization + "/member?userId=" + deputy.id(),
        tenant.administrator.session());
    assertThat(use(second)).isEqualTo(401);
    assertThat(use(tenant.token)).isEqualTo(200);
  }

  /** `POST /decisions` and its explanation know the kind, and answer as the request would be. */
  @Test
  void decisionsAndExplanationsKnowTheKind() {
    Tenant tenant = new Tenant(SERVER, "decisions");
    Answer good = decide("", tenant.token, "scimUsers.get");
    assertThat(good.body().get("allowed").booleanValue()).as(good.body().toString()).isTrue();
    assertThat(good.body().at("/credential/kind").stringValue()).isEqualTo("personalAccessToken");
    assertThat(decide("", tenant.token, "me.get").body().get("reason").stringValue())
        .isEqualTo("insufficient_scope");
    Answer explained =
        SERVER.send(
            "POST",
            "/decisions/explain",
            tenant.administrator.session(),
            "{\"credential\":{\"token\":\"" + tenant.token + "\"},\"action\":\"me.get\"}");
    assertThat(explained.status()).as(explained.body().toString()).isEqualTo(200);
    assertThat(explained.body().get("allowed").booleanValue()).isFalse();
  }

  private static Answer decide(String asker, String token, String action) {
    return SERVER.send(
        "POST",
        "/decisions",
        asker,
        "{\"credential\":{\"token\":\"" + token + "\"},\"action\":\"" + action + "\"}");
  }
}
