package io.claviger.server.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Secrets cannot be tried at speed, and who does not try any is not held up. */
class GuessingTest {
  private static final int LIMIT = 5;
  private static final TestServer SERVER =
      TestServer.start(Map.of("CLAVIGER_LOGIN_LIMIT", "" + LIMIT));

  private final Person person = SERVER.newUser("guess" + SERVER.newId() + "@example.com");
  private final String application = SERVER.newApplication(person);
  private final String device = SERVER.newDevice(application, "standalone");
  private final JsonNode key =
      SERVER.send("POST", "/applications/" + application + "/keys", person.session(), "{}").body();

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private String credentials(String secret) {
    return "{\"key\":\"%s\",\"secret\":\"%s\",\"deviceId\":\"%s\"}"
        .formatted(key.get("key").stringValue(), secret, device);
  }

  private String good() {
    return credentials(key.get("secret").stringValue());
  }

  private static Answer logIn(String body, String from) {
    return SERVER.send("POST", "/auth/device", "", body, Map.of("X-Forwarded-For", from));
  }

  private static Answer ask(String caller, String credential, String from, String more) {
    String body = "{\"credential\":" + credential + more + "}";
    return SERVER.send("POST", "/decisions", caller, body, Map.of("X-Forwarded-For", from));
  }

  @Test
  void afterTooManyWrongSecretsAnAddressWaitsAlsoWithTheRightOne() {
    for (int i = 0; i < LIMIT; i++) {
      assertThat(logIn(credentials("wrong" + i), "203.0.113.1").status()).isEqualTo(401);
    }
    Answer refused = logIn(good(), "203.0.113.1");
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.response().headers().firstValue("Retry-After")).contains("12");
    assertThat(ask("", good(), "203.0.113.1", "").status()).isEqualTo(429);
    assertThat(logIn(good(), "203.0.113.2").status()).isEqualTo(200);
    SERVER.clock().advanceMillis(12_000);
    assertThat(logIn(good(), "203.0.113.1").status()).isEqualTo(200);
  }

  @Test
  void whatSucceedsCostsNothing() {
    for (int i = 0; i < 3 * LIMIT; i++) {
      assertThat(logIn(good(), "203.0.113.3").status()).isEqualTo(200);
      assertThat(ask("", good(), "203.0.113.3", "").status()).isEqualTo(200);
    }
  }

  @Test
  void whoAsksForOthersWithoutSayingWhoIsOneClient() {
    for (int i = 0; i < LIMIT; i++) {
      assertThat(ask("", credentials("wrong" + i), "203.0.113.4", "").status()).isEqualTo(200);
    }
    assertThat(ask("", good(), "203.0.113.4", ",\"address\":\"192.0.2.1\"").status())
        .isEqualTo(429);
  }

  @Test
  void credentialsThatExistAreNoGuesses() {
    JsonNode inactive =
        SERVER
            .send(
                "POST", "/me/tokens", person.session(), "{\"name\":\"x\",\"status\":\"inactive\"}")
            .body();
    String token = "{\"token\":\"" + inactive.get("token").stringValue() + "\"}";
    for (int i = 0; i < 3 * LIMIT; i++) {
      Answer answer = ask("", token, "203.0.113.5", ",\"action\":\"me.get\"");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body().get("status").intValue()).isEqualTo(401);
    }
  }

  @Test
  void oneClientOfAGatewayDoesNotShutOutTheOthers() {
    String first = ",\"address\":\"198.51.100.1\"";
    for (int i = 0; i < LIMIT; i++) {
      assertThat(ask(person.session(), credentials("wrong" + i), "203.0.113.6", first).status())
          .isEqualTo(200);
    }
    assertThat(ask(person.session(), good(), "203.0.113.6", first).status()).isEqualTo(429);
    String second = ",\"address\":\"198.51.100.2\"";
    assertThat(ask(person.session(), good(), "203.0.113.6", second).status()).isEqualTo(200);
    // What a gateway says of an address costs the address nothing elsewhere.
    assertThat(logIn(good(), "198.51.100.1").status()).isEqualTo(200);
    Person other = SERVER.newUser("other" + SERVER.newId() + "@example.com");
    assertThat(ask(other.session(), good(), "203.0.113.6", first).status()).isEqualTo(200);
  }
}
