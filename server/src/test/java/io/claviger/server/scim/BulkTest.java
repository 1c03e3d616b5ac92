package io.claviger.server.scim;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code POST /scim/v2/Bulk} (RFC 7644 section 3.7). */
class BulkTest {
  private static final TestServer SERVER = TestServer.start();

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static String bulk(String operations, String more) {
    return "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:BulkRequest\"],"
        + more
        + "\"Operations\":["
        + operations
        + "]}";
  }

  private static String post(String bulkId, String email) {
    return "{\"method\":\"POST\",\"path\":\"/Users\",\"bulkId\":\""
        + bulkId
        + "\",\"data\":"
        + Tenant.user(email)
        + "}";
  }

  @Test
  void aThousandInOneRequest() {
    Tenant tenant = new Tenant(SERVER, "thousand");
    var operations = new StringBuilder();
    for (int i = 0; i < 1_000; i++) {
      operations.append(i == 0 ? "" : ",").append(post("b" + i, "u" + i + "@thousand.example"));
    }
    Answer done = tenant.scim("POST", "/Bulk", bulk(operations.toString(), ""));
    assertThat(done.status()).isEqualTo(200);
    assertThat(done.body().get("Operations").size()).isEqualTo(1_000);
    for (JsonNode operation : done.body().get("Operations")) {
      assertThat(operation.get("status").stringValue()).isEqualTo("201");
    }
    assertThat(tenant.scim("GET", "/Users?count=0").body().get("totalResults").intValue())
        .isEqualTo(1_001);
    operations.append(",").append(post("more", "more@thousand.example"));
    Answer tooMany = tenant.scim("POST", "/Bulk", bulk(operations.toString(), ""));
    assertThat(tooMany.status()).isEqualTo(413);
    assertThat(tenant.scim("GET", "/Users?count=0").body().get("totalResults").intValue())
        .isEqualTo(1_001);
  }

  /** A name may be used before it is given; and each operation is done whole or not at all. */
  @Test
  void laterOperationsNameWhatOthersMake() {
    Tenant tenant = new Tenant(SERVER, "names");
    String join =
        "{\"method\":\"PATCH\",\"path\":\"/Groups/role-edit\",\"data\":"
            + Tenant.patch("add", "members", "[{\"value\":\"bulkId:new\"}]")
            + "}";
    String leave = "{\"method\":\"DELETE\",\"path\":\"/Users/bulkId:gone\"}";
    String dangling =
        "{\"method\":\"PATCH\",\"path\":\"/Users/bulkId:nobody\",\"data\":"
            + Tenant.patch("add", "title", "\"x\"")
            + "}";
    JsonNode done =
        tenant
            .scim(
                "POST",
                "/Bulk",
                bulk(
                    join
                        + ","
                        + post("new", "new@names.example")
                        + ","
                        + post("twice", "NEW@names.example")
                        + ","
                        + post("gone", "gone@names.example")
                        + ","
                        + leave
                        + ","
                        + dangling,
                    ""))
            .body()
            .get("Operations");
    assertThat(done.valueStream().map(it -> it.get("status").stringValue()))
        .containsExactly("200", "201", "409", "201", "204", "409");
    assertThat(done.get(2).at("/response/scimType").stringValue()).isEqualTo("uniqueness");
    assertThat(
            tenant.scim("GET", "/Groups/role-edit").body().at("/members/0/display").stringValue())
        .isEqualTo("new@names.example");
    assertThat(tenant.scim("GET", "/Users?count=0").body().get("totalResults").intValue())
        .isEqualTo(2);
  }

