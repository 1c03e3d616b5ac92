package io.claviger.server.count;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.scope.Catalogue;
import io.claviger.server.device.DeviceClient;
import io.claviger.server.device.DevicePurge;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import io.claviger.store.Database;
import io.claviger.store.facts.SqlFacts;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import tools.jackson.databind.JsonNode;

/** {@code deviceCounts} and {@code payloadCounts} of applications, organizations and accounts. */
class CountsTest {
  private static final TestServer SERVER = TestServer.start();
  private static final long DAY = Duration.ofDays(1).toMillis();

  private DeviceClient client;

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @BeforeEach
  void client(TestInfo test) {
    client = new DeviceClient(SERVER, test.getDisplayName().replaceAll("\\W", "") + "@x.org");
  }

  private JsonNode read(String path) {
    SERVER.wiring().counts().flush();
    Answer answer = SERVER.send("GET", path, client.session());
    assertThat(answer.status()).as("%s %s", path, answer.body()).isEqualTo(200);
    return answer.body();
  }

  private JsonNode devices(String query) {
    return read("/applications/" + client.application() + "/deviceCounts" + query).get("counts");
  }

  private JsonNode payloads(String query) {
    return read("/applications/" + client.application() + "/payloadCounts" + query);
  }

  private String total(JsonNode days) {
    StringBuilder all = new StringBuilder();
    for (JsonNode day : days) {
      all.append(day.get("created"))
          .append('-')
          .append(day.get("deleted"))
          .append('=')
          .append(day.get("total"))
          .append(' ');
    }
    return all.toString().strip();
  }

  @Test
  void devicesDayByDay() {
    String one = client.create("{\"name\":\"one\"}");
    String two = client.create("{\"name\":\"two\"}");
    SERVER.clock().advanceMillis(2 * DAY);
    client.create("{\"name\":\"three\"}");
    client.delete(one);
    client.delete(two);
    String query = "?start=" + -3 * DAY;
    assertThat(total(devices(query))).isEqualTo("0-0=0 2-0=2 0-0=2 1-2=1");
    assertThat(total(devices("?start=" + -DAY))).isEqualTo("0-0=2 1-2=1");
    assertThat(devices("")).hasSize(31);
    // As of a moment that is past.
    assertThat(total(devices("?start=" + -2 * DAY + "&end=" + -DAY))).isEqualTo("2-0=2 0-0=2");
    Answer restored = client.send("POST", "/restore", "{\"query\":{\"id\":\"" + two + "\"}}");
    assertThat(restored.status()).as("%s", restored.body()).isEqualTo(200);
    assertThat(total(devices(query))).isEqualTo("0-0=0 2-0=2 0-0=2 1-1=2");
    assertThat(total(read("/me/deviceCounts" + query).get("counts")))
        .isEqualTo("0-0=0 2-0=2 0-0=2 1-1=2");
  }

  /** What is removed for good was there all the same. */
  @Test
  void devicesThatAreGoneForGood() {
    String gone = client.create("{\"name\":\"gone\"}");
    client.create("{\"name\":\"stays\"}");
    client.delete(gone);
    long before = SERVER.clock().instant().toEpochMilli();
    SERVER.clock().advanceMillis(100 * DAY);
    Database database = SERVER.wiring().database();
    new DevicePurge(database, new SqlFacts(database, Catalogue.standard()), () -> false).run();
    String query = "?start=" + (before - DAY) + "&end=" + (before + 1);
    assertThat(total(devices(query))).isEqualTo("0-0=0 2-1=1");
  }

