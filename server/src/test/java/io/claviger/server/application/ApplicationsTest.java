package io.claviger.server.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.role.Membership;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.Role;
import io.claviger.core.role.RoleCap;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Applications over HTTP (APP-1 to APP-3). */
class ApplicationsTest {
  private static final int LIMIT = 5;
  private static final TestServer SERVER =
      TestServer.start(Map.of("CLAVIGER_LIMIT_APPLICATIONS", "" + LIMIT));
  private static final TestWorld WORLD = new TestWorld(SERVER);

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static String newOrganization(String name) {
    return SERVER.wiring().database().write(transaction -> WORLD.organization(transaction, name));
  }

  private static void join(String organization, Person person, Role role) {
    SERVER
        .wiring()
        .database()
        .run(transaction ->
            WORLD.member(
                transaction, organization, person.id(), new Membership(role, Overrides.NONE)));
  }

  private static String token(Person person, RoleCap cap) {
    return SERVER
        .wiring()
        .database()
        .write(transaction -> WORLD.token(transaction, person.id(), cap));
  }

  private static String create(Person person, String json) {
    Answer made = SERVER.send("POST", "/applications", person.session(), json);
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    return made.body().get("id").stringValue();
  }

  private static void refused(Answer answer, int status, String message) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(status);
    assertThat(answer.body().get("message").stringValue()).isEqualTo(message);
  }

  @Test
  void withoutAnOrganizationItIsTheSandboxThatOwnsIt() {
    Person ada = SERVER.newUser("sandbox@example.com");
    String json =
        """
        {"name":"Pumps","description":"Flow","endpointSlug":"pump-station",
         "expUserTokenCutoff":"2026-01-02T03:04:05+01:00","endpointDefaultCors":true,
         "globals":[{"key":"k","json":"1.50"}],"blobUrlTTL":3600}
        """;
    Answer made = SERVER.send("POST", "/applications", ada.session(), json);
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    JsonNode body = made.body();
    assertThat(body.get("ownerId").stringValue()).isEqualTo(ada.id());
    assertThat(body.get("ownerType").stringValue()).isEqualTo("user");
    assertThat(body.has("organizationName")).isFalse();
    assertThat(body.get("expUserTokenCutoff").stringValue()).isEqualTo("2026-01-02T02:04:05.000Z");
    assertThat(body.get("globals").get(0).get("json").stringValue()).isEqualTo("1.50");
    assertThat(body.get("blobUrlTTL").intValue()).isEqualTo(3600);
    assertThat(body.get("endpointSlug").stringValue()).isEqualTo("pump-station");
    assertThat(body.get("endpointDefaultCors").booleanValue()).isTrue();
    assertThat(body.get("summary").get("deviceCount").intValue()).isZero();

    String path = "/applications/" + body.get("id").stringValue();
    Answer read = SERVER.send("GET", path + "?_links=true", ada.session());
    assertThat(read.body().get("_links").get("self").get("href").stringValue()).isEqualTo(path);
    assertThat(read.body().get("description").stringValue()).isEqualTo("Flow");
  }

  @Test
  void anOrganizationsApplicationNeedsAnEditorThere() {
    String organization = newOrganization("Northern Pumps");
    Person editor = SERVER.newUser("editor@example.com");
    Person collaborator = SERVER.newUser("collaborator@example.com");
    Person nobody = SERVER.newUser("none@example.com");
    Person stranger = SERVER.newUser("stranger@example.com");
    join(organization, editor, Role.EDIT);
    join(organization, collaborator, Role.COLLABORATE);
    join(organization, nobody, Role.NONE);
    String json =
        "{\"name\":\"x\",\"orgId\":\"" + organization.toUpperCase(java.util.Locale.ROOT) + "\"}";

    Answer made = SERVER.send("POST", "/applications", editor.session(), json);
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    assertThat(made.body().get("ownerId").stringValue()).isEqualTo(organization);
    assertThat(made.body().get("organizationName").stringValue()).isEqualTo("Northern Pumps");
    assertThat(made.body().get("organizationIconColor").stringValue()).isEqualTo("blue");

    Answer low = SERVER.send("POST", "/applications", collaborator.session(), json);
    refused(low, 403, "This needs the role edit");
    String absent = "{\"name\":\"x\",\"orgId\":\"" + SERVER.newId() + "\"}";
    Answer unknown = SERVER.send("POST", "/applications", editor.session(), absent);
    refused(unknown, 404, "Organization was not found");
    for (Person unseeing : List.of(nobody, stranger)) {
      Answer unseen = SERVER.send("POST", "/applications", unseeing.session(), json);
      assertThat(unseen.status()).isEqualTo(404);
      assertThat(unseen.response().body()).isEqualTo(unknown.response().body());
    }
    refused(
        SERVER.send("POST", "/applications", editor.session(), "{\"name\":\"x\",\"orgId\":\"12\"}"),
        400,
        "orgId must be 24 hexadecimal digits");
  }

  @Test
  void aCapHoldsForTheOwnerThatTheBodyNames() {
    Person ada = SERVER.newUser("capped@example.com");
    String viewing = token(ada, new RoleCap(Role.VIEW, Optional.empty(), Map.of()));
    refused(
        SERVER.send("POST", "/applications", viewing, "{\"name\":\"x\"}"),
        403,
        "This needs the role edit");
    String blind = token(ada, new RoleCap(Role.NONE, Optional.empty(), Map.of()));
    refused(
        SERVER.send("POST", "/applications", blind, "{\"name\":\"x\"}"),
        404,
        "Sandbox was not found");
  }

  @Test
  void patchChangesWhatItNamesAndAnswersTheWhole() {
    Person ada = SERVER.newUser("patch@example.com");
    String path = "/applications/" + create(ada, "{\"name\":\"a\",\"description\":\"d\"}");
    Answer tracked =
        SERVER.send(
            "PATCH",
            path,
            ada.session(),
            "{\"ftueTracking\":[{\"name\":\"welcome\",\"version\":1.25,\"status\":\"completed\"}]}");
    assertThat(tracked.status()).as("%s", tracked.body()).isEqualTo(200);
    Answer same = SERVER.send("PATCH", path, ada.session(), "{}");
    assertThat(same.body().get("ftueTracking").get(0).get("version").decimalValue())
        .isEqualByComparingTo("1.25");
    assertThat(same.body().get("description").stringValue()).isEqualTo("d");
    Answer renamed =
        SERVER.send("PATCH", path, ada.session(), "{\"name\":\"b\",\"description\":\"\"}");
    assertThat(renamed.body().get("name").stringValue()).isEqualTo("b");
    assertThat(SERVER.send("GET", path, ada.session()).body().get("description").stringValue())
        .isEmpty();

    for (String bad :
        List.of(
            "{\"name\":null}",
            "{\"name\":\"\"}",
            "{\"name\":\"" + "x".repeat(256) + "\"}",
            "{\"description\":\"" + "x".repeat(1025) + "\"}",
            "{\"orgId\":\"" + SERVER.newId() + "\"}",
            "{\"ownerId\":\"" + SERVER.newId() + "\"}",
            "{\"blobUrlTTL\":1}",
            "{\"expUserTokenCutoff\":\"yesterday\"}",
            "{\"globals\":[{}]}",
            "{\"ftueTracking\":{}}")) {
      assertThat(SERVER.send("PATCH", path, ada.session(), bad).status()).as(bad).isEqualTo(400);
    }
  }

  @Test
  void ownersAreToldApartInLists() {
    Person ada = SERVER.newUser("lists@example.com");
    String organization = newOrganization("Listed");
    join(organization, ada, Role.EDIT);
    String mine = create(ada, "{\"name\":\"mine\"}");
    String theirs = create(ada, "{\"name\":\"theirs\",\"orgId\":\"" + organization + "\"}");

    assertThat(listed(ada, "")).containsExactly(mine, theirs);
    assertThat(listed(ada, "?orgId=")).containsExactly(mine);
    assertThat(listed(ada, "?orgId=" + organization)).containsExactly(theirs);
    assertThat(listed(ada, "?orgId=" + SERVER.newId())).isEmpty();
    assertThat(listed(ada, "?filterField=name&filter=TH*")).containsExactly(theirs);
    assertThat(listed(ada, "?sortField=creationDate&sortDirection=desc"))
        .containsExactly(theirs, mine);
    Answer second =
        SERVER.send("GET", "/applications?perPage=1&page=1&sortField=ownerId", ada.session());
    assertThat(second.body().get("totalCount").intValue()).isEqualTo(2);
    assertThat(second.body().get("count").intValue()).isEqualTo(1);
    assertThat(second.body().get("page").intValue()).isEqualTo(1);
    Answer blank = SERVER.send("GET", "/applications?orgId=", ada.session());
    assertThat(blank.body().get("orgId").stringValue()).isEmpty();
    refused(
        SERVER.send("GET", "/applications?orgId=me", ada.session()),
        400,
        "orgId must be empty or 24 hexadecimal digits");
    assertThat(SERVER.send("GET", "/applications?sortField=owner", ada.session()).status())
        .isEqualTo(400);
    assertThat(SERVER.send("GET", "/applications?orgId[a]=1", ada.session()).status())
        .isEqualTo(400);
  }

  private static List<String> listed(Person person, String query) {
    Answer answer = SERVER.send("GET", "/applications" + query, person.session());
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    List<String> ids = new ArrayList<>();
    answer.body().get("items").forEach(item -> ids.add(item.get("id").stringValue()));
    assertThat(answer.body().get("totalCount").intValue()).isEqualTo(ids.size());
    return ids;
  }

  @Test
  void theSummaryCountsWhatIsWanted() {
    Person ada = SERVER.newUser("summary@example.com");
    String path = "/applications/" + create(ada, "{\"name\":\"a\"}");
    SERVER.send("POST", path + "/tokens", ada.session(), "{\"name\":\"t\"}");
    SERVER.send("POST", path + "/dashboards", ada.session(), "{\"name\":\"d\"}");
    assertThat(summary(ada, path, ""))
        .isEqualTo("{\"apiTokenCount\":1,\"dashCount\":1,\"deviceCount\":0,\"keyCount\":0}");
    assertThat(summary(ada, path, "?summaryInclude=dashCount,%20payloadCount"))
        .isEqualTo("{\"dashCount\":1}");
    assertThat(summary(ada, path, "?summaryExclude=dashCount,deviceCount,keyCount"))
        .isEqualTo("{\"apiTokenCount\":1}");
    JsonNode item = SERVER.send("GET", "/applications", ada.session()).body().get("items").get(0);
    assertThat(item.get("summary").get("dashCount").intValue()).isEqualTo(1);
  }

  private static String summary(Person person, String path, String query) {
    return SERVER.send("GET", path + query, person.session()).body().get("summary").toString();
  }

  @Test
  void theReadmeIsKeptApartWithItsAuthor() {
    Person ada = SERVER.newUser("readme@example.com");
    String application = "/applications/" + create(ada, "{\"name\":\"a\"}");
    Answer empty = SERVER.send("GET", application + "/readme", ada.session());
    assertThat(empty.body().get("content").stringValue()).isEmpty();
    assertThat(empty.body().has("lastUpdatedById")).isFalse();
    Answer written =
        SERVER.send("PATCH", application + "/readme", ada.session(), "{\"content\":\"# Pumps\"}");
    assertThat(written.status()).as("%s", written.body()).isEqualTo(200);
    assertThat(written.body().get("content").stringValue()).isEqualTo("# Pumps");
    assertThat(written.body().get("lastUpdatedById").stringValue()).isEqualTo(ada.id());
    assertThat(written.body().get("lastUpdatedByType").stringValue()).isEqualTo("user");
    Answer same = SERVER.send("PATCH", application + "/readme", ada.session(), "{}");
    assertThat(same.body().get("content").stringValue()).isEqualTo("# Pumps");
    assertThat(SERVER.send("GET", application, ada.session()).body().has("readme")).isFalse();
  }

  @Test
  void deletingVoidsTokensAndDashboardsAtOnce() {
    Person ada = SERVER.newUser("delete@example.com");
    String path = "/applications/" + create(ada, "{\"name\":\"a\"}");
    String token =
        SERVER
            .send("POST", path + "/tokens", ada.session(), "{\"name\":\"t\"}")
            .body()
            .get("token")
            .stringValue();
    String dashboard =
        SERVER
            .send("POST", path + "/dashboards", ada.session(), "{\"name\":\"d\"}")
            .body()
            .get("id")
            .stringValue();
    assertThat(SERVER.send("GET", path, token).status()).isEqualTo(200);
    assertThat(SERVER.send("GET", "/dashboards/" + dashboard, ada.session()).status())
        .isEqualTo(200);

    Answer deleted = SERVER.send("DELETE", path, ada.session());
    assertThat(deleted.status()).isEqualTo(200);
    assertThat(deleted.body().get("success").booleanValue()).isTrue();
    refused(SERVER.send("GET", path, token), 401, "Invalid access token");
    refused(SERVER.send("GET", path, ada.session()), 404, "Application was not found");
    assertThat(SERVER.send("DELETE", path, ada.session()).status()).isEqualTo(404);
    assertThat(SERVER.send("PATCH", path, ada.session(), "{}").status()).isEqualTo(404);
    assertThat(SERVER.send("GET", path + "/readme", ada.session()).status()).isEqualTo(404);
    refused(
        SERVER.send("GET", "/dashboards/" + dashboard, ada.session()),
        404,
        "Dashboard was not found");
    assertThat(listed(ada, "")).isEmpty();
  }

  @Test
  void anApplicationTokenDeletesItsApplicationButListsNone() {
    Person ada = SERVER.newUser("apptoken@example.com");
    String path = "/applications/" + create(ada, "{\"name\":\"a\"}");
    String other = "/applications/" + create(ada, "{\"name\":\"b\"}");
    Answer made = SERVER.send("POST", path + "/tokens", ada.session(), "{\"name\":\"t\"}");
    String token = made.body().get("token").stringValue();
    assertThat(SERVER.send("GET", "/applications", token).status()).isEqualTo(403);
    assertThat(SERVER.send("POST", "/applications", token, "{\"name\":\"c\"}").status())
        .isEqualTo(403);
    assertThat(SERVER.send("GET", other, token).status()).isEqualTo(404);
    Answer renamed = SERVER.send("PATCH", path, token, "{\"name\":\"by token\"}");
    assertThat(renamed.body().get("name").stringValue()).isEqualTo("by token");
    Answer readme = SERVER.send("PATCH", path + "/readme", token, "{\"content\":\"x\"}");
    assertThat(readme.body().get("lastUpdatedByType").stringValue()).isEqualTo("apiToken");
    assertThat(SERVER.send("DELETE", path, token).status()).isEqualTo(200);
    assertThat(SERVER.send("DELETE", path, token).status()).isEqualTo(401);
  }

  @Test
  void theLimitHoldsWhenManyCreateAtOnce() throws Exception {
    Person ada = SERVER.newUser("limit@example.com");
    List<Callable<Integer>> creations = new ArrayList<>();
    for (int i = 0; i < 4 * LIMIT; i++) {
      creations.add(
          () -> SERVER.send("POST", "/applications", ada.session(), "{\"name\":\"x\"}").status());
    }
    List<Integer> statuses = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(8)) {
      for (Future<Integer> done : threads.invokeAll(creations)) {
        statuses.add(done.get());
      }
    }
    assertThat(statuses.stream().filter(status -> status == 201)).hasSize(LIMIT);
    assertThat(statuses.stream().filter(status -> status == 400)).hasSize(3 * LIMIT);
    assertThat(listed(ada, "")).hasSize(LIMIT);
    refused(
        SERVER.send("POST", "/applications", ada.session(), "{\"name\":\"x\"}"),
        400,
        "application limit of " + LIMIT + " is reached");
  }

  @Test
  void listsOfWhatIsNotKeptAreEmptyAndWellFormed() {
    Person ada = SERVER.newUser("empty@example.com");
    String path = "/applications/" + create(ada, "{\"name\":\"a\"}");
    Answer views =
        SERVER.send("GET", path + "/experience/views?viewType=page&perPage=7", ada.session());
    assertThat(views.status()).as("%s", views.body()).isEqualTo(200);
    assertThat(views.body().get("items").isEmpty()).isTrue();
    assertThat(views.body().get("perPage").intValue()).isEqualTo(7);
    assertThat(views.body().get("viewType").stringValue()).isEqualTo("page");
    Answer files = SERVER.send("GET", path + "/files?type=file&page=3", ada.session());
    assertThat(files.body().get("sortField").stringValue()).isEqualTo("lastUpdated");
    assertThat(files.body().get("page").intValue()).isEqualTo(3);
    Answer tables = SERVER.send("GET", path + "/data-tables", ada.session());
    assertThat(tables.body().get("totalCount").intValue()).isZero();
    assertThat(tables.body().get("sortField").stringValue()).isEqualTo("name");
    for (String bad :
        List.of(
            "/experience/views?viewType=book",
            "/files?status=lost",
            "/files?perPage=0",
            "/data-tables?sortField=rows",
            "/data-tables?page=-1")) {
      assertThat(SERVER.send("GET", path + bad, ada.session()).status()).as(bad).isEqualTo(400);
    }
    String absent = "/applications/" + SERVER.newId();
    assertThat(SERVER.send("GET", absent + "/files", ada.session()).status()).isEqualTo(404);
  }

  @Test
  void aPageThatWouldNotFitIntoMemoryIsRefused() {
    Person ada = SERVER.newUser("large@example.com");
    String block = "{\"blockType\":\"x\",\"text\":\"" + "x".repeat(1_000_000) + "\"}";
    for (int i = 0; i < 17; i++) {
      Answer made =
          SERVER.send(
              "POST", "/dashboards", ada.session(), "{\"name\":\"d\",\"blocks\":[" + block + "]}");
      assertThat(made.status()).isEqualTo(201);
    }
    assertThat(SERVER.send("GET", "/dashboards?perPage=16", ada.session()).status()).isEqualTo(200);
    refused(
        SERVER.send("GET", "/dashboards", ada.session()),
        400,
        "perPage must be smaller, the page would be longer than 16 MiB");
  }
}
