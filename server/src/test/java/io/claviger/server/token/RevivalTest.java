package io.claviger.server.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * A token that was switched off works again only for who could have made it: whoever has its value
 * gets it back (the law of attenuation, UAT-18, APT-14).
 */
class RevivalTest {
  private static final TestServer SERVER = TestServer.start();
  private static final String ON = "{\"status\":\"active\"}";
  private static final String OFF = "{\"status\":\"inactive\"}";

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static JsonNode made(String path, String bearer, String more) {
    Answer made = SERVER.send("POST", path, bearer, "{\"name\":\"t\"" + more + "}");
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    return made.body();
  }

  private static int patch(String path, JsonNode token, String bearer, String body) {
    return SERVER.send("PATCH", path + "/" + token.get("id").stringValue(), bearer, body).status();
  }

  private static String value(JsonNode token) {
    return token.get("token").stringValue();
  }

  @Test
  void aLesserTokenOfTheUserSwitchesAGreaterOneOffButNotOn() {
    Person ada = SERVER.newUser("revive@example.com");
    String path = "/me/tokens";
    JsonNode whole = made(path, ada.session(), "");
    JsonNode capped = made(path, ada.session(), ",\"defaultRole\":\"view\"");
    JsonNode narrow = made(path, ada.session(), ",\"scope\":[\"userApiToken.patch\"]");
    JsonNode ending =
        made(
            path,
            ada.session(),
            ",\"expirationDate\":\"" + SERVER.clock().instant().plusSeconds(60) + "\"");
    for (JsonNode lesser : new JsonNode[] {capped, narrow, ending}) {
      assertThat(patch(path, whole, value(lesser), OFF)).isEqualTo(200);
      assertThat(patch(path, whole, value(lesser), ON)).isEqualTo(403);
      assertThat(SERVER.send("GET", "/me", value(whole)).status()).isEqualTo(401);
      assertThat(patch(path, whole, ada.session(), ON)).isEqualTo(200);
      assertThat(patch(path, whole, value(lesser), ON)).isEqualTo(200); // it is on
    }
    assertThat(patch(path, narrow, ada.session(), OFF)).isEqualTo(200);
    assertThat(patch(path, narrow, value(whole), ON)).isEqualTo(200);
  }

  @Test
  void aLesserTokenOfTheApplicationSwitchesAGreaterOneOffButNotOn() {
    Person ada = SERVER.newUser("revive.application@example.com");
    String application = SERVER.newApplication(ada);
    String path = "/applications/" + application + "/tokens";
    JsonNode whole = made(path, ada.session(), "");
    String capped = value(made("/me/tokens", ada.session(), ",\"defaultRole\":\"collaborate\""));
    JsonNode lower = made(path, capped, "");
    JsonNode narrow = made(path, ada.session(), ",\"scope\":[\"applicationApiToken.patch\"]");
    for (String lesser : new String[] {capped, value(lower), value(narrow)}) {
      assertThat(patch(path, whole, lesser, OFF)).isEqualTo(200);
      assertThat(patch(path, whole, lesser, ON)).isEqualTo(403);
      assertThat(SERVER.send("GET", "/applications/" + application, value(whole)).status())
          .isEqualTo(401);
      assertThat(patch(path, whole, ada.session(), ON)).isEqualTo(200);
    }
    assertThat(patch(path, lower, value(whole), OFF)).isEqualTo(200);
    assertThat(patch(path, lower, capped, ON)).isEqualTo(200);
  }
}
