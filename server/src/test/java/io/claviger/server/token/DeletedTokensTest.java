package io.claviger.server.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import io.claviger.store.facts.CredentialUses;
import io.claviger.store.facts.CredentialUses.Use;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What is left of tokens that are deleted: nothing. */
class DeletedTokensTest {
  private static final TestServer SERVER = TestServer.start();
  private static final CredentialUses USES = new CredentialUses(SERVER.wiring().database());

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  /** Makes a token of which a use has been written. */
  private static String used(String path, Person person) {
    Answer made = SERVER.send("POST", path, person.session(), "{\"name\":\"build\"}");
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    String id = made.body().get("id").stringValue();
    USES.write(
        Map.of(
            id, new Use(SERVER.clock().instant(), Optional.of("192.0.2.1"), Optional.of("curl"))));
    assertThat(USES.find(id)).isPresent();
    return id;
  }

  @Test
  void theLastUseGoesWithTheToken() {
    Person ada = SERVER.newUser("ada@example.com");
    String id = used("/me/tokens", ada);
    assertThat(SERVER.send("DELETE", "/me/tokens/" + id, ada.session()).status()).isEqualTo(200);
    assertThat(USES.find(id)).isEmpty();
  }

  @Test
  void theLastUseOfItsTokensGoesWithAnApplication() {
    Person bob = SERVER.newUser("bob@example.com");
    String application = "/applications/" + SERVER.newApplication(bob);
    String id = used(application + "/tokens", bob);
    assertThat(SERVER.send("DELETE", application, bob.session()).status()).isEqualTo(200);
    assertThat(USES.find(id)).isEmpty();
  }

  @Test
  void anApplicationTokenGetsTheRoleOfItsMakerAsItsCeiling() {
    Person eve = SERVER.newUser("eve@example.com");
    String application = "/applications/" + SERVER.newApplication(eve);
    String narrow =
        "{\"name\":\"narrow\",\"defaultRole\":\"collaborate\",\"scope\":[\"all.User\"]}";
    Answer capped = SERVER.send("POST", "/me/tokens", eve.session(), narrow);
    Answer first =
        SERVER.send(
            "POST",
            application + "/tokens",
            capped.body().get("token").stringValue(),
            "{\"name\":\"first\"}");
    assertThat(first.status()).as("%s", first.body()).isEqualTo(201);
    // APT-14: it cannot delete the application, nor can what it makes.
    String token = first.body().get("token").stringValue();
    Answer second = SERVER.send("POST", application + "/tokens", token, "{\"name\":\"second\"}");
    assertThat(second.status()).as("%s", second.body()).isEqualTo(201);
    String handedOn = second.body().get("token").stringValue();
    assertThat(SERVER.send("DELETE", application, token).status()).isEqualTo(403);
    assertThat(SERVER.send("DELETE", application, handedOn).status()).isEqualTo(403);
    assertThat(SERVER.send("DELETE", application, eve.session()).status()).isEqualTo(200);
  }
}
