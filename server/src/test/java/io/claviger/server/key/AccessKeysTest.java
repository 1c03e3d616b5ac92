package io.claviger.server.key;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.change.ChangeEntry;
import io.claviger.core.change.SubjectType;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.net.URLEncoder;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/**
 * Access keys over HTTP (KEY-1 to KEY-12, KEY-20 to KEY-25, KEY-50 to KEY-52, KEY-61 to KEY-63).
 */
class AccessKeysTest {
  private static final int LIMIT = 12;

  private static final TestServer SERVER =
      TestServer.start(Map.of("CLAVIGER_LIMIT_APPLICATION_KEYS", "" + LIMIT));
  private static final Person PERSON = SERVER.newUser("keys@example.com");

  private String application = "";
  private String keys = "";

  @BeforeEach
  void anApplicationOfItsOwn() {
    application = SERVER.newApplication(PERSON);
    keys = "/applications/" + application + "/keys";
  }

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private Answer post(String body) {
    return SERVER.send("POST", keys, PERSON.session(), body);
  }

  private JsonNode created(String body) {
    Answer made = post(body);
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    return made.body();
  }

  private String path(JsonNode key) {
    return keys + "/" + key.get("id").stringValue();
  }

  private Answer patch(JsonNode key, String body) {
    return SERVER.send("PATCH", path(key), PERSON.session(), body);
  }

  private static String message(Answer answer) {
    return answer.body().get("message").stringValue();
  }

  @Test
  void withoutAWordAKeyIsForEveryDeviceFromEverywhereAndForNoOtherTopic() {
    JsonNode key = created("{}");
    assertThat(key.get("key").stringValue())
        .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    assertThat(key.get("secret").stringValue()).matches("[0-9a-f]{64}");
    assertThat(key.get("status").stringValue()).isEqualTo("active");
    assertThat(key.get("filterType").stringValue()).isEqualTo("none");
    assertThat(key.get("addressFilterType").stringValue()).isEqualTo("all");
    for (String list : List.of("pubTopics", "subTopics", "addresses")) {
      assertThat(key.get(list).isEmpty()).isTrue();
    }
    assertThat(key.has("deviceIds") || key.has("deviceTags") || key.has("name")).isFalse();
    assertThat(key.get("applicationId").stringValue()).isEqualTo(application);
    assertThat(key.get("applicationKeyId")).isEqualTo(key.get("id"));
    for (String who : List.of("createdBy", "lastUpdatedBy")) {
      assertThat(key.get(who + "Type").stringValue()).isEqualTo("user");
      assertThat(key.get(who + "Id").stringValue()).isEqualTo(PERSON.id());
    }
  }

  @Test
  void theSecretIsInTheAnswerThatMakesItAndNowhereElse() {
    JsonNode key = created("{\"name\":\"once\"}");
    String secret = key.get("secret").stringValue();
    Answer read = SERVER.send("GET", path(key), PERSON.session());
    assertThat(read.status()).isEqualTo(200);
    assertThat(SERVER.send("GET", keys, PERSON.session()).response().body())
        .contains("once")
        .doesNotContain("secret");
    assertThat(read.response().body()).doesNotContain("secret");
    assertThat(patch(key, "{\"name\":\"twice\"}").response().body()).doesNotContain("secret");
    assertThat(SERVER.send("DELETE", path(key), PERSON.session()).status()).isEqualTo(200);
    List<ChangeEntry> entries = entries();
    assertThat(entries.stream().map(entry -> entry.change().action()))
        .containsExactly("applicationKeys.post", "applicationKey.patch", "applicationKey.delete");
    assertThat(entries.toString()).contains("twice").doesNotContain(secret);
  }

  private List<ChangeEntry> entries() {
    return SERVER.wiring().database().changeLog().page(0, 1000).stream()
        .filter(entry -> entry.change().subject().type() == SubjectType.ACCESS_KEY)
        .filter(entry -> entry.change().applicationId().orElse("").equals(application))
        .toList();
  }

