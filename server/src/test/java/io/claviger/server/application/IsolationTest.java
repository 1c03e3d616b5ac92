package io.claviger.server.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.role.Membership;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.Role;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What belongs to another organization answers byte for byte as what does not exist (ERR-5). */
class IsolationTest {
  @Test
  void anotherOrganizationsThingsDoNotExist() {
    try (TestServer server = TestServer.start()) {
      Person ada = server.newUser("ada@example.com");
      Person bob = server.newUser("bob@example.com");
      String north = organizationOf(server, ada);
      organizationOf(server, bob);
      String json = "{\"name\":\"x\",\"orgId\":\"" + north + "\"}";
      String application = create(server, ada, "/applications", json);
      String dashboard = create(server, ada, "/dashboards", json);
      String inside =
          create(server, ada, "/applications/" + application + "/dashboards", "{\"name\":\"x\"}");
      String own = create(server, bob, "/applications", "{\"name\":\"own\"}");
      String absent = server.newId();

      for (String method : List.of("GET", "PATCH", "DELETE")) {
        same(server, bob, method, "/applications/%s", application, absent);
        same(server, bob, method, "/dashboards/%s", dashboard, absent);
        same(server, bob, method, "/dashboards/%s", inside, absent);
        same(server, bob, method, "/applications/" + own + "/dashboards/%s", inside, absent);
        same(
            server,
            bob,
            method,
            "/applications/" + application + "/dashboards/%s",
            inside,
            dashboard);
      }
      for (String sub :
          List.of("readme", "dashboards", "files", "data-tables", "experience/views")) {
        same(server, bob, "GET", "/applications/%s/" + sub, application, absent);
      }
      for (String list : List.of("/applications", "/dashboards")) {
        Answer filtered = server.send("GET", list + "?orgId=" + north, bob.session());
        assertThat(filtered.response().body())
            .isEqualTo(
                server
                    .send("GET", list + "?orgId=" + absent, bob.session())
                    .response()
                    .body()
                    .replace(absent, north));
      }
      Answer linked = server.send("GET", "/dashboards?applicationId=" + application, bob.session());
      assertThat(linked.body().get("totalCount").intValue()).isZero();
      assertThat(server.send("GET", "/applications/" + application, ada.session()).status())
          .isEqualTo(200);
    }
  }

  private static void same(
      TestServer server, Person who, String method, String path, String hidden, String absent) {
    String body = method.equals("PATCH") ? "{}" : "";
    Answer unseen = server.send(method, path.formatted(hidden), who.session(), body);
    Answer nothing = server.send(method, path.formatted(absent), who.session(), body);
    assertThat(unseen.status()).as("%s %s", method, path).isEqualTo(404);
    assertThat(nothing.status()).as("%s %s", method, path).isEqualTo(404);
    assertThat(unseen.response().body()).isEqualTo(nothing.response().body());
  }

  private static String organizationOf(TestServer server, Person person) {
    TestWorld world = new TestWorld(server);
    return server
        .wiring()
        .database()
        .write(transaction -> {
          String id = world.organization(transaction, "of " + person.email());
          world.member(transaction, id, person.id(), new Membership(Role.ADMIN, Overrides.NONE));
          return id;
        });
  }

  private static String create(TestServer server, Person person, String path, String json) {
    Answer made = server.send("POST", path, person.session(), json);
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    return made.body().get("id").stringValue();
  }
}
