package io.claviger.server.scim;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.testing.CaseTable;
import io.claviger.core.testing.CaseTable.Row;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The filters of the table over HTTP: what the database leaves out before is nobody who is meant
 * (LUC-17).
 */
class FilterSearchTest {
  private static final TestServer SERVER = TestServer.start();
  private static final AtomicReference<Tenant> TENANT = new AtomicReference<>();

  private static final String JENSEN =
      """
      {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"externalId":"701984",
      "userName":"bjensen@example.com","name":{"formatted":"Ms. Barbara J Jensen, III",
      "familyName":"Jensen","givenName":"Barbara"},"title":"Tour Guide","userType":"Employee",
      "active":true,"emails":[{"value":"bjensen@example.com","type":"work","primary":true},
      {"value":"babs@jensen.org","type":"home"}],"ims":[{"value":"someaimhandle","type":"aim"}],
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{
      "department":"Tour Operations","manager":{"value":"26118915"}}}\
      """;

  @BeforeAll
  static void make() {
    var tenant = new Tenant(SERVER, "filters");
    assertThat(tenant.scim("POST", "/Users", JENSEN).status()).isEqualTo(201);
    assertThat(tenant.scim("POST", "/Users", Tenant.user("other@filters.example")).status())
        .isEqualTo(201);
    TENANT.set(tenant);
  }

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  /** Without those that ask for the id and for times, which are others here. */
  private static List<Row> filters() {
    return CaseTable.read("scim-filter").stream()
        .filter(row -> !row.get("filter").contains("meta.") && !row.get("filter").contains("2819c"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("filters")
  void filterFinds(Row row) {
    Answer answer =
        TENANT
            .get()
            .scim(
                "GET",
                "/Users?filter=" + URLEncoder.encode(row.get("filter"), StandardCharsets.UTF_8));
    assertThat(outcome(answer)).as(answer.body().toString()).isEqualTo(row.get("matches"));
  }

  private static String outcome(Answer answer) {
    if (answer.status() == 400) {
      return "refused";
    }
    assertThat(answer.status()).isEqualTo(200);
    return answer
            .body()
            .path("Resources")
            .valueStream()
            .anyMatch(user -> user.path("userName").stringValue().equals("bjensen@example.com"))
        ? "yes"
        : "no";
  }
}
