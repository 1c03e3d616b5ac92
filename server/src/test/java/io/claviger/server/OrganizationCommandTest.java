package io.claviger.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.claviger.core.change.ChangeEntry;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Person;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The operator closes an organization and opens it again beside the running server (ORG-17). */
class OrganizationCommandTest {
  private static final TestServer SERVER = TestServer.start();
  private static final Duration BOUND = Duration.ofSeconds(1);

  private final Person ada = SERVER.newUser(SERVER.newId() + "@example.com");
  private final String id =
      SERVER
          .send("POST", "/orgs", ada.session(), "{\"name\":\"Pumps\"}")
          .body()
          .get("id")
          .stringValue();

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private record Run(Optional<Integer> code, String out, String error) {}

  private static Run run(String... arguments) {
    var out = new ByteArrayOutputStream();
    var error = new ByteArrayOutputStream();
    Main main =
        new Main(
            SERVER.environment(),
            InputStream.nullInputStream(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(error, true, StandardCharsets.UTF_8));
    Optional<Integer> code = main.run(List.of(arguments));
    return new Run(
        code, out.toString(StandardCharsets.UTF_8), error.toString(StandardCharsets.UTF_8));
  }

  private int get() {
    return SERVER.send("GET", "/orgs/" + id, ada.session()).status();
  }

  private int patch() {
    return SERVER.send("PATCH", "/orgs/" + id, ada.session(), "{\"name\":\"Pumps\"}").status();
  }

  @Test
  void theRunningServerKnowsWithinASecond() {
    assertThat(get()).isEqualTo(200);
    Run disabled = run("organization", "disable", id);
    assertThat(disabled.error()).isEmpty();
    assertThat(disabled.code()).contains(0);
    assertThat(disabled.out().strip()).isEqualTo("Pumps (" + id + ") is disabled");
    await().atMost(BOUND).until(() -> get() == 403);
    assertThat(run("organization", "enable", id.toUpperCase(Locale.ROOT)).code()).contains(0);
    await().atMost(BOUND).until(() -> get() == 200);
    run("organization", "read-only", id);
    await().atMost(BOUND).until(() -> patch() == 403);
    assertThat(get()).isEqualTo(200);
    run("organization", "writable", id);
    await().atMost(BOUND).until(() -> patch() == 200);
  }

  @Test
  void eachSwitchIsInTheLogOnce() {
    run("organization", "disable", id);
    run("organization", "disable", id);
    List<ChangeEntry> entries =
        SERVER.wiring().database().changeLog().page(0, 1_000).stream()
            .filter(entry -> entry.change().action().startsWith("operator."))
            .filter(entry -> entry.change().subject().id().equals(id))
            .toList();
    assertThat(entries).hasSize(1);
    assertThat(entries.getFirst().change().organizationId()).contains(id);
    assertThat(entries.getFirst().change().before().orElseThrow()).contains("\"disabledAt\":false");
    assertThat(entries.getFirst().change().after().orElseThrow()).contains("\"disabledAt\":\"");
    assertThat(run("changelog", "verify").code()).contains(0);
  }

  /** The only administrator cannot log in any more; somebody else takes over. */
  @Test
  void anOrganizationGetsAnotherAdministrator() {
    Person eve = SERVER.newUser(SERVER.newId() + "@example.com");
    assertThat(SERVER.send("GET", "/orgs/" + id, eve.session()).status()).isEqualTo(404);
    Run added = run("organization", "add-admin", id, eve.email().toUpperCase(Locale.ROOT));
    assertThat(added.error()).isEmpty();
    assertThat(added.code()).contains(0);
    assertThat(added.out().strip())
        .isEqualTo(eve.email() + " is an administrator of Pumps (" + id + ")");
    String member = "/orgs/" + id + "/member";
    String demote = "{\"userId\":\"" + ada.id() + "\",\"role\":\"view\"}";
    await()
        .atMost(BOUND)
        .until(() -> SERVER.send("PATCH", member, eve.session(), demote).status() == 200);
    assertThat(run("organization", "add-admin", id, ada.email()).code()).contains(0);
    assertThat(run("organization", "add-admin", id, ada.email()).code()).contains(0);
    await()
        .atMost(BOUND)
        .until(() ->
            SERVER.send("PATCH", "/orgs/" + id, ada.session(), "{\"name\":\"Pumps\"}").status()
                == 200);
    List<String> entries =
        SERVER.wiring().database().changeLog().page(0, 1_000).stream()
            .filter(entry -> entry.change().action().equals("operator.add-admin"))
            .map(entry -> entry.change().subject().id())
            .toList();
    assertThat(entries).containsExactly(eve.id(), ada.id());

    assertThat(run("organization", "add-admin", id, "nobody@example.com").error())
        .contains("there is no account with this address");
    assertThat(run("organization", "add-admin", SERVER.newId(), ada.email()).error())
        .contains("there is no organization");
    assertThat(run("organization", "add-admin", "x", ada.email()).error()).contains("not an id");
    assertThat(run("organization", "add-admin", id).code()).contains(64);
  }

  @Test
  void whatMakesNoSenseIsSaidInOneLine() {
    String absent = SERVER.newId();
    Run nobody = run("organization", "disable", absent);
    assertThat(nobody.code()).contains(1);
    assertThat(nobody.error().strip()).isEqualTo("Claviger: there is no organization " + absent);
    assertThat(run("organization", "disable", "x").error()).contains("is not an id");
    assertThat(run("organization", "destroy", id).code()).contains(64);
    assertThat(run("organization", "disable").code()).contains(64);
    assertThat(get()).isEqualTo(200);
  }
}
