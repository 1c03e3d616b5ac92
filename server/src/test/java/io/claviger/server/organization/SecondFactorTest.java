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

/** What an organization is to members without the second factor that it asks for (ORG-13). */
class SecondFactorTest {
  private static final TestServer SERVER = TestServer.start();
  private static final OrganizationWorld WORLD = new OrganizationWorld(SERVER);

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static void setSecondFactor(Person person, boolean on) {
    SERVER.change(
        SubjectType.USER,
        person.id(),
        "UPDATE app_user SET two_factor = " + (on ? 1 : 0) + " WHERE id = :id");
  }

  private static Answer setMode(String organization, Person person, String mode) {
    return SERVER.send(
        "PATCH", "/orgs/" + organization, person.session(), "{\"mfaMode\":\"" + mode + "\"}");
  }

  private static int get(String path, String token) {
    return SERVER.send("GET", path, token).status();
  }

  private static int listed(String path, Person person) {
    return SERVER.send("GET", path, person.session()).body().get("totalCount").intValue();
  }

  private Person administrator() {
    Person ada = WORLD.person("ada");
    setSecondFactor(ada, true);
    return ada;
  }

  @Test
  void whoHasNoneHasNoRoleUntilHeEnablesIt() {
    Person ada = administrator();
    String id = WORLD.organization(ada);
    String application = SERVER.newApplication("organization", id);
    String dashboard = WORLD.dashboard("organization", id);
    Person bob = WORLD.member(id, ada, "edit");
    Person eve = WORLD.member(id, ada, "none");
    WORLD.modify(
        id,
        ada.session(),
        eve.id(),
        "\"role\":\"none\",\"applicationRoles\":[{\"resourceId\":\""
            + application
            + "\",\"role\":\"view\"}]");
    String token = WORLD.cappedToken(bob, "\"defaultRole\":\"admin\"");
    List<String> paths =
        List.of("/orgs/" + id, "/applications/" + application, "/dashboards/" + dashboard);
    for (String path : paths) {
      assertThat(get(path, bob.session())).as(path).isEqualTo(200);
    }
    assertThat(get("/applications/" + application, eve.session())).isEqualTo(200);

    assertThat(setMode(id, ada, "required").status()).isEqualTo(200);
    for (String path : paths) {
      assertThat(get(path, ada.session())).as(path).isEqualTo(200);
      assertThat(get(path, bob.session())).as(path).isEqualTo(404);
      assertThat(get(path, token)).as(path).isEqualTo(404);
    }
    assertThat(get("/applications/" + application, eve.session())).isEqualTo(404);
    for (String list : List.of("/orgs", "/applications", "/dashboards")) {
      assertThat(listed(list, bob)).as(list).isZero();
      assertThat(listed(list, ada)).as(list).isEqualTo(1);
    }

    setSecondFactor(bob, true);
    for (String path : paths) {
      assertThat(get(path, bob.session())).as(path).isEqualTo(200);
      assertThat(get(path, token)).as(path).isEqualTo(200);
    }
    assertThat(listed("/applications", bob)).isEqualTo(1);
    setSecondFactor(bob, false);
    assertThat(get("/orgs/" + id, bob.session())).isEqualTo(404);
  }

  @Test
  void administratorsAloneWhereOnlyTheyAreAsked() {
    Person ada = administrator();
    String id = WORLD.organization(ada);
    Person bob = WORLD.member(id, ada, "admin");
    Person eve = WORLD.member(id, ada, "view");
    assertThat(setMode(id, ada, "adminRequired").status()).isEqualTo(200);
    assertThat(get("/orgs/" + id, bob.session())).isEqualTo(404);
    assertThat(get("/orgs/" + id, eve.session())).isEqualTo(200);
    WORLD.modify(id, ada.session(), bob.id(), "\"role\":\"view\"");
    assertThat(get("/orgs/" + id, bob.session())).isEqualTo(200);
    WORLD.modify(id, ada.session(), eve.id(), "\"role\":\"admin\"");
    assertThat(get("/orgs/" + id, eve.session())).isEqualTo(404);
    assertThat(setMode(id, ada, "notRequired").status()).isEqualTo(200);
    assertThat(get("/orgs/" + id, eve.session())).isEqualTo(200);
  }

