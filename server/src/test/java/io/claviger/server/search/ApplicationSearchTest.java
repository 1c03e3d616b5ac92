package io.claviger.server.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code application.search}. */
class ApplicationSearchTest {
  private static final TestServer SERVER = TestServer.start();
  private static final Person OWNER = SERVER.newUser("search@example.com");
  private static final String APPLICATION = made("/applications", "{\"name\":\"plant\"}");
  private static final String PATH = "/applications/" + APPLICATION;
  private static final String DEVICE =
      made(PATH + "/devices", "{\"name\":\"Pump 7\",\"deviceClass\":\"gateway\"}");
  private static final String DASHBOARD =
      made(PATH + "/dashboards", "{\"name\":\"All pümps 100%\"}");
  private static final String TOKEN = made(PATH + "/tokens", "{\"name\":\"pump importer\"}");

  static {
    String gone = made(PATH + "/devices", "{\"name\":\"pump that is gone\"}");
    SERVER.send("DELETE", PATH + "/devices/" + gone, OWNER.session(), "{}");
    made(PATH + "/keys", "{\"name\":\"pump key\"}");
    String other = made("/applications", "{\"name\":\"pumps elsewhere\"}");
    made("/applications/" + other + "/devices", "{\"name\":\"pump\"}");
  }

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static String made(String path, String json) {
    Answer made = SERVER.send("POST", path, OWNER.session(), json);
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    return made.body().get("id").stringValue();
  }

  private static Answer search(String token, String text) {
    String filter = URLEncoder.encode(text, StandardCharsets.UTF_8);
    return SERVER.send("GET", PATH + "/search?filter=" + filter, token);
  }

  private static List<String> found(String token, String text) {
    Answer answer = search(token, text);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return StreamSupport.stream(answer.body().spliterator(), false)
        .map(item -> item.get("_type").stringValue() + " " + item.get("name").stringValue())
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pump | device Pump 7, applicationApiToken pump importer",
        "PUMP 7 | device Pump 7",
        "' 7 ' | device Pump 7",
        "PÜMP | dashboard All pümps 100%",
        "100% | dashboard All pümps 100%",
        "mp | device Pump 7, dashboard All pümps 100%, applicationApiToken pump importer",
        "p%m | ''",
        "p_mp | ''",
        "* | ''",
        "? | ''",
        "gone | ''",
        "key | ''",
        "elsewhere | ''"
      })
  void byAPartOfTheName(String text, String expected) {
    assertThat(String.join(", ", found(OWNER.session(), text))).isEqualTo(expected);
  }

  @Test
  void byTheId() {
    assertThat(found(OWNER.session(), DEVICE)).containsExactly("device Pump 7");
    assertThat(found(OWNER.session(), DASHBOARD.toUpperCase(java.util.Locale.ROOT)))
        .containsExactly("dashboard All pümps 100%");
    assertThat(found(OWNER.session(), TOKEN)).containsExactly("applicationApiToken pump importer");
    assertThat(found(OWNER.session(), DEVICE.substring(1))).isEmpty();
    assertThat(search(OWNER.session(), DEVICE).body().get(0).toString())
        .isEqualTo(
            "{\"_type\":\"device\",\"id\":\"%s\",\"name\":\"Pump 7\",\"deviceClass\":\"gateway\"}"
                .formatted(DEVICE));
  }

  /** What a credential could not list it does not find. */
  @Test
  void withinTheScope() {
    assertThat(found(token("application.search"), "mp")).isEmpty();
    assertThat(found(token("application.search\",\"devices.get"), "mp"))
        .containsExactly("device Pump 7");
    assertThat(found(token("application.*\",\"applicationApiTokens.get"), "mp"))
        .containsExactly("applicationApiToken pump importer");
    assertThat(found(token("all.Application.read"), "mp")).hasSize(3);
    assertThat(search(token("devices.get"), "mp").status()).isEqualTo(403);
  }

  private static String token(String scope) {
    Answer made =
        SERVER.send(
            "POST",
            PATH + "/tokens",
            OWNER.session(),
            "{\"name\":\"t\",\"scope\":[\"" + scope + "\"]}");
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    return made.body().get("token").stringValue();
  }

  @Test
  void unseenIsAsAbsent() {
    Person stranger = SERVER.newUser("stranger@example.com");
    Answer unseen = search(stranger.session(), "pump");
    assertThat(unseen.status()).isEqualTo(404);
    assertThat(unseen.body())
        .isEqualTo(
            SERVER
                .send(
                    "GET",
                    "/applications/" + "f".repeat(24) + "/search?filter=pump",
                    stranger.session())
                .body());
  }

  /** A member from whom a dashboard is hidden does not find it. */
  @Test
  void hiddenDashboardsAreNotFound() {
    Answer made = SERVER.send("POST", "/orgs", OWNER.session(), "{\"name\":\"works\"}");
    String org = made.body().get("id").stringValue();
    String application = SERVER.newApplication("organization", org);
    String path = "/applications/" + application;
    String hidden = made(path + "/dashboards", "{\"name\":\"pumps hidden\"}");
    made(path + "/dashboards", "{\"name\":\"pumps shown\"}");
    Answer token =
        SERVER.send(
            "POST",
            "/me/tokens",
            OWNER.session(),
            ("{\"name\":\"capped\",\"scope\":[\"all.User\"],\"defaultRole\":\"view\",\"orgRoles\":[{"
                    + "\"orgId\":\"%s\",\"role\":\"view\",\"dashboardRoles\":[{\"resourceId\":\"%s\","
                    + "\"role\":\"none\"}]}]}")
                .formatted(org, hidden));
    assertThat(token.status()).as("%s", token.body()).isEqualTo(201);
    Answer answer =
        SERVER.send("GET", path + "/search?filter=pumps", token.body().get("token").stringValue());
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body().toString()).contains("pumps shown").doesNotContain("hidden");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "?filter=", "?filter=%20", "?filter[0]=a", "?filter=a&filter=b"})
  void withoutATextThereIsNothingToLookFor(String query) {
    Answer refused = SERVER.send("GET", PATH + "/search" + query, OWNER.session());
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.body().get("message").stringValue()).startsWith("filter");
    assertThat(search(OWNER.session(), "a".repeat(256)).status()).isEqualTo(400);
    assertThat(search(OWNER.session(), "a".repeat(255)).status()).isEqualTo(200);
  }

  @Test
  void noMoreThanAHundredOfAKind() {
    String application = SERVER.newApplication(OWNER);
    for (int i = 0; i < ApplicationSearch.RESULTS_MAX + 1; i++) {
      SERVER.newDevice(application, "standalone");
    }
    Answer answer =
        SERVER.send("GET", "/applications/" + application + "/search?filter=pump", OWNER.session());
    assertThat(answer.body().size()).isEqualTo(ApplicationSearch.RESULTS_MAX);
  }
}
