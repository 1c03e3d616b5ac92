package io.claviger.server.devicelogin;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.change.ActorType;
import io.claviger.core.change.Change;
import io.claviger.core.change.ChangeEntry;
import io.claviger.core.change.SubjectType;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import io.claviger.store.facts.CredentialUses;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** {@code POST /auth/device} with a key and a secret (KEY-12, KEY-40 to KEY-46, KEY-54). */
class DeviceAuthenticationTest {
  private static final TestServer SERVER =
      TestServer.start(Map.of("CLAVIGER_LOGIN_LIMIT", "1000000"));
  private static final AtomicInteger NEXT = new AtomicInteger();

  private final Person person = SERVER.newUser("devices" + NEXT.incrementAndGet() + "@example.com");
  private final String application = SERVER.newApplication(person);
  private final String device = SERVER.newDevice(application, "standalone", "site=north");

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private JsonNode key(String body) {
    Answer made =
        SERVER.send("POST", "/applications/" + application + "/keys", person.session(), body);
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    return made.body();
  }

  private String keyPath(JsonNode key) {
    return "/applications/" + application + "/keys/" + key.get("id").stringValue();
  }

  private String devicePath() {
    return "/applications/" + application + "/devices/" + device;
  }

  private static String credentials(String deviceId, JsonNode key, String more) {
    return "{\"deviceId\":\"%s\",\"key\":\"%s\",\"secret\":\"%s\"%s}"
        .formatted(deviceId, key.get("key").stringValue(), key.get("secret").stringValue(), more);
  }

  private static Answer logIn(String body) {
    return SERVER.send("POST", "/auth/device", "", body);
  }

  private String token(JsonNode key) {
    Answer answer = logIn(credentials(device, key, ""));
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return answer.body().get("token").stringValue();
  }

  /** 401, 403 or 404 is a refusal; whatever else comes, the device was let do it. */
  private static int mayGet(String path, String token) {
    int status = SERVER.send("GET", path, token).status();
    return Set.of(401, 403, 404).contains(status) ? status : 200;
  }

  @Test
  void theLastUseOfAKeyIsKeptAsLongAsTheKey() {
    JsonNode key = key("{}");
    String id = key.get("id").stringValue();
    CredentialUses uses = new CredentialUses(SERVER.wiring().database());
    String body =
        credentials(device, key, "").replace(key.get("secret").stringValue(), "0".repeat(64));
    assertThat(logIn(body).status()).isEqualTo(401);
    SERVER.wiring().use().flush();
    assertThat(uses.find(id)).isEmpty();

    String token = token(key);
    SERVER.wiring().use().flush();
    assertThat(uses.find(id).orElseThrow().address()).contains("127.0.0.1");
    assertThat(mayGet(devicePath(), token)).isEqualTo(200);
    assertThat(SERVER.send("DELETE", keyPath(key), person.session()).status()).isEqualTo(200);
    assertThat(uses.find(id)).isEmpty();
  }

  @Test
  void aDeviceGetsATokenForItselfAndLearnsItsTopics() {
    JsonNode key =
        key("{\"filterType\":\"whitelist\",\"pubTopics\":[\"plant/#\"],\"subTopics\":[]}");
    Answer answer = logIn(credentials(device, key, ""));
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    JsonNode body = answer.body();
    assertThat(body.get("applicationId").stringValue()).isEqualTo(application);
    assertThat(body.get("deviceId").stringValue()).isEqualTo(device);
    assertThat(body.get("deviceClass").stringValue()).isEqualTo("standalone");
    assertThat(body.get("ownerType").stringValue()).isEqualTo("user");
    assertThat(body.get("filterType").stringValue()).isEqualTo("whitelist");
    assertThat(body.get("pubTopics").toString()).isEqualTo("[\"plant/#\"]");
    assertThat(body.get("subTopics").isEmpty()).isTrue();
    assertThat(body.get("token").stringValue()).startsWith("cvd_");
    assertThat(mayGet(devicePath(), body.get("token").stringValue())).isEqualTo(200);
  }

  @Test
  void idleListsAreNoMatterOfTheDevice() {
    JsonNode key = key("{\"filterType\":\"all\",\"pubTopics\":[\"a\"],\"subTopics\":[\"b\"]}");
    JsonNode body = logIn(credentials(device, key, "")).body();
    assertThat(body.get("filterType").stringValue()).isEqualTo("all");
    assertThat(body.get("pubTopics").isEmpty()).isTrue();
    assertThat(body.get("subTopics").isEmpty()).isTrue();
  }