  /** Else the last administrator could shut everybody out, himself included (ORG-4). */
  @Test
  void nobodyAsksForWhatHeDoesNotHave() {
    Person ada = WORLD.person("ada");
    String id = WORLD.organization(ada);
    for (String mode : List.of("required", "adminRequired")) {
      Answer refused = setMode(id, ada, mode);
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.body().get("message").stringValue()).startsWith("mfaMode asks");
      assertThat(
              SERVER
                  .send(
                      "POST",
                      "/orgs",
                      ada.session(),
                      "{\"name\":\"x\",\"mfaMode\":\"" + mode + "\"}")
                  .status())
          .isEqualTo(400);
    }
    assertThat(get("/orgs/" + id, ada.session())).isEqualTo(200);
    setSecondFactor(ada, true);
    Answer made =
        SERVER.send("POST", "/orgs", ada.session(), "{\"name\":\"x\",\"mfaMode\":\"required\"}");
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.body().get("mfaMode").stringValue()).isEqualTo("required");
    assertThat(made.body().at("/members/0/twoFactorAuthEnabled").booleanValue()).isTrue();
  }

  /** ORG-11, by both ways. */
  @Test
  void whoIsInvitedNeedsItFirst() {
    Person ada = administrator();
    String id = WORLD.organization(ada);
    setMode(id, ada, "required");
    Person bob = WORLD.person("bob");
    WORLD.invite(id, ada.session(), bob.email(), "\"role\":\"view\"");
    JsonNode own = SERVER.send("GET", "/me/invites", bob.session()).body().get(0);
    assertThat(own.get("requiresMFA").booleanValue()).isTrue();
    String invitation = own.get("id").stringValue();
    assertThat(WORLD.respond(bob, invitation, "accept").status()).isEqualTo(403);
    String link = WORLD.linkTokens(bob.email()).getLast();
    assertThat(WORLD.answerLink(bob.email(), link, true).status()).isEqualTo(403);
    setSecondFactor(bob, true);
    assertThat(WORLD.answerLink(bob.email(), link, true).status()).isEqualTo(200);
    assertThat(get("/orgs/" + id, bob.session())).isEqualTo(200);

    Person eve = WORLD.person("eve");
    WORLD.invite(id, ada.session(), eve.email(), "\"role\":\"view\"");
    String second =
        SERVER.send("GET", "/me/invites", eve.session()).body().at("/0/id").stringValue();
    assertThat(WORLD.respond(eve, second, "reject").status()).isEqualTo(200);
  }

  @Test
  void anInvitationForAnAdministratorAsksWhereOnlyThoseAreAsked() {
    Person ada = administrator();
    String id = WORLD.organization(ada);
    setMode(id, ada, "adminRequired");
    for (String role : List.of("admin", "edit")) {
      Person person = WORLD.person(role);
      WORLD.invite(id, ada.session(), person.email(), "\"role\":\"" + role + "\"");
      JsonNode own = SERVER.send("GET", "/me/invites", person.session()).body().get(0);
      assertThat(own.get("requiresMFA").booleanValue()).isEqualTo(role.equals("admin"));
      assertThat(WORLD.respond(person, own.get("id").stringValue(), "accept").status())
          .isEqualTo(role.equals("admin") ? 403 : 200);
    }
  }

  /** ORG-6 goes on: a member of any role may leave, also one whose role rests. */
  @Test
  void whoIsShutOutMayLeave() {
    Person ada = administrator();
    String id = WORLD.organization(ada);
    Person bob = WORLD.member(id, ada, "edit");
    setMode(id, ada, "required");
    assertThat(WORLD.remove(id, bob.session(), bob.id()).status()).isEqualTo(200);
  }

  /** APT-14: what an application token may do was settled when it was made. */
  @Test
  void tokensOfApplicationsGoOn() {
    Person ada = administrator();
    String id = WORLD.organization(ada);
    String application = SERVER.newApplication("organization", id);
    Person bob = WORLD.member(id, ada, "edit");
    Answer made =
        SERVER.send(
            "POST",
            "/applications/" + application + "/tokens",
            bob.session(),
            "{\"name\":\"t\",\"scope\":[\"all.Application\"]}");
    setMode(id, ada, "required");
    assertThat(get("/applications/" + application, made.body().get("token").stringValue()))
        .isEqualTo(200);
    assertThat(get("/applications/" + application, bob.session())).isEqualTo(404);
  }
}
