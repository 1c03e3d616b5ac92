package io.claviger.server.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.claviger.core.change.Change;
import io.claviger.core.change.ChangeEntry;
import io.claviger.core.change.SubjectType;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Applications and dashboards get another owner (ORG-16, LIM-1, USR-19). */
class TransfersTest {
  private static final int LIMIT = 5;
  private static final TestServer SERVER =
      TestServer.start(
          Map.of(
              "CLAVIGER_LIMIT_APPLICATIONS", "" + LIMIT,
              "CLAVIGER_LIMIT_DASHBOARDS", "" + LIMIT,
              "CLAVIGER_LIMIT_SANDBOX_APPLICATIONS", "3",
              "CLAVIGER_LIMIT_SANDBOX_DEVICES", "1",
              "CLAVIGER_LIMIT_SANDBOX_APPLICATION_KEYS", "1"));

  private final Person ada = SERVER.newUser(SERVER.newId() + "@example.com");
  private final String north = organization(ada);
  private final String south = organization(ada);

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static String organization(Person administrator) {
    return made("/orgs", administrator, "{\"name\":\"o\"}");
  }

  private static String made(String path, Person person, String body) {
    Answer made = SERVER.send("POST", path, person.session(), body);
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    return made.body().get("id").stringValue();
  }

  private String application(String organization) {
    return made("/applications", ada, "{\"name\":\"a\",\"orgId\":\"" + organization + "\"}");
  }

  private static Person member(String organization, String role) {
    Person person = SERVER.newUser(SERVER.newId() + "@example.com");
    SERVER
        .wiring()
        .database()
        .run(transaction ->
            transaction
                .handle()
                .createUpdate(
                    "INSERT INTO member (organization_id, user_id, role, application_roles,"
                        + " dashboard_roles, created_at) VALUES (:o, :u, :r, '[]', '[]', 0)")
                .bind("o", organization)
                .bind("u", person.id())
                .bind("r", role)
                .execute());
    return person;
  }

  private static Answer transfer(String from, String token, String to, String things) {
    String type = to.startsWith("user:") ? "user" : "organization";
    return SERVER.send(
        "PATCH",
        (from.isEmpty() ? "/me" : "/orgs/" + from) + "/transferResources",
        token,
        "{\"destinationId\":\""
            + to.replace("user:", "")
            + "\",\"destinationType\":\""
            + type
            + "\","
            + things
            + "}");
  }

  private static String applications(String... ids) {
    return "\"applicationIds\":[\"" + String.join("\",\"", ids) + "\"]";
  }

  private static String dashboards(String... ids) {
    return "\"dashboardIds\":[\"" + String.join("\",\"", ids) + "\"]";
  }

  private static int get(String path, Person person) {
    return SERVER.send("GET", path, person.session()).status();
  }

  private String ownerOf(String path) {
    return SERVER.send("GET", path, ada.session()).body().get("ownerId").stringValue();
  }

  @Test
  void anApplicationGoesWithAllThatIsInIt() {
    String application = application(north);
    String path = "/applications/" + application;
    String inside = made(path + "/dashboards", ada, "{\"name\":\"d\"}");
    String device = made(path + "/devices", ada, "{\"name\":\"d\"}");
    Person northern = member(north, "view");
    Person southern = member(south, "view");
    List<String> paths = List.of(path, "/dashboards/" + inside, path + "/devices/" + device);
    for (String thing : paths) {
      assertThat(get(thing, northern)).as(thing).isEqualTo(200);
      assertThat(get(thing, southern)).as(thing).isEqualTo(404);
    }
    assertThat(transfer(north, ada.session(), south, applications(application)).status())
        .isEqualTo(200);
    for (String thing : paths) {
      assertThat(get(thing, northern)).as(thing).isEqualTo(404);
      assertThat(get(thing, southern)).as(thing).isEqualTo(200);
    }
    assertThat(ownerOf(path)).isEqualTo(south);
    assertThat(ownerOf("/dashboards/" + inside)).isEqualTo(south);
    List<Change> changes = changes("org.transferResources", application, inside);
    assertThat(changes).hasSize(4);
    assertThat(changes.stream().map(it -> it.organizationId().orElseThrow()))
        .containsExactlyInAnyOrder(north, south, north, south);
    assertThat(changes.getFirst().before().orElseThrow()).contains(north);
    assertThat(changes.getFirst().after().orElseThrow()).contains(south);
  }

