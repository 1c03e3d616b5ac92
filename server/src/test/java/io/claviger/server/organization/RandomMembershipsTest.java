package io.claviger.server.organization;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random people with random tokens invite, accept, change, remove and leave. A model that knows the
 * rules and nothing of the program says what each request must answer and who must be what
 * afterwards: there is always an administrator, and nobody is more than an administrator made him.
 */
class RandomMembershipsTest {
  private static final TestServer SERVER = TestServer.start();
  private static final OrganizationWorld WORLD = new OrganizationWorld(SERVER);
  private static final List<String> ROLES = List.of("none", "view", "collaborate", "edit", "admin");
  private static final List<String> BELOW = List.of("none", "view", "collaborate");
  private static final int PEOPLE = 5;
  private static final int STEPS = 100;

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  /** What an administrator granted: a role and perhaps another one for the application. */
  private record Grant(String role, Optional<String> override) {
    boolean idle() {
      return role.equals("admin") && override.isPresent();
    }
  }

  /** Somebody's token and the most that it may exercise. */
  private record Token(int person, String cap, String value) {}

  private final List<Person> people = new ArrayList<>();
  private final List<Token> tokens = new ArrayList<>();
  private final Map<String, Grant> members = new TreeMap<>();
  private final Map<String, Grant> invited = new TreeMap<>();
  private String organization = "";
  private String application = "";

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void keepTheRules(long seed) {
    Random random = new Random(seed);
    build(random);
    for (int step = 0; step < STEPS; step++) {
      String what = step(random);
      assertThat(stored()).as("seed %d, step %d: %s", seed, step, what).isEqualTo(members);
      assertThat(members.values().stream().filter(grant -> grant.role().equals("admin")))
          .as("administrators; seed %d, step %d: %s", seed, step, what)
          .isNotEmpty();
      Token reader = pick(random, tokens);
      assertThat(SERVER.send("GET", "/orgs/" + organization, reader.value()).status())
          .as("reading; seed %d, step %d: %s", seed, step, what)
          .isEqualTo(effective(reader) > 0 ? 200 : 404);
    }
  }

  private void build(Random random) {
    for (int i = 0; i < PEOPLE; i++) {
      Person person = WORLD.person("p");
      people.add(person);
      tokens.add(new Token(i, "admin", person.session()));
      for (int j = 0; j < 2; j++) {
        String cap = pick(random, ROLES);
        tokens.add(new Token(i, cap, WORLD.cappedToken(person, "\"defaultRole\":\"" + cap + "\"")));
      }
    }
    organization = WORLD.organization(people.getFirst());
    application = SERVER.newApplication("organization", organization);
    members.put(people.getFirst().id(), new Grant("admin", Optional.empty()));
  }

