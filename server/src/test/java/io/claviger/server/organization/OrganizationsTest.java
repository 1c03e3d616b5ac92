package io.claviger.server.organization;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Organizations over HTTP (ORG-13 to ORG-15, UAT-13, LIM-1). */
class OrganizationsTest {
  private static final TestServer SERVER =
      TestServer.start(Map.of("CLAVIGER_LIMIT_ORGANIZATIONS", "12"));
  private static final OrganizationWorld WORLD = new OrganizationWorld(SERVER);

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  /** ORG-14. */
  @Test
  void whoeverMakesAnOrganizationIsItsOnlyAdministrator() {
    Person ada = WORLD.person("ada");
    Answer made =
        SERVER.send(
            "POST",
            "/orgs?_links=true",
            ada.session(),
            "{\"name\":\"North\",\"description\":\"d\",\"iconColor\":\"#fff\","
                + "\"billingEmail\":\"pay@example.com\",\"planId\":\"gold\","
                + "\"cardToken\":\"tok_card_4242\",\"mfaMode\":\"notRequired\"}");
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    String id = made.body().get("orgId").stringValue();
    assertThat(made.body().at("/_links/self/href").stringValue()).isEqualTo("/orgs/" + id);
    assertThat(made.body().at("/members/0/email").stringValue()).isEqualTo(ada.email());
    assertThat(WORLD.roles(id, ada.session())).containsExactly(ada.id() + "=admin");

    Answer read = SERVER.send("GET", "/orgs/" + id, ada.session());
    assertThat(read.body().get("billingEmail").stringValue()).isEqualTo("pay@example.com");
    assertThat(read.body().at("/summary/appCount").intValue()).isZero();
    assertThat(read.body().at("/limits/member").intValue()).isEqualTo(10_000);
    assertThat(read.body().toString()).doesNotContain("tok_card_4242").doesNotContain("gold");
    assertThat(storedText()).doesNotContain("tok_card_4242");
  }

  /** Everything that the change log and the organizations hold as text. */
  private static String storedText() {
    return SERVER
        .wiring()
        .database()
        .read(handle ->
            String.join(
                "\n",
                handle
                    .createQuery("SELECT COALESCE(after_json, '') FROM change_log")
                    .mapTo(String.class)
                    .list()));
  }

  @Test
  void aPatchChangesWhatItNames() {
    Person ada = WORLD.person("ada");
    String id = WORLD.organization(ada);
    Answer patched =
        SERVER.send(
            "PATCH", "/orgs/" + id, ada.session(), "{\"name\":\"South\",\"iconColor\":\"red\"}");
    assertThat(patched.status()).as("%s", patched.body()).isEqualTo(200);
    assertThat(patched.body().get("name").stringValue()).isEqualTo("South");
    assertThat(patched.body().get("members")).hasSize(1);
    Answer again = SERVER.send("PATCH", "/orgs/" + id, ada.session(), "{\"description\":\"x\"}");
    assertThat(again.body().get("name").stringValue()).isEqualTo("South");
    assertThat(again.body().get("iconColor").stringValue()).isEqualTo("red");
  }

  /** What may be absent can be taken away again. */
  @Test
  void nullClearsWhatIsOptional() {
    Person ada = WORLD.person("ada");
    String id = WORLD.organization(ada);
    String given =
        "{\"description\":\"d\",\"billingEmail\":\"pay@example.com\",\"iconColor\":\"#fff\"}";
    SERVER.send("PATCH", "/orgs/" + id, ada.session(), given);
    for (String field : List.of("description", "billingEmail", "iconColor")) {
      Answer before = SERVER.send("PATCH", "/orgs/" + id, ada.session(), "{}");
      assertThat(before.body().has(field)).as(field).isTrue();
      Answer cleared =
          SERVER.send("PATCH", "/orgs/" + id, ada.session(), "{\"" + field + "\":null}");
      assertThat(cleared.status()).as(field).isEqualTo(200);
      assertThat(cleared.body().has(field)).as(field).isFalse();
    }
    assertThat(SERVER.send("PATCH", "/orgs/" + id, ada.session(), "{\"name\":null}").status())
        .isEqualTo(400);
  }