  @Test
  void everyFailureHasTheSameAnswerByteForByte() {
    JsonNode good = key("{}");
    JsonNode inactive = key("{}");
    SERVER.send("PATCH", keyPath(inactive), person.session(), "{\"status\":\"inactive\"}");
    JsonNode elsewhere =
        key("{\"addressFilterType\":\"whitelist\",\"addresses\":[\"203.0.113.9\"]}");
    JsonNode other = key("{\"deviceTags\":[{\"key\":\"site\",\"value\":\"south\"}]}");
    String deleted = SERVER.newDevice(application, "standalone");
    SERVER.change(SubjectType.DEVICE, deleted, "UPDATE device SET deleted_at = 1 WHERE id = :id");
    String foreign = SERVER.newDevice(SERVER.newApplication(person), "standalone");
    String wrong =
        credentials(device, good, "").replaceFirst("\"secret\":\"....", "\"secret\":\"beef");
    String unknown = credentials(device, good, "").replaceFirst("\"key\":\"....", "\"key\":\"0000");
    List<String> bodies =
        List.of(
            wrong,
            unknown,
            "{\"deviceId\":\"" + device + "\",\"key\":\"k\",\"secret\":\"\"}",
            "{\"deviceId\":\"" + device + "\"}",
            credentials(device, inactive, ""),
            credentials(device, elsewhere, ""),
            credentials(device, other, ""),
            credentials(deleted, good, ""),
            credentials(foreign, good, ""),
            credentials(SERVER.newId(), good, ""),
            credentials(SERVER.newDevice(application, "peripheral"), good, ""),
            credentials(SERVER.newDevice(application, "system"), good, ""));
    Set<String> answers = new HashSet<>();
    for (String body : bodies) {
      Answer answer = logIn(body);
      assertThat(answer.status()).as(body).isEqualTo(401);
      answers.add(answer.response().body() + header(answer, "WWW-Authenticate"));
    }
    assertThat(answers).hasSize(1);
    assertThat(logIn(credentials(device, good, "")).status()).isEqualTo(200);
  }