  /** RFC 7644 section 3.7.2: a name stands where a resource is referred to, and nowhere else. */
  @Test
  void aTextThatLooksLikeANameIsAText() {
    Tenant tenant = new Tenant(SERVER, "texts");
    String urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    String named =
        post("a", "a@texts.example")
            .replace(
                "\"active\":true",
                "\"displayName\":\"bulkId:b\",\"title\":\"bulkId:nobody\",\""
                    + urn
                    + "\":{\"department\":\"bulkId:nobody\",\"manager\":{\"value\":\"bulkId:b\"}}");
    String patched =
        "{\"method\":\"PATCH\",\"path\":\"/Users/bulkId:a\",\"data\":"
            + Tenant.patch("add", "nickName", "\"bulkId:nobody\"")
            + "}";
    String managed =
        "{\"method\":\"PATCH\",\"path\":\"/Users/bulkId:b\",\"data\":"
            + Tenant.patch("add", urn + ":manager.value", "\"bulkId:a\"")
            + "}";
    String pathless =
        "{\"method\":\"PATCH\",\"path\":\"/Groups/role-edit\",\"data\":{\"Operations\":"
            + "[{\"op\":\"add\",\"value\":{\"members\":[{\"value\":\"bulkId:a\"}]}}]}}";
    JsonNode done =
        tenant
            .scim(
                "POST",
                "/Bulk",
                bulk(
                    String.join(
                        ",", named, post("b", "b@texts.example"), patched, managed, pathless),
                    ""))
            .body()
            .get("Operations");
    assertThat(done.valueStream().map(it -> it.get("status").stringValue()))
        .as("%s", done)
        .containsExactly("201", "201", "200", "200", "200");
    JsonNode a = user(tenant, "a@texts.example");
    JsonNode b = user(tenant, "b@texts.example");
    assertThat(a.get("displayName").stringValue()).isEqualTo("bulkId:b");
    assertThat(a.get("title").stringValue()).isEqualTo("bulkId:nobody");
    assertThat(a.get("nickName").stringValue()).isEqualTo("bulkId:nobody");
    assertThat(a.get(urn).get("department").stringValue()).isEqualTo("bulkId:nobody");
    assertThat(a.get(urn).at("/manager/value")).isEqualTo(b.get("id"));
    assertThat(b.get(urn).at("/manager/value")).isEqualTo(a.get("id"));
    assertThat(tenant.scim("GET", "/Groups/role-edit").body().at("/members/0/value"))
        .isEqualTo(a.get("id"));
  }

  private static JsonNode user(Tenant tenant, String name) {
    return tenant
        .scim("GET", "/Users?filter=userName%20eq%20%22" + name + "%22")
        .body()
        .at("/Resources/0");
  }

  /** A password is kept however the operation writes it, and none is dropped in silence. */
  @Test
  void passwordsAreFoundWhereverTheyStand() {
    Tenant tenant = new Tenant(SERVER, "passwords");
    String core = "urn:ietf:params:scim:schemas:core:2.0:User:password";
    String[] patches = {
      Tenant.patch("replace", "PASSWORD", "\"Correct horse 1\""),
      Tenant.patch("replace", core, "\"Correct horse 2\""),
      Tenant.patch("replace", core, "[\"Correct horse 3\"]"),
      "{\"Operations\":[{\"op\":\"replace\",\"value\":{\"" + core + "\":\"Correct horse 4\"}}]}",
    };
    String id = tenant.newUser("p@passwords.example");
    for (int i = 0; i < patches.length; i++) {
      JsonNode done =
          tenant
              .scim(
                  "POST",
                  "/Bulk",
                  bulk(
                      "{\"method\":\"PATCH\",\"path\":\"/Users/"
                          + id
                          + "\",\"data\":"
                          + patches[i]
                          + "}",
                      ""))
              .body();
      assertThat(done.at("/Operations/0/status").stringValue()).isEqualTo("200");
      int login =
          SERVER
              .send(
                  "POST",
                  "/auth/user",
                  "",
                  "{\"email\":\"p@passwords.example\",\"password\":\"Correct horse "
                      + (i + 1)
                      + "\"}")
              .status();
      assertThat(login).as(patches[i]).isEqualTo(200);
    }
  }

  @Test
  void errorsStopWhereTheClientWantsIt() {
    Tenant tenant = new Tenant(SERVER, "errors");
    String bad = "{\"method\":\"POST\",\"path\":\"/Users\",\"bulkId\":\"x\",\"data\":{}}";
    JsonNode done =
        tenant
            .scim(
                "POST",
                "/Bulk",
                bulk(bad + "," + post("a", "a@errors.example"), "\"failOnErrors\":1,"))
            .body();
    assertThat(done.get("Operations").size()).isEqualTo(1);
    assertThat(tenant.scim("GET", "/Users?count=0").body().get("totalResults").intValue())
        .isEqualTo(1);
    for (String body :
        new String[] {
          "{}", "{\"Operations\":[]}", bulk("", "\"failOnErrors\":\"x\","),
        }) {
      assertThat(tenant.scim("POST", "/Bulk", body).status()).as(body).isEqualTo(400);
    }
    JsonNode wrong =
        tenant
            .scim(
                "POST",
                "/Bulk",
                bulk(
                    "1,{},{\"method\":\"GET\",\"path\":\"/Users\"},"
                        + "{\"method\":\"PUT\",\"path\":\"/Users\",\"data\":{}},"
                        + "{\"method\":\"DELETE\",\"path\":\"/Schemas/x\"},"
                        + "{\"method\":\"DELETE\",\"path\":\"/Groups/role-admin\"}",
                    ""))
            .body()
            .get("Operations");
    assertThat(wrong.valueStream().map(it -> it.get("status").stringValue()))
        .containsOnly("400")
        .hasSize(6);
  }
}