  @Test
  void devicesAreKeptAsGivenWithoutRepetition() {
    String one = SERVER.newDevice(application, "standalone");
    String two = SERVER.newDevice(application, "system");
    JsonNode key =
        created(
            """
            {"deviceIds":["%s","%s","%s"],
             "deviceTags":[{"key":"site"},{"value":"north"},{"key":"site"}]}\
            """
                .formatted(two, one.toUpperCase(Locale.ROOT), two));
    assertThat(key.get("deviceIds").toString()).isEqualTo("[\"" + two + "\",\"" + one + "\"]");
    assertThat(key.get("deviceTags").toString())
        .isEqualTo("[{\"key\":\"site\"},{\"value\":\"north\"}]");
    assertThat(SERVER.send("GET", path(key), PERSON.session()).body().get("deviceTags"))
        .isEqualTo(key.get("deviceTags"));
  }

  @Test
  void bothListsEmptyIsEveryDeviceAndOneAloneIsRefused() {
    assertThat(created("{\"deviceIds\":[],\"deviceTags\":[]}").has("deviceIds")).isFalse();
    Answer ids = post("{\"deviceIds\":[]}");
    assertThat(ids.status()).isEqualTo(400);
    assertThat(message(ids)).startsWith("deviceIds must not be empty");
    Answer tags = post("{\"deviceTags\":[]}");
    assertThat(tags.status()).isEqualTo(400);
    assertThat(message(tags)).startsWith("deviceTags must not be empty");
    JsonNode restricted = created("{\"deviceIds\":[],\"deviceTags\":[{\"key\":\"a\"}]}");
    assertThat(restricted.get("deviceIds").isEmpty()).isTrue();
    assertThat(restricted.get("deviceTags").size()).isEqualTo(1);
  }

  @Test
  void everyDeviceMustBeThere() {
    String mine = SERVER.newDevice(application, "standalone");
    String elsewhere = SERVER.newDevice(SERVER.newApplication(PERSON), "standalone");
    String deleted = SERVER.newDevice(application, "standalone");
    SERVER.change(SubjectType.DEVICE, deleted, "UPDATE device SET deleted_at = 1 WHERE id = :id");
    for (String missing : List.of(elsewhere, deleted, SERVER.newId())) {
      Answer refused =
          post("{\"deviceIds\":[\"%s\",\"%s\",\"%s\"]}".formatted(mine, mine, missing));
      assertThat(refused.status()).isEqualTo(400);
      assertThat(message(refused))
          .isEqualTo("deviceIds[2] is no device of this application: " + missing);
    }
  }

