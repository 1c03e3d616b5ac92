package io.claviger.server.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What people looked at last (USR-18): only what they can still see. */
class RecentItemsTest {
  private static final TestServer SERVER = TestServer.start();

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static Answer look(String session, String type, String id) {
    SERVER.clock().advanceMillis(10);
    return SERVER.send(
        "POST",
        "/me/recentItems",
        session,
        "{\"itemType\":\"%s\",\"itemId\":\"%s\"}".formatted(type, id));
  }

  private static List<String> ids(JsonNode list) {
    List<String> ids = new ArrayList<>();
    list.get("items").forEach(item -> ids.add(item.get("id").stringValue()));
    return ids;
  }

  private static List<String> recent(String session, String query) {
    Answer answer = SERVER.send("GET", "/me/recentItems?itemType=" + query, session);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return ids(answer.body());
  }

  @Test
  void theLastOneStandsFirstAndOnce() {
    Person ada = SERVER.newUser("ada@example.com");
    String one = SERVER.newApplication(ada);
    String two = SERVER.newApplication(ada);
    assertThat(look(ada.session(), "application", one).status()).isEqualTo(200);
    assertThat(ids(look(ada.session(), "application", two).body())).containsExactly(two, one);
    assertThat(ids(look(ada.session(), "application", one).body())).containsExactly(one, two);
    assertThat(recent(ada.session(), "dashboard")).isEmpty();
    assertThat(recent(ada.session(), "flow")).isEmpty();
    JsonNode me = SERVER.send("GET", "/me?includeRecent=true", ada.session()).body();
    assertThat(ids(me.get("recentApplications"))).containsExactly(one, two);
    assertThat(ids(me.get("recentDashboards"))).isEmpty();
    assertThat(SERVER.send("GET", "/me", ada.session()).body().has("recentApplications")).isFalse();
  }

  @Test
  void devicesAreListedByApplication() {
    Person ada = SERVER.newUser("devices@example.com");
    String one = SERVER.newApplication(ada);
    String two = SERVER.newApplication(ada);
    String here = SERVER.newDevice(one, "standalone");
    String there = SERVER.newDevice(two, "standalone");
    look(ada.session(), "device", here);
    look(ada.session(), "device", there);
    assertThat(recent(ada.session(), "device")).containsExactly(there, here);
    assertThat(recent(ada.session(), "device&parentId=" + one)).containsExactly(here);
    SERVER.send("DELETE", "/applications/" + one + "/devices/" + here, ada.session());
    assertThat(recent(ada.session(), "device")).containsExactly(there);
    assertThat(
            SERVER
                .send(
                    "POST",
                    "/me/recentItems",
                    ada.session(),
                    "{\"itemType\":\"device\",\"itemId\":\"%s\",\"parentId\":\"%s\"}"
                        .formatted(there, one))
                .status())
        .isEqualTo(404);
  }

  @Test
  void whatIsNotSeenIsNotThere() {
    Person ada = SERVER.newUser("sees@example.com");
    Person eve = SERVER.newUser("eve@example.com");
    String hidden = SERVER.newApplication(ada);
    Answer unseen = look(eve.session(), "application", hidden);
    Answer absent = look(eve.session(), "application", SERVER.newId());
    assertThat(unseen.status()).isEqualTo(404);
    assertThat(unseen.body()).isEqualTo(absent.body());
    assertThat(look(eve.session(), "flow", hidden).status()).isEqualTo(404);
  }

  /** Leaving an organization, and a token that is capped, hide what was looked at. */
  @Test
  void whatIsNotSeenAnyMoreIsNotListed() {
    Person ada = SERVER.newUser("org.ada@example.com");
    Answer made = SERVER.send("POST", "/orgs", ada.session(), "{\"name\":\"Northern Pumps\"}");
    String organization = made.body().get("orgId").stringValue();
    String application = SERVER.newApplication("organization", organization);
    look(ada.session(), "organization", organization);
    look(ada.session(), "application", application);
    assertThat(recent(ada.session(), "organization")).containsExactly(organization);
    assertThat(recent(ada.session(), "application")).containsExactly(application);

    Answer capped =
        SERVER.send(
            "POST",
            "/me/tokens",
            ada.session(),
            """
            {"name":"capped","scope":["all.User"],"defaultRole":"admin",
             "orgRoles":[{"orgId":"%s","role":"none"}]}\
            """
                .formatted(organization));
    assertThat(capped.status()).as("%s", capped.body()).isEqualTo(201);
    String token = capped.body().get("token").stringValue();
    assertThat(recent(token, "organization")).isEmpty();
    assertThat(recent(token, "application")).isEmpty();

    SERVER.send("DELETE", "/orgs/" + organization, ada.session());
    assertThat(recent(ada.session(), "organization")).isEmpty();
  }

  @Test
  void nonsenseIsRefused() {
    Person ada = SERVER.newUser("nonsense@example.com");
    for (String query : List.of("", "?itemType=", "?itemType=key", "?itemType=device&parentId=1")) {
      assertThat(SERVER.send("GET", "/me/recentItems" + query, ada.session()).status())
          .as(query)
          .isEqualTo(400);
    }
    assertThat(look(ada.session(), "application", "1").status()).isEqualTo(400);
    assertThat(look(ada.session(), "key", SERVER.newId()).status()).isEqualTo(400);
  }
}
