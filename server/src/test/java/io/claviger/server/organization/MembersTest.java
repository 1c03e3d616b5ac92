package io.claviger.server.organization;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Members over HTTP (ORG-1 to ORG-7, ORG-12). */
class MembersTest {
  private static final TestServer SERVER = TestServer.start();
  private static final OrganizationWorld WORLD = new OrganizationWorld(SERVER);

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  /** ORG-7. */
  @Test
  void anAdministratorChangesRoleAndOverridesOfOthers() {
    Person ada = WORLD.person("ada");
    String id = WORLD.organization(ada);
    Person bob = WORLD.member(id, ada, "view");
    String application = SERVER.newApplication("organization", id);
    String dashboard = WORLD.dashboard("organization", id);

    Answer modified =
        WORLD.modify(
            id,
            ada.session(),
            bob.id().toUpperCase(Locale.ROOT),
            "\"role\":\"collaborate\",\"applicationRoles\":["
                + override(application, "none")
                + "],\"dashboardRoles\":["
                + override(dashboard, "view")
                + "]");
    assertThat(modified.status()).as("%s", modified.body()).isEqualTo(200);
    JsonNode member = modified.body().at("/members/1");
    assertThat(member.get("role").stringValue()).isEqualTo("collaborate");
    assertThat(member.at("/applicationRoles/0/resourceId").stringValue()).isEqualTo(application);
    assertThat(member.at("/dashboardRoles/0/role").stringValue()).isEqualTo("view");
    String tokens = "/applications/" + application + "/tokens";
    assertThat(SERVER.send("GET", tokens, bob.session()).status()).isEqualTo(404);

    Answer onlyDashboards = WORLD.modify(id, ada.session(), bob.id(), "\"dashboardRoles\":[]");
    JsonNode after = onlyDashboards.body().at("/members/1");
    assertThat(after.get("dashboardRoles")).isEmpty();
    assertThat(after.get("applicationRoles")).hasSize(1);
    assertThat(after.get("role").stringValue()).isEqualTo("collaborate");
  }

  private static String override(String resource, String role) {
    return "{\"resourceId\":\"" + resource + "\",\"role\":\"" + role + "\"}";
  }

  @Test
  void overridesNameWhatTheOrganizationHas() {
    Person ada = WORLD.person("ada");
    String id = WORLD.organization(ada);
    Person bob = WORLD.member(id, ada, "view");
    String own = SERVER.newApplication("organization", id);
    String foreign = SERVER.newApplication("organization", WORLD.organization(ada));
    String sandbox = SERVER.newApplication("user", ada.id());
    String foreignDashboard = WORLD.dashboard("user", ada.id());
    for (String fields :
        List.of(
            "\"applicationRoles\":[" + override(foreign, "view") + "]",
            "\"applicationRoles\":[" + override(sandbox, "view") + "]",
            "\"applicationRoles\":[" + override(SERVER.newId(), "view") + "]",
            "\"applicationRoles\":[" + override(own, "view") + "," + override(own, "none") + "]",
            "\"applicationRoles\":[" + override(own, "edit") + "]",
            "\"applicationRoles\":[" + override("nothing", "view") + "]",
            "\"applicationRoles\":null",
            "\"dashboardRoles\":[" + override(foreignDashboard, "view") + "]",
            "\"dashboardRoles\":[" + override(own, "view") + "]")) {
      Answer refused = WORLD.modify(id, ada.session(), bob.id(), fields);
      assertThat(refused.status()).as(fields).isEqualTo(400);
      assertThat(refused.body().get("message").stringValue())
          .startsWith(fields.substring(1, fields.indexOf('"', 1)));
      assertThat(
              WORLD
                  .invite(id, ada.session(), "new@example.com", "\"role\":\"view\"," + fields)
                  .status())
          .as(fields)
          .isEqualTo(400);
    }
    assertThat(SERVER.send("GET", "/orgs/" + id + "/invites", ada.session()).body()).isEmpty();
  }

