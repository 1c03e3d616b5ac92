package io.claviger.server.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.scope.Action;
import io.claviger.core.scope.Catalogue;
import io.claviger.server.access.PlaceParameters;
import io.claviger.server.http.Json;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * No way to make a credential gives it more reach than its maker had: every answer of the API that
 * holds a new secret is found from the API document, and chains of such makings are tried against
 * {@code POST /decisions}.
 */
class AttenuationTest {
  private static final String PASSWORD = "Attenuated-Reach-1";
  private static final int CHAINS = 40;
  private static final int LINKS = 8;
  private static final int PROBES = 25;
  private static final List<String> ROLES = List.of("admin", "edit", "collaborate", "view", "none");
  private static final List<Action> ACTIONS = Catalogue.standard().actions();

  private static final TestServer SERVER =
      TestServer.start(Map.of("CLAVIGER_LOGIN_LIMIT", "100000"));
  private static final List<Person> PEOPLE = new ArrayList<>();
  private static final Map<String, List<String>> RESOURCES = new HashMap<>();
  private static String organization = "";
  private static String plant = "";
  private static String device = "";

  /** Somebody who asks for a credential. */
  private record Maker(String token, String email, Optional<Instant> ends) {}

  /**
   * One way to get a credential.
   *
   * @param bound whether what comes of it must stay within what its maker's own token can do; a
   *     password is the user himself, and a new account has nothing to do with who made it
   */
  private record Way(Bound bound, Request request) {}

  private enum Bound {
    MAKER,
    USER,
    STRANGER,
    AUTHORITY
  }

  @FunctionalInterface
  private interface Request {
    Answer send(Maker maker, Random random);
  }

  private static final Map<String, Way> WAYS =
      Map.of(
          "userApiTokens.post", new Way(Bound.MAKER, AttenuationTest::userToken),
          "applicationApiTokens.post", new Way(Bound.MAKER, AttenuationTest::applicationToken),
          "auth.authenticateDevice", new Way(Bound.MAKER, AttenuationTest::deviceSession),
          "me.refreshToken",
              new Way(
                  Bound.MAKER, (maker, _) -> SERVER.send("GET", "/me/refreshToken", maker.token())),
          "auth.authenticateUser", new Way(Bound.USER, AttenuationTest::logIn),
          "me.changePassword", new Way(Bound.USER, AttenuationTest::changePassword),
          "users.post", new Way(Bound.STRANGER, AttenuationTest::signUp),
          // It manages users by SCIM and nothing else: no resource of the API is open to it.
          "orgPersonalAccessTokens.post", new Way(Bound.STRANGER, AttenuationTest::tenantToken),
          // To let devices in is an authority of its own; what a key reaches lies in its
          // application.
          "applicationKeys.post",
              new Way(Bound.AUTHORITY, (maker, random) -> accessKey("/keys", maker, random)),
          "deviceKeys.post",
              new Way(
                  Bound.AUTHORITY,
                  (maker, random) -> accessKey("/devices/" + device + "/keys", maker, random)));