  private static List<Change> changes(String action, String... subjects) {
    return SERVER.wiring().database().changeLog().page(0, 10_000).stream()
        .map(ChangeEntry::change)
        .filter(change -> change.action().equals(action))
        .filter(change -> List.of(subjects).contains(change.subject().id()))
        .toList();
  }

  /** USR-19: the own sandbox is an end like others, that of somebody else is not there. */
  @Test
  void betweenSandboxAndOrganization() {
    String application = made("/applications", ada, "{\"name\":\"a\"}");
    String dashboard = made("/dashboards", ada, "{\"name\":\"d\"}");
    String all = applications(application) + "," + dashboards(dashboard);
    assertThat(transfer("", ada.session(), north, all).status()).isEqualTo(200);
    assertThat(ownerOf("/applications/" + application)).isEqualTo(north);
    assertThat(ownerOf("/dashboards/" + dashboard)).isEqualTo(north);
    Person eve = SERVER.newUser(SERVER.newId() + "@example.com");
    for (String nobody : List.of(eve.id(), SERVER.newId())) {
      Answer unseen = transfer(north, ada.session(), "user:" + nobody, all);
      assertThat(unseen.status()).isEqualTo(404);
      assertThat(unseen.body().get("message").stringValue()).isEqualTo("Sandbox was not found");
    }
    assertThat(transfer(north, ada.session(), "user:" + ada.id(), all).status()).isEqualTo(200);
    assertThat(ownerOf("/applications/" + application)).isEqualTo(ada.id());
    assertThat(changes("me.transferResources", application))
        .as("in the own log, which it leaves, and in that of the organization")
        .extracting(Change::organizationId, Change::accountId)
        .containsExactly(
            tuple(Optional.empty(), Optional.of(ada.id())),
            tuple(Optional.of(north), Optional.empty()));
  }

  @Test
  void onlyAnAdministratorAtBothEnds() {
    String application = application(north);
    String things = applications(application);
    for (String role : List.of("edit", "collaborate", "view")) {
      Person member = member(north, role);
      String own = organization(member);
      assertThat(transfer(north, member.session(), own, things).status()).isEqualTo(403);
    }
    Person administrator = member(north, "admin");
    assertThat(transfer(north, administrator.session(), south, things).status()).isEqualTo(404);
    assertThat(transfer(north, administrator.session(), SERVER.newId(), things).status())
        .isEqualTo(404);
    Person editor = member(south, "edit");
    String sandboxed = made("/applications", editor, "{\"name\":\"a\"}");
    assertThat(transfer("", editor.session(), south, applications(sandboxed)).status())
        .isEqualTo(403);
    assertThat(transfer(south, SERVER.newUser("x@y.example").session(), north, things).status())
        .isEqualTo(404);
    assertThat(ownerOf("/applications/" + application)).isEqualTo(north);
  }

  /** UAT-10: a token moves nothing out of or into what it does not administer. */
  @Test
  void theCapOfATokenHoldsAtBothEnds() {
    String application = application(north);
    String sandboxed = made("/applications", ada, "{\"name\":\"a\"}");
    for (String limited : List.of(north, south, "sandbox")) {
      String token = token("\"orgRoles\":[{\"orgId\":\"" + limited + "\",\"role\":\"edit\"}]");
      assertThat(transfer(north, token, south, applications(application)).status())
          .isEqualTo(limited.equals("sandbox") ? 200 : 403);
      transfer(south, ada.session(), north, applications(application));
      assertThat(transfer("", token, north, applications(sandboxed)).status())
          .as(limited)
          .isEqualTo(limited.equals(south) ? 200 : 403);
      transfer(north, ada.session(), "user:" + ada.id(), applications(sandboxed));
    }
    String hidden = token("\"orgRoles\":[{\"orgId\":\"sandbox\",\"role\":\"none\"}]");
    assertThat(transfer("", hidden, north, applications(sandboxed)).status()).isEqualTo(404);
    String scoped = token("\"scope\":[\"all.User.bounded\"]");
    assertThat(transfer(north, scoped, south, applications(application)).status()).isEqualTo(403);
  }

