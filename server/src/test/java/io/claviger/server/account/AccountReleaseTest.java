package io.claviger.server.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.change.Actor;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.server.account.Mailbox.Link;
import io.claviger.server.scim.Tenant;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.store.Database;
import io.claviger.store.user.Management;
import io.claviger.store.user.UserRow;
import io.claviger.store.user.UserStore;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Accounts that an organization made, and that become their users' own: it has no power over what
 * they do in other organizations, and none is lost when it goes.
 */
class AccountReleaseTest {
  private static final String KNOWN = "known to 1 Organization";

  private static final TestServer SERVER =
      TestServer.start(Map.of("CLAVIGER_LOGIN_LIMIT", "100000"));
  private static final Mailbox MAIL = new Mailbox(SERVER);
  private static final Database DATABASE = SERVER.wiring().database();
  private static final UserStore USERS = new UserStore(DATABASE);

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  /** Provisions somebody with a password that the organization knows; his id. */
  private static String provisioned(Tenant tenant, String email) {
    Answer made =
        tenant.scim(
            "POST",
            "/Users",
            Tenant.user(email).replace("\"active\"", "\"password\":\"" + KNOWN + "\",\"active\""));
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    return made.body().get("id").stringValue();
  }

  private static String logIn(String email, String password) {
    Answer answer =
        SERVER.send(
            "POST",
            "/auth/user",
            "",
            "{\"email\":\"%s\",\"password\":\"%s\",\"tokenTTL\":0}".formatted(email, password));
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return answer.body().get("token").stringValue();
  }