  @BeforeAll
  static void fill() {
    for (String name : List.of("ada", "ben")) {
      Answer made =
          SERVER.send(
              "POST",
              "/users",
              "",
              "{\"email\":\"%s@example.com\",\"password\":\"%s\",\"firstName\":\"A\",\"lastName\":\"B\"}"
                  .formatted(name, PASSWORD));
      PEOPLE.add(
          new Person(
              made.body().get("userId").stringValue(),
              name + "@example.com",
              made.body().get("token").stringValue()));
    }
    String ada = PEOPLE.getFirst().session();
    organization = id(SERVER.send("POST", "/orgs", ada, "{\"name\":\"Works\"}"));
    SERVER.send(
        "POST",
        "/orgs/" + organization + "/invites",
        ada,
        "{\"email\":\"ben@example.com\",\"role\":\"collaborate\"}");
    String ben = PEOPLE.getLast().session();
    JsonNode invitation = SERVER.send("GET", "/me/invites", ben).body().get(0);
    SERVER.send(
        "POST",
        "/me/invites/" + invitation.get("id").stringValue(),
        ben,
        "{\"action\":\"accept\"}");
    plant = SERVER.newApplication("organization", organization);
    String other = SERVER.newApplication("organization", organization);
    String own = SERVER.newApplication(PEOPLE.getLast());
    device = SERVER.newDevice(plant, "standalone");
    String dashboard =
        id(
            SERVER.send(
                "POST",
                "/dashboards",
                ada,
                "{\"name\":\"Wall\",\"orgId\":\"%s\"}".formatted(organization)));
    RESOURCES.put("applicationId", List.of(plant, other, own));
    RESOURCES.put("orgId", List.of(organization));
    RESOURCES.put("dashboardId", List.of(dashboard));
    RESOURCES.put("deviceId", List.of(device, SERVER.newDevice(plant, "gateway")));
  }

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static String id(Answer answer) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(201);
    return answer.body().get("id").stringValue();
  }

  @Test
  void everyAnswerWithANewSecretIsTried() {
    JsonNode document = SERVER.send("GET", "/docs/openapi.json", "").body();
    Set<String> secret = new TreeSet<>();
    for (JsonNode path : document.get("paths")) {
      for (JsonNode operation : path) {
        for (String status : List.of("200", "201")) {
          Set<String> properties = new HashSet<>();
          collect(document, operation.path("responses").path(status), properties, new HashSet<>());
          if (properties.contains("token") || properties.contains("secret")) {
            secret.add(operation.get("operationId").stringValue());
          }
        }
      }
    }
    assertThat(secret).containsExactlyInAnyOrderElementsOf(WAYS.keySet());
  }

  private static void collect(
      JsonNode document, JsonNode node, Set<String> properties, Set<String> seen) {
    String reference = node.path("$ref").asString("");
    if (!reference.isEmpty() && seen.add(reference)) {
      collect(document, document.at(reference.substring(1)), properties, seen);
    }
    if (node.path("properties").isObject()) {
      properties.addAll(node.get("properties").propertyNames());
    }
    if (node.isObject()) {
      for (Map.Entry<String, JsonNode> entry : node.properties()) {
        if (!entry.getKey().startsWith("example")) {
          collect(document, entry.getValue(), properties, seen);
        }
      }
    } else if (node.isArray()) {
      node.forEach(item -> collect(document, item, properties, seen));
    }
  }

  @Test
  void noChainOfMakingsReachesFurtherThanWhereItBegan() {
    Map<String, Integer> made = new TreeMap<>();
    int granted = 0;
    for (long seed = 0; seed < CHAINS; seed++) {
      Random random = new Random(seed);
      Person person = PEOPLE.get(random.nextInt(PEOPLE.size()));
      Maker maker = new Maker(person.session(), person.email(), Optional.empty());
      for (int link = 0; link < LINKS; link++) {
        List<String> names = List.copyOf(new TreeSet<>(WAYS.keySet()));
        // Most of what there is to get wrong is in tokens that make tokens.
        String name =
            random.nextBoolean() ? "userApiTokens.post" : names.get(random.nextInt(names.size()));
        Way way = Objects.requireNonNull(WAYS.get(name));
        Answer answer = way.request().send(maker, random);
        String token = answer.body().path("token").asString("");
        if (token.isEmpty()) {
          continue;
        }
        made.merge(name, 1, Integer::sum);
        String within = "seed " + seed + " link " + link + " " + name;
        Optional<Instant> ends = end(answer.body());
        granted += compare(way.bound(), maker, token, random, within);
        requireEarlierEnd(way.bound(), maker, ends, within);
        if (way.bound() == Bound.MAKER) {
          maker = new Maker(token, maker.email(), ends);
        }
      }
    }
    assertThat(made.keySet()).hasSizeGreaterThanOrEqualTo(WAYS.size() - 1);
    assertThat(granted).as("what was compared was not only refusals").isGreaterThan(300);
  }

  private static Optional<Instant> end(JsonNode body) {
    String text = body.path("expirationDate").asString("");
    return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
  }

  /** A session is the user at work: only tokens bound the lifetime of what they make. */
  private static void requireEarlierEnd(
      Bound bound, Maker maker, Optional<Instant> ends, String within) {
    if (bound == Bound.MAKER && maker.ends().isPresent() && ends.isPresent()) {
      assertThat(ends.get()).as(within).isBeforeOrEqualTo(maker.ends().get());
    }
    if (within.endsWith("ApiTokens.post") && maker.ends().isPresent()) {
      assertThat(ends).as("%s ends, since its maker does", within).isPresent();
    }
  }

  /** How much of what was tried was allowed to the new credential. */
  private static int compare(Bound bound, Maker maker, String made, Random random, String within) {
    String bounding =
        switch (bound) {
          case MAKER -> maker.token();
          case USER ->
              PEOPLE.stream()
                  .filter(person -> person.email().equals(maker.email()))
                  .findFirst()
                  .map(Person::session)
                  .orElse("");
          case STRANGER, AUTHORITY -> "";
        };
    if (bound == Bound.AUTHORITY) {
      return withinApplication(made, random, within);
    }
    int granted = 0;
    for (int i = 0; i < PROBES; i++) {
      Action action = probe(random);
      ObjectNode resource = resource(action, random);
      if (!allowed(made, action, resource)) {
        continue;
      }
      granted++;
      if (bound == Bound.STRANGER) {
        assertThat(resource.isEmpty()).as("%s: %s", within, action.id()).isTrue();
      } else {
        assertThat(allowed(bounding, action, resource))
            .as("%s may %s on %s, and its maker may not", within, action.id(), resource)
            .isTrue();
      }
    }
    return granted;
  }

  private static int withinApplication(String made, Random random, String within) {
    int granted = 0;
    for (int i = 0; i < PROBES; i++) {
      Action action = ACTIONS.get(random.nextInt(ACTIONS.size()));
      ObjectNode resource = resource(action, random);
      if (allowed(made, action, resource)) {
        granted++;
        assertThat(resource.path("applicationId").asString(plant))
            .as("%s: %s", within, action.id())
            .isEqualTo(plant);
      }
    }
    return granted;
  }

  /** Mostly what needs a role somewhere. */
  private static Action probe(Random random) {
    while (true) {
      Action action = ACTIONS.get(random.nextInt(ACTIONS.size()));
      if (action.minRole().isPresent() || random.nextInt(10) == 0) {
        return action;
      }
    }
  }

  private static ObjectNode resource(Action action, Random random) {
    ObjectNode resource = Json.emptyObject();
    for (String name : PlaceParameters.of(action).inPath()) {
      List<String> ids = Objects.requireNonNull(RESOURCES.get(name));
      resource.put(name, ids.get(random.nextInt(ids.size())));
    }
    return resource;
  }

  private static boolean allowed(String token, Action action, ObjectNode resource) {
    ObjectNode body = Json.emptyObject();
    body.putObject("credential").put("token", token);
    body.put("action", action.id());
    if (!resource.isEmpty()) {
      body.set("resource", resource);
    }
    Answer answer = SERVER.send("POST", "/decisions", "", body.toString());
    assertThat(answer.status()).as("%s %s", body, answer.body()).isEqualTo(200);
    return answer.body().get("allowed").booleanValue();
  }

  private static ArrayNode scopes(Random random, String... presets) {
    ArrayNode scope = Json.emptyArray();
    // Mostly the widest: what can do nothing makes nothing either.
    if (random.nextInt(5) > 0) {
      scope.add(presets[random.nextInt(3) > 0 ? 0 : random.nextInt(presets.length)]);
    }
    while (scope.size() < 4 && (scope.isEmpty() || random.nextInt(3) == 0)) {
      scope.add(ACTIONS.get(random.nextInt(ACTIONS.size())).id());
    }
    return scope;
  }

  private static Answer userToken(Maker maker, Random random) {
    ObjectNode body = Json.emptyObject().put("name", "chain");
    body.set("scope", scopes(random, "all.User", "all.User.read", "all.User.bounded"));
    body.put("defaultRole", ROLES.get(random.nextInt(ROLES.size())));
    if (random.nextBoolean()) {
      ObjectNode cap = body.putArray("orgRoles").addObject();
      cap.put("orgId", organization).put("role", ROLES.get(1 + random.nextInt(4)));
      if (random.nextBoolean()) {
        cap.putArray("applicationRoles")
            .addObject()
            .put("resourceId", plant)
            .put("role", ROLES.get(2 + random.nextInt(3)));
      }
    }
    if (random.nextInt(3) == 0) {
      body.put("expirationDate", later(random));
    }
    return SERVER.send("POST", "/me/tokens", maker.token(), body.toString());
  }

  private static String later(Random random) {
    return SERVER.clock().instant().plus(Duration.ofHours(1 + random.nextInt(48))).toString();
  }

  private static Answer tenantToken(Maker maker, Random random) {
    ObjectNode body = Json.emptyObject().put("name", "chain of makings");
    body.putArray("scopes").add(random.nextBoolean() ? "um:read" : "um:write");
    return SERVER.send(
        "POST", "/orgs/" + organization + "/personalAccessTokens", maker.token(), body.toString());
  }

  private static Answer applicationToken(Maker maker, Random random) {
    ObjectNode body = Json.emptyObject().put("name", "chain");
    body.set(
        "scope", scopes(random, "all.Application", "all.Application.read", "all.Application.cli"));
    if (random.nextInt(3) == 0) {
      body.put("expirationDate", later(random));
    }
    return SERVER.send(
        "POST", "/applications/" + plant + "/tokens", maker.token(), body.toString());
  }

  private static Answer deviceSession(Maker maker, Random random) {
    ObjectNode body = Json.emptyObject().put("deviceId", device);
    if (random.nextBoolean()) {
      body.put("tokenTTL", 60 + random.nextInt(100_000));
    }
    return SERVER.send("POST", "/auth/device", maker.token(), body.toString());
  }

  private static Answer logIn(Maker maker, Random random) {
    ObjectNode body = Json.emptyObject().put("email", maker.email()).put("password", PASSWORD);
    body.set("requestedScopes", scopes(random, "all.User", "all.User.cli"));
    return SERVER.send("POST", "/auth/user", "", body.toString());
  }

  private static Answer changePassword(Maker maker, Random random) {
    ObjectNode body = Json.emptyObject().put("password", PASSWORD).put("newPassword", PASSWORD);
    body.put("tokenTTL", random.nextInt(1000));
    return SERVER.send("PATCH", "/me/changePassword", maker.token(), body.toString());
  }

  private static Answer signUp(Maker maker, Random random) {
    return SERVER.send(
        "POST",
        "/users",
        maker.token(),
        "{\"email\":\"%d@example.com\",\"password\":\"%s\",\"firstName\":\"A\",\"lastName\":\"B\"}"
            .formatted(random.nextLong(), PASSWORD));
  }

  /** What a key is for is told by the session of a device that it lets in. */
  private static Answer accessKey(String path, Maker maker, Random random) {
    Answer key =
        SERVER.send(
            "POST",
            "/applications/" + plant + path,
            maker.token(),
            "{\"name\":\"chain %d\"}".formatted(random.nextInt()));
    if (key.status() != 201) {
      return key;
    }
    ObjectNode body = Json.emptyObject().put("deviceId", device);
    body.put("key", key.body().get("key").stringValue());
    body.put("secret", key.body().get("secret").stringValue());
    return SERVER.send("POST", "/auth/device", "", body.toString());
  }
}
