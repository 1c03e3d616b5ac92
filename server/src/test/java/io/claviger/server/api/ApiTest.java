package io.claviger.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.scope.Action;
import io.claviger.core.scope.ActionFlag;
import io.claviger.core.scope.Catalogue;
import io.claviger.server.contract.Contract;
import io.claviger.server.contract.Operation;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Routes, catalogue and API document are one thing seen three times. */
class ApiTest {
  private static final TestServer SERVER = TestServer.start();
  private static final Catalogue CATALOGUE = Catalogue.standard();

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @Test
  void everythingBuiltIsDescribedAndEverythingDescribedIsBuilt() {
    List<String> described =
        Contract.load().operations().stream().map(Operation::id).sorted().toList();
    assertThat(SERVER.wiring().api().built()).isEqualTo(described);
  }

  @Test
  void theDocumentNamesMethodAndPathOfTheCatalogue() {
    for (Operation operation : Contract.load().operations()) {
      Action action = CATALOGUE.action(operation.id()).orElseThrow();
      assertThat(operation.method() + " " + operation.path())
          .isEqualTo(action.method() + " " + action.path());
    }
  }

  /**
   * Every action, built or not, asks for a credential first, and with a bad one says no more than
   * 401 (ERR-3, ERR-6).
   */
  @Test
  void noActionAnswersWithoutACredential() {
    Set<String> messages = new HashSet<>();
    for (Action action : CATALOGUE.actions()) {
      if (action.has(ActionFlag.NO_TOKEN)) {
        continue;
      }
      for (String token : List.of("", "nonsense", "cvu_0000000000000000000000000000000000")) {
        Answer answer = SERVER.send(action.method(), anyPath(action), token);
        assertThat(answer.status()).as(action.id()).isEqualTo(401);
        messages.add(answer.body().toString());
      }
    }
    assertThat(messages)
        .containsExactlyInAnyOrder(
            "{\"type\":\"Unauthorized\",\"message\":\"Invalid access token\"}",
            "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:Error\"],\"status\":\"401\","
                + "\"detail\":\"Invalid access token\"}");
  }

  /**
   * An action that is catalogued but not built answers 501, and only to those whose scope covers
   * it.
   */
  @Test
  void whatIsNotBuiltAnswers501ToThoseWhoMay() {
    Person ada = SERVER.newUser("ada@example.com");
    String narrow =
        SERVER
            .send(
                "POST",
                "/me/tokens",
                ada.session(),
                "{\"name\":\"narrow\",\"scope\":[\"device.debug\"]}")
            .body()
            .get("token")
            .stringValue();
    Set<String> built = new HashSet<>(SERVER.wiring().api().built());
    List<String> wrong = new ArrayList<>();
    for (Action action : CATALOGUE.actions()) {
      boolean own =
          !action.path().contains("{applicationId}")
              && !action.forTenants()
              && !action.path().contains("{orgId}")
              && !action.path().contains("{dashboardId}");
      if (built.contains(action.id()) || action.has(ActionFlag.NO_TOKEN) || !own) {
        continue;
      }
      int full = SERVER.send(action.method(), anyPath(action), ada.session()).status();
      int none = SERVER.send(action.method(), anyPath(action), narrow).status();
      if (full != 501 || none != 403) {
        wrong.add(action.id() + " " + full + " " + none);
      }
    }
    assertThat(wrong).isEmpty();
  }

  /** An unseen or malformed place answers with the same bytes as an absent one (ERR-5, WIR-7). */
  @Test
  void everyActionHidesWhatIsAbsent() {
    Person eve = SERVER.newUser("eve@example.com");
    for (Action action : CATALOGUE.actions()) {
      if (action.has(ActionFlag.NO_TOKEN) || !action.path().startsWith("/applications/{")) {
        continue;
      }
      Answer absent = SERVER.send(action.method(), anyPath(action), eve.session());
      Answer malformed =
          SERVER.send(action.method(), action.path().replaceAll("\\{[^}]*}", "zz"), eve.session());
      assertThat(absent.status()).as(action.id()).isEqualTo(404);
      assertThat(malformed.response().body()).isEqualTo(absent.response().body());
    }
  }

  @Test
  void unmappedPathsAnswer405() {
    for (String path : List.of("/", "/nothing", "/me/tokens/", "/applications/x/y/z/q")) {
      Answer answer = SERVER.send("GET", path, "");
      assertThat(answer.status()).as(path).isEqualTo(405);
      assertThat(answer.body().toString())
          .isEqualTo("{\"type\":\"MethodNotAllowed\",\"message\":\"GET is not allowed\"}");
    }
  }

  private static String anyPath(Action action) {
    return action.path().replaceAll("\\{[^}]*}", "0123456789abcdef01234567");
  }
}