  private static String apiToken(String session) {
    Answer made =
        SERVER.send("POST", "/me/tokens", session, "{\"name\":\"kept\",\"scope\":[\"all.User\"]}");
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    return made.body().get("token").stringValue();
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

  private static Answer accept(String session) {
    JsonNode invitation = SERVER.send("GET", "/me/invites", session).body().get(0);
    return SERVER.send(
        "POST",
        "/me/invites/" + invitation.get("id").stringValue(),
        session,
        "{\"action\":\"accept\"}");
  }

  private static int status(String token) {
    return SERVER.send("GET", "/me", token).status();
  }

  private static UserRow row(String id) {
    return USERS.find(new UserId(id)).orElseThrow();
  }

  private static void delete(Tenant tenant) {
    Answer deleted =
        SERVER.send("DELETE", "/orgs/" + tenant.organization, tenant.administrator.session());
    assertThat(deleted.status()).as("%s", deleted.body()).isEqualTo(200);
  }

  /**
   * What it made while it could log in as the user would work in the other organization as well.
   */
  @Test
  void anOrganizationHasNothingInTheOneThatItsUserJoins() {
    Tenant owner = new Tenant(SERVER, "owner");
    Tenant other = new Tenant(SERVER, "other");
    String email = "user@owner.example";
    String id = provisioned(owner, email);
    String session = logIn(email, KNOWN);
    String token = apiToken(session);
    invite(other, email);

    assertThat(accept(session).status()).isEqualTo(200);
    assertThat(other.members()).contains(email);
    assertThat(status(session)).isEqualTo(401);
    assertThat(status(token)).isEqualTo(401);
    assertThat(MAIL.logIn(email, KNOWN).status()).isEqualTo(401);
    assertThat(row(id).management()).isEqualTo(Management.NONE);

    assertThat(MAIL.messages(email).getLast()).contains("Your account is your own now");
    assertThat(MAIL.reset(MAIL.links(email).getLast()).status()).isEqualTo(200);
    String own = logIn(email, Mailbox.NEW_PASSWORD);
    assertThat(SERVER.send("GET", "/orgs/" + other.organization, own).status()).isEqualTo(200);
    assertThat(SERVER.send("GET", "/me/tokens", own).body().get("totalCount").intValue()).isZero();
    assertThat(SERVER.send("GET", "/me/audit-logs", own).body().toString()).contains("kept");
  }

  /** Once it is the user's own it stays so, whatever becomes of the other membership. */
  @Test
  void theAccountIsNotTakenBack() {
    Tenant owner = new Tenant(SERVER, "taker");
    Tenant other = new Tenant(SERVER, "left");
    String email = "user@taker.example";
    String id = provisioned(owner, email);
    invite(other, email);
    assertThat(accept(logIn(email, KNOWN)).status()).isEqualTo(200);
    assertThat(MAIL.reset(MAIL.resetLink(email)).status()).isEqualTo(200);
    delete(other);

    String again = Tenant.patch("replace", "password", "\"" + KNOWN + "\"");
    owner.scim("PATCH", "/Users/" + id, again);
    owner.scim("DELETE", "/Users/" + id);
    owner.scim(
        "POST",
        "/Users",
        Tenant.user(email).replace("\"active\"", "\"password\":\"" + KNOWN + "\",\"active\""));
    assertThat(MAIL.logIn(email, KNOWN).status()).isEqualTo(401);
    assertThat(status(logIn(email, Mailbox.NEW_PASSWORD))).isEqualTo(200);
  }

  /** A link that leads the account to another mailbox was asked for before, too. */
  @Test
  void linksThatWereSentBeforeAreDead() {
    try (TestServer server =
        TestServer.start(
            Map.of("CLAVIGER_LOGIN_LIMIT", "100000", "CLAVIGER_VERIFY_EMAIL", "true"))) {
      Mailbox mail = new Mailbox(server);
      Tenant owner = new Tenant(server, "linking");
      String email = "user@linking.example";
      owner.newUser(email);
      assertThat(mail.reset(mail.links(email).getLast()).status()).isEqualTo(200);
      String session = mail.logIn(email, Mailbox.NEW_PASSWORD).body().get("token").stringValue();
      Answer asked =
          server.send(
              "PATCH",
              "/me",
              session,
              "{\"email\":\"elsewhere@linking.example\",\"currentCredentials\":{\"password\":\""
                  + Mailbox.NEW_PASSWORD
                  + "\"}}");
      assertThat(asked.status()).as("%s", asked.body()).isEqualTo(200);
      Link elsewhere = mail.links("elsewhere@linking.example").getLast();
      Link reset = mail.resetLink(email);
      String id = server.send("GET", "/me", session).body().get("id").stringValue();
      AccountRelease release = release(server);
      server
          .wiring()
          .database()
          .run(transaction ->
              release.joined(
                  transaction,
                  Actor.system(),
                  "test",
                  new UserId(id),
                  new OrganizationId(server.newId())));
      assertThat(mail.verify(elsewhere).status()).isEqualTo(400);
      assertThat(mail.reset(reset).status()).isEqualTo(400);
      assertThat(mail.reset(mail.links(email).getLast()).status()).isEqualTo(200);
    }
  }

  @Test
  void aManagedAccountMakesNoOrganizationOfItsOwn() {
    Tenant owner = new Tenant(SERVER, "making");
    String email = "user@making.example";
    provisioned(owner, email);
    String session = logIn(email, KNOWN);
    Answer refused = SERVER.send("POST", "/orgs", session, "{\"name\":\"own\"}");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(status(session)).isEqualTo(200);
    delete(owner);
    assertThat(MAIL.reset(MAIL.links(email).getLast()).status()).isEqualTo(200);
    String own = logIn(email, Mailbox.NEW_PASSWORD);
    assertThat(SERVER.send("POST", "/orgs", own, "{\"name\":\"own\"}").status()).isEqualTo(201);
    assertThat(status(own)).isEqualTo(200);
  }

  @Test
  void deletingAnOrganizationReleasesItsAccountsAndRevivesNobody() {
    Tenant owner = new Tenant(SERVER, "gone");
    String working = provisioned(owner, "working@gone.example");
    String off = provisioned(owner, "off@gone.example");
    String token = apiToken(logIn("working@gone.example", KNOWN));
    owner.scim("PATCH", "/Users/" + off, Tenant.patch("replace", "active", "false"));
    String administrator = owner.administrator.session();
    delete(owner);

    assertThat(row(working).management()).isEqualTo(Management.NONE);
    assertThat(row(off).management().owner()).isEmpty();
    assertThat(row(off).management().deactivated()).isTrue();
    assertThat(status(token)).isEqualTo(401);
    assertThat(status(administrator)).isEqualTo(200);
    for (String id : List.of(working, off)) {
      assertThat(entries(id)).isEqualTo(1);
    }
    assertThat(MAIL.reset(MAIL.resetLink("off@gone.example")).status()).isEqualTo(200);
    assertThat(MAIL.logIn("off@gone.example", Mailbox.NEW_PASSWORD).status()).isEqualTo(401);
    assertThat(MAIL.reset(MAIL.links("working@gone.example").getLast()).status()).isEqualTo(200);
    assertThat(status(logIn("working@gone.example", Mailbox.NEW_PASSWORD))).isEqualTo(200);
  }

  /** How many entries say that an account went with its organization. */
  private static int entries(String user) {
    return DATABASE.read(handle ->
        handle
            .createQuery(
                "SELECT COUNT(*) FROM change_log WHERE subject_type = 'User' AND subject_id = :id"
                    + " AND action = 'org.delete' AND before_json LIKE '%ownerOrgId%'"
                    + " AND after_json NOT LIKE '%ownerOrgId%'")
            .bind("id", user)
            .mapTo(Integer.class)
            .one());
  }

  /** One transaction bears only so many; those that work go first, the rest follows. */
  @Test
  void ofVeryManyAccountsThoseThatWorkAreReleasedFirst() {
    Tenant owner = new Tenant(SERVER, "crowd");
    UserRow pattern = row(provisioned(owner, "last@crowd.example"));
    List<UserRow> crowd = new ArrayList<>();
    for (int i = 0; i < AccountRelease.BATCH + 5; i++) {
      crowd.add(retired(pattern, i));
    }
    DATABASE.run(transaction -> crowd.forEach(row -> USERS.insert(transaction, row)));
    delete(owner);
    assertThat(row(pattern.id().text()).management()).isEqualTo(Management.NONE);
    assertThat(USERS.ownedByNobody(100)).hasSize(6);

    assertThat(release(SERVER).leftOver()).isFalse();
    assertThat(USERS.ownedByNobody(100)).isEmpty();
    assertThat(crowd)
        .allMatch(row -> row(row.id().text()).management().deactivated())
        .noneMatch(row -> row(row.id().text()).management().owner().isPresent());
  }

  private static UserRow retired(UserRow pattern, int number) {
    return new UserRow(
            new UserId(SERVER.newId()),
            number + "@crowd.example",
            false,
            "",
            "",
            pattern.profile(),
            pattern.passwordHash(),
            pattern.createdAt(),
            Optional.empty(),
            pattern.createdAt(),
            pattern.createdAt())
        .withManagement(pattern.management().switchedOff(pattern.createdAt()), pattern.createdAt());
  }

  private static AccountRelease release(TestServer server) {
    return new AccountRelease(
        server.wiring().database(), new ObjectIdSource(server.clock(), new SecureRandom()));
  }
}
