package io.claviger.server.scim;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Roles that an identity system gives and takes, with the user or through groups. */
class RolesTest {
  private static final TestServer SERVER = TestServer.start();

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** What is answered with 200 is done: a role that was taken away is gone, one not named stays. */
  @Test
  void rolesThatAreRemovedAreGone() {
    Tenant tenant = new Tenant(SERVER, "removal");
    String id = tenant.newUser("role@removal.example");
    String path = "/Users/" + id;
    String give = Tenant.patch("add", "roles", "[{\"value\":\"edit\"}]");
    String whole = Tenant.user("role@removal.example");
    for (String removal :
        List.of(
            Tenant.patch("remove", "roles", "null"),
            Tenant.patch("replace", "roles", "[]"),
            Tenant.patch("remove", "roles[value eq \"edit\"]", "null"),
            Tenant.patch("remove", "roles", "[{\"value\":\"edit\",\"type\":\"Other\"}]"),
            whole.replaceFirst("\\{", "{\"Roles\":[],"))) {
      tenant.scim("PATCH", path, give);
      assertThat(tenant.scim("PUT", path, whole).body().at("/roles/0/value").asString(""))
          .as("a role that is not spoken of stays")
          .isEqualTo("edit");
      Answer removed = tenant.scim(removal.contains("Roles") ? "PUT" : "PATCH", path, removal);
      assertThat(removed.status()).as(removal).isEqualTo(200);
      assertThat(removed.body().has("roles")).as(removal).isFalse();
      assertThat(tenant.scim("GET", "/Groups/role-edit").body().has("members")).isFalse();
    }
    tenant.scim("PATCH", path, give);
    Answer other = tenant.scim("PATCH", path, Tenant.patch("add", "roles", "\"view\""));
    assertThat(other.body().at("/roles/0/value").asString("")).isEqualTo("view");
    assertThat(other.body().get("roles").size()).isEqualTo(1);
  }

  /**
   * UAT-8: for one application a role is collaborate, view or none, by whatever way it is given.
   */
  @Test
  void groupsOfApplicationsGiveWhatMembersCanHave() {
    Tenant tenant = new Tenant(SERVER, "approles");
    String application =
        SERVER
            .send(
                "POST",
                "/applications",
                tenant.administrator.session(),
                "{\"name\":\"App\",\"orgId\":\"" + tenant.organization + "\"}")
            .body()
            .get("id")
            .stringValue();
    String id = tenant.newUser("u@approles.example");
    tenant.scim("PATCH", "/Users/" + id, Tenant.patch("add", "roles", "\"view\""));
    String add = Tenant.patch("add", "members", "[{\"value\":\"" + id + "\"}]");
    for (String role : List.of("collaborate", "view")) {
      String path = "/Groups/app-" + application + "-" + role;
      assertThat(tenant.scim("PATCH", path, add).status()).isEqualTo(200);
      // Every answer of the test server is held to its description.
      Answer members =
          SERVER.send("GET", "/orgs/" + tenant.organization, tenant.administrator.session());
      assertThat(members.body().toString()).contains("\"role\":\"" + role + "\"");
    }
    for (String role : List.of("edit", "admin", "none")) {
      String path = "/Groups/app-" + application + "-" + role;
      assertThat(tenant.scim("GET", path).status()).as(role).isEqualTo(404);
      assertThat(tenant.scim("PATCH", path, add).status()).as(role).isEqualTo(404);
    }
    String groups =
        "/Groups?filter=" + encoded("displayName sw \"Application App\"") + "&attributes=id";
    assertThat(tenant.scim("GET", groups).body().get("totalResults").intValue()).isEqualTo(2);
  }
}
