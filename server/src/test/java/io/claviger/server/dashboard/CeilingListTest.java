package io.claviger.server.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DashboardId;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Role;
import io.claviger.server.application.TestWorld;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * An application token sees no dashboard that its creator did not see, alone or in a list (APT-14,
 * UAT-13).
 */
class CeilingListTest {
  private static final TestServer SERVER = TestServer.start();
  private static final TestWorld WORLD = new TestWorld(SERVER);

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @Test
  void listsAndCountsLeaveOutWhatTheCreatorDidNotSee() {
    Person collaborator = SERVER.newUser("collaborator@example.com");
    ApplicationId application = new ApplicationId(SERVER.newId());
    DashboardId hidden = new DashboardId(SERVER.newId());
    DashboardId shown = new DashboardId(SERVER.newId());
    SERVER
        .wiring()
        .database()
        .run(transaction -> {
          String organization = WORLD.organization(transaction, "Ceiling");
          Owner owner = new Owner.Organization(new OrganizationId(organization));
          WORLD.application(transaction, owner, application);
          WORLD.dashboard(transaction, owner, hidden, Optional.of(application));
          WORLD.dashboard(transaction, owner, shown, Optional.of(application));
          WORLD.member(
              transaction,
              organization,
              collaborator.id(),
              new Membership(Role.COLLABORATE, new Overrides(Map.of(), Map.of(hidden, Role.NONE))));
        });
    String path = "/applications/" + application.text();
    String token =
        SERVER
            .send("POST", path + "/tokens", collaborator.session(), "{\"name\":\"narrow\"}")
            .body()
            .get("token")
            .stringValue();

    Answer list = SERVER.send("GET", path + "/dashboards", token);
    assertThat(list.status()).isEqualTo(200);
    assertThat(list.body().get("items"))
        .singleElement()
        .satisfies(item -> assertThat(item.get("id").stringValue()).isEqualTo(shown.text()));
    assertThat(list.body().get("totalCount").intValue()).isEqualTo(1);
    assertThat(SERVER.send("GET", path + "/dashboards/" + hidden.text(), token).status())
        .isEqualTo(404);
    assertThat(SERVER.send("GET", path, token).body().get("summary").get("dashCount").intValue())
        .isEqualTo(1);
  }
}