  /** ORG-3: they would be idle, so an administrator has none. */
  @Test
  void administratorsHaveNoOverrides() {
    Person ada = WORLD.person("ada");
    String id = WORLD.organization(ada);
    Person bob = WORLD.member(id, ada, "view");
    String application = SERVER.newApplication("organization", id);
    String overrides = "\"applicationRoles\":[" + override(application, "none") + "]";
    assertThat(
            WORLD.modify(id, ada.session(), bob.id(), "\"role\":\"admin\"," + overrides).status())
        .isEqualTo(400);
    assertThat(WORLD.modify(id, ada.session(), bob.id(), overrides).status()).isEqualTo(200);
    Answer raised =
        WORLD.modify(id, ada.session(), bob.id(), "\"role\":\"admin\",\"applicationRoles\":[]");
    assertThat(raised.status()).isEqualTo(200);
    assertThat(WORLD.modify(id, ada.session(), bob.id(), overrides).status()).isEqualTo(400);
    Answer lowered = WORLD.modify(id, ada.session(), bob.id(), "\"role\":\"view\"");
    assertThat(lowered.body().at("/members/1/applicationRoles")).isEmpty();
  }

  /** ORG-5. */
  @Test
  void nobodyChangesHisOwnRole() {
    Person ada = WORLD.person("ada");
    String id = WORLD.organization(ada);
    WORLD.member(id, ada, "admin");
    Person viewer = WORLD.member(id, ada, "view");
    String token = WORLD.cappedToken(ada, "\"defaultRole\":\"admin\"");
    for (String bearer : List.of(ada.session(), token)) {
      Answer refused = WORLD.modify(id, bearer, ada.id(), "\"role\":\"view\"");
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.body().get("message").stringValue()).startsWith("userId ");
    }
    // Naming oneself in the query as well, as one who leaves does, opens nothing.
    Answer trick =
        SERVER.send(
            "PATCH",
            "/orgs/" + id + "/member?userId=" + viewer.id(),
            viewer.session(),
            "{\"userId\":\"" + ada.id() + "\",\"role\":\"view\"}");
    assertThat(trick.status()).isEqualTo(403);
  }

  /** ORG-6 and ORG-12: gone at once, on every token, and welcome again. */
  @Test
  void whoIsRemovedSeesNothingAndMayComeBack() {
    Person ada = WORLD.person("ada");
    String id = WORLD.organization(ada);
    Person bob = WORLD.member(id, ada, "edit");
    String token = WORLD.cappedToken(bob, "\"defaultRole\":\"admin\"");
    assertThat(SERVER.send("GET", "/orgs/" + id, token).status()).isEqualTo(200);
    Answer removed = WORLD.remove(id, ada.session(), bob.id());
    assertThat(removed.status()).isEqualTo(200);
    assertThat(removed.body().get("members")).hasSize(1);
    for (String bearer : List.of(token, bob.session())) {
      assertThat(SERVER.send("GET", "/orgs/" + id, bearer).status()).isEqualTo(404);
    }
    assertThat(WORLD.remove(id, ada.session(), bob.id()).status()).isEqualTo(404);
    assertThat(WORLD.modify(id, ada.session(), bob.id(), "\"role\":\"view\"").status())
        .isEqualTo(400);
    WORLD.join(id, ada, bob, "\"role\":\"view\"");
    assertThat(SERVER.send("GET", "/orgs/" + id, token).status()).isEqualTo(200);
  }

  /** ORG-6. */
  @Test
  void aMemberOfAnyRoleMayLeave() {
    Person ada = WORLD.person("ada");
    String id = WORLD.organization(ada);
    for (String role : List.of("none", "view", "collaborate", "edit", "admin")) {
      Person member = WORLD.member(id, ada, role);
      String viewOnly = WORLD.cappedToken(member, "\"defaultRole\":\"view\"");
      assertThat(WORLD.remove(id, viewOnly, member.id()).status())
          .as("a token that may only look, of a member with role %s", role)
          .isEqualTo(role.equals("none") ? 404 : 403);
      Answer left = WORLD.remove(id, member.session(), member.id());
      assertThat(left.status()).as(role).isEqualTo(200);
      assertThat(left.body().get("members")).isEmpty();
      assertThat(left.body().has("billingEmail")).isFalse();
      assertThat(WORLD.remove(id, member.session(), member.id()).status()).isEqualTo(404);
    }
    assertThat(WORLD.roles(id, ada.session())).containsExactly(ada.id() + "=admin");
  }

  /** ORG-4. */
  @Test
  void theLastAdministratorStays() {
    Person ada = WORLD.person("ada");
    String id = WORLD.organization(ada);
    WORLD.member(id, ada, "edit");
    Answer refused = WORLD.remove(id, ada.session(), ada.id());
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.body().get("message").stringValue()).contains("last administrator");
    Person bob = WORLD.member(id, ada, "admin");
    assertThat(WORLD.remove(id, ada.session(), ada.id()).status()).isEqualTo(200);
    assertThat(WORLD.remove(id, bob.session(), bob.id()).status()).isEqualTo(400);
  }

  @Test
  void whoeverIsNamedMustBeNamedWell() {
    Person ada = WORLD.person("ada");
    String id = WORLD.organization(ada);
    for (String query : List.of("", "?userId=", "?userId=x", "?userId=a&userId=b")) {
      Answer refused = SERVER.send("DELETE", "/orgs/" + id + "/member" + query, ada.session());
      assertThat(refused.status()).as(query).isEqualTo(400);
      assertThat(refused.body().get("message").stringValue()).as(query).contains("userId");
    }
    Answer anonymous = SERVER.send("DELETE", "/orgs/" + id + "/member?userId=a&userId=b", "");
    assertThat(anonymous.status()).as("the credential comes first").isEqualTo(401);
    assertThat(WORLD.remove(id, ada.session(), SERVER.newId()).status()).isEqualTo(404);
    assertThat(WORLD.modify(id, ada.session(), SERVER.newId(), "\"role\":\"view\"").status())
        .isEqualTo(400);
  }

  /** ORG-4 under concurrency: all administrators leave or throw each other out at once. */
  @Test
  void anAdministratorRemainsWhateverHappensAtOnce() throws Exception {
    int administrators = 6;
    for (int round = 0; round < 5; round++) {
      Person ada = WORLD.person("ada");
      String id = WORLD.organization(ada);
      List<Person> all = new ArrayList<>(List.of(ada));
      for (int i = 1; i < administrators; i++) {
        all.add(WORLD.member(id, ada, "admin"));
      }
      var barrier = new CyclicBarrier(administrators);
      List<Callable<Answer>> work = new ArrayList<>();
      for (int i = 0; i < administrators; i++) {
        Person self = all.get(i);
        Person next = all.get((i + 1) % administrators);
        int kind = i % 3;
        work.add(() -> {
          barrier.await(10, TimeUnit.SECONDS);
          return switch (kind) {
            case 0 -> WORLD.remove(id, self.session(), self.id());
            case 1 -> WORLD.remove(id, self.session(), next.id());
            default -> WORLD.modify(id, self.session(), next.id(), "\"role\":\"view\"");
          };
        });
      }
      try (ExecutorService threads = Executors.newFixedThreadPool(administrators)) {
        for (Future<Answer> answer : threads.invokeAll(work)) {
          assertThat(answer.get().status()).isIn(200, 400, 403, 404);
        }
      }
      long left =
          SERVER
              .wiring()
              .database()
              .read(handle ->
                  handle
                      .createQuery(
                          "SELECT COUNT(*) FROM member"
                              + " WHERE organization_id = :id AND role = 'admin'")
                      .bind("id", id)
                      .mapTo(Long.class)
                      .one());
      assertThat(left).isPositive();
    }
  }
}