  /** ORG-2: what each role may do to the organization itself. */
  @Test
  void onlyAdministratorsChangeAnOrganization() {
    Person ada = WORLD.person("ada");
    String id = WORLD.organization(ada);
    for (String role : List.of("edit", "collaborate", "view", "none")) {
      Person member = WORLD.member(id, ada, role);
      boolean sees = !role.equals("none");
      int refused = sees ? 403 : 404;
      String path = "/orgs/" + id;
      assertThat(SERVER.send("GET", path, member.session()).status()).isEqualTo(sees ? 200 : 404);
      assertThat(SERVER.send("PATCH", path, member.session(), "{\"name\":\"x\"}").status())
          .isEqualTo(refused);
      assertThat(SERVER.send("DELETE", path, member.session()).status()).isEqualTo(refused);
      assertThat(SERVER.send("GET", path + "/invites", member.session()).status())
          .isEqualTo(refused);
      assertThat(WORLD.modify(id, member.session(), ada.id(), "\"role\":\"view\"").status())
          .isEqualTo(refused);
      assertThat(WORLD.remove(id, member.session(), ada.id()).status()).isEqualTo(refused);
      assertThat(WORLD.invite(id, member.session(), "x@example.com", "\"role\":\"view\"").status())
          .isEqualTo(refused);
    }
    Person stranger = WORLD.person("stranger");
    Answer unseen = SERVER.send("GET", "/orgs/" + id, stranger.session());
    Answer absent = SERVER.send("GET", "/orgs/" + SERVER.newId(), stranger.session());
    assertThat(unseen.status()).isEqualTo(404);
    assertThat(unseen.body()).isEqualTo(absent.body());
  }

  /** The numbers of what may be hidden from others are for administrators. */
  @Test
  void countsOfHiddenThingsAreForAdministrators() {
    Person ada = WORLD.person("ada");
    String id = WORLD.organization(ada);
    SERVER.newApplication("organization", id);
    Person viewer = WORLD.member(id, ada, "view");
    JsonNode forAdministrator = SERVER.send("GET", "/orgs/" + id, ada.session()).body();
    assertThat(forAdministrator.at("/summary/appCount").intValue()).isEqualTo(1);
    assertThat(forAdministrator.at("/summary/memberCount").intValue()).isEqualTo(2);
    JsonNode forViewer = SERVER.send("GET", "/orgs/" + id, viewer.session()).body();
    assertThat(forViewer.get("summary").propertyNames()).containsExactly("memberCount");
    JsonNode chosen =
        SERVER
            .send(
                "GET",
                "/orgs/" + id + "?summaryInclude=appCount,dashCount&summaryExclude=dashCount",
                ada.session())
            .body();
    assertThat(chosen.get("summary").propertyNames()).containsExactly("appCount");
  }

  /** UAT-13: pages and totals are those of what the token sees. */
  @Test
  void aTokenListsTheOrganizationsThatItsCapLeavesVisible() {
    Person ada = WORLD.person("ada");
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ids.add(WORLD.organization(ada));
    }
    Person boss = WORLD.person("boss");
    String hiddenByRole = WORLD.organization(boss);
    WORLD.join(hiddenByRole, boss, ada, "\"role\":\"none\"");
    assertThat(listed(ada.session(), "")).containsExactlyElementsOf(ids);

    String allBut =
        WORLD.cappedToken(
            ada, "\"orgRoles\":[" + cap(ids.get(0), "none") + "," + cap(ids.get(1), "view") + "]");
    assertThat(listed(allBut, "")).containsExactlyElementsOf(ids.subList(1, 5));
    assertThat(listed(allBut, "&perPage=2&page=1")).containsExactlyElementsOf(ids.subList(3, 5));
    assertThat(
            SERVER
                .send("GET", "/orgs?perPage=2&page=7", allBut)
                .body()
                .get("totalCount")
                .intValue())
        .isEqualTo(4);