  @Test
  void messagesByKindAndSource() {
    String device =
        client.create("{\"name\":\"d\",\"attributes\":[{\"name\":\"n\",\"dataType\":\"number\"}]}");
    String state = "[{\"data\":{\"n\":1}},{\"data\":{\"n\":2}}]";
    client.send("POST", "/" + device + "/state", state);
    client.send("POST", "/" + device + "/command", "{\"name\":\"c\"}");
    client.create("{\"name\":\"other\"}");
    client.send("POST", "/command", "{\"name\":\"c\",\"deviceQuery\":{}}");
    client.send("POST", "/" + device + "/setConnectionStatus", "{\"status\":\"connected\"}");
    client.send("POST", "/" + device + "/setConnectionStatus", "{\"status\":\"disconnected\"}");
    SERVER.send(
        "POST",
        "/applications/" + client.application() + "/events",
        client.session(),
        "{\"level\":\"info\",\"subject\":\"s\"}");
    // What is refused is none.
    client.send("POST", "/" + device + "/command", "{}");
    JsonNode counts = payloads("");
    assertThat(counts.at("/deviceState/api").intValue()).isEqualTo(2);
    assertThat(counts.at("/deviceCommand/api").intValue()).isEqualTo(3);
    assertThat(counts.at("/deviceConnect/api").intValue()).isEqualTo(1);
    assertThat(counts.at("/deviceDisconnect/api").intValue()).isEqualTo(1);
    assertThat(counts.at("/event/api").intValue()).isEqualTo(1);
    assertThat(counts.at("/deviceCreate/api").intValue()).isEqualTo(2);
    assertThat(counts.get("mqttIn")).isEmpty();
    assertThat(payloads("?asBytes=true").at("/deviceState/api").intValue())
        .isEqualTo(state.length());
    assertThat(payloads("?start=" + -3 * DAY + "&end=" + -DAY).get("deviceState")).isEmpty();
    assertThat(read("/me/payloadCounts").at("/deviceState/api").intValue()).isEqualTo(2);
    // They add up over time, and go when they are too old.
    SERVER.clock().advanceMillis(DAY);
    client.send("POST", "/" + device + "/state", state);
    assertThat(payloads("").at("/deviceState/api").intValue()).isEqualTo(4);
    SERVER.clock().advanceMillis(DAY * 29 + DAY / 2);
    SERVER.wiring().counts().sweep();
    assertThat(payloads("?start=" + -60 * DAY).at("/deviceState/api").intValue()).isEqualTo(2);
  }

  /** A number tells of what is hidden: what a member does not see does not count for him. */
  @Test
  void anOrganizationCountsWhatIsSeen() {
    String organization =
        SERVER
            .send("POST", "/orgs", client.session(), "{\"name\":\"Acme\"}")
            .body()
            .get("id")
            .stringValue();
    String open = application(organization);
    String hidden = application(organization);
    for (String application : new String[] {open, hidden, hidden}) {
      SERVER.send(
          "POST",
          "/applications/" + application + "/devices",
          client.session(),
          "{\"name\":\"d\"}");
    }
    assertThat(totalOf(organization, client.session())).isEqualTo(3);
    Person member = SERVER.newUser("member@x.org");
    join(organization, member, "view", "[{\"resourceId\":\"" + hidden + "\",\"role\":\"none\"}]");
    assertThat(totalOf(organization, member.session())).isEqualTo(1);
    JsonNode messages =
        SERVER.send("GET", "/orgs/" + organization + "/payloadCounts", member.session()).body();
    assertThat(messages.at("/deviceCreate/api").intValue()).isEqualTo(1);
    Person stranger = SERVER.newUser("stranger@x.org");
    for (String what : new String[] {"deviceCounts", "payloadCounts"}) {
      assertThat(
              SERVER.send("GET", "/orgs/" + organization + "/" + what, stranger.session()).status())
          .isEqualTo(404);
      assertThat(
              SERVER.send("GET", "/applications/" + open + "/" + what, stranger.session()).status())
          .isEqualTo(404);
    }
  }

  private String application(String organization) {
    return SERVER
        .send(
            "POST",
            "/applications",
            client.session(),
            "{\"name\":\"a\",\"orgId\":\"" + organization + "\"}")
        .body()
        .get("id")
        .stringValue();
  }

  private static int totalOf(String organization, String session) {
    SERVER.wiring().counts().flush();
    JsonNode days =
        SERVER.send("GET", "/orgs/" + organization + "/deviceCounts", session).body().get("counts");
    return days.get(days.size() - 1).get("total").intValue();
  }

  private static void join(String organization, Person member, String role, String exceptions) {
    SERVER
        .wiring()
        .database()
        .run(transaction ->
            transaction
                .handle()
                .createUpdate(
                    "INSERT INTO member (organization_id, user_id, role, application_roles,"
                        + " dashboard_roles, created_at) VALUES (:organization, :user, :role,"
                        + " :exceptions, '[]', :now)")
                .bind("organization", organization)
                .bind("user", member.id())
                .bind("role", role)
                .bind("exceptions", exceptions)
                .bind("now", transaction.now())
                .execute());
  }

  @Test
  void whatIsWrongIsNamed() {
    for (String query : new String[] {"?start=x", "?start=2000&end=1000", "?start=" + -800 * DAY}) {
      Answer answer =
          SERVER.send(
              "GET",
              "/applications/" + client.application() + "/deviceCounts" + query,
              client.session());
      assertThat(answer.status()).as(query).isEqualTo(400);
    }
    Answer answer =
        SERVER.send(
            "GET",
            "/applications/" + client.application() + "/payloadCounts?asBytes=maybe",
            client.session());
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body().get("message").stringValue()).startsWith("asBytes ");
  }
}