  private static <T> T pick(Random random, List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  /** Does something, checks the status of the answer, and says what it was. */
  private String step(Random random) {
    Token token = pick(random, tokens);
    Person self = people.get(token.person());
    Person other = random.nextInt(3) == 0 ? self : pick(random, people);
    return switch (random.nextInt(6)) {
      case 0, 1 -> invite(token, other, randomGrant(random));
      case 2 -> respond(self, random.nextInt(4) > 0, random.nextBoolean());
      case 3, 4 -> modify(token, self, other, randomGrant(random), random.nextInt(3));
      default -> remove(token, self, other);
    };
  }

  private static Grant randomGrant(Random random) {
    return new Grant(
        pick(random, ROLES),
        random.nextInt(3) == 0 ? Optional.of(pick(random, BELOW)) : Optional.empty());
  }

  private String invite(Token token, Person other, Grant grant) {
    int expected = managing(token);
    if (expected == 200 && (members.containsKey(other.id()) || grant.idle())) {
      expected = 400;
    }
    Answer answer =
        WORLD.invite(organization, token.value(), other.email(), role(grant) + overrides(grant));
    if (expected == 200) {
      invited.put(other.id(), grant);
    }
    return checked("invite " + other.id() + " " + grant + " by " + token, answer, expected);
  }

  private static String role(Grant grant) {
    return "\"role\":\"" + grant.role() + "\"";
  }

  private String overrides(Grant grant) {
    return grant
        .override()
        .map(role ->
            ",\"applicationRoles\":[{\"resourceId\":\""
                + application
                + "\",\"role\":\""
                + role
                + "\"}]")
        .orElse("");
  }

  /** Through the link or logged in. */
  private String respond(Person self, boolean accept, boolean byLink) {
    boolean waits = invited.containsKey(self.id());
    String what = self.id() + (accept ? " accepts" : " rejects") + (byLink ? " by link" : "");
    Answer answer;
    if (byLink) {
      List<String> links = WORLD.linkTokens(self.email());
      answer = WORLD.answerLink(self.email(), links.isEmpty() ? "x" : links.getLast(), accept);
    } else {
      var own = SERVER.send("GET", "/me/invites", self.session()).body();
      assertThat(own).as(what).hasSize(waits ? 1 : 0);
      String id = waits ? own.at("/0/id").stringValue() : SERVER.newId();
      answer = WORLD.respond(self, id, accept ? "accept" : "reject");
    }
    Grant grant = invited.remove(self.id());
    if (grant != null && accept) {
      members.put(self.id(), grant);
    }
    return checked(what, answer, waits ? 200 : 404);
  }

  /**
   * Changes role, overrides or both.
   *
   * @param part 0 for the role alone, 1 for the overrides alone, 2 for both
   */
  private String modify(Token token, Person self, Person other, Grant wanted, int part) {
    Grant before = members.get(other.id());
    int expected = managing(token);
    if (expected == 200 && (self.equals(other) || before == null)) {
      expected = 400;
    }
    String fields =
        switch (part) {
          case 0 -> role(wanted);
          case 1 -> given(wanted);
          default -> role(wanted) + "," + given(wanted);
        };
    if (expected == 200 && before != null) {
      Grant after =
          new Grant(
              part == 1 ? before.role() : wanted.role(),
              part == 0 ? before.override() : wanted.override());
      if (part != 0 && after.idle()) {
        expected = 400;
      } else {
        members.put(
            other.id(),
            after.role().equals("admin") ? new Grant("admin", Optional.empty()) : after);
      }
    }
    Answer answer = WORLD.modify(organization, token.value(), other.id(), fields);
    return checked(
        "modify " + other.id() + " " + wanted + " part " + part + " by " + token, answer, expected);
  }

  /** Overrides that replace those from before, also by none. */
  private String given(Grant grant) {
    String array = overrides(grant);
    return array.isEmpty() ? "\"applicationRoles\":[]" : array.substring(1);
  }

  private String remove(Token token, Person self, Person other) {
    boolean leaves =
        self.equals(other) && members.containsKey(self.id()) && token.cap().equals("admin");
    int expected = leaves ? 200 : managing(token);
    if (expected == 200 && !members.containsKey(other.id())) {
      expected = 404;
    }
    if (expected == 200 && onlyAdministrator(other)) {
      expected = 400;
    }
    Answer answer = WORLD.remove(organization, token.value(), other.id());
    if (expected == 200) {
      members.remove(other.id());
    }
    return checked("remove " + other.id() + " by " + token, answer, expected);
  }

  private boolean onlyAdministrator(Person person) {
    List<String> administrators =
        members.entrySet().stream()
            .filter(entry -> entry.getValue().role().equals("admin"))
            .map(Map.Entry::getKey)
            .toList();
    return administrators.equals(List.of(person.id()));
  }

  private String checked(String what, Answer answer, int expected) {
    assertThat(answer.status())
        .as("%s with members %s: %s", what, members, answer.body())
        .isEqualTo(expected);
    return what;
  }

  /** The status for what administrators do. */
  private int managing(Token token) {
    int effective = effective(token);
    return effective == ROLES.indexOf("admin") ? 200 : effective > 0 ? 403 : 404;
  }

  /** UAT-10: the smaller of what the token may and what the person is. */
  private int effective(Token token) {
    Grant grant = members.get(people.get(token.person()).id());
    int have = grant == null ? 0 : ROLES.indexOf(grant.role());
    return Math.min(ROLES.indexOf(token.cap()), have);
  }

  /** Who is what, straight from the table. */
  private Map<String, Grant> stored() {
    return SERVER
        .wiring()
        .database()
        .read(handle ->
            handle
                .createQuery(
                    "SELECT user_id, role, application_roles FROM member"
                        + " WHERE organization_id = :id")
                .bind("id", organization)
                .map((row, _) ->
                    Map.entry(
                        row.getString("user_id"),
                        new Grant(
                            row.getString("role"), override(row.getString("application_roles")))))
                .stream()
                .collect(
                    Collectors.toMap(
                        Map.Entry::getKey, Map.Entry::getValue, (a, _) -> a, TreeMap::new)));
  }

  private static Optional<String> override(String array) {
    int start = array.indexOf("\"role\":\"");
    return start < 0
        ? Optional.empty()
        : Optional.of(array.substring(start + 8, array.indexOf('"', start + 8)));
  }
}
