package io.claviger.server.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.account.Mailbox.Link;
import io.claviger.server.scim.Tenant;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Accounts that an organization makes for any address it likes, where addresses are to be verified
 * (USR-14): it proves an address no more than somebody who signs up with it.
 */
class ProvisionedAccountTest {
  private static final String PASSWORD = "chosen By 4 stranger";

  private static final TestServer SERVER =
      TestServer.start(Map.of("CLAVIGER_LOGIN_LIMIT", "100000", "CLAVIGER_VERIFY_EMAIL", "true"));
  private static final Mailbox MAIL = new Mailbox(SERVER);

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static String withPassword(String email) {
    return Tenant.user(email).replace("\"active\":true", "\"password\":\"" + PASSWORD + "\"");
  }

  private static String logIn(String email, String password) {
    Answer answer = MAIL.logIn(email, password);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return answer.body().get("token").stringValue();
  }

  private static void invite(Tenant tenant, String email) {
    Answer invited =
        SERVER.send(
            "POST",
            "/orgs/" + tenant.organization + "/invites",
            tenant.administrator.session(),
            "{\"email\":\"" + email + "\",\"role\":\"admin\"}");
    assertThat(invited.status()).as("%s", invited.body()).isEqualTo(200);
  }

  private static Answer accept(JsonNode invitation, String session) {
    return SERVER.send(
        "POST",
        "/me/invites/" + invitation.get("id").stringValue(),
        session,
        "{\"action\":\"accept\"}");
  }

  @Test
  void theInvitationOfAnotherIsAnsweredByTheMailboxAlone() {
    Tenant stranger = new Tenant(SERVER, "stranger");
    Tenant inviting = new Tenant(SERVER, "inviting");
    invite(inviting, "invited@inviting.example");
    assertThat(stranger.scim("POST", "/Users", withPassword("invited@inviting.example")).status())
        .isEqualTo(201);

    String session = logIn("invited@inviting.example", PASSWORD);
    assertThat(SERVER.send("GET", "/me/invites", session).status()).isEqualTo(403);
    assertThat(SERVER.send("POST", "/me/tokens", session, "{\"name\":\"t\"}").status())
        .isEqualTo(403);

    Link link = MAIL.links("invited@inviting.example").getLast();
    assertThat(link.page()).isEqualTo("verify-email");
    assertThat(MAIL.verify(link).status()).isEqualTo(200);
    Answer invitations = SERVER.send("GET", "/me/invites", session);
    assertThat(accept(invitations.body().get(0), session).status()).isEqualTo(200);
  }

  @Test
  void whoSetsThePasswordByTheFirstLinkHasVerified() {
    Tenant tenant = new Tenant(SERVER, "first");
    tenant.newUser("first@first.example");
    assertThat(MAIL.reset(MAIL.links("first@first.example").getLast()).status()).isEqualTo(200);
    String session = logIn("first@first.example", Mailbox.NEW_PASSWORD);
    assertThat(SERVER.send("GET", "/me/invites", session).status()).isEqualTo(200);
  }

  @Test
  void anotherAddressIsProvedAnewAndEndsWhatWasMadeBefore() {
    Tenant tenant = new Tenant(SERVER, "renaming");
    Answer made = tenant.scim("POST", "/Users", withPassword("old@renaming.example"));
    assertThat(MAIL.verify(MAIL.links("old@renaming.example").getLast()).status()).isEqualTo(200);
    String session = logIn("old@renaming.example", PASSWORD);
    String token =
        SERVER
            .send("POST", "/me/tokens", session, "{\"name\":\"made before\"}")
            .body()
            .get("token")
            .stringValue();
    assertThat(SERVER.send("GET", "/me/invites", token).status()).isEqualTo(200);

    rename(tenant, made.body().get("id").stringValue(), "somebody@renaming.example");
    assertThat(SERVER.send("GET", "/me/invites", token).status()).isEqualTo(403);
    assertThat(SERVER.send("GET", "/me/invites", session).status()).isEqualTo(403);

    assertThat(MAIL.reset(MAIL.resetLink("somebody@renaming.example")).status()).isEqualTo(200);
    assertThat(SERVER.send("GET", "/me/invites", token).status()).isEqualTo(401);
    assertThat(SERVER.send("GET", "/me/invites", session).status()).isEqualTo(401);
    String own = logIn("somebody@renaming.example", Mailbox.NEW_PASSWORD);
    assertThat(SERVER.send("GET", "/me/invites", own).status()).isEqualTo(200);
    assertThat(SERVER.send("GET", "/me/audit-logs", own).body().toString()).contains("made before");
  }

  @Test
  void everyEntryOfTheLogSaysWhetherTheAccountWasSwitchedOff() {
    Tenant tenant = new Tenant(SERVER, "entries");
    String email = "off@entries.example";
    String id = tenant.scim("POST", "/Users", withPassword(email)).body().get("id").stringValue();
    Link link = MAIL.links(email).getLast();
    tenant.scim("PATCH", "/Users/" + id, Tenant.patch("replace", "active", "false"));
    assertThat(MAIL.verify(link).status()).isEqualTo(200);
    assertThat(MAIL.reset(MAIL.resetLink(email)).status()).isEqualTo(200);
    assertThat(logged(id))
        .extracting(entry -> entry.path("deactivated").asString("unsaid"))
        .containsExactly("false", "true", "true", "true");
    assertThat(MAIL.logIn(email, Mailbox.NEW_PASSWORD).status()).isEqualTo(401);
  }

  /** How the change log says that an account was after each change. */
  private static List<JsonNode> logged(String user) {
    return SERVER
        .wiring()
        .database()
        .read(handle ->
            handle
                .createQuery(
                    "SELECT after_json FROM change_log WHERE subject_type = 'User'"
                        + " AND subject_id = :user ORDER BY sequence")
                .bind("user", user)
                .mapTo(String.class)
                .map(JsonMapper.shared()::readTree)
                .list());
  }

  @Test
  void aMailboxIsNotFilledByGivingItsAddressAgainAndAgain() {
    Tenant tenant = new Tenant(SERVER, "flood");
    String id = tenant.newUser("flooded@flood.example");
    for (int i = 0; i < MailRequests.REQUESTS_MAX; i++) {
      rename(tenant, id, "other" + i + "@flood.example");
      rename(tenant, id, "flooded@flood.example");
      var _ = MAIL.messages("flooded@flood.example"); // has them sent
    }
    assertThat(MAIL.links("flooded@flood.example")).hasSize(MailRequests.REQUESTS_MAX);
  }

  private static void rename(Tenant tenant, String id, String email) {
    Answer renamed = tenant.scim("PUT", "/Users/" + id, Tenant.user(email));
    assertThat(renamed.status()).as("%s", renamed.body()).isEqualTo(200);
  }
}