  private String token(String fields) {
    Answer made =
        SERVER.send("POST", "/me/tokens", ada.session(), "{\"name\":\"t\"," + fields + "}");
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    return made.body().get("token").stringValue();
  }

  @Test
  void allMovesOrNothing() {
    String application = application(north);
    String elsewhere = application(south);
    String inside = made("/applications/" + application + "/dashboards", ada, "{\"name\":\"d\"}");
    for (String things :
        List.of(
            applications(application, SERVER.newId()),
            applications(application, elsewhere),
            applications(application) + "," + dashboards(SERVER.newId()),
            dashboards(inside),
            applications().replace("[\"\"]", "[]"),
            "\"strict\":true")) {
      Answer refused = transfer(north, ada.session(), south, things);
      assertThat(refused.status()).as("%s %s", things, refused.body()).isEqualTo(400);
    }
    assertThat(transfer(north, ada.session(), north, applications(application)).status())
        .isEqualTo(400);
    assertThat(ownerOf("/applications/" + application)).isEqualTo(north);
    String named = applications(application) + "," + dashboards(inside);
    assertThat(transfer(north, ada.session(), south, named).status()).isEqualTo(200);
  }

  @Test
  void strictPartsNoDashboardFromWhatItShows() {
    String first = application(north);
    String second = application(north);
    String board =
        made(
            "/dashboards",
            ada,
            "{\"name\":\"d\",\"orgId\":\""
                + north
                + "\",\"blocks\":[{\"id\":\"b\",\"blockType\":\"gauge\",\"applicationId\":\""
                + first
                + "\"}]}");
    String strict = ",\"strict\":true";
    for (String parting : List.of(applications(first), dashboards(board))) {
      Answer refused = transfer(north, ada.session(), south, parting + strict);
      assertThat(refused.status()).as(parting).isEqualTo(400);
      assertThat(refused.body().get("message").stringValue()).contains(board, first);
    }
    assertThat(transfer(north, ada.session(), south, applications(second) + strict).status())
        .isEqualTo(200);
    String both = applications(first) + "," + dashboards(board);
    assertThat(transfer(north, ada.session(), south, both + strict).status()).isEqualTo(200);
    assertThat(transfer(south, ada.session(), north, dashboards(board)).status()).isEqualTo(200);
    assertThat(ownerOf("/dashboards/" + board)).isEqualTo(north);
    assertThat(
            transfer(north, ada.session(), "user:" + ada.id(), dashboards(board) + strict).status())
        .isEqualTo(200);
  }

