package io.claviger.server.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.change.Verification;
import io.claviger.core.decide.Bearer;
import io.claviger.core.decide.Decision;
import io.claviger.core.decide.Denial;
import io.claviger.core.decide.DeviceLogin;
import io.claviger.core.id.AccessKeyId;
import io.claviger.core.network.IpAddress;
import io.claviger.core.scope.Catalogue;
import io.claviger.server.access.Refusals;
import io.claviger.server.decision.HistoryWorld.Made;
import io.claviger.server.testing.TestServer;
import io.claviger.store.Database;
import io.claviger.store.facts.LoggedFacts;
import io.claviger.store.facts.SqlFacts;
import io.claviger.store.retention.ChangeLogPruning;
import io.claviger.store.testing.TestDatabases;
import io.claviger.store.testing.TestSigner;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What was decided is what the change log says afterwards. While random changes are made through
 * the API, random questions are put to the running server; at the end each is put once more, about
 * its moment, to the facts that are read from the log, while more and more of its beginning is
 * removed.
 */
class HistoryTest {
  private static final Catalogue CATALOGUE = Catalogue.standard();
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final int QUESTIONS = 14;

  /** In so many steps the log is shortened while the questions are put again. */
  private static final int PARTS = 4;

  private static final List<String> ACTIONS =
      List.of(
          "application.get",
          "application.patch",
          "application.delete",
          "applicationKeys.post",
          "applications.post",
          "device.get",
          "device.patch",
          "device.sendState",
          "devices.get",
          "dashboard.get",
          "dashboard.patch",
          "applicationDashboard.get",
          "org.get",
          "org.patch",
          "me.get",
          "userApiTokens.post");

  private static final Set<String> OF_DEVICES = Set.of("accessKey", "deviceSession");
  private static final Set<String> ALLOWED = new HashSet<>();

  /** A question that was answered. */
  private record Answered(
      Instant at,
      Made credential,
      String action,
      String resource,
      String address,
      int status,
      String reason,
      int step,
      String change) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void theLogSaysWhatWasDecidedOnSqlite(long seed) {
    try (TestServer server = TestServer.start(Map.of("CLAVIGER_LOGIN_LIMIT", "1000000"))) {
      compare(server, seed, 45);
    }
  }

  @Test
  void theLogSaysWhatWasDecidedOnPostgres() {
    Map<String, String> settings =
        Map.of(
            "CLAVIGER_LOGIN_LIMIT",
            "1000000",
            "CLAVIGER_DATABASE_URL",
            TestDatabases.postgres().jdbcUrl(),
            "CLAVIGER_SECRET_KEY",
            "0123456789abcdef".repeat(4));
    try (TestServer server = TestServer.start(settings)) {
      compare(server, 4, 30);
    }
  }

  private static void compare(TestServer server, long seed, int steps) {
    Random random = new Random(seed);
    HistoryWorld world = new HistoryWorld(server, random);
    List<Answered> answered = new ArrayList<>();
    Database database = server.wiring().database();
    TestSigner signer = TestSigner.make();
    for (int step = 0; step < steps; step++) {
      String change = world.step();
      if (step == steps / 3) {
        prune(database, server.clock().instant().minusMillis(5), signer);
      }
      server.clock().advanceMillis(3);
      for (int i = 0; i < QUESTIONS; i++) {
        answered.add(ask(server, world, random, step, change));
      }
      server.clock().advanceMillis(3);
    }
    int compared = 0;
    for (int part = 0; part < PARTS; part++) {
      Instant begin = LoggedFacts.begin(database).orElseThrow();
      List<Answered> known = answered.stream().filter(it -> !it.at().isBefore(begin)).toList();
      assertThat(known).hasSizeLessThan(answered.size());
      known.forEach(question -> check(database, seed, question));
      compared += known.size();
      prune(database, known.get(known.size() / PARTS).at(), signer);
    }
    assertThat(compared).isGreaterThan(answered.size());
    assertThat(database.changeLog().verify())
        .isInstanceOfSatisfying(
            Verification.Broken.class, broken -> assertThat(broken.reason()).contains("anchor"));
    requireVariety(answered);
  }

  /** What is removed leaves nothing unknown of the time after it. */
  private static void prune(Database database, Instant before, TestSigner signer) {
    ChangeLogPruning pruning = new ChangeLogPruning(database);
    int removed;
    do {
      removed = pruning.removeBefore(before, 7, signer);
    } while (removed > 0);
  }

