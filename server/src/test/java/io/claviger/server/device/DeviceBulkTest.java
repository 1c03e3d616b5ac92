package io.claviger.server.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.change.ActorType;
import io.claviger.core.change.ChangeEntry;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.scope.Catalogue;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.store.Database;
import io.claviger.store.device.DeviceStore;
import io.claviger.store.facts.SqlFacts;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deleting and restoring many devices, and the end of deleted ones (DEV-5). */
class DeviceBulkTest {
  private static final int LIMIT = 450;
  private static final TestServer SERVER =
      TestServer.start(Map.of("CLAVIGER_LIMIT_DEVICES", "" + LIMIT));

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static DeviceClient client(String name) {
    return new DeviceClient(SERVER, name + "@example.com");
  }

  private static String body(Answer answer) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return answer.body().toString();
  }

  @Test
  void onlyWhatTheQueryNames() {
    DeviceClient client = client("some");
    String first = client.create("{\"name\":\"a\",\"tags\":[{\"key\":\"k\",\"value\":\"v\"}]}");
    client.create("{\"name\":\"b\",\"tags\":[{\"key\":\"k\",\"value\":\"w\"}]}");
    client.create("{\"name\":\"c\"}");
    DeviceClient other = client("bystander");
    other.create("{\"name\":\"a\"}");
    assertThat(body(client.send("POST", "/delete", "{\"query\":{\"tags\":{\"k\":\"v\"}}}")))
        .isEqualTo("{\"removed\":1,\"failed\":0}");
    assertThat(client.names("")).containsExactly("b", "c");
    assertThat(body(client.send("POST", "/delete", "{\"query\":{\"id\":{\"$in\":[]}}}")))
        .isEqualTo("{\"removed\":0,\"failed\":0}");
    assertThat(body(client.send("POST", "/delete", "{\"query\":{}}")))
        .isEqualTo("{\"removed\":2,\"failed\":0}");
    assertThat(client.names("")).isEmpty();
    assertThat(body(client.send("POST", "/restore", "{\"query\":{\"id\":\"" + first + "\"}}")))
        .isEqualTo("{\"restored\":1,\"failed\":0}");
    assertThat(client.names("")).containsExactly("a");
    assertThat(other.names("")).containsExactly("a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"query\":null}",
        "{\"query\":[]}",
        "{\"query\":{\"nme\":\"a\"}}",
        "{\"query\":{\"id\":{}}}",
        "{\"query\":{\"tags\":{}}}",
        "{\"ids\":[\"0123456789abcdef01234567\"]}"
      })
  void aQueryThatIsNotUnderstoodDeletesNothing(String json) {
    DeviceClient client = Shared.CLIENT;
    for (String action : List.of("/delete", "/restore")) {
      assertThat(client.send("POST", action, json).status())
          .as("%s %s", action, json)
          .isEqualTo(400);
    }
    assertThat(client.names("")).containsExactly("stays");
  }

  private static final class Shared {
    static final DeviceClient CLIENT = client("refused");

    static {
      CLIENT.create("{\"name\":\"stays\"}");
    }
  }

  /** More than fit into one transaction; what there is no room for fails (LIM-1). */
  @Test
  void manyAtOnce() {
    DeviceClient client = client("many");
    for (int i = 0; i < LIMIT; i++) {
      client.create("{\"name\":\"d" + i % 10 + "\"}");
    }
    assertThat(body(client.send("POST", "/delete", "{\"query\":{},\"forceJob\":true}")))
        .isEqualTo("{\"removed\":" + LIMIT + ",\"failed\":0}");
    assertThat(count(client)).isZero();
    for (int i = 0; i < 30; i++) {
      client.create("{\"name\":\"new\"}");
    }
    assertThat(body(client.send("POST", "/restore", "{\"query\":{}}")))
        .isEqualTo("{\"restored\":" + (LIMIT - 30) + ",\"failed\":30}");
    assertThat(count(client)).isEqualTo(LIMIT);
    assertThat(client.read("?perPage=1").get("totalCount").intValue()).isEqualTo(LIMIT);
    assertThat(client.send("POST", "", "{\"name\":\"one more\"}").status()).isEqualTo(400);
  }

  private static long count(DeviceClient client) {
    return new DeviceStore(SERVER.wiring().database())
        .count(new ApplicationId(client.application()));
  }

  /** After 93 days there is nothing left to restore, whether it has been removed yet or not. */
  @Test
  void afterNinetyThreeDaysADeletedDeviceIsGone() {
    try (TestServer server = TestServer.start()) {
      DeviceClient client = new DeviceClient(server, "purge@example.com");
      String old = client.create("{\"name\":\"old\"}");
      client.delete(old);
      server.clock().advanceMillis(Duration.ofDays(93).toMillis() - 60_000);
      String recent = client.create("{\"name\":\"recent\"}");
      client.create("{\"name\":\"alive\"}");
      client.delete(recent);
      purge(server.wiring().database());
      assertThat(client.names("?queryDeleted=true")).containsExactly("old", "recent");

      server.clock().advanceMillis(120_000);
      assertThat(client.names("?queryDeleted=true")).containsExactly("recent");
      assertThat(body(client.send("POST", "/restore", "{\"query\":{\"id\":\"" + old + "\"}}")))
          .isEqualTo("{\"restored\":0,\"failed\":0}");
      long before = server.wiring().database().changeLog().head().sequence();
      purge(server.wiring().database());
      List<ChangeEntry> entries = server.wiring().database().changeLog().page(before, 10);
      assertThat(entries).hasSize(1);
      assertThat(entries.getFirst().change().subject().id()).isEqualTo(old);
      assertThat(entries.getFirst().change().actor().type()).isEqualTo(ActorType.SYSTEM);
      assertThat(rows(server.wiring().database(), old)).isZero();
      assertThat(client.names("?queryDeleted=true")).containsExactly("recent");
      assertThat(client.names("")).containsExactly("alive");
    }
  }

  private static void purge(Database database) {
    new DevicePurge(database, new SqlFacts(database, Catalogue.standard()), () -> false).run();
  }

  private static int rows(Database database, String device) {
    return database.read(handle ->
        handle
            .createQuery("SELECT COUNT(*) FROM device WHERE id = :id")
            .bind("id", device)
            .mapTo(Integer.class)
            .one());
  }
}