  /** LIM-1: many at once fill the destination to its limit and no further. */
  @Test
  void limitsOfTheDestinationHoldAtOnce() throws Exception {
    List<String> sources = new ArrayList<>();
    List<String> moving = new ArrayList<>();
    for (int i = 0; i < 2 * LIMIT; i++) {
      String source = organization(ada);
      sources.add(source);
      moving.add(application(source));
    }
    List<Callable<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      String from = sources.get(i);
      String things = applications(moving.get(i));
      calls.add(() -> transfer(from, ada.session(), south, things).status());
      calls.add(() ->
          SERVER
              .send(
                  "POST",
                  "/applications",
                  ada.session(),
                  "{\"name\":\"new\",\"orgId\":\"" + south + "\"}")
              .status());
    }
    int done = 0;
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Integer> future : executor.invokeAll(calls)) {
        assertThat(future.get()).isIn(200, 201, 400);
        done += future.get() == 400 ? 0 : 1;
      }
    }
    assertThat(done).isEqualTo(LIMIT);
    assertThat(count("/applications?orgId=" + south)).isEqualTo(LIMIT);
  }

  private int count(String path) {
    return SERVER.send("GET", path, ada.session()).body().get("totalCount").intValue();
  }

  /** USR-19: a sandbox holds less, also of what an application brings along. */
  @Test
  void theLimitsOfTheSandboxHold() {
    String full = application(north);
    made("/applications/" + full + "/devices", ada, "{\"name\":\"1\"}");
    assertThat(transfer(north, ada.session(), "user:" + ada.id(), applications(full)).status())
        .isEqualTo(200);
    Answer more =
        SERVER.send(
            "POST", "/applications/" + full + "/devices", ada.session(), "{\"name\":\"2\"}");
    assertThat(more.status()).isEqualTo(400);
    assertThat(transfer("", ada.session(), north, applications(full)).status()).isEqualTo(200);
    made("/applications/" + full + "/devices", ada, "{\"name\":\"2\"}");
    Answer refused = transfer(north, ada.session(), "user:" + ada.id(), applications(full));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.body().get("message").stringValue()).startsWith("device limit of 1");

    String keyed = application(north);
    for (int i = 0; i < 2; i++) {
      made("/applications/" + keyed + "/keys", ada, "{}");
    }
    assertThat(
            transfer(north, ada.session(), "user:" + ada.id(), applications(keyed))
                .body()
                .get("message")
                .stringValue())
        .startsWith("applicationkey limit of 1");
    for (int i = 0; i < 3; i++) {
      made("/applications", ada, "{\"name\":\"a\"}");
    }
    assertThat(
            transfer(north, ada.session(), "user:" + ada.id(), applications(application(north)))
                .body()
                .get("message")
                .stringValue())
        .startsWith("application limit of 3");
  }

  /** What an administrator said about a thing holds wherever he may say it, and nowhere else. */
  @Test
  void overridesRestWhileTheThingIsElsewhere() {
    String application = application(north);
    String path = "/applications/" + application;
    Person eve = member(north, "none");
    SERVER.send(
        "PATCH",
        "/orgs/" + north + "/member",
        ada.session(),
        "{\"userId\":\""
            + eve.id()
            + "\",\"applicationRoles\":[{\"resourceId\":\""
            + application
            + "\",\"role\":\"collaborate\"}]}");
    assertThat(get(path, eve)).isEqualTo(200);
    transfer(north, ada.session(), south, applications(application));
    assertThat(get(path, eve)).isEqualTo(404);
    assertThat(
            SERVER.send("GET", "/applications", eve.session()).body().get("totalCount").intValue())
        .isZero();
    Answer kept =
        SERVER.send(
            "PATCH",
            "/orgs/" + north + "/member",
            ada.session(),
            "{\"userId\":\""
                + eve.id()
                + "\",\"applicationRoles\":[{\"resourceId\":\""
                + application
                + "\",\"role\":\"view\"}]}");
    assertThat(kept.status()).as("%s", kept.body()).isEqualTo(200);
    transfer(south, ada.session(), north, applications(application));
    assertThat(get(path, eve)).isEqualTo(200);
  }

  /** APT-1: tokens belong to their application, wherever it is. */
  @Test
  void tokensOfTheApplicationGoAlong() {
    String application = application(north);
    String path = "/applications/" + application;
    String token =
        SERVER
            .send(
                "POST",
                path + "/tokens",
                ada.session(),
                "{\"name\":\"t\",\"scope\":[\"all.Application\"]}")
            .body()
            .get("token")
            .stringValue();
    transfer(north, ada.session(), south, applications(application));
    assertThat(SERVER.send("GET", path, token).status()).isEqualTo(200);
    SERVER.change(
        SubjectType.ORGANIZATION, north, "UPDATE organization SET disabled_at = 1 WHERE id = :id");
    assertThat(SERVER.send("GET", path, token).status()).isEqualTo(200);
    SERVER.change(
        SubjectType.ORGANIZATION, south, "UPDATE organization SET disabled_at = 1 WHERE id = :id");
    assertThat(SERVER.send("GET", path, token).status()).isEqualTo(403);
  }

  /** ORG-17: nothing leaves or enters what is closed. */
  @Test
  void closedEndsStayClosed() {
    String application = application(north);
    for (String closed : List.of(north, south)) {
      String sql = "UPDATE organization SET is_read_only = %d WHERE id = :id";
      SERVER.change(SubjectType.ORGANIZATION, closed, sql.formatted(1));
      assertThat(transfer(north, ada.session(), south, applications(application)).status())
          .isEqualTo(403);
      SERVER.change(SubjectType.ORGANIZATION, closed, sql.formatted(0));
    }
  }
}
