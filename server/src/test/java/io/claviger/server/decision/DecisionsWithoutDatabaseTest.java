package io.claviger.server.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.decide.Bearer;
import io.claviger.core.decide.Decision;
import io.claviger.core.decide.Place;
import io.claviger.core.decide.Question;
import io.claviger.core.device.DeviceReach;
import io.claviger.core.network.TrustedProxies;
import io.claviger.core.scope.Catalogue;
import io.claviger.server.access.Access;
import io.claviger.server.access.Bearers;
import io.claviger.server.access.Places;
import io.claviger.server.api.Call;
import io.claviger.server.devicelogin.DeviceLogins;
import io.claviger.server.http.Json;
import io.claviger.server.http.Method;
import io.claviger.server.http.Request;
import io.claviger.server.http.Response;
import io.claviger.server.http.Route;
import io.claviger.server.security.RateLimiter;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Person;
import io.claviger.store.Database;
import io.claviger.store.facts.CachedFacts;
import io.claviger.store.facts.Facts;
import io.claviger.store.facts.SqlFacts;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A credential that was asked about before is decided without a single look at the database. */
class DecisionsWithoutDatabaseTest {
  private static final TestServer SERVER = TestServer.start();
  private static final Catalogue CATALOGUE = Catalogue.standard();

  private final AtomicInteger reads = new AtomicInteger();
  private final Person person = SERVER.newUser("cached" + SERVER.newId() + "@example.com");
  private final String application = SERVER.newApplication(person);
  private final String device = SERVER.newDevice(application, "standalone", "site=north");
  private final Decisions decisions = decisions();

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private Decisions decisions() {
    Database database = SERVER.wiring().database();
    Facts facts = new CachedFacts(counted(new SqlFacts(database, CATALOGUE)), database);
    Bearers bearers = new Bearers(facts);
    Places places = new Places(facts, _ -> false);
    Access access = new Access(bearers, places, TrustedProxies.NONE, SERVER.clock());
    return new Decisions(
        access,
        CATALOGUE,
        new DeviceLogins(facts, bearers, places),
        new RateLimiter(1_000, SERVER.clock()),
        SERVER.wiring().use());
  }

  /** The same facts, each question counted. */
  private Facts counted(Facts facts) {
    return (Facts)
        Proxy.newProxyInstance(
            Facts.class.getClassLoader(),
            new Class<?>[] {Facts.class},
            (_, method, arguments) -> {
              reads.incrementAndGet();
              try {
                return method.invoke(facts, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private JsonNode ask(String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    Request request =
        Request.of(
            new Route(Method.POST, "/decisions", "decisions.post", _ -> Response.noContent()),
            "/decisions",
            Map.of(),
            InetAddress::getLoopbackAddress,
            bytes);
    Question question =
        new Question(
            new Bearer.Anonymous(),
            CATALOGUE.action("decisions.post").orElseThrow(),
            new Place.Account(),
            Optional.empty(),
            SERVER.clock().instant());
    Decision.Allowed allowed = new Decision.Allowed(Optional.empty(), new DeviceReach.Everything());
    Response answer =
        decisions.answer(new Call(request, question, allowed, Json.parse(bytes), call -> call));
    assertThat(answer.status()).isEqualTo(200);
    return ((Response.Json) answer).body();
  }

  private void assertReadsOnlyOnce(String question) {
    JsonNode first = ask(question);
    assertThat(first.get("allowed").booleanValue()).as("%s", first).isTrue();
    assertThat(reads).hasPositiveValue();
    reads.set(0);
    assertThat(ask(question)).isEqualTo(first);
    assertThat(reads).hasValue(0);
  }

  @Test
  void aTokenOfAUser() {
    assertReadsOnlyOnce(
        """
        {"credential":{"token":"%s"},"action":"device.get",
         "resource":{"applicationId":"%s","deviceId":"%s"}}\
        """
            .formatted(person.session(), application, device));
  }

  @Test
  void aKeyAndWhatItsDeviceMayDo() {
    JsonNode key = key();
    assertReadsOnlyOnce(
        """
        {"credential":{"key":"%s","secret":"%s","deviceId":"%s"},"action":"device.sendState",
         "resource":{"applicationId":"%s","deviceId":"%s"}}\
        """
            .formatted(
                key.get("key").stringValue(),
                key.get("secret").stringValue(),
                device,
                application,
                device));
  }

  @Test
  void whatIsRememberedIsDroppedWhenItChanges() {
    JsonNode key = key();
    String question =
        """
        {"credential":{"key":"%s","secret":"%s","deviceId":"%s"}}\
        """
            .formatted(key.get("key").stringValue(), key.get("secret").stringValue(), device);
    assertReadsOnlyOnce(question);
    SERVER.send(
        "PATCH",
        "/applications/" + application + "/keys/" + key.get("id").stringValue(),
        person.session(),
        "{\"status\":\"inactive\"}");
    assertThat(ask(question).get("status").intValue()).isEqualTo(401);
    assertThat(reads).hasPositiveValue();
  }

  private JsonNode key() {
    return SERVER
        .send(
            "POST",
            "/applications/" + application + "/keys",
            person.session(),
            "{\"deviceTags\":[{\"key\":\"site\"}]}")
        .body();
  }
}
