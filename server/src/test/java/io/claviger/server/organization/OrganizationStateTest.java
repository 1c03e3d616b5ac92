package io.claviger.server.organization;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.change.SubjectType;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** An organization that is disabled or may only be read, for whatever comes to it (ORG-17). */
class OrganizationStateTest {
  private static final TestServer SERVER = TestServer.start();
  private static final OrganizationWorld WORLD = new OrganizationWorld(SERVER);

  private final Person ada = WORLD.person("ada");
  private final String id = WORLD.organization(ada);
  private final String application = SERVER.newApplication("organization", id);
  private final String device = SERVER.newDevice(application, "standalone");
  private final String key = "/applications/" + application + "/keys";
  private final JsonNode access = SERVER.send("POST", key, ada.session(), "{}").body();
  private final String token =
      SERVER
          .send(
              "POST",
              "/applications/" + application + "/tokens",
              ada.session(),
              "{\"name\":\"t\",\"scope\":[\"all.Application\"]}")
          .body()
          .get("token")
          .stringValue();
  private final String session = login("").body().get("token").stringValue();

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private void set(String column, String value) {
    SERVER.change(
        SubjectType.ORGANIZATION,
        id,
        "UPDATE organization SET " + column + " = " + value + " WHERE id = :id");
  }

  private Answer login(String bearer) {
    String credentials =
        bearer.isEmpty()
            ? ",\"key\":\""
                + access.get("key").stringValue()
                + "\",\"secret\":\""
                + access.get("secret").stringValue()
                + "\""
            : "";
    return SERVER.send(
        "POST", "/auth/device", bearer, "{\"deviceId\":\"" + device + "\"" + credentials + "}");
  }

  private static int status(String method, String path, String bearer, String body) {
    return SERVER.send(method, path, bearer, body).status();
  }

  private static int get(String path, String bearer) {
    return status("GET", path, bearer, "");
  }

