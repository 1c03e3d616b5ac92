package io.claviger.server.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.scim.Tenant;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A question about a time at which an identity system had switched the account off. */
class DeactivatedThenTest {
  private static final TestServer SERVER = TestServer.start();
  private static final String PASSWORD = "Correct-Horse-7-Battery";

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @Test
  void isAnsweredAsItWasThen() {
    Tenant tenant = new Tenant(SERVER, "then");
    String email = "then@then.example";
    String id =
        tenant
            .scim(
                "POST",
                "/Users",
                Tenant.user(email)
                    .replace("\"active\"", "\"password\":\"" + PASSWORD + "\",\"active\""))
            .body()
            .get("id")
            .stringValue();
    JsonNode token =
        SERVER
            .send("POST", "/me/tokens", session(email), "{\"name\":\"t\",\"scope\":[\"me.get\"]}")
            .body();
    Instant before = moment();
    tenant.scim("PATCH", "/Users/" + id, Tenant.patch("replace", "active", "false"));
    Instant off = moment();
    tenant.scim("PATCH", "/Users/" + id, Tenant.patch("replace", "active", "true"));
    Instant after = moment();

    String session = session(email);
    assertThat(allowed(session, token, before)).isTrue();
    assertThat(allowed(session, token, off)).isFalse();
    assertThat(allowed(session, token, after)).isTrue();
  }

  private static boolean allowed(String session, JsonNode token, Instant at) {
    Answer answer =
        SERVER.send(
            "POST",
            "/decisions/explain",
            session,
            """
            {"credential":{"kind":"userToken","id":"%s"},"action":"me.get","at":"%s"}\
            """
                .formatted(token.get("id").stringValue(), at));
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return answer.body().get("allowed").booleanValue();
  }

  private static String session(String email) {
    Answer answer =
        SERVER.send(
            "POST",
            "/auth/user",
            "",
            "{\"email\":\"" + email + "\",\"password\":\"" + PASSWORD + "\"}");
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return answer.body().get("token").stringValue();
  }

  private static Instant moment() {
    SERVER.clock().advanceMillis(5);
    Instant now = Instant.ofEpochMilli(SERVER.clock().instant().toEpochMilli());
    SERVER.clock().advanceMillis(5);
    return now;
  }
}
