package io.claviger.server.key;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.device.DeviceClass;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.server.http.Json;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import io.claviger.store.device.DeviceRow;
import io.claviger.store.device.DeviceStore;
import io.claviger.store.testing.TestDatabases;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A query that takes too long is ended, and the answer says so, on both databases (QRY-13). */
class SlowQueryTest {
  private static final Duration LIMIT = Duration.ofMillis(200);

  /** What a busy machine may add: the limit is looked at every now and then. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  private static final int KEYS = 400;
  private static final int DEVICES = 6_000;

  /** As many as fit into a path. */
  private static final int CONDITIONS = 90;

  /** More than either database has connections for reading. */
  private static final int AT_ONCE = 11;

  @Test
  void isEndedOnSqlite() throws Exception {
    check(Map.of());
  }

  @Test
  void isEndedOnPostgres() throws Exception {
    check(Map.of("CLAVIGER_DATABASE_URL", TestDatabases.postgres().jdbcUrl()));
  }

  private static void check(Map<String, String> more) throws Exception {
    var settings = new HashMap<>(more);
    settings.put("CLAVIGER_QUERY_MILLIS", String.valueOf(LIMIT.toMillis()));
    try (TestServer server = TestServer.start(settings)) {
      Person owner = server.newUser("slow@example.com");
      String application = "/applications/" + server.newApplication(owner);
      insertKeys(server, owner.id(), application.substring("/applications/".length()));
      insertDevices(server, new ApplicationId(application.substring("/applications/".length())));
      List<String> slow =
          List.of(
              application + "/keys?perPage=1&query=" + manyParts(),
              application + "/devices?perPage=1&query=" + manyAncestors());
      for (String path : slow) {
        isEnded(server, path, owner);
      }
      othersAreServed(server, slow, application, owner);
    }
  }

  private static void isEnded(TestServer server, String path, Person owner) {
    long began = System.nanoTime();
    Answer slow = server.send("GET", path, owner.session());
    var took = Duration.ofNanos(System.nanoTime() - began);
    assertThat(slow.status()).as(path.substring(0, path.indexOf('%'))).isEqualTo(503);
    assertThat(slow.body().get("type").stringValue()).isEqualTo("QueryTimeout");
    assertThat(slow.body().get("message").stringValue()).startsWith("query takes longer");
    assertThat(took).as(path.substring(0, path.indexOf('%'))).isBetween(LIMIT, LIMIT.plus(GRACE));
  }

  /** Meanwhile, and with as many connections as before afterwards. */
  private static void othersAreServed(
      TestServer server, List<String> slow, String application, Person owner) throws Exception {
    String quick = application + "/keys?perPage=1&query=" + encoded("{\"name\":null}");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> ended = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        String path = slow.get(i % slow.size());
        ended.add(threads.submit(() -> server.send("GET", path, owner.session())));
      }
      assertThat(server.send("GET", quick, owner.session()).status()).isEqualTo(200);
      for (Future<Answer> each : ended) {
        assertThat(each.get().status()).isEqualTo(503);
      }
      List<Future<Answer>> answered = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        answered.add(threads.submit(() -> server.send("GET", quick, owner.session())));
      }
      for (Future<Answer> each : answered) {
        assertThat(each.get().status()).isEqualTo(200);
        assertThat(each.get().body().get("totalCount").intValue()).isEqualTo(KEYS);
      }
    }
  }

  /** Each of them looks through every description from its beginning to its end. */
  private static String manyParts() {
    return many(
        "$nor",
        i -> {
          ObjectNode part = Json.emptyObject();
          part.putObject("description").put("$contains", "no" + i);
          return part;
        });
  }

  /** Each of them goes down the whole tree of devices. */
  private static String manyAncestors() {
    return many(
        "$and",
        i -> {
          ObjectNode part = Json.emptyObject();
          part.putObject("ancestorId").put("$gt", id(DEVICES / 20 + i));
          return part;
        });
  }

  private static String many(String join, IntFunction<JsonNode> condition) {
    ObjectNode query = Json.emptyObject();
    ArrayNode parts = query.putArray(join);
    for (int i = 0; i < CONDITIONS; i++) {
      parts.add(condition.apply(i));
    }
    return encoded(query.toString());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String id(int number) {
    return "%024x".formatted(number);
  }

  private static void insertKeys(TestServer server, String user, String application) {
    String description = "n ".repeat(16_000);
    server
        .wiring()
        .database()
        .run(transaction -> {
          for (int i = 0; i < KEYS; i++) {
            transaction
                .handle()
                .createUpdate(
                    "INSERT INTO access_key (id, application_id, access_key, digest, status,"
                        + " restricted, device_ids, device_tags, filter_type, pub_topics,"
                        + " sub_topics, address_filter_type, addresses, created_by_type,"
                        + " created_by_id, updated_by_type, updated_by_id, description, created_at,"
                        + " updated_at) VALUES (:id, :application, :key, :digest, 'active',"
                        + " 0, '[]', '[]', 'none', '[]', '[]', 'all', '[]', 'user', :user,"
                        + " 'user', :user, :description, 0, 0)")
                .bind("id", server.newId())
                .bind("user", user)
                .bind("application", application)
                .bind("key", "00000000-0000-4000-8000-%012x".formatted(i))
                .bind("digest", new byte[32])
                .bind("description", description)
                .execute();
          }
        });
  }

  /** A tree with ten branches at each device. */
  private static void insertDevices(TestServer server, ApplicationId application) {
    var store = new DeviceStore(server.wiring().database());
    server
        .wiring()
        .database()
        .run(transaction -> {
          for (int i = 0; i < DEVICES; i++) {
            store.insert(
                transaction,
                new DeviceRow(
                    new DeviceId(id(i)),
                    application,
                    "device " + i,
                    Optional.empty(),
                    DeviceClass.STANDALONE,
                    Optional.empty(),
                    i < 10 ? List.of() : List.of(new DeviceId(id(i / 10))),
                    Optional.empty(),
                    false,
                    List.of(),
                    List.of(),
                    Instant.EPOCH,
                    Instant.EPOCH,
                    Optional.empty()));
          }
        });
  }
}
