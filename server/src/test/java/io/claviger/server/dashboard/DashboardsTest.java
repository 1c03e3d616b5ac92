package io.claviger.server.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.change.ChangeEntry;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.Role;
import io.claviger.server.application.TestWorld;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Dashboards over HTTP (APP-4, APP-5). */
class DashboardsTest {
  private static final String PASSWORD = "Shown To 5 neighbours";
  private static final TestServer SERVER =
      TestServer.start(Map.of("CLAVIGER_LOGIN_LIMIT", "1000000", "CLAVIGER_LIMIT_DASHBOARDS", "4"));
  private static final TestWorld WORLD = new TestWorld(SERVER);

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static JsonNode create(Person person, String path, String json) {
    Answer made = SERVER.send("POST", path, person.session(), json);
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    return made.body();
  }

  private static String id(JsonNode object) {
    return object.get("id").stringValue();
  }

  private static void refused(Answer answer, int status, String message) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(status);
    assertThat(answer.body().get("message").stringValue()).isEqualTo(message);
  }

  private static String newOrganization(Person person, Role role) {
    return SERVER
        .wiring()
        .database()
        .write(transaction -> {
          String id = WORLD.organization(transaction, "Night Watch");
          WORLD.member(transaction, id, person.id(), new Membership(role, Overrides.NONE));
          return id;
        });
  }

  @Test
  void blocksAreKeptAsTheyCome() {
    Person ada = SERVER.newUser("blocks@example.com");
    String blocks =
        "[{\"id\":\"b1\",\"deep\":{\"n\":[1,2.50,1e3,0.12345678901234567890,null,\"\\u00e9\"]}}]";
    JsonNode made =
        create(
            ada,
            "/dashboards",
            "{\"name\":\"d\",\"refreshRate\":60,\"defaultTheme\":\"dark\",\"blocks\":"
                + blocks
                + "}");
    assertThat(made.get("createdById").stringValue()).isEqualTo(ada.id());
    assertThat(made.get("createdByType").stringValue()).isEqualTo("user");
    assertThat(made.get("ownerType").stringValue()).isEqualTo("user");
    assertThat(made.get("public").booleanValue()).isFalse();
    Answer answer = SERVER.send("GET", "/dashboards/" + id(made), ada.session());
    assertThat(answer.response().body())
        .contains("[1,2.5", "0.1234567890123456789", "null,\"\u00e9\"]");
    JsonNode read = answer.body();
    JsonNode numbers = read.get("blocks").get(0).get("deep").get("n");
    assertThat(numbers.get(2).doubleValue()).isEqualTo(1000);
    assertThat(read.get("refreshRate").intValue()).isEqualTo(60);
    Answer patched =
        SERVER.send("PATCH", "/dashboards/" + id(made), ada.session(), "{\"blocks\":[]}");
    assertThat(patched.body().get("blocks").isEmpty()).isTrue();
    assertThat(patched.body().get("defaultTheme").stringValue()).isEqualTo("dark");
  }

  @Test
  void aPrivateDashboardDoesNotExistForOthers() {
    Person ada = SERVER.newUser("private@example.com");
    Person eve = SERVER.newUser("eve@example.com");
    String path = "/dashboards/" + id(create(ada, "/dashboards", "{\"name\":\"d\"}"));
    String absent = "/dashboards/" + SERVER.newId();
    for (String token : List.of("", eve.session(), "cvs_nonsense")) {
      for (String query : List.of("", "?password=Shown%20To%205%20neighbours")) {
        Answer hidden = SERVER.send("GET", path + query, token);
        Answer nothing = SERVER.send("GET", absent + query, token);
        assertThat(hidden.status()).isEqualTo(404);
        assertThat(hidden.response().body()).isEqualTo(nothing.response().body());
      }
    }
    assertThat(SERVER.send("PATCH", path, "", "{}").status()).isEqualTo(401);
  }

  @Test
  void aPublicDashboardIsReadByAnyoneWithoutWhatIsForItsOwners() {
    Person ada = SERVER.newUser("public@example.com");
    String organization = newOrganization(ada, Role.EDIT);
    String path =
        "/dashboards/"
            + id(
                create(
                    ada,
                    "/dashboards",
                    """
                    {"name":"d","public":true,"description":"seen","orgId":"%s",
                     "reportConfigs":[{"toEmail":["secret@example.com"]}]}
                    """
                        .formatted(organization)));
    for (String token : List.of("", "cvs_nonsense", SERVER.newUser("pub2@example.com").session())) {
      Answer read = SERVER.send("GET", path + "?password=left-over", token);
      assertThat(read.status()).as("%s", read.body()).isEqualTo(200);
      assertThat(read.body().get("description").stringValue()).isEqualTo("seen");
      assertThat(read.response().body())
          .doesNotContain("secret@example.com", ada.id(), "Night Watch");
    }
    Answer own = SERVER.send("GET", path, ada.session());
    assertThat(own.body().get("reportConfigs").size()).isEqualTo(1);
    assertThat(own.body().get("organizationName").stringValue()).isEqualTo("Night Watch");
    assertThat(SERVER.send("PATCH", path, "", "{\"name\":\"x\"}").status()).isEqualTo(401);
    assertThat(SERVER.send("DELETE", path, "").status()).isEqualTo(401);

    SERVER.send("PATCH", path, ada.session(), "{\"public\":false}");
    assertThat(SERVER.send("GET", path, "").status()).isEqualTo(404);
  }

  @Test
  void aPasswordOpensAndNothingElseDoesUntilItIsTakenAway() {
    Person ada = SERVER.newUser("password@example.com");
    JsonNode made =
        create(
            ada,
            "/dashboards",
            "{\"name\":\"d\",\"public\":true,\"password\":\"" + PASSWORD + "\"}");
    assertThat(made.get("isPasswordProtected").booleanValue()).isTrue();
    assertThat(made.has("password")).isFalse();
    String path = "/dashboards/" + id(made);
    String right = path + "?password=Shown%20To%205%20neighbours";
    assertThat(SERVER.send("GET", path, "").status()).isEqualTo(404);
    assertThat(SERVER.send("GET", path + "?password=", "").status()).isEqualTo(404);
    assertThat(SERVER.send("GET", path + "?password=Shown", "").status()).isEqualTo(404);
    assertThat(SERVER.send("GET", path + "?password=" + "x".repeat(3000), "").status())
        .isEqualTo(404);
    assertThat(SERVER.send("GET", path + "?password=a&password=b", "").status()).isEqualTo(400);
    assertThat(SERVER.send("GET", right, "").status()).isEqualTo(200);
    assertThat(SERVER.send("GET", right, "").status()).isEqualTo(200);
    assertThat(SERVER.send("GET", path, ada.session()).status()).isEqualTo(200);

    SERVER.send("PATCH", path, ada.session(), "{\"password\":\"Another 1 for them\"}");
    assertThat(SERVER.send("GET", right, "").status()).isEqualTo(404);
    Answer cleared = SERVER.send("PATCH", path, ada.session(), "{\"password\":null}");
    assertThat(cleared.body().get("isPasswordProtected").booleanValue()).isFalse();
    assertThat(SERVER.send("GET", path, "").status()).isEqualTo(200);
    for (String weak : List.of("short", "no upper case 1!", "NO LOWER CASE 1!")) {
      assertThat(
              SERVER.send("PATCH", path, ada.session(), "{\"password\":\"" + weak + "\"}").status())
          .as(weak)
          .isEqualTo(400);
    }
  }

  @Test
  void noPasswordIsInTheChangeLog() {
    Person ada = SERVER.newUser("log@example.com");
    String body = "{\"name\":\"logged\",\"password\":\"" + PASSWORD + "\"}";
    String path = "/dashboards/" + id(create(ada, "/dashboards", body));
    SERVER.send("PATCH", path, ada.session(), "{\"password\":\"Another 1 for them\"}");
    SERVER.send("DELETE", path, ada.session());
    List<ChangeEntry> entries = SERVER.wiring().database().changeLog().page(0, 1_000);
    assertThat(entries).extracting(entry -> entry.change().action()).contains("dashboard.delete");
    assertThat(entries.toString()).doesNotContain(PASSWORD, "Another 1", "argon2");
  }

  @Test
  void aDashboardStandsWhereItsBodySays() {
    Person ada = SERVER.newUser("places@example.com");
    String organization = newOrganization(ada, Role.EDIT);
    String application =
        id(create(ada, "/applications", "{\"name\":\"a\",\"orgId\":\"" + organization + "\"}"));
    JsonNode ofOrganization =
        create(ada, "/dashboards", "{\"name\":\"o\",\"orgId\":\"" + organization + "\"}");
    assertThat(ofOrganization.get("organizationName").stringValue()).isEqualTo("Night Watch");
    JsonNode inBody =
        create(
            ada,
            "/dashboards",
            "{\"name\":\"b\",\"orgId\":\"%s\",\"applicationId\":\"%s\"}"
                .formatted(organization, application));
    assertThat(inBody.get("applicationName").stringValue()).isEqualTo("a");
    JsonNode inPath =
        create(ada, "/applications/" + application + "/dashboards", "{\"name\":\"p\"}");
    assertThat(inPath.get("ownerId").stringValue()).isEqualTo(organization);
    String nested = "/applications/" + application + "/dashboards/";
    assertThat(SERVER.send("GET", nested + id(inBody), ada.session()).status()).isEqualTo(200);
    refused(
        SERVER.send("GET", nested + id(ofOrganization), ada.session()),
        404,
        "Dashboard was not found");
    refused(SERVER.send("GET", nested + "nonsense", ada.session()), 404, "Dashboard was not found");
    assertThat(names(ada, "/dashboards")).containsExactly("b", "o", "p");
    assertThat(names(ada, "/dashboards?orgId=")).isEmpty();
    assertThat(names(ada, "/dashboards?applicationId=")).containsExactly("o");
    assertThat(names(ada, "/dashboards?sortField=applicationId&sortDirection=desc")).endsWith("o");
    assertThat(names(ada, "/applications/" + application + "/dashboards?filterField=name&filter=P"))
        .containsExactly("p");
    refused(
        SERVER.send(
            "POST",
            "/dashboards",
            ada.session(),
            "{\"name\":\"x\",\"applicationId\":\"%s\",\"orgId\":\"%s\"}"
                .formatted(application, SERVER.newId())),
        400,
        "orgId must be the owner of the application");
    refused(
        SERVER.send("GET", "/dashboards?applicationId=1", ada.session()),
        400,
        "applicationId must be empty or 24 hexadecimal digits");
  }

  private static List<String> names(Person person, String path) {
    Answer answer = SERVER.send("GET", path, person.session());
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    List<String> names = new ArrayList<>();
    answer.body().get("items").forEach(item -> names.add(item.get("name").stringValue()));
    return names;
  }

  @Test
  void inAnApplicationACollaboratorIsEnoughBesideItAnEditorIsNeeded() {
    Person editor = SERVER.newUser("de@example.com");
    Person collaborator = SERVER.newUser("dc@example.com");
    Person viewer = SERVER.newUser("dv@example.com");
    String organization = newOrganization(editor, Role.EDIT);
    SERVER
        .wiring()
        .database()
        .run(transaction -> {
          WORLD.member(
              transaction,
              organization,
              collaborator.id(),
              new Membership(Role.COLLABORATE, Overrides.NONE));
          WORLD.member(
              transaction, organization, viewer.id(), new Membership(Role.VIEW, Overrides.NONE));
        });
    String application =
        id(create(editor, "/applications", "{\"name\":\"a\",\"orgId\":\"" + organization + "\"}"));
    String beside = "{\"name\":\"x\",\"orgId\":\"" + organization + "\"}";
    String inside = "{\"name\":\"x\",\"applicationId\":\"" + application + "\"}";
    refused(
        SERVER.send("POST", "/dashboards", collaborator.session(), beside),
        403,
        "This needs the role edit");
    refused(
        SERVER.send("POST", "/dashboards", viewer.session(), inside),
        403,
        "This needs the role collaborate");
    String made = id(create(collaborator, "/dashboards", inside));
    assertThat(SERVER.send("DELETE", "/dashboards/" + made, collaborator.session()).status())
        .isEqualTo(403);
    String nested = "/applications/" + application + "/dashboards/" + made;
    assertThat(SERVER.send("DELETE", nested, viewer.session()).status()).isEqualTo(403);
    assertThat(SERVER.send("DELETE", nested, collaborator.session()).status()).isEqualTo(200);
    assertThat(SERVER.send("GET", nested, collaborator.session()).status()).isEqualTo(404);
  }

  @Test
  void anApplicationTokenSeesTheDashboardsOfItsApplicationOnly() {
    Person ada = SERVER.newUser("token@example.com");
    String application = id(create(ada, "/applications", "{\"name\":\"a\"}"));
    String path = "/applications/" + application;
    String token = create(ada, path + "/tokens", "{\"name\":\"t\"}").get("token").stringValue();
    String outside = id(create(ada, "/dashboards", "{\"name\":\"outside\"}"));
    Answer made = SERVER.send("POST", path + "/dashboards", token, "{\"name\":\"inside\"}");
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    assertThat(made.body().get("createdByType").stringValue()).isEqualTo("apiToken");
    Answer list = SERVER.send("GET", path + "/dashboards", token);
    assertThat(list.body().get("totalCount").intValue()).isEqualTo(1);
    assertThat(SERVER.send("GET", "/dashboards", token).status()).isEqualTo(403);
    assertThat(SERVER.send("GET", "/dashboards/" + outside, token).status()).isEqualTo(404);
    assertThat(SERVER.send("GET", "/dashboards/" + id(made.body()), token).status()).isEqualTo(200);
    refused(
        SERVER.send("POST", "/dashboards", token, "{\"name\":\"x\"}"),
        403,
        "The credential has no scope for dashboards.post");
  }

  @Test
  void theLimitOfAnOwnerCountsThoseInItsApplications() {
    Person ada = SERVER.newUser("limit@example.com");
    String application = id(create(ada, "/applications", "{\"name\":\"a\"}"));
    create(ada, "/dashboards", "{\"name\":\"1\"}");
    create(ada, "/dashboards", "{\"name\":\"2\"}");
    create(ada, "/applications/" + application + "/dashboards", "{\"name\":\"3\"}");
    create(ada, "/applications/" + application + "/dashboards", "{\"name\":\"4\"}");
    refused(
        SERVER.send("POST", "/dashboards", ada.session(), "{\"name\":\"5\"}"),
        400,
        "dashboard limit of 4 is reached");
  }

  @Test
  void badBodiesNameTheField() {
    Person ada = SERVER.newUser("bad@example.com");
    for (String bad :
        List.of(
            "{}",
            "{\"name\":1}",
            "{\"name\":\"\"}",
            "{\"name\":\"x\",\"blocks\":[1]}",
            "{\"name\":\"x\",\"public\":null}",
            "{\"name\":\"x\",\"refreshRate\":1}",
            "{\"name\":\"x\",\"isPasswordProtected\":false}",
            "{\"name\":\"x\",\"applicationId\":\"\"}",
            "{\"name\":\"x\",\"orgId\":null}")) {
      assertThat(SERVER.send("POST", "/dashboards", ada.session(), bad).status())
          .as(bad)
          .isEqualTo(400);
    }
    refused(
        SERVER.send(
            "POST",
            "/dashboards",
            ada.session(),
            "{\"name\":\"x\",\"applicationId\":\"" + SERVER.newId() + "\"}"),
        404,
        "Application was not found");
  }
}