  private static void check(Database database, long seed, Answered question) {
    SqlFacts present = new SqlFacts(database, CATALOGUE);
    Scene scene =
        Scene.past(new LoggedFacts(database, present, CATALOGUE, question.at()), question.at());
    Optional<Denial> denial = database.read(_ -> denial(scene, question));
    assertThat(denial.map(Refusals::code).orElse("ok"))
        .as("seed %d %s", seed, question)
        .isEqualTo(question.reason());
    assertThat(denial.map(reason -> Refusals.of(reason).status()).orElse(200))
        .as("seed %d %s", seed, question)
        .isEqualTo(question.status());
  }

  /** The check of the check: every ground came up, and every kind of credential was let in. */
  private static void requireVariety(List<Answered> answered) {
    assertThat(answered.stream().map(Answered::reason))
        .contains(
            "ok", "invalid_credential", "insufficient_scope", "insufficient_role", "not_found");
    answered.stream()
        .filter(it -> it.status() == 200)
        .forEach(it -> ALLOWED.add(it.credential().kind()));
  }

  @AfterAll
  static void everyKindOfCredentialWasLetIn() {
    assertThat(ALLOWED)
        .containsExactlyInAnyOrder(
            "loginSession", "userToken", "applicationToken", "accessKey", "deviceSession");
  }

  private static Answered ask(
      TestServer server, HistoryWorld world, Random random, int step, String change) {
    Made credential = world.recent(world.credentials);
    String action =
        OF_DEVICES.contains(credential.kind()) && random.nextBoolean()
            ? "devices.get"
            : world.pick(ACTIONS);
    String resource = resource(world, action, random);
    String address = random.nextBoolean() ? "192.0.2.7" : "198.51.100.7";
    String presented =
        credential.kind().equals("accessKey")
            ? "{\"key\":\"%s\",\"secret\":\"%s\",\"deviceId\":\"%s\"}"
                .formatted(credential.value(), credential.secret(), credential.device())
            : "{\"token\":\"" + credential.value() + "\"}";
    Instant at = Instant.ofEpochMilli(server.clock().instant().toEpochMilli());
    JsonNode decision =
        server
            .send(
                "POST",
                "/decisions",
                "",
                "{\"credential\":%s,\"action\":\"%s\",\"resource\":%s,\"address\":\"%s\"}"
                    .formatted(presented, action, resource, address))
            .body();
    return new Answered(
        at,
        credential,
        action,
        resource,
        address,
        decision.get("status").intValue(),
        decision.get("reason").stringValue(),
        step,
        change);
  }

  private static String resource(HistoryWorld world, String action, Random random) {
    Map<String, String> ids = new HashMap<>();
    String path = CATALOGUE.action(action).orElseThrow().path();
    if (path.contains("{applicationId}")) {
      ids.put("applicationId", world.recent(world.applications));
    }
    if (path.contains("{deviceId}")) {
      ids.put("deviceId", any(world, world.devices));
    }
    if (path.contains("{dashboardId}")) {
      ids.put("dashboardId", any(world, world.dashboards));
    }
    if (path.contains("{orgId}") || (action.equals("applications.post") && random.nextBoolean())) {
      ids.put("orgId", world.organization);
    }
    return MAPPER.writeValueAsString(ids);
  }

  private static String any(HistoryWorld world, List<String> ids) {
    return ids.isEmpty() ? "0".repeat(24) : world.recent(ids);
  }

  private static Optional<Denial> denial(Scene scene, Answered question) {
    Optional<IpAddress> address = Optional.of(IpAddress.parse(question.address()).orThrow());
    Deed deed =
        Deed.read(
            CATALOGUE.action(question.action()).orElseThrow(),
            MAPPER.readTree(question.resource()));
    Made credential = question.credential();
    Bearer bearer;
    if (credential.kind().equals("accessKey")) {
      DeviceLogin login =
          scene
              .logins()
              .named(new AccessKeyId(credential.id()), credential.device(), address, true);
      if (login.refusal().isPresent()) {
        return login.refusal();
      }
      bearer =
          new FullSession(CATALOGUE).of(login.key().orElseThrow(), login.device().orElseThrow());
    } else {
      bearer =
          scene
              .bearers()
              .of(
                  new Claim.Named(
                          Claim.NamedKind.of(credential.kind()).orElseThrow(), credential.id())
                      .ref());
    }
    return deed.ask(scene.places(), bearer, address, scene.moment())
            instanceof Decision.Denied(Denial reason)
        ? Optional.of(reason)
        : Optional.empty();
  }
}
