package io.claviger.server.organization;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.scim.Tenant;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The rules of memberships hold for what an identity system does, too (ORG-4, ORG-9). */
class ProvisionedMembersTest {
  private static final TestServer SERVER =
      TestServer.start(Map.of("CLAVIGER_LIMIT_MEMBERS", "3", "CLAVIGER_LOGIN_LIMIT", "100000"));
  private static final OrganizationWorld WORLD = new OrganizationWorld(SERVER);

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static Answer active(Tenant tenant, String user, boolean active) {
    return tenant.scim(
        "PATCH", "/Users/" + user, Tenant.patch("replace", "active", String.valueOf(active)));
  }

  private static Answer invite(Tenant tenant, String email) {
    return WORLD.invite(
        tenant.organization, tenant.administrator.session(), email, "\"role\":\"admin\"");
  }

  /** ORG-9: members and pending invitations share a limit, whoever comes back into it. */
  @Test
  void whoIsActiveAgainNeedsRoom() {
    Tenant tenant = new Tenant(SERVER, "room");
    String user = tenant.newUser("first@room.example");
    assertThat(active(tenant, user, false).status()).isEqualTo(200);
    assertThat(invite(tenant, "second@room.example").status()).isEqualTo(200);
    assertThat(invite(tenant, "third@room.example").status()).isEqualTo(200);
    String members = tenant.members();

    Answer refused = active(tenant, user, true);
    assertThat(refused.status()).as("%s", refused.body()).isEqualTo(400);
    assertThat(refused.body().get("detail").stringValue()).contains("limit of 3");
    assertThat(tenant.members()).isEqualTo(members);
    assertThat(tenant.scim("GET", "/Users/" + user).body().get("active").booleanValue()).isFalse();
  }

  /** ORG-9: the same for somebody who is invited, since he has an account of his own. */
  @Test
  void whoIsInvitedAgainNeedsRoom() {
    Tenant tenant = new Tenant(SERVER, "again");
    SERVER.newUser("first@again.example");
    String user = tenant.newUser("first@again.example");
    assertThat(active(tenant, user, false).status()).isEqualTo(200);
    assertThat(invite(tenant, "second@again.example").status()).isEqualTo(200);
    assertThat(invite(tenant, "third@again.example").status()).isEqualTo(200);
    assertThat(active(tenant, user, true).status()).isEqualTo(400);
    assertThat(WORLD.linkTokens("first@again.example")).hasSize(1);
  }

  /** What an invitation has room for it keeps, when its role changes and nothing else is left. */
  @Test
  void aPendingInvitationKeepsItsRoom() {
    Tenant tenant = new Tenant(SERVER, "keeps");
    SERVER.newUser("first@keeps.example");
    String user = tenant.newUser("first@keeps.example");
    assertThat(invite(tenant, "second@keeps.example").status()).isEqualTo(200);
    Answer changed =
        tenant.scim(
            "PATCH",
            "/Groups/role-edit",
            Tenant.patch("add", "members", "[{\"value\":\"" + user + "\"}]"));
    assertThat(changed.status()).as("%s", changed.body()).isEqualTo(200);
  }

  /**
   * ORG-4: somebody who cannot log in is no administrator. The link of an invitation needs no
   * log-in, so it must not make a member of an account that is switched off.
   */
  @Test
  void anAccountThatIsSwitchedOffJoinsNothing() {
    Tenant tenant = new Tenant(SERVER, "off");
    Tenant other = new Tenant(SERVER, "other");
    // With a password, so that no message but the invitation is sent.
    Answer made =
        tenant.scim(
            "POST",
            "/Users",
            Tenant.user("first@off.example")
                .replaceFirst("\\{", "{\"password\":\"Correct horse 7\","));
    String user = made.body().get("id").stringValue();
    assertThat(active(tenant, user, false).status()).isEqualTo(200);
    assertThat(invite(other, "first@off.example").status()).isEqualTo(200);
    String link = WORLD.linkTokens("first@off.example").getLast();

    Answer refused = WORLD.answerLink("first@off.example", link, true);
    assertThat(refused.status()).as("%s", refused.body()).isEqualTo(403);
    assertThat(other.members()).doesNotContain("first@off.example");

    assertThat(active(tenant, user, true).status()).isEqualTo(200);
    assertThat(WORLD.answerLink("first@off.example", link, true).status()).isEqualTo(200);
    assertThat(other.members()).contains("first@off.example");
  }
}
