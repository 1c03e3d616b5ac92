package io.claviger.server.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** User API tokens over HTTP (UAT-1 to UAT-26). */
class UserTokensTest {
  private static final TestServer SERVER = TestServer.start();

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @Test
  void aTokenWorksUntilItIsDeactivated() {
    Person ada = SERVER.newUser("ada@example.com");
    Answer made = SERVER.send("POST", "/me/tokens", ada.session(), "{\"name\":\"build\"}");
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    String token = made.body().get("token").stringValue();
    String path = "/me/tokens/" + made.body().get("id").stringValue();

    Answer read = SERVER.send("GET", path, token);
    assertThat(read.status()).isEqualTo(200);
    assertThat(read.body().has("token")).isFalse();

    assertThat(SERVER.send("PATCH", path, ada.session(), "{\"status\":\"inactive\"}").status())
        .isEqualTo(200);
    Answer refused = SERVER.send("GET", path, token);
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.body().get("message").stringValue()).isEqualTo("Invalid access token");
  }

  @Test
  void scopeAndExpirationCannotBePatched() {
    Person bob = SERVER.newUser("bob@example.com");
    Answer made = SERVER.send("POST", "/me/tokens", bob.session(), "{\"name\":\"x\"}");
    String path = "/me/tokens/" + made.body().get("id").stringValue();
    assertThat(SERVER.send("PATCH", path, bob.session(), "{\"scope\":[\"all.User\"]}").status())
        .isEqualTo(400);
    assertThat(
            SERVER
                .send("PATCH", path, bob.session(), "{\"expirationDate\":\"2099-01-01T00:00:00Z\"}")
                .status())
        .isEqualTo(400);
  }
}
