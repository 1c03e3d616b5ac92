package io.claviger.server.scim;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code /scim/v2/Users} as Entra ID and Okta use it (LUC-15 to LUC-17). */
class UsersTest {
  private static final TestServer SERVER = TestServer.start();
  private static final String PASSWORD = "Correct horse 7";

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String type(Answer answer) {
    return answer.body().path("scimType").asString("");
  }

  private static int login(String email, String password) {
    return SERVER
        .send(
            "POST",
            "/auth/user",
            "",
            "{\"email\":\"" + email + "\",\"password\":\"" + password + "\"}")
        .status();
  }

  /** A user of the tenant with a password, and his session. */
  private static String session(String email) {
    return SERVER
        .send(
            "POST",
            "/auth/user",
            "",
            "{\"email\":\"" + email + "\",\"password\":\"" + PASSWORD + "\"}")
        .body()
        .get("token")
        .stringValue();
  }

  private static String withPassword(String email) {
    return Tenant.user(email).replaceFirst("\\{", "{\"password\":\"" + PASSWORD + "\",");
  }

  private static Optional<String> resetLink(String email) {
    for (int i = 0; i < 200; i++) {
      for (String message : SERVER.mailTo(email)) {
        Matcher link = Pattern.compile("token=([0-9A-Za-z_-]+)").matcher(message);
        if (link.find()) {
          return Optional.of(link.group(1));
        }
      }
      java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
    }
    return Optional.empty();
  }

  @Test
  void aUserIsMadeShownAndFound() {
    Tenant tenant = new Tenant(SERVER, "made");
    Answer made = tenant.scim("POST", "/Users", Tenant.user("Grace@Made.example"));
    assertThat(made.status()).isEqualTo(201);
    String id = made.body().get("id").stringValue();
    assertThat(made.response().headers().firstValue("Location"))
        .hasValueSatisfying(location ->
            assertThat(location)
                .isEqualTo(
                    "http://127.0.0.1:" + SERVER.wiring().apiPort() + "/scim/v2/Users/" + id));
    Answer got = tenant.scim("GET", "/Users/" + id);
    assertThat(got.body()).isEqualTo(made.body());
    assertThat(got.response().headers().firstValue("ETag"))
        .contains(got.body().get("meta").get("version").stringValue());
    for (String filter :
        List.of(
            "userName eq \"grace@made.EXAMPLE\"",
            "externalId eq \"x-Grace@Made.example\"",
            "emails[type eq \"work\" and value co \"made\"]",
            "name.familyName eq \"family\" and active eq true and userName sw \"g\"",
            "meta.created gt \"2020-01-01T00:00:00Z\" and userName ew \"made.example\"",
            "not (userName eq \"made@admin.example\")")) {
      Answer found = tenant.scim("GET", "/Users?filter=" + encoded(filter));
      assertThat(found.body().get("totalResults").intValue()).as(filter).isEqualTo(1);
      assertThat(found.body().get("Resources").get(0).get("id").stringValue()).isEqualTo(id);
    }
    assertThat(
            tenant
                .scim("GET", "/Users?filter=" + encoded("externalId eq \"X-GRACE@MADE.EXAMPLE\""))
                .body()
                .get("totalResults")
                .intValue())
        .isZero();
    assertThat(tenant.members()).contains("Grace@Made.example");
  }

  /** A created user has no password until he sets one by the link in a message. */
  @Test
  void thePasswordIsSetByMailAndNeverShown() {
    Tenant tenant = new Tenant(SERVER, "mail");
    tenant.newUser("new@mail.example");
    assertThat(login("new@mail.example", PASSWORD)).isEqualTo(401);
    String token = resetLink("new@mail.example").orElseThrow();
    Answer set =
        SERVER.send(
            "POST",
            "/users/passwordReset/finish",
            "",
            "{\"email\":\"new@mail.example\",\"token\":\""
                + token
                + "\",\"password\":\""
                + PASSWORD
                + "\"}");
    assertThat(set.status()).as(set.body().toString()).isEqualTo(200);
    assertThat(login("new@mail.example", PASSWORD)).isEqualTo(200);
    Answer given = tenant.scim("POST", "/Users", withPassword("given@mail.example"));
    assertThat(given.body().toString()).doesNotContain("assword");
    assertThat(login("given@mail.example", PASSWORD)).isEqualTo(200);
    assertThat(
            type(
                tenant.scim(
                    "POST",
                    "/Users",
                    Tenant.user("weak@mail.example")
                        .replaceFirst("\\{", "{\"password\":\"weak\","))))
        .isEqualTo("invalidValue");
  }

