package io.claviger.server.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every limit is exact, also for many who come at once (LIM-1, ORG-9, UAT-26, USR-19). */
class LimitsTest {
  private static final int LIMIT = 4;
  private static final int SANDBOX = 2;
  private static final int AT_ONCE = 24;
  private static final TestServer SERVER = TestServer.start(settings());

  private static Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    for (String name :
        List.of(
            "API_TOKENS",
            "APPLICATIONS",
            "APPLICATION_KEYS",
            "DASHBOARDS",
            "DEVICES",
            "MEMBERS",
            "ORGANIZATIONS")) {
      settings.put("CLAVIGER_LIMIT_" + name, Integer.toString(LIMIT));
    }
    for (String name : List.of("APPLICATIONS", "APPLICATION_KEYS", "DASHBOARDS", "DEVICES")) {
      settings.put("CLAVIGER_LIMIT_SANDBOX_" + name, Integer.toString(SANDBOX));
    }
    return settings;
  }

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  /** What has a limit; {@code %s} is what it is made in. */
  enum Kind {
    ORGANIZATIONS("/orgs", "{\"name\":\"%s\"}", "organization", LIMIT - 1),
    USER_TOKENS("/me/tokens", "{\"name\":\"%s\"}", "apitoken", LIMIT),
    SANDBOX_APPLICATIONS("/applications", "{\"name\":\"a%s\"}", "application", SANDBOX - 1),
    SANDBOX_DASHBOARDS("/dashboards", "{\"name\":\"a%s\"}", "dashboard", SANDBOX),
    APPLICATIONS("/applications", "{\"name\":\"a\",\"orgId\":\"%s\"}", "application", LIMIT - 1),
    DASHBOARDS("/dashboards", "{\"name\":\"a\",\"orgId\":\"%s\"}", "dashboard", LIMIT),
    INVITATIONS(
        "/orgs/%s/invites",
        "{\"email\":\"%s@example.com\",\"role\":\"view\"}", "member", LIMIT - 1),
    DEVICES("/applications/%s/devices", "{\"name\":\"d\"}", "device", LIMIT),
    KEYS("/applications/%s/keys", "{}", "applicationkey", LIMIT),
    APPLICATION_TOKENS("/applications/%s/tokens", "{\"name\":\"t\"}", "apitoken", LIMIT),
    SANDBOX_DEVICES("/applications/%s/devices", "{\"name\":\"d\"}", "device", SANDBOX),
    SANDBOX_KEYS("/applications/%s/keys", "{}", "applicationkey", SANDBOX);

    private final String path;
    private final String body;
    private final String field;
    private final int room;

    Kind(String path, String body, String field, int room) {
      this.path = path;
      this.body = body;
      this.field = field;
      this.room = room;
    }
  }

  private final Person ada = SERVER.newUser(SERVER.newId() + "@example.com");
  private final String organization = made("/orgs", "{\"name\":\"o\"}");
  private final String application =
      made("/applications", "{\"name\":\"a\",\"orgId\":\"" + organization + "\"}");
  private final String sandboxed = made("/applications", "{\"name\":\"a\"}");

  private String made(String path, String body) {
    Answer made = SERVER.send("POST", path, ada.session(), body);
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    return made.body().get("id").stringValue();
  }

  private String within(Kind kind) {
    if (kind.name().startsWith("SANDBOX")) {
      return sandboxed;
    }
    return kind.path.startsWith("/applications/") ? application : organization;
  }

  @ParameterizedTest
  @EnumSource
  void manyAtOnceFillItExactly(Kind kind) throws Exception {
    String within = within(kind);
    List<Callable<Answer>> calls = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      String body =
          kind == Kind.INVITATIONS ? kind.body.formatted("x" + i) : kind.body.formatted(within);
      calls.add(() -> SERVER.send("POST", kind.path.formatted(within), ada.session(), body));
    }
    int done = 0;
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Answer> future : executor.invokeAll(calls)) {
        Answer answer = future.get();
        if (answer.status() == 400) {
          assertThat(answer.body().get("message").stringValue())
              .startsWith(kind.field + " limit of ");
        } else {
          assertThat(answer.status()).isIn(200, 201);
          done++;
        }
      }
    }
    assertThat(done).isEqualTo(kind.room);
  }

  /** ORG-9: members and invitations that are pending count together, whatever becomes of them. */
  @Test
  void acceptingAndInvitingAtOnceStayWithinTheLimit() throws Exception {
    String invites = "/orgs/" + organization + "/invites";
    List<Person> invited = new ArrayList<>();
    for (int i = 0; i < LIMIT - 1; i++) {
      Person person = SERVER.newUser(SERVER.newId() + "@example.com");
      SERVER.send(
          "POST",
          invites,
          ada.session(),
          "{\"email\":\"" + person.email() + "\",\"role\":\"view\"}");
      invited.add(person);
    }
    List<Callable<Integer>> calls = new ArrayList<>();
    for (Person person : invited) {
      String id =
          SERVER.send("GET", "/me/invites", person.session()).body().at("/0/id").stringValue();
      calls.add(() ->
          SERVER
              .send("POST", "/me/invites/" + id, person.session(), "{\"action\":\"accept\"}")
              .status());
    }
    for (int i = 0; i < AT_ONCE; i++) {
      String email = "late" + i + "@example.com";
      calls.add(() ->
          SERVER
              .send(
                  "POST", invites, ada.session(), "{\"email\":\"" + email + "\",\"role\":\"view\"}")
              .status());
    }
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> futures = executor.invokeAll(calls);
      for (int i = 0; i < futures.size(); i++) {
        assertThat(futures.get(i).get()).isEqualTo(i < invited.size() ? 200 : 400);
      }
    }
    assertThat(SERVER.send("GET", "/orgs/" + organization, ada.session()).body().get("members"))
        .hasSize(LIMIT);
  }

  /** What is shown is what holds. */
  @Test
  void limitsAreShown() {
    var own = SERVER.send("GET", "/me", ada.session()).body().get("limits");
    for (String name : List.of("application", "applicationkey", "dashboard", "device")) {
      assertThat(own.get(name).intValue()).as(name).isEqualTo(SANDBOX);
    }
    assertThat(own.get("apitoken").intValue()).isEqualTo(LIMIT);
    assertThat(own.get("organization").intValue()).isEqualTo(LIMIT);
    var shared = SERVER.send("GET", "/orgs/" + organization, ada.session()).body().get("limits");
    for (String name :
        List.of("application", "applicationkey", "dashboard", "device", "member", "apitoken")) {
      assertThat(shared.get(name).intValue()).as(name).isEqualTo(LIMIT);
    }
  }
}