  private static String header(Answer answer, String name) {
    return answer.response().headers().firstValue(name).orElse("");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "requestedScopes":["all.User"]                     | requestedScopes
          "requestedScopes":["device.delete"]                | requestedScopes
          "requestedScopes":["no.such"]                      | requestedScopes
          "requestedScopes":[]                               | requestedScopes
          "requestedScopes":["device.get","device.get"]      | requestedScopes
          "tokenTTL":-1                                      | tokenTTL
          "tokenTTL":1e300                                   | tokenTTL
          "tokenTTL":null                                    | tokenTTL
          """)
  void whatIsMalformedIsABadRequest(String more, String field) {
    Answer refused = logIn(credentials(device, key("{}"), "," + more));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.body().get("message").stringValue()).startsWith(field);
  }

  @Test
  void aKeyNeedsItsSecret() {
    Answer noSecret = logIn("{\"deviceId\":\"" + device + "\",\"key\":\"k\"}");
    assertThat(noSecret.status()).isEqualTo(400);
    assertThat(noSecret.body().get("message").stringValue()).startsWith("secret must be given");
    Answer noKey =
        SERVER.send(
            "POST",
            "/auth/device",
            person.session(),
            "{\"deviceId\":\"" + device + "\",\"secret\":\"s\"}");
    assertThat(noKey.status()).isEqualTo(400);
  }

  @Test
  void theScopeIsAllOfADeviceOrWhatIsAskedFor() {
    JsonNode key = key("{}");
    String narrow =
        logIn(credentials(device, key, ",\"requestedScopes\":[\"device.getState\"]"))
            .body()
            .get("token")
            .stringValue();
    assertThat(mayGet(devicePath(), narrow)).isEqualTo(403);
    assertThat(mayGet(devicePath() + "/state", narrow)).isEqualTo(200);
    assertThat(mayGet(devicePath() + "/state", token(key))).isEqualTo(200);
    // Nothing outside of what devices do is in any of their scopes.
    assertThat(mayGet("/applications/" + application + "/keys", token(key))).isEqualTo(403);
  }

  @Test
  void aSessionEndsAfterItsTimeAndByDefaultAfterADay() {
    JsonNode key = key("{}");
    String minute =
        logIn(credentials(device, key, ",\"tokenTTL\":60")).body().get("token").stringValue();
    String day = token(key);
    String forEver =
        logIn(credentials(device, key, ",\"tokenTTL\":0")).body().get("token").stringValue();
    String longest =
        logIn(credentials(device, key, ",\"tokenTTL\":3153600000"))
            .body()
            .get("token")
            .stringValue();
    SERVER.clock().advanceMillis(59_000);
    assertThat(mayGet(devicePath(), minute)).isEqualTo(200);
    SERVER.clock().advanceMillis(1_000);
    assertThat(mayGet(devicePath(), minute)).isEqualTo(401);
    assertThat(mayGet(devicePath(), day)).isEqualTo(200);
    SERVER.clock().advanceMillis(86_400_000);
    assertThat(mayGet(devicePath(), day)).isEqualTo(401);
    assertThat(mayGet(devicePath(), forEver)).isEqualTo(200);
    assertThat(mayGet(devicePath(), longest)).isEqualTo(200);
  }

  private int sessions() {
    return SERVER
        .wiring()
        .database()
        .read(handle ->
            handle
                .createQuery("SELECT COUNT(*) FROM device_session WHERE device_id = :id")
                .bind("id", device)
                .mapTo(Integer.class)
                .one());
  }

  @Test
  void whatHappensToAKeyHappensAtOnceToWhatItVouchesFor() {
    JsonNode key = key("{}");
    String token = token(key);
    assertThat(mayGet(devicePath(), token)).isEqualTo(200);
    SERVER.send("PATCH", keyPath(key), person.session(), "{\"status\":\"inactive\"}");
    assertThat(mayGet(devicePath(), token)).isEqualTo(401);
    assertThat(logIn(credentials(device, key, "")).status()).isEqualTo(401);
    // KEY-12: active again, the same secret and the same token work.
    SERVER.send("PATCH", keyPath(key), person.session(), "{\"status\":\"active\"}");
    assertThat(mayGet(devicePath(), token)).isEqualTo(200);
    assertThat(logIn(credentials(device, key, "")).status()).isEqualTo(200);

    assertThat(SERVER.send("DELETE", keyPath(key), person.session()).status()).isEqualTo(200);
    assertThat(mayGet(devicePath(), token)).isEqualTo(401);
    assertThat(logIn(credentials(device, key, "")).status()).isEqualTo(401);
    assertThat(sessions()).isZero();
  }

  @Test
  void theAddressIsCheckedAtTheLogInAndAtEveryRequest() {
    JsonNode key = key("{\"addressFilterType\":\"blacklist\",\"addresses\":[\"203.0.113.0/24\"]}");
    Map<String, String> inside = Map.of("X-Forwarded-For", "203.0.113.9");
    String body = credentials(device, key, "");
    assertThat(SERVER.send("POST", "/auth/device", "", body, inside).status()).isEqualTo(401);
    assertThat(
            SERVER
                .send("POST", "/auth/device", "", body, Map.of("X-Forwarded-For", "nonsense"))
                .status())
        .isEqualTo(401);
    String token = token(key);
    assertThat(SERVER.send("GET", devicePath(), token, "", inside).status()).isEqualTo(401);
    assertThat(mayGet(devicePath(), token)).isEqualTo(200);
    SERVER.send("PATCH", keyPath(key), person.session(), "{\"addresses\":[\"127.0.0.1\"]}");
    assertThat(mayGet(devicePath(), token)).isEqualTo(401);
  }

  @Test
  void tagsAreLookedAtWhenADeviceLogsInAndNotForItselfAfterwards() {
    JsonNode key = key("{\"deviceTags\":[{\"key\":\"site\",\"value\":\"north\"}]}");
    String token = token(key);
    SERVER.change(
        SubjectType.DEVICE, device, "UPDATE device_tag SET tag_value = 'x' WHERE device_id = :id");
    assertThat(logIn(credentials(device, key, "")).status()).isEqualTo(401);
    assertThat(mayGet(devicePath(), token)).isEqualTo(200);
  }

  @Test
  void aDeletedDeviceIsOutAndARestoredOneIsBackIn() {
    JsonNode key = key("{}");
    String token = token(key);
    SERVER.change(SubjectType.DEVICE, device, "UPDATE device SET deleted_at = 1 WHERE id = :id");
    assertThat(mayGet(devicePath(), token)).isEqualTo(401);
    assertThat(logIn(credentials(device, key, "")).status()).isEqualTo(401);
    SERVER.change(SubjectType.DEVICE, device, "UPDATE device SET deleted_at = NULL WHERE id = :id");
    assertThat(mayGet(devicePath(), token)).isEqualTo(200);
    assertThat(logIn(credentials(device, key, "")).status()).isEqualTo(200);
  }

  @Test
  void aRestrictedKeyWhoseListsLeadNowhereIsForNoDevice() {
    JsonNode key = key("{\"deviceIds\":[\"" + device + "\"]}");
    SERVER.change(
        SubjectType.ACCESS_KEY,
        key.get("id").stringValue(),
        "UPDATE access_key SET device_ids = '[]' WHERE id = :id");
    assertThat(logIn(credentials(device, key, "")).status()).isEqualTo(401);
    assertThat(SERVER.send("GET", keyPath(key), person.session()).body().has("deviceIds")).isTrue();
  }

  @Test
  void whoseBearerIsNoGoodMayStillLogIn() {
    JsonNode key = key("{}");
    assertThat(
            SERVER.send("POST", "/auth/device", "cvu_bad", credentials(device, key, "")).status())
        .isEqualTo(200);
  }

  @Test
  void eachSessionIsAnEntryOfTheChangeLogByTheDeviceWithoutSecrets() {
    JsonNode key = key("{}");
    String token = token(key);
    ChangeEntry entry =
        SERVER.wiring().database().changeLog().page(0, 1000).stream()
            .filter(found -> found.change().subject().type() == SubjectType.SESSION)
            .filter(found -> found.change().applicationId().orElse("").equals(application))
            .reduce((_, last) -> last)
            .orElseThrow();
    Change change = entry.change();
    assertThat(change.actor().type()).isEqualTo(ActorType.DEVICE);
    assertThat(change.actor().id()).isEqualTo(device);
    assertThat(change.action()).isEqualTo("auth.authenticateDevice");
    assertThat(change.after().orElseThrow())
        .contains(key.get("id").stringValue(), "all.Device")
        .doesNotContain(token, key.get("secret").stringValue());
  }
}