  /** Everything of the user in the organization stops with the answer, and comes back. */
  @Test
  void deactivatingSuspendsAndReactivatingRestores() {
    Tenant tenant = new Tenant(SERVER, "active");
    String id =
        tenant
            .scim(
                "POST",
                "/Users",
                withPassword("ada@active.example")
                    .replaceFirst("\\{", "{\"roles\":[{\"value\":\"admin\",\"primary\":true}],"))
            .body()
            .get("id")
            .stringValue();
    String session = session("ada@active.example");
    String api =
        SERVER
            .send("POST", "/me/tokens", session, "{\"name\":\"api\"}")
            .body()
            .get("token")
            .stringValue();
    String pat =
        SERVER
            .send(
                "POST",
                "/orgs/" + tenant.organization + "/personalAccessTokens",
                session,
                "{\"name\":\"of the user\",\"scopes\":[\"um:read\"]}")
            .body()
            .get("token")
            .stringValue();
    String organization = "/orgs/" + tenant.organization;
    assertThat(SERVER.send("GET", organization, session).status()).isEqualTo(200);
    assertThat(SERVER.send("GET", organization, api).status()).isEqualTo(200);
    assertThat(SERVER.send("GET", "/scim/v2/Users", pat).status()).isEqualTo(200);

    Answer off =
        tenant.scim("PATCH", "/Users/" + id, Tenant.patch("Replace", "active", "\"False\""));
    assertThat(off.status()).isEqualTo(200);
    assertThat(off.body().get("active").booleanValue()).isFalse();
    assertThat(SERVER.send("GET", organization, session).status()).isEqualTo(401);
    assertThat(SERVER.send("GET", organization, api).status()).isEqualTo(401);
    assertThat(SERVER.send("GET", "/scim/v2/Users", pat).status()).isEqualTo(401);
    assertThat(login("ada@active.example", PASSWORD)).isEqualTo(401);
    assertThat(tenant.members()).doesNotContain("ada@active.example");

    Answer on = tenant.scim("PATCH", "/Users/" + id, Tenant.patch("replace", "active", "true"));
    assertThat(on.body().get("active").booleanValue()).isTrue();
    assertThat(login("ada@active.example", PASSWORD)).isEqualTo(200);
    assertThat(SERVER.send("GET", organization, session).status()).isEqualTo(200);
    assertThat(SERVER.send("GET", organization, api).status()).isEqualTo(200);
    assertThat(SERVER.send("GET", "/scim/v2/Users", pat).status()).as("LUC-14").isEqualTo(401);
  }

  @Test
  void deletingEndsEverythingAndTheAddressIsFreeAgain() {
    Tenant tenant = new Tenant(SERVER, "deleting");
    String email = "bob@deleting.example";
    String id = tenant.scim("POST", "/Users", withPassword(email)).body().get("id").stringValue();
    String session = session(email);
    String api =
        SERVER
            .send("POST", "/me/tokens", session, "{\"name\":\"api\"}")
            .body()
            .get("token")
            .stringValue();
    assertThat(tenant.scim("DELETE", "/Users/" + id).status()).isEqualTo(204);
    assertThat(tenant.scim("DELETE", "/Users/" + id).status()).isEqualTo(404);
    assertThat(SERVER.send("GET", "/me", session).status()).isEqualTo(401);
    assertThat(SERVER.send("GET", "/me", api).status()).isEqualTo(401);
    assertThat(tenant.scim("POST", "/Users", Tenant.user(email)).status()).isEqualTo(201);
    assertThat(SERVER.send("GET", "/me", session).status()).isEqualTo(401);
    assertThat(SERVER.send("GET", "/me", api).status()).isEqualTo(401);
    assertThat(tenant.members()).contains(email);
  }

