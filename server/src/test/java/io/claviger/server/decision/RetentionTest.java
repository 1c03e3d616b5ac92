package io.claviger.server.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.change.Verification;
import io.claviger.server.api.Wire;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.store.testing.TestDatabases;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** AUD-1: the change log is kept for a time, and every view of it ends where it begins. */
class RetentionTest {
  private static final Duration KEPT = Duration.ofDays(30);
  private static final String SECRET_KEY = "0123456789abcdef".repeat(4);

  private static void pass(TestServer server, long days) {
    server.clock().advanceMillis(Duration.ofDays(days).toMillis());
  }

  private static Answer get(ExplainWorld world, String path) {
    Answer answer = world.server.send("GET", path, world.administrator.session());
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return answer;
  }

  private static Instant begin(TestServer server) {
    return server.wiring().database().changeLog().anchor().orElseThrow().until();
  }

  private static Answer ask(ExplainWorld world, JsonNode token, Instant at) {
    String question =
        world.named("applicationToken", token, "application.get", world.at("applicationId"));
    return world.ask(
        world.administrator.session(),
        question.substring(0, question.length() - 1) + ",\"at\":\"" + at + "\"}");
  }

  @Test
  void onSqlite(@TempDir Path folder) throws Exception {
    try (TestServer server =
        TestServer.start(
            Map.of(
                "CLAVIGER_CHANGE_LOG_DAYS",
                "" + KEPT.toDays(),
                "CLAVIGER_DATA",
                folder.toString()))) {
      theOldestEntriesGo(server);
    }
  }

  @Test
  void onPostgres() throws Exception {
    try (TestServer server =
        TestServer.start(
            Map.of(
                "CLAVIGER_CHANGE_LOG_DAYS",
                "" + KEPT.toDays(),
                "CLAVIGER_DATABASE_URL",
                TestDatabases.postgres().jdbcUrl(),
                "CLAVIGER_SECRET_KEY",
                SECRET_KEY))) {
      theOldestEntriesGo(server);
    }
  }

  private static void theOldestEntriesGo(TestServer server) throws Exception {
    ExplainWorld world = new ExplainWorld(server);
    String tokens = "/applications/" + world.application + "/tokens";
    JsonNode token =
        world.made(
            tokens,
            world.administrator.session(),
            "{\"name\":\"kept\",\"scope\":[\"application.get\"]}");
    pass(server, 10);
    Instant asked = server.clock().instant().minusSeconds(60);
    world.patch(
        "/applications/" + world.application,
        world.administrator.session(),
        "{\"description\":\"later\"}");
    Instant between = server.clock().instant();
    pass(server, 15);
    world.patch(
        tokens + "/" + token.get("id").stringValue(),
        world.administrator.session(),
        "{\"status\":\"inactive\"}");
    pass(server, 10);

    assertThat(ask(world, token, asked).body().get("allowed").booleanValue()).isTrue();
    server.wiring().logRetention().run();

    // What was made on the first day is not in the log any more; what it was is known.
    assertThat(begin(server)).isBefore(asked);
    assertThat(ask(world, token, asked).body().get("allowed").booleanValue()).isTrue();
    assertThat(ask(world, token, between).body().get("allowed").booleanValue()).isTrue();
    JsonNode now = ask(world, token, server.clock().instant()).body();
    assertThat(now.get("allowed").booleanValue()).isFalse();
    Answer before = ask(world, token, begin(server).minusMillis(1));
    assertThat(before.status()).isEqualTo(400);
    assertThat(before.body().get("message").stringValue())
        .contains("lies before the change log begins: " + Wire.time(begin(server)));
    assertThat(ask(world, token, begin(server)).status()).isEqualTo(200);

    viewsEndWhereTheLogBegins(world);
    assertThat(metrics(server))
        .containsPattern("claviger_change_log_removed_total [1-9]")
        .contains("claviger_change_log_oldest_seconds ");
    assertThat(server.wiring().database().changeLog().verify())
        .isInstanceOfSatisfying(
            Verification.Intact.class, intact -> assertThat(intact.anchor()).isPresent());
  }

  private static void viewsEndWhereTheLogBegins(ExplainWorld world) {
    JsonNode audit = get(world, "/orgs/" + world.organization + "/audit-logs").body();
    List<String> actions = new ArrayList<>();
    for (JsonNode item : audit.get("items")) {
      actions.add(item.get("requestResource").stringValue());
      assertThat(item.get("primaryTargetName").stringValue()).isEqualTo("Plant");
    }
    assertThat(actions).containsExactly("applicationApiToken", "application");
    assertThat(audit.get("totalCount").intValue()).isEqualTo(2);
    String named =
        URLEncoder.encode("{\"primaryTarget\":[{\"name\":\"Plant\"}]}", StandardCharsets.UTF_8);
    assertThat(
            get(world, "/orgs/" + world.organization + "/audit-logs?auditLogFilter=" + named)
                .body()
                .get("totalCount")
                .intValue())
        .isEqualTo(2);
    JsonNode fields = get(world, "/orgs/" + world.organization + "/changeLog").body();
    assertThat(fields.has("next")).isFalse();
    for (JsonNode item : fields.get("items")) {
      assertThat(item.get("action").stringValue())
          .isIn("applicationApiToken.patch", "application.patch");
    }
    assertThat(get(world, "/me/audit-logs").body().get("totalCount").intValue()).isZero();
  }

  private static String metrics(TestServer server) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(
                      URI.create(
                          "http://127.0.0.1:" + server.wiring().managementPort() + "/metrics"))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  @Test
  void whatIsToBeKeptForEverIs() {
    try (TestServer server = TestServer.start(Map.of("CLAVIGER_CHANGE_LOG_DAYS", "0"))) {
      ExplainWorld world = new ExplainWorld(server);
      assertThat(world.application).isNotEmpty();
      pass(server, 36_500);
      server.wiring().logRetention().run();
      assertThat(server.wiring().database().changeLog().anchor()).isEmpty();
      assertThat(server.wiring().database().changeLog().page(0, 1).getFirst().sequence())
          .isEqualTo(1);
    }
  }

  /** Nobody could tell such a log from one that was cut. */
  @Test
  void withoutAKeyNothingIsRemoved() {
    try (TestServer server =
        TestServer.start(Map.of("CLAVIGER_DATABASE_URL", TestDatabases.postgres().jdbcUrl()))) {
      ExplainWorld world = new ExplainWorld(server);
      assertThat(world.application).isNotEmpty();
      pass(server, 800);
      server.wiring().logRetention().run();
      assertThat(server.wiring().database().changeLog().anchor()).isEmpty();
    }
  }
}