    String only =
        WORLD.cappedToken(
            ada,
            "\"defaultRole\":\"none\",\"orgRoles\":["
                + cap(ids.get(3), "view")
                + ","
                + cap(ids.get(4), "none")
                + ","
                + cap(hiddenByRole, "admin")
                + "]");
    assertThat(listed(only, "")).containsExactly(ids.get(3));
    assertThat(listed(WORLD.cappedToken(ada, "\"defaultRole\":\"none\""), "")).isEmpty();
    for (String id : ids) {
      boolean visible = listed(only, "").contains(id);
      assertThat(SERVER.send("GET", "/orgs/" + id, only).status()).isEqualTo(visible ? 200 : 404);
    }
  }

  private static String cap(String organization, String role) {
    return "{\"orgId\":\"" + organization + "\",\"role\":\"" + role + "\"}";
  }

  /** The ids in one page of the list, by id. */
  private static List<String> listed(String token, String more) {
    Answer answer = SERVER.send("GET", "/orgs?sortField=id" + more, token);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    List<String> ids = new ArrayList<>();
    answer.body().get("items").forEach(item -> ids.add(item.get("id").stringValue()));
    return ids;
  }

  /** ORG-15. */
  @Test
  void theListSortsAndFiltersByNameAndShowsTheOwnMembershipOnly() {
    Person ada = WORLD.person("ada");
    for (String name : List.of("beta", "Alpha", "alphabet")) {
      SERVER.send("POST", "/orgs", ada.session(), "{\"name\":\"" + name + "\"}");
    }
    Answer page =
        SERVER.send(
            "GET", "/orgs?filterField=name&filter=ALPHA*&sortDirection=desc", ada.session());
    assertThat(page.body().get("items"))
        .extracting(item -> item.get("name").stringValue())
        .containsExactly("alphabet", "Alpha");
    String id = page.body().at("/items/0/id").stringValue();
    WORLD.member(id, ada, "view");
    JsonNode again =
        SERVER.send("GET", "/orgs?filterField=name&filter=alphabet", ada.session()).body();
    assertThat(again.at("/items/0/members"))
        .extracting(member -> member.get("userId").stringValue())
        .containsExactly(ada.id());
    assertThat(SERVER.send("GET", "/orgs?sortField=role", ada.session()).status()).isEqualTo(400);
    assertThat(SERVER.send("GET", "/orgs", "").status()).isEqualTo(401);
  }

  /** LIM-1, also for those who are invited. */
  @Test
  void aUserIsInSoManyOrganizationsAndNoMore() {
    Person ada = WORLD.person("ada");
    for (int i = 0; i < 12; i++) {
      WORLD.organization(ada);
    }
    Answer refused = SERVER.send("POST", "/orgs", ada.session(), "{\"name\":\"x\"}");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.body().get("message").stringValue()).contains("limit of 12");
    Person boss = WORLD.person("boss");
    String other = WORLD.organization(boss);
    WORLD.invite(other, boss.session(), ada.email(), "\"role\":\"view\"");
    String invitation =
        SERVER.send("GET", "/me/invites", ada.session()).body().at("/0/id").stringValue();
    assertThat(WORLD.respond(ada, invitation, "accept").status()).isEqualTo(400);
    assertThat(SERVER.send("GET", "/me/invites", ada.session()).body()).hasSize(1);
  }

  /** What belongs to an organization goes with it, and all who relied on it notice at once. */
  @Test
  void deletingRemovesEverythingBeneath() {
    Person ada = WORLD.person("ada");
    String id = WORLD.organization(ada);
    Person editor = WORLD.member(id, ada, "edit");
    String application = SERVER.newApplication("organization", id);
    WORLD.dashboard("organization", id);
    Answer token =
        SERVER.send(
            "POST", "/applications/" + application + "/tokens", ada.session(), "{\"name\":\"t\"}");
    String value = token.body().get("token").stringValue();
    String tokens = "/applications/" + application + "/tokens";
    assertThat(SERVER.send("GET", tokens, value).status()).isEqualTo(200);
    assertThat(SERVER.send("GET", tokens, editor.session()).status()).isEqualTo(200);
    Person invited = WORLD.person("invited");
    WORLD.invite(id, ada.session(), invited.email(), "\"role\":\"view\"");
    String link = WORLD.linkTokens(invited.email()).getFirst();

    assertThat(
            SERVER
                .send("DELETE", "/orgs/" + id, ada.session())
                .body()
                .get("success")
                .booleanValue())
        .isTrue();

    assertThat(SERVER.send("GET", tokens, value).status()).isEqualTo(401);
    assertThat(SERVER.send("GET", tokens, editor.session()).status()).isEqualTo(404);
    for (Person person : List.of(ada, editor)) {
      assertThat(SERVER.send("GET", "/orgs/" + id, person.session()).status()).isEqualTo(404);
      assertThat(SERVER.send("DELETE", "/orgs/" + id, person.session()).status()).isEqualTo(404);
      assertThat(listed(person.session(), "")).isEmpty();
    }
    assertThat(WORLD.answerLink(invited.email(), link, true).status()).isEqualTo(404);
    assertThat(SERVER.send("GET", "/me/invites", invited.session()).body()).isEmpty();
    assertThat(loggedSubjects(id))
        .contains("Organization", "Member", "OrgInvite", "Application", "Dashboard");
  }

  /** What the log of the organization says was deleted. */
  private static List<String> loggedSubjects(String organization) {
    return SERVER
        .wiring()
        .database()
        .read(handle ->
            handle
                .createQuery(
                    "SELECT subject_type FROM change_log WHERE organization_id = :id"
                        + " AND action = 'org.delete' AND after_json IS NULL")
                .bind("id", organization)
                .mapTo(String.class)
                .list());
  }
}