  @Test
  void theLastAdministratorStays() {
    Tenant tenant = new Tenant(SERVER, "last");
    String id =
        tenant
            .scim("GET", "/Users?filter=" + encoded("userName eq \"last@admin.example\""))
            .body()
            .get("Resources")
            .get(0)
            .get("id")
            .stringValue();
    for (Answer refused :
        List.of(
            tenant.scim("DELETE", "/Users/" + id),
            tenant.scim("PATCH", "/Users/" + id, Tenant.patch("replace", "active", "false")),
            tenant.scim(
                "PATCH",
                "/Groups/role-admin",
                Tenant.patch("remove", "members[value eq \"" + id + "\"]", "null")),
            tenant.scim(
                "PATCH",
                "/Groups/role-view",
                Tenant.patch("add", "members", "[{\"value\":\"" + id + "\"}]")))) {
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.body().get("detail").stringValue()).contains("last administrator");
    }
    assertThat(tenant.scim("GET", "/Users/" + id).body().get("active").booleanValue()).isTrue();
  }

  /** Okta replaces, Entra patches; both read what they wrote before they write again. */
  @Test
  void aStaleVersionIsNotWrittenOver() {
    Tenant tenant = new Tenant(SERVER, "etag");
    String id = tenant.newUser("etag@etag.example");
    String version =
        tenant.scim("GET", "/Users/" + id).body().get("meta").get("version").stringValue();
    String title = Tenant.patch("add", "title", "\"Engineer\"");
    assertThat(tenant.scim("PATCH", "/Users/" + id, title, Map.of("If-Match", version)).status())
        .isEqualTo(200);
    Answer stale = tenant.scim("PATCH", "/Users/" + id, title, Map.of("If-Match", version));
    assertThat(stale.status()).isEqualTo(412);
    assertThat(tenant.scim("DELETE", "/Users/" + id, "", Map.of("If-Match", version)).status())
        .isEqualTo(412);
    assertThat(tenant.scim("PATCH", "/Users/" + id, title, Map.of("If-Match", "*")).status())
        .isEqualTo(200);
    String now = tenant.scim("GET", "/Users/" + id).body().get("meta").get("version").stringValue();
    assertThat(tenant.scim("GET", "/Users/" + id, "", Map.of("If-None-Match", now)).status())
        .isEqualTo(304);
  }

  @Test
  void whatEntraAndOktaSendIsUnderstood() {
    Tenant tenant = new Tenant(SERVER, "shapes");
    String id = tenant.newUser("shapes@shapes.example");
    String path = "/Users/" + id;
    // Without a path, with paths as keys and a truth value as a text.
    tenant.scim(
        "PATCH",
        path,
        """
        {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[
        {"op":"Add","value":{"name.givenName":"Grace","displayName":"Grace H",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department":"Navy"}},
        {"op":"Replace","path":"emails[type eq \\"work\\"].value","value":"g@shapes.example"},
        {"op":"Add","path":"phoneNumbers[type eq \\"mobile\\"].value","value":"+1 555"},
        {"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":"42"},
        {"op":"Replace","path":"active","value":"True"}]}\
        """);
    JsonNode user = tenant.scim("GET", path).body();
    assertThat(user.at("/name/givenName").stringValue()).isEqualTo("Grace");
    assertThat(user.at("/name/familyName").stringValue()).isEqualTo("Family");
    assertThat(user.at("/emails/0/value").stringValue()).isEqualTo("g@shapes.example");
    assertThat(user.at("/phoneNumbers/0/type").stringValue()).isEqualTo("mobile");
    assertThat(user.path(ResourceSchema.ENTERPRISE).at("/department").stringValue())
        .isEqualTo("Navy");
    assertThat(user.path(ResourceSchema.ENTERPRISE).at("/manager/value").stringValue())
        .isEqualTo("42");
    // Okta switches off with an object and no path.
    Answer off =
        tenant.scim(
            "PATCH",
            path,
            "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],"
                + "\"Operations\":[{\"op\":\"replace\",\"value\":{\"active\":false}}]}");
    assertThat(off.body().get("active").booleanValue()).isFalse();
    tenant.scim("PATCH", path, Tenant.patch("remove", "phoneNumbers[type eq \"mobile\"]", "null"));
    assertThat(tenant.scim("GET", path).body().has("phoneNumbers")).isFalse();
    // And replaces everything to switch on again.
    Answer on = tenant.scim("PUT", path, Tenant.user("shapes@shapes.example"));
    assertThat(on.body().get("active").booleanValue()).isTrue();
    assertThat(on.body().has("displayName")).isFalse();
  }

  /** What is answered with 200 is done: a role that was taken away is gone, one not named stays. */
  @Test
  void rolesThatAreRemovedAreGone() {
    Tenant tenant = new Tenant(SERVER, "removal");
    String id = tenant.newUser("role@removal.example");
    String path = "/Users/" + id;
    String give = Tenant.patch("add", "roles", "[{\"value\":\"edit\"}]");
    String whole = Tenant.user("role@removal.example");
    for (String removal :
        List.of(
            Tenant.patch("remove", "roles", "null"),
            Tenant.patch("replace", "roles", "[]"),
            Tenant.patch("remove", "roles[value eq \"edit\"]", "null"),
            Tenant.patch("remove", "roles", "[{\"value\":\"edit\",\"type\":\"Other\"}]"),
            whole.replaceFirst("\\{", "{\"Roles\":[],"))) {
      tenant.scim("PATCH", path, give);
      assertThat(tenant.scim("PUT", path, whole).body().at("/roles/0/value").asString(""))
          .as("a role that is not spoken of stays")
          .isEqualTo("edit");
      Answer removed = tenant.scim(removal.contains("Roles") ? "PUT" : "PATCH", path, removal);
      assertThat(removed.status()).as(removal).isEqualTo(200);
      assertThat(removed.body().has("roles")).as(removal).isFalse();
      assertThat(tenant.scim("GET", "/Groups/role-edit").body().has("members")).isFalse();
    }
    tenant.scim("PATCH", path, give);
    Answer other = tenant.scim("PATCH", path, Tenant.patch("add", "roles", "\"view\""));
    assertThat(other.body().at("/roles/0/value").asString("")).isEqualTo("view");
    assertThat(other.body().get("roles").size()).isEqualTo(1);
  }

  @Test
  void badInputIsRefusedInFormAndChangesNothing() {
    Tenant tenant = new Tenant(SERVER, "bad");
    String id = tenant.newUser("bad@bad.example");
    String path = "/Users/" + id;
    JsonNode before = tenant.scim("GET", path).body();
    Map<String, String> patches =
        Map.of(
            Tenant.patch("replace", "nonsense", "1"),
            "invalidPath",
            Tenant.patch("replace", "emails[type eq", "1"),
            "invalidPath",
            Tenant.patch("replace", "emails[type eq \"home\"].value", "\"x@y.z\""),
            "noTarget",
            Tenant.patch("replace", "id", "\"other\""),
            "mutability",
            Tenant.patch("add", "groups", "[{\"value\":\"role-admin\"}]"),
            "mutability",
            Tenant.patch("remove", "userName", "null"),
            "mutability",
            Tenant.patch("replace", "active", "\"maybe\""),
            "invalidValue",
            Tenant.patch("explode", "active", "true"),
            "invalidSyntax",
            "{\"Operations\":[{\"op\":\"remove\"}]}",
            "noTarget",
            "{\"Operations\":{}}",
            "invalidSyntax");
    patches.forEach((patch, expected) -> {
      Answer answer = tenant.scim("PATCH", path, patch);
      assertThat(answer.status()).as(patch).isEqualTo(400);
      assertThat(type(answer)).as(patch).isEqualTo(expected);
    });
    for (String body :
        List.of(
            "{}",
            "{\"userName\":\"plain\"}",
            "{\"userName\":[1,2]}",
            "{\"userName\":\"a@b\",\"x\":1}")) {
      assertThat(tenant.scim("POST", "/Users", body).status()).as(body).isEqualTo(400);
    }
    Answer twice = tenant.scim("POST", "/Users", Tenant.user("BAD@bad.example"));
    assertThat(twice.status()).isEqualTo(409);
    assertThat(type(twice)).isEqualTo("uniqueness");
    for (String filter : List.of("userName", "userName eq", "(", "nonsense eq 1", "password pr")) {
      Answer answer = tenant.scim("GET", "/Users?filter=" + encoded(filter));
      assertThat(answer.status()).as(filter).isEqualTo(400);
      assertThat(type(answer)).as(filter).isEqualTo("invalidFilter");
    }
    assertThat(tenant.scim("GET", path).body()).isEqualTo(before);
  }

  /**
   * Somebody with an account of his own is invited, and the answer does not tell that he has one.
   */
  @Test
  void whoHasAnAccountElsewhereIsInvitedAndNotSeen() {
    Tenant tenant = new Tenant(SERVER, "invites");
    Person person = SERVER.newUser("own@invites.example");
    Answer made = tenant.scim("POST", "/Users", Tenant.user("own@invites.example"));
    Answer other = tenant.scim("POST", "/Users", Tenant.user("new@invites.example"));
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.body().toString().replaceAll("own@|[0-9a-f]{20,24}|\\d{2}:.*?Z", ""))
        .isEqualTo(other.body().toString().replaceAll("new@|[0-9a-f]{20,24}|\\d{2}:.*?Z", ""));
    assertThat(made.body().toString()).doesNotContain(person.id());
    String id = made.body().get("id").stringValue();
    tenant.scim(
        "PATCH",
        "/Groups/role-edit",
        Tenant.patch("add", "members", "[{\"value\":\"" + id + "\"}]"));
    assertThat(SERVER.send("GET", "/orgs/" + tenant.organization, person.session()).status())
        .isEqualTo(404);
    String invitation =
        SERVER.send("GET", "/me/invites", person.session()).body().get(0).get("id").stringValue();
    SERVER.send("POST", "/me/invites/" + invitation, person.session(), "{\"action\":\"accept\"}");
    assertThat(SERVER.send("GET", "/orgs/" + tenant.organization, person.session()).status())
        .isEqualTo(200);
    assertThat(tenant.scim("GET", "/Users/" + id).body().at("/roles/0/value").stringValue())
        .isEqualTo("edit");
    // His account stays his: neither name nor log-in are the organization's to write.
    tenant.scim("PATCH", "/Users/" + id, Tenant.patch("replace", "name.givenName", "\"Changed\""));
    tenant.scim(
        "PATCH", "/Users/" + id, Tenant.patch("replace", "password", "\"" + PASSWORD + "\""));
    JsonNode me = SERVER.send("GET", "/me", person.session()).body();
    assertThat(me.get("firstName").stringValue()).isEqualTo("Test");
    assertThat(login("own@invites.example", PASSWORD)).isEqualTo(401);
    tenant.scim("PATCH", "/Users/" + id, Tenant.patch("replace", "active", "false"));
    assertThat(SERVER.send("GET", "/orgs/" + tenant.organization, person.session()).status())
        .isEqualTo(404);
    assertThat(SERVER.send("GET", "/me", person.session()).status()).isEqualTo(200);
  }

  @Test
  void pagesSortsAndProjections() {
    Tenant tenant = new Tenant(SERVER, "pages");
    for (int i = 0; i < 5; i++) {
      tenant.newUser("u" + i + "@pages.example");
    }
    String sorted =
        "/Users?sortBy=userName&sortOrder=descending&filter=" + encoded("userName sw \"u\"");
    JsonNode page = tenant.scim("GET", sorted + "&startIndex=2&count=2&attributes=userName").body();
    assertThat(page.get("totalResults").intValue()).isEqualTo(5);
    assertThat(page.get("itemsPerPage").intValue()).isEqualTo(2);
    assertThat(page.at("/Resources/0/userName").stringValue()).isEqualTo("u3@pages.example");
    assertThat(page.at("/Resources/0").propertyNames())
        .containsExactlyInAnyOrder("schemas", "id", "userName");
    assertThat(tenant.scim("GET", sorted + "&count=0").body().get("Resources").size()).isZero();
    assertThat(tenant.scim("GET", sorted + "&startIndex=-7&count=-1").status()).isEqualTo(200);
    assertThat(tenant.scim("GET", "/Users?count=many").status()).isEqualTo(400);
    assertThat(tenant.scim("GET", "/Users?sortBy=nonsense").status()).isEqualTo(400);
    JsonNode without =
        tenant.scim("GET", "/Users?excludedAttributes=emails,name.givenName,id&count=1").body();
    assertThat(without.at("/Resources/0").has("emails")).isFalse();
    assertThat(without.at("/Resources/0").has("id")).isTrue();
    JsonNode found =
        tenant
            .scim(
                "POST",
                "/Users/.search",
                "{\"filter\":\"name.givenName eq \\\"given\\\"\",\"sortBy\":\"name.givenName\",\"count\":3}")
            .body();
    assertThat(found.get("totalResults").intValue()).isEqualTo(5);
    assertThat(found.get("Resources").size()).isEqualTo(3);
    assertThat(
            tenant
                .scim("POST", "/.search", "{\"filter\":\"displayName sw \\\"Organization\\\"\"}")
                .body()
                .get("totalResults")
                .intValue())
        .isEqualTo(4);
  }
}
