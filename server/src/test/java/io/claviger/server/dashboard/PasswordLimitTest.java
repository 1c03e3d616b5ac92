package io.claviger.server.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Dashboard passwords cannot be tried at speed. */
class PasswordLimitTest {
  private static final int LIMIT = 3;

  @Test
  void wrongPasswordsAreLimitedAlikeWhetherOrNotThereIsSomethingToOpen() {
    try (TestServer server = TestServer.start(Map.of("CLAVIGER_LOGIN_LIMIT", "" + LIMIT))) {
      Person ada = server.newUser("ada@example.com");
      Answer made =
          server.send(
              "POST",
              "/dashboards",
              ada.session(),
              "{\"name\":\"d\",\"password\":\"Shown To 5 neighbours\"}");
      String path = "/dashboards/" + made.body().get("id").stringValue();
      String right = path + "?password=Shown%20To%205%20neighbours";
      for (String tried : new String[] {path, "/dashboards/" + server.newId()}) {
        for (int i = 0; i < 3 * LIMIT; i++) {
          assertThat(server.send("GET", right, "").status()).isEqualTo(200);
        }
        for (int i = 0; i < LIMIT; i++) {
          assertThat(server.send("GET", tried + "?password=wrong" + i, "").status()).isEqualTo(404);
        }
        Answer limited = server.send("GET", tried + "?password=wrong", "");
        assertThat(limited.status()).isEqualTo(429);
        assertThat(limited.response().headers().firstValue("Retry-After")).isPresent();
        assertThat(server.send("GET", right, "").status()).isEqualTo(429);
        assertThat(server.send("GET", path, ada.session()).status()).isEqualTo(200);
        server.clock().advanceMillis(120_000);
      }
    }
  }
}