  @Test
  void asManyDevicesAsAreAllowed() {
    String one = SERVER.newDevice(application, "standalone");
    String full = "\"" + one + "\"" + (",\"" + one + "\"").repeat(999);
    assertThat(created("{\"deviceIds\":[" + full + "]}").get("deviceIds").size()).isEqualTo(1);
    assertThat(post("{\"deviceIds\":[" + full + ",\"" + one + "\"]}").status()).isEqualTo(400);
    String tags =
        String.join(",", IntStream.range(0, 100).mapToObj("{\"key\":\"k%d\"}"::formatted).toList());
    assertThat(created("{\"deviceTags\":[" + tags + "]}").get("deviceTags").size()).isEqualTo(100);
    assertThat(post("{\"deviceTags\":[" + tags + ",{\"key\":\"a\"}]}").status()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"status":"active"}                                              | status is not
          {"name":""}                                                      | name must
          {"name":null}                                                    | name must
          {"deviceTags":[{"key":"a"},{}]}                                  | deviceTags[1] must have a key
          {"deviceTags":[{"key":""}]}                                      | deviceTags[0].key
          {"deviceTags":[{"value":""}]}                                    | deviceTags[0].value
          {"deviceIds":["x"]}                                              | deviceIds[0] must be
          {"deviceIds":null}                                               | deviceIds must be
          {"addressFilterType":"whitelist"}                                | addresses must not be empty
          {"addressFilterType":"blacklist","addresses":[]}                 | addresses must not be empty
          {"addresses":["10.0.0.0/8","10.0.0.0/33"]}                       | addresses[1] must
          {"addresses":[""]}                                               | addresses[0] must
          {"addresses":["localhost"]}                                      | addresses[0] must
          {"addressFilterType":"none"}                                     | addressFilterType must
          {"filterType":"whitelist","pubTopics":[]}                        | subTopics must be given
          {"filterType":"blacklist","subTopics":[]}                        | pubTopics must be given
          {"pubTopics":["losant/x"]}                                       | pubTopics[0] must not be losant
          {"subTopics":["a","$SYS/#"]}                                     | subTopics[1] must not start with $
          {"pubTopics":["a/#/b"]}                                          | pubTopics[0] must use the wildcard
          {"pubTopics":[""]}                                               | pubTopics[0] must
          {"key":"x"}                                                      | key is not
          """)
  void whatCannotBeIsRefusedByName(String body, String message) {
    Answer refused = post(body);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(message(refused)).startsWith(message);
    assertThat(SERVER.send("GET", keys, PERSON.session()).body().get("totalCount").asInt())
        .isZero();
  }

  @Test
  void addressesAreKeptInCanonicalFormAndTopicsAsTheyCame() {
    JsonNode key =
        created(
            """
            {"addressFilterType":"whitelist",
             "addresses":["10.1.2.3/8","::ffff:10.0.0.0/104","2001:DB8:0::1/128"],
             "filterType":"blacklist","pubTopics":["#","a//+"],"subTopics":[]}\
            """);
    assertThat(key.get("addresses").toString()).isEqualTo("[\"10.0.0.0/8\",\"2001:db8::1\"]");
    assertThat(key.get("pubTopics").toString()).isEqualTo("[\"#\",\"a//+\"]");
  }

  @Test
  void aPatchIsJudgedByWhatItLeadsTo() {
    JsonNode key = created("{\"name\":\"a\",\"description\":\"d\"}");
    Answer bare = patch(key, "{\"addressFilterType\":\"whitelist\"}");
    assertThat(bare.status()).isEqualTo(400);
    assertThat(message(bare)).startsWith("addresses must not be empty");
    assertThat(patch(key, "{\"addresses\":[\"10.0.0.1\"]}").status()).isEqualTo(200);
    assertThat(patch(key, "{\"addressFilterType\":\"whitelist\"}").status()).isEqualTo(200);
    assertThat(patch(key, "{\"addresses\":[]}").status()).isEqualTo(400);
    Answer opened = patch(key, "{\"addressFilterType\":\"all\",\"addresses\":[]}");
    assertThat(opened.body().get("addresses").isEmpty()).isTrue();

    Answer patched = patch(key, "{\"name\":null,\"status\":\"inactive\",\"filterType\":\"all\"}");
    assertThat(patched.status()).isEqualTo(200);
    assertThat(patched.body().has("name")).isFalse();
    assertThat(patched.body().get("description").stringValue()).isEqualTo("d");
    assertThat(patched.body().get("status").stringValue()).isEqualTo("inactive");
    assertThat(patched.body().get("filterType").stringValue()).isEqualTo("all");
    assertThat(patched.body().get("creationDate")).isEqualTo(key.get("creationDate"));
    assertThat(SERVER.send("GET", path(key), PERSON.session()).body()).isEqualTo(patched.body());
  }

  /** KEY-62: a list that was forgotten would open or shut a whole direction. */
  @Test
  void whoBeginsToListTopicsGivesBothLists() {
    JsonNode key = created("{}");
    for (String type : List.of("blacklist", "whitelist")) {
      for (String lists : List.of("", ",\"pubTopics\":[\"a\"]", ",\"subTopics\":[\"a\"]")) {
        Answer refused = patch(key, "{\"filterType\":\"" + type + "\"" + lists + "}");
        assertThat(refused.status()).as("%s%s", type, lists).isEqualTo(400);
        assertThat(message(refused))
            .startsWith(lists.contains("pub") ? "subTopics must be" : "pubTopics must be");
      }
    }
    String both = "\"pubTopics\":[\"a\"],\"subTopics\":[]";
    assertThat(patch(key, "{\"filterType\":\"whitelist\"," + both + "}").status()).isEqualTo(200);
    assertThat(patch(key, "{\"name\":\"other\"}").status()).isEqualTo(200);
    // An empty list means the opposite under the other type.
    assertThat(message(patch(key, "{\"filterType\":\"blacklist\"}"))).startsWith("subTopics must");
    // Lists from before are kept while they are idle.
    assertThat(patch(key, "{\"subTopics\":[\"b\"]}").status()).isEqualTo(200);
    assertThat(patch(key, "{\"filterType\":\"none\"}").status()).isEqualTo(200);
    JsonNode again = patch(key, "{\"filterType\":\"blacklist\"}").body();
    assertThat(again.get("pubTopics").toString()).isEqualTo("[\"a\"]");
    assertThat(again.get("subTopics").toString()).isEqualTo("[\"b\"]");
  }

  @Test
  void theDevicesOfAKeyNeverChange() {
    String device = SERVER.newDevice(application, "standalone");
    JsonNode key = created("{\"deviceIds\":[\"" + device + "\"]}");
    for (String body :
        List.of("{\"deviceIds\":[]}", "{\"deviceTags\":[{\"key\":\"a\"}]}", "{\"key\":\"x\"}")) {
      assertThat(patch(key, body).status()).isEqualTo(400);
    }
    assertThat(patch(key, "{}").body().get("deviceIds")).isEqualTo(key.get("deviceIds"));
  }

  @Test
  void tokensAreTheAuthorsOfWhatTheyDo() {
    Answer token =
        SERVER.send(
            "POST",
            "/applications/" + application + "/tokens",
            PERSON.session(),
            "{\"name\":\"t\"}");
    String id = token.body().get("id").stringValue();
    String value = token.body().get("token").stringValue();
    Answer made = SERVER.send("POST", keys, value, "{}");
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.body().get("createdByType").stringValue()).isEqualTo("apiToken");
    assertThat(made.body().get("createdById").stringValue()).isEqualTo(id);
    JsonNode patched = patch(made.body(), "{\"name\":\"n\"}").body();
    assertThat(patched.get("createdById").stringValue()).isEqualTo(id);
    assertThat(patched.get("lastUpdatedById").stringValue()).isEqualTo(PERSON.id());
  }

  @Test
  void nobodyElseSeesThem() {
    JsonNode key = created("{}");
    Person stranger = SERVER.newUser("stranger@example.com");
    String absent = keys.replace(application, SERVER.newId());
    assertThat(SERVER.send("GET", keys, stranger.session()).response().body())
        .isEqualTo(SERVER.send("GET", absent, PERSON.session()).response().body());
    String other = "/applications/" + SERVER.newApplication(PERSON) + "/keys/";
    for (String id : List.of(key.get("id").stringValue(), SERVER.newId(), "x")) {
      for (String method : List.of("GET", "DELETE")) {
        Answer answer = SERVER.send(method, other + id, PERSON.session());
        assertThat(answer.status()).isEqualTo(404);
        assertThat(message(answer)).isEqualTo("Access key was not found");
      }
      assertThat(SERVER.send("PATCH", other + id, PERSON.session(), "{}").status()).isEqualTo(404);
    }
    assertThat(SERVER.send("GET", path(key), PERSON.session()).status()).isEqualTo(200);
  }

  @Test
  void listsSortFilterAndPage() {
    created("{\"name\":\"beta\"}");
    JsonNode alpha = created("{\"name\":\"Alpha\"}");
    created("{}");
    patch(alpha, "{\"status\":\"inactive\"}");

    JsonNode newest = list("");
    assertThat(names(newest)).containsExactly("", "Alpha", "beta");
    assertThat(newest.get("sortField").stringValue()).isEqualTo("creationDate");
    assertThat(newest.get("sortDirection").stringValue()).isEqualTo("desc");
    assertThat(newest.get("applicationId").stringValue()).isEqualTo(application);
    assertThat(names(list("?sortField=name&sortDirection=asc")))
        .containsExactly("", "Alpha", "beta");
    assertThat(names(list("?filterField=name&filter=AL*"))).containsExactly("Alpha");
    assertThat(names(list("?filterField=status&filter=inactive"))).containsExactly("Alpha");
    assertThat(
            names(
                list(
                    "?filterField=key&filter="
                        + alpha.get("key").stringValue().substring(0, 8)
                        + "*")))
        .containsExactly("Alpha");
    JsonNode second = list("?perPage=2&page=1&sortField=creationDate&sortDirection=asc");
    assertThat(second.get("totalCount").asInt()).isEqualTo(3);
    assertThat(names(second)).containsExactly("");
    for (String field : List.of("key", "status", "id", "lastUpdated")) {
      assertThat(list("?sortField=" + field).get("count").asInt()).isEqualTo(3);
    }
    assertThat(SERVER.send("GET", keys + "?sortField=secret", PERSON.session()).status())
        .isEqualTo(400);
  }

  @Test
  void anAdvancedQueryReplacesTheFilter() {
    created("{\"name\":\"a\"}");
    JsonNode all = list("?filterField=name&filter=zzz&query=%7B%7D");
    assertThat(all.get("totalCount").asInt()).isEqualTo(1);
    assertThat(all.get("query").isEmpty()).isTrue();
    for (String blank : List.of("", "%20", "%20%09%0A", "+")) {
      assertThat(list("?query=" + blank).has("query")).as(blank).isFalse();
      assertThat(names(list("?query=" + blank))).isEqualTo(names(list("")));
    }
  }

  /** QRY-1..11 over HTTP; the whole grammar is tested where it is parsed and compiled. */
  @Test
  void anAdvancedQueryFindsKeys() {
    created("{\"name\":\"Pump one\",\"deviceTags\":[{\"key\":\"type\",\"value\":\"pump\"}]}");
    created(
        "{\"name\":\"pump two\",\"filterType\":\"whitelist\",\"pubTopics\":[\"a/b\"],\"subTopics\":[]}");
    created("{}");
    assertThat(query("{\"status\":\"active\"}")).hasSize(3);
    assertThat(query("{\"name\":{\"$startsWith\":\"PUMP\",\"$ci\":true}}"))
        .containsExactlyInAnyOrder("Pump one", "pump two");
    assertThat(query("{\"name\":null}")).containsExactly("");
    assertThat(query("{\"deviceTags\":{\"type\":\"pump\"}}")).containsExactly("Pump one");
    assertThat(query("{\"pubTopics\":\"a/b\"}")).containsExactly("pump two");
    assertThat(query("{\"$nor\":[{\"pubTopics\":\"a/b\"},{\"name\":null}]}"))
        .containsExactly("Pump one");
    created("{\"name\":\"later\",\"filterType\":\"whitelist\",\"pubTopics\":[],\"subTopics\":[]}");
    String path = keys + "/" + list("?filterField=name&filter=later").at("/items/0/id").asString();
    assertThat(SERVER.send("PATCH", path, PERSON.session(), "{\"pubTopics\":[\"x\"]}").status())
        .isEqualTo(200);
    assertThat(query("{\"pubTopics\":\"x\"}")).containsExactly("later");
  }

  @Test
  void aQueryThatMakesNoSenseIsRefused() {
    for (String query : List.of("x", "[]", "{}{}", "{\"color\":1}", "{\"name\":{\"$gtx\":1}}")) {
      Answer refused =
          SERVER.send("GET", keys + "?query=" + URLEncoder.encode(query, UTF_8), PERSON.session());
      assertThat(refused.status()).as(query).isEqualTo(400);
      assertThat(message(refused)).startsWith("query ");
    }
  }

  private List<String> query(String query) {
    return names(list("?query=" + URLEncoder.encode(query, UTF_8)));
  }

  private JsonNode list(String query) {
    Answer answer = SERVER.send("GET", keys + query, PERSON.session());
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static List<String> names(JsonNode page) {
    return page.get("items").valueStream().map(key -> key.path("name").asString("")).toList();
  }

  @Test
  void linksOnlyForThoseWhoAsk() {
    JsonNode key = created("{}");
    assertThat(key.has("_links")).isFalse();
    JsonNode linked = SERVER.send("GET", path(key) + "?_links=true", PERSON.session()).body();
    assertThat(linked.at("/_links/self/href").stringValue()).isEqualTo(path(key));
  }

  @Test
  void theLimitHoldsAlsoForThoseWhoComeTogether() throws Exception {
    int attempts = 2 * LIMIT;
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<Answer>> answers =
          IntStream.range(0, attempts).mapToObj(_ -> threads.submit(() -> post("{}"))).toList();
      int made = 0;
      for (Future<Answer> answer : answers) {
        if (answer.get().status() == 201) {
          made++;
        } else {
          assertThat(answer.get().status()).isEqualTo(400);
          assertThat(message(answer.get())).contains("limit of " + LIMIT);
        }
      }
      assertThat(made).isEqualTo(LIMIT);
    }
    assertThat(list("").get("totalCount").asInt()).isEqualTo(LIMIT);
  }
}
