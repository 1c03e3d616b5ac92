package io.claviger.server.changelog;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.scim.Tenant;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** LUC-11, LUC-12: who changed which field of what from what to what. */
class ChangeLogsTest {
  private static final TestServer SERVER = TestServer.start();

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static String path(Tenant tenant) {
    return "/orgs/" + tenant.organization + "/changeLog";
  }

  private static Answer get(Tenant tenant, String more) {
    return SERVER.send("GET", path(tenant) + more, tenant.administrator.session());
  }

  private static HttpResponse<String> export(Tenant tenant, String query) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(
                  URI.create(
                      "http://127.0.0.1:"
                          + SERVER.wiring().apiPort()
                          + path(tenant)
                          + "/export"
                          + query))
              .header("Authorization", "Bearer " + tenant.administrator.session())
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void aFieldIsShownWithWhoChangedItAndWithWhichToken() {
    Tenant tenant = new Tenant(SERVER, "field");
    String id = tenant.newUser("u@field.example");
    tenant.scim("PATCH", "/Users/" + id, Tenant.patch("replace", "active", "false"));
    JsonNode items =
        get(tenant, "?action=scimUser.patch&subjectType=ProvisionedUser").body().get("items");
    JsonNode active =
        items
            .valueStream()
            .filter(it -> it.path("field").asString("").equals("active"))
            .findFirst()
            .orElseThrow();
    assertThat(active.get("oldValue").booleanValue()).isTrue();
    assertThat(active.get("newValue").booleanValue()).isFalse();
    assertThat(active.get("userId").stringValue()).isEqualTo(tenant.administrator.id());
    assertThat(active.get("tokenName").stringValue()).isEqualTo("provisioning");
    assertThat(active.get("subjectName").stringValue()).isEqualTo("u@field.example");
    JsonNode ofUser =
        SERVER
            .send(
                "GET",
                "/orgs/" + tenant.organization + "/users/" + id + "/changeLog",
                tenant.administrator.session())
            .body()
            .get("items");
    Set<String> kinds = new HashSet<>();
    ofUser.forEach(item -> kinds.add(item.get("subjectType").stringValue()));
    assertThat(kinds).containsExactlyInAnyOrder("ProvisionedUser", "Member", "User");
    JsonNode tokens = get(tenant, "?subjectType=PersonalAccessToken").body().get("items");
    assertThat(tokens.toString()).contains("um:bulk").doesNotContain(tenant.token);
  }

  @Test
  void filtersAndCursorsLeaveNothingOut() {
    Tenant tenant = new Tenant(SERVER, "cursor");
    for (int i = 0; i < 7; i++) {
      tenant.newUser("u" + i + "@cursor.example");
    }
    Set<String> all = entries(get(tenant, "?limit=1000").body());
    List<String> paged = new ArrayList<>();
    String next = "";
    do {
      JsonNode page = get(tenant, "?limit=2" + (next.isEmpty() ? "" : "&after=" + next)).body();
      Set<String> some = entries(page);
      assertThat(some.size()).isBetween(1, 2);
      paged.addAll(some);
      next = page.path("next").asString("");
    } while (!next.isEmpty());
    assertThat(paged).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(all);
    assertThat(
            get(tenant, "?start=" + Instant.now().plusSeconds(60)).body().get("count").intValue())
        .isZero();
    assertThat(
            get(tenant, "?end=" + Instant.now().minusSeconds(600)).body().get("count").intValue())
        .isZero();
    assertThat(entries(get(tenant, "?actor=" + tenant.administrator.id()).body())).isEqualTo(all);
    assertThat(get(tenant, "?actor=nobody").body().get("count").intValue()).isZero();
    for (String wrong :
        List.of(
            "?limit=0",
            "?limit=1001",
            "?start=yesterday",
            "?after=zz",
            "?subjectType=Nothing",
            "?after=0123456789abcdef01234567")) {
      assertThat(get(tenant, wrong).status()).as(wrong).isEqualTo(400);
    }
    Tenant other = new Tenant(SERVER, "cursorother");
    assertThat(
            get(tenant, "?after=" + get(other, "").body().at("/items/0/entryId").stringValue())
                .status())
        .isEqualTo(400);
    assertThat(SERVER.send("GET", path(tenant), other.administrator.session()).status())
        .isEqualTo(404);
  }

  private static Set<String> entries(JsonNode page) {
    Set<String> ids = new java.util.LinkedHashSet<>();
    page.get("items").forEach(item -> ids.add(item.get("entryId").stringValue()));
    return ids;
  }

  /** What somebody is called does not run in a spreadsheet. */
  @Test
  void exportsAreWholeAndHarmless() throws Exception {
    Tenant tenant = new Tenant(SERVER, "export");
    tenant.scim(
        "POST",
        "/Users",
        Tenant.user("u@export.example").replace("\"Given\"", "\"=cmd|' /C calc'!A0\""));
    HttpResponse<String> csv = export(tenant, "?format=csv");
    assertThat(csv.headers().firstValue("Content-Type")).contains("text/csv; charset=utf-8");
    assertThat(csv.body()).startsWith("\"entryId\",\"date\"").contains("\"'=cmd|' /C calc'!A0\"");
    for (String line : csv.body().split("\r\n", -1)) {
      assertThat(line).doesNotContain(",\"=").doesNotContain(",\"@").doesNotContain(",\"+");
    }
    HttpResponse<String> lines = export(tenant, "?format=jsonl");
    int count = 0;
    for (String line : lines.body().split("\n", -1)) {
      if (!line.isEmpty()) {
        assertThat(JsonMapper.shared().readTree(line).has("entryId")).isTrue();
        count++;
      }
    }
    assertThat(csv.body().split("\r\n", -1)).hasSize(count + 2);
    assertThat(export(tenant, "?format=xml").statusCode()).isEqualTo(400);
  }

  /** A checkpoint fits the log that goes on from it, and no other; and nobody else signs one. */
  @Test
  void aCheckpointIsSignedAndFitsTheLog() throws IOException {
    Tenant tenant = new Tenant(SERVER, "signed");
    Answer answer = get(tenant, "/checkpoint");
    assertThat(answer.status()).isEqualTo(200);
    Checkpoint checkpoint =
        Checkpoint.parse(answer.body().toString().getBytes(StandardCharsets.UTF_8)).orThrow();
    assertThat(checkpoint.isSigned()).isTrue();
    assertThat(SERVER.send("GET", "/changeLog/publicKey", "").body().get("publicKey").stringValue())
        .isEqualTo(checkpoint.publicKey());
    String moved =
        answer
            .body()
            .toString()
            .replace(
                "\"entries\":" + checkpoint.head().sequence(),
                "\"entries\":" + (checkpoint.head().sequence() - 1));
    assertThat(Checkpoint.parse(moved.getBytes(StandardCharsets.UTF_8)).orThrow().isSigned())
        .isFalse();
    assertThat(SERVER.wiring().database().changeLog().head().hash())
        .isEqualTo(checkpoint.head().hash());
    tenant.newUser("later@signed.example");
    assertThat(SERVER.wiring().database().changeLog().head().sequence())
        .isGreaterThan(checkpoint.head().sequence());
    for (String wrong : List.of("", "[]", "{}", "nonsense", "{\"entries\":-1}")) {
      assertThat(Checkpoint.parse(wrong.getBytes(StandardCharsets.UTF_8)).toOptional()).isEmpty();
    }
  }
}