  @Test
  void readOnlyRefusesWhatChangesSomething() {
    set("is_read_only", "1");
    String path = "/applications/" + application;
    for (String bearer : List.of(ada.session(), token)) {
      assertThat(get(path, bearer)).isEqualTo(200);
      assertThat(get(path + "/devices", bearer)).isEqualTo(200);
      assertThat(status("POST", path + "/devices", bearer, "{\"name\":\"d\"}")).isEqualTo(403);
      assertThat(status("POST", path + "/keys", bearer, "{}")).isEqualTo(403);
      assertThat(status("POST", path + "/tokens", bearer, "{\"name\":\"n\"}")).isEqualTo(403);
      assertThat(status("DELETE", path, bearer, "")).isEqualTo(403);
    }
    Answer shown = SERVER.send("GET", "/orgs/" + id, ada.session());
    assertThat(shown.body().get("isReadOnly").booleanValue()).isTrue();
    Answer refused = SERVER.send("PATCH", "/orgs/" + id, ada.session(), "{\"name\":\"x\"}");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.body().get("message").stringValue())
        .isEqualTo("The organization may only be read");
    assertThat(
            status(
                "POST",
                "/applications",
                ada.session(),
                "{\"name\":\"a\",\"orgId\":\"" + id + "\"}"))
        .isEqualTo(403);
    assertThat(login("").status()).isEqualTo(200);
    assertThat(get(path + "/devices/" + device, session)).isEqualTo(200);
    set("is_read_only", "0");
    assertThat(status("POST", path + "/devices", token, "{\"name\":\"d\"}")).isEqualTo(201);
  }

  @Test
  void disabledRefusesEverything() {
    set("disabled_at", "1772359200000");
    String path = "/applications/" + application;
    for (String bearer : List.of(ada.session(), token)) {
      assertThat(get(path, bearer)).isEqualTo(403);
      assertThat(status("POST", path + "/devices", bearer, "{\"name\":\"d\"}")).isEqualTo(403);
    }
    assertThat(SERVER.send("GET", "/orgs/" + id, ada.session()).body().get("message").stringValue())
        .isEqualTo("The organization is disabled");
    assertThat(get("/orgs/" + id, WORLD.person("eve").session())).isEqualTo(404);
    assertThat(get(path + "/devices/" + device, session)).isEqualTo(403);
    assertThat(login("").status()).isEqualTo(401);
    assertThat(login(ada.session()).status()).isEqualTo(403);
    assertThat(login(token).status()).isEqualTo(403);

    JsonNode listed = SERVER.send("GET", "/orgs", ada.session()).body().get("items").get(0);
    assertThat(listed.get("disabledAt").stringValue()).isEqualTo("2026-03-01T10:00:00.000Z");
    for (String list : List.of("/applications", "/dashboards")) {
      assertThat(SERVER.send("GET", list, ada.session()).body().get("totalCount").intValue())
          .isZero();
    }
    set("disabled_at", "NULL");
    assertThat(get(path, token)).isEqualTo(200);
    assertThat(login("").status()).isEqualTo(200);
    assertThat(get(path + "/devices/" + device, session)).isEqualTo(200);
  }

  /** KEY-42: the device learns no more than that it is not let in. */
  @Test
  void aDeviceThatIsTurnedAwayLearnsNothingOfTheReason() {
    Answer wrong =
        SERVER.send(
            "POST",
            "/auth/device",
            "",
            "{\"deviceId\":\""
                + device
                + "\",\"key\":\""
                + access.get("key").stringValue()
                + "\",\"secret\":\"wrong\"}");
    set("disabled_at", "1772359200000");
    Answer disabled = login("");
    assertThat(disabled.status()).isEqualTo(wrong.status());
    assertThat(disabled.body()).isEqualTo(wrong.body());
  }

  @Test
  void nobodyJoinsWhatIsClosed() {
    Person bob = WORLD.person("bob");
    WORLD.invite(id, ada.session(), bob.email(), "\"role\":\"view\"");
    String link = WORLD.linkTokens(bob.email()).getLast();
    String invitation =
        SERVER.send("GET", "/me/invites", bob.session()).body().at("/0/id").stringValue();
    for (String state : List.of("is_read_only = 1", "is_read_only = 0, disabled_at = 1")) {
      SERVER.change(
          SubjectType.ORGANIZATION, id, "UPDATE organization SET " + state + " WHERE id = :id");
      assertThat(WORLD.answerLink(bob.email(), link, true).status()).isEqualTo(403);
      assertThat(WORLD.respond(bob, invitation, "accept").status()).isEqualTo(403);
    }
    String show = "/invites?token=" + link + "&email=" + bob.email();
    assertThat(get(show, "")).isEqualTo(403);
    set("disabled_at", "NULL");
    assertThat(get(show, "")).isEqualTo(200);
    assertThat(WORLD.respond(bob, invitation, "accept").status()).isEqualTo(200);
  }

  /** APP-4: what was open to the world is closed to it. */
  @Test
  void anOpenDashboardOfADisabledOrganizationIsNotThere() {
    String dashboard = WORLD.dashboard("organization", id);
    SERVER.change(
        SubjectType.DASHBOARD, dashboard, "UPDATE dashboard SET is_public = 1 WHERE id = :id");
    assertThat(get("/dashboards/" + dashboard, "")).isEqualTo(200);
    set("disabled_at", "1");
    assertThat(get("/dashboards/" + dashboard, "")).isEqualTo(404);
    assertThat(get("/dashboards/" + dashboard, ada.session())).isEqualTo(403);
  }

  /** {@code POST /decisions} says the same, with a reason of its own. */
  @Test
  void theDecisionNamesTheReason() {
    set("disabled_at", "1");
    String question =
        "{\"credential\":{\"token\":\""
            + token
            + "\"},\"action\":\"application.get\",\"resource\":{\"applicationId\":\""
            + application
            + "\"}}";
    JsonNode decision = SERVER.send("POST", "/decisions", "", question).body();
    assertThat(decision.get("allowed").booleanValue()).isFalse();
    assertThat(decision.get("reason").stringValue()).isEqualTo("organization_disabled");
  }
}
