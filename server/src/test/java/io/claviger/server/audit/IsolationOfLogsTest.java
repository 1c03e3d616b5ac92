package io.claviger.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * In a random world no log shows anything of another owner (ERR-5, AUD-1, AUD-8): everybody does
 * something everywhere, also where nothing is to be found for them.
 */
class IsolationOfLogsTest {
  private static final int OWNERS = 3;
  private static final int DEEDS = 160;

  private final Random random = new Random(5);

  /** Somebody with an organization and a sandbox, and what is in them. */
  private record Owner(Person person, String org, List<String> applications, List<String> tokens) {}

  /** What belongs to whom: the owner of each application, `org` or a user. */
  private final Map<String, String> ownerOf = new HashMap<>();

  private static JsonNode made(Answer answer) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(201);
    return answer.body();
  }

  private <T> T pick(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private Owner owner(TestServer server, int number) {
    Person person = server.newUser("owner" + number + "@example.com");
    String org =
        made(server.send("POST", "/orgs", person.session(), "{\"name\":\"O\"}"))
            .get("id")
            .stringValue();
    List<String> applications = new ArrayList<>();
    List<String> tokens = new ArrayList<>(List.of(person.session()));
    for (String where : List.of("", ",\"orgId\":\"" + org + "\"")) {
      String application =
          made(server.send(
                  "POST", "/applications", person.session(), "{\"name\":\"A\"" + where + "}"))
              .get("id")
              .stringValue();
      applications.add(application);
      ownerOf.put(application, where.isEmpty() ? person.id() : org);
      tokens.add(
          made(server.send(
                  "POST",
                  "/applications/" + application + "/tokens",
                  person.session(),
                  "{\"name\":\"t\"}"))
              .get("token")
              .stringValue());
    }
    return new Owner(person, org, applications, tokens);
  }

  private Answer deed(TestServer server, List<Owner> owners) {
    String token = pick(pick(owners).tokens());
    String application = "/applications/" + pick(pick(owners).applications());
    String org = "/orgs/" + pick(owners).org();
    return switch (random.nextInt(8)) {
      case 0 -> server.send("POST", application + "/keys", token, "{\"filterType\":\"none\"}");
      case 1 -> server.send("PATCH", application, token, "{\"description\":\"x\"}");
      case 2 -> server.send("POST", application + "/tokens", token, "{\"name\":\"u\"}");
      case 3 -> server.send("GET", application, token);
      case 4 -> server.send("GET", org, token);
      case 5 -> server.send("PATCH", org, token, "{\"description\":\"x\"}");
      case 6 -> server.send("POST", "/me/tokens", token, "{\"name\":\"v\"}");
      default -> server.send("GET", "/me", token + "x");
    };
  }

  @Test
  void noLogShowsWhatIsOfOthers() {
    try (TestServer server = TestServer.start()) {
      List<Owner> owners = IntStream.range(0, OWNERS).mapToObj(i -> owner(server, i)).toList();
      List<String> refused = new ArrayList<>();
      for (int i = 0; i < DEEDS; i++) {
        Answer answer = deed(server, owners);
        if (answer.status() >= 400) {
          refused.add(answer.response().headers().firstValue("X-Request-Id").orElseThrow());
        }
      }
      server.wiring().use().flush();
      Set<String> shown = new HashSet<>();
      Map<String, Integer> readers = new HashMap<>();
      for (Owner owner : owners) {
        String session = owner.person().session();
        String org = "/orgs/" + owner.org();
        for (JsonNode entry : items(server, org + "/audit-logs", session)) {
          assertThat(entry.get("orgId").stringValue()).isEqualTo(owner.org());
          assertInside(entry.path("primaryTargetId").asString(""), owner.org());
          assertThat(shown.add(entry.get("id").stringValue())).as("in one log only").isTrue();
        }
        for (JsonNode entry : items(server, "/me/audit-logs", session)) {
          assertThat(entry.has("orgId")).isFalse();
          assertInside(entry.path("primaryTargetId").asString(""), owner.person().id());
          assertThat(shown.add(entry.get("id").stringValue())).as("in one log only").isTrue();
        }
        for (JsonNode row : items(server, org + "/credentialUses", session)) {
          assertThat(row.get("orgId").stringValue()).isEqualTo(owner.org());
          assertInside(row.path("applicationId").asString(""), owner.org());
        }
        for (String id : refused) {
          for (String path : List.of("/me", org)) {
            if (server.send("GET", path + "/decisions/" + id, session).status() == 200) {
              readers.merge(id + owner.person().id(), 1, Integer::sum);
              readers.merge(id, 1, Integer::sum);
            }
          }
        }
      }
      assertThat(shown.size()).isGreaterThan(OWNERS * 8);
      for (String id : refused) {
        long people =
            owners.stream().filter(o -> readers.containsKey(id + o.person().id())).count();
        assertThat(people).as("whoever owns the credential, and nobody else").isLessThan(2);
      }
      assertThat(readers).isNotEmpty();
      long rows =
          server
              .wiring()
              .database()
              .read(handle ->
                  handle
                      .createQuery("SELECT COUNT(*) FROM change_log WHERE subject_type <> 'User'")
                      .mapTo(Long.class)
                      .one());
      assertThat(shown).as("and nothing is in no log").hasSize((int) rows);
    }
  }

  private void assertInside(String application, String owner) {
    if (!application.isEmpty()) {
      assertThat(ownerOf.get(application)).isEqualTo(owner);
    }
  }

  private static List<JsonNode> items(TestServer server, String path, String token) {
    Answer answer = server.send("GET", path + "?perPage=1000", token);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return answer.body().get("items").valueStream().toList();
  }
}
