package io.claviger.server.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.core.change.SubjectType;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.server.account.Mailbox.Link;
import io.claviger.server.operator.Operator;
import io.claviger.server.operator.Operator.Report;
import io.claviger.server.operator.OperatorCommand;
import io.claviger.server.organization.OrganizationRescue;
import io.claviger.server.organization.OrganizationSwitches;
import io.claviger.server.scim.Tenant;
import io.claviger.server.security.PasswordHasher;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.store.Database;
import io.claviger.store.DatabaseSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator can do when a telephone, a lock or the secret key stands in the way. */
class LostKeyTest {
  private static final String EMAIL = "ada@example.com";

  @TempDir Path data;

  private TestServer start() {
    return TestServer.start(
        Map.of("CLAVIGER_DATA", data.toString(), "CLAVIGER_LOGIN_LIMIT", "100000"));
  }

  private static String arm(TestServer server, String email) {
    String session = new Mailbox(server).signUp(email);
    String key =
        server.send("PATCH", "/me/generateTwoFactorAuth", session).body().get("key").stringValue();
    Answer enabled =
        server.send(
            "PATCH",
            "/me/enableTwoFactorAuth",
            session,
            "{\"password\":\"%s\",\"twoFactorCode\":\"%s\"}"
                .formatted(Mailbox.PASSWORD, new Authenticator(server, key).present()));
    assertThat(enabled.status()).as("%s", enabled.body()).isEqualTo(200);
    return session;
  }

  private Report command(String... words) {
    SecureRandom random = new SecureRandom();
    InstantSource clock = InstantSource.system();
    try (Database database =
        Database.openBeside(new DatabaseSettings.Sqlite(data.resolve("claviger.db")), clock)) {
      ObjectIdSource ids = new ObjectIdSource(clock, random);
      FirstAdministrator accounts =
          new FirstAdministrator(database, new PasswordHasher(random, 1), ids, random);
      AccountRelease release = new AccountRelease(database, ids);
      return new Operator(
              accounts,
              new AccountRepair(database),
              new OrganizationSwitches(database),
              new OrganizationRescue(database, release),
              release)
          .run(OperatorCommand.parse(List.of(words), Optional.empty()).orElseThrow());
    }
  }

  private static String type(Answer answer) {
    return answer.body().path("type").asString("none");
  }

  @Test
  void commandsTakeEffectBesideARunningServer() {
    try (TestServer server = start()) {
      String session = arm(server, EMAIL);
      Mailbox people = new Mailbox(server);
      for (int i = 0; i < LockOut.FAILURES_MAX; i++) {
        people.logIn(EMAIL, "not the password");
      }
      assertThat(type(people.logIn(EMAIL, Mailbox.PASSWORD))).isEqualTo("AccountLocked");
      assertThat(command("user", "unlock", EMAIL).done()).isTrue();
      assertThat(type(people.logIn(EMAIL, Mailbox.PASSWORD))).isEqualTo("TwoFactorRequired");
      assertThat(command("user", "reset-two-factor", "nobody@example.com").done()).isFalse();
      assertThat(command("user", "reset-two-factor", EMAIL).done()).isTrue();
      assertThat(people.logIn(EMAIL, Mailbox.PASSWORD).status()).isEqualTo(200);
      assertThat(
              server.send("GET", "/me", session).body().get("twoFactorAuthEnabled").booleanValue())
          .isFalse();
      assertThat(OperatorCommand.parse(List.of("user", "burn", EMAIL), Optional.empty())).isEmpty();
      assertThat(operations(server))
          .containsExactly("operator.unlock System", "operator.resetTwoFactor System");
    }
  }

  private static List<String> operations(TestServer server) {
    return server
        .wiring()
        .database()
        .read(handle ->
            handle
                .createQuery(
                    "SELECT action || ' ' || actor_type FROM change_log"
                        + " WHERE action LIKE 'operator.%' AND subject_type = :type"
                        + " ORDER BY sequence")
                .bind("type", SubjectType.USER.wireName())
                .mapTo(String.class)
                .list());
  }

  @Test
  void withoutItsKeyTheServerStartsOnlyAfterAllSecondFactorsAreGone() throws Exception {
    try (TestServer server = start()) {
      arm(server, EMAIL);
    }
    Files.delete(data.resolve("secret.key"));
    assertThatThrownBy(this::start)
        .hasMessageContaining("secret key")
        .hasMessageContaining("--all");
    assertThat(data.resolve("secret.key")).doesNotExist();
    try (Database database =
        Database.open(
            new DatabaseSettings.Sqlite(data.resolve("claviger.db")), InstantSource.system())) {
      assertThat(new AccountRepair(database).resetTwoFactorOfAll()).isEqualTo(1);
    }
    try (TestServer server = start()) {
      assertThat(new Mailbox(server).logIn(EMAIL, Mailbox.PASSWORD).status()).isEqualTo(200);
      arm(server, "grace@example.com");
    }
  }

  @Test
  void anAccountThatWasSwitchedOffIsGivenToItsUserWhenItsOrganizationIsGone() {
    try (TestServer server = start()) {
      Mailbox people = new Mailbox(server);
      Tenant tenant = new Tenant(server, "works");
      String id = tenant.newUser(EMAIL);
      assertThat(people.reset(people.links(EMAIL).getLast()).status()).isEqualTo(200);
      tenant.scim("PATCH", "/Users/" + id, Tenant.patch("replace", "active", "false"));

      Report owned = command("user", "release", EMAIL);
      assertThat(owned.done()).isFalse();
      assertThat(owned.text()).contains("works", tenant.organization);
      assertThat(people.logIn(EMAIL, Mailbox.NEW_PASSWORD).status()).isEqualTo(401);
      assertThat(command("user", "release", "nobody@example.com").done()).isFalse();
      assertThat(command("user", "release", "works@admin.example").text()).contains("own");

      server.send("DELETE", "/orgs/" + tenant.organization, tenant.administrator.session());
      assertThat(command("user", "release", EMAIL).done()).isTrue();
      Link link = people.links(EMAIL).getLast();
      assertThat(people.logIn(EMAIL, Mailbox.NEW_PASSWORD).status()).isEqualTo(401);
      assertThat(people.reset(link.token(), EMAIL, Mailbox.PASSWORD).status()).isEqualTo(200);
      assertThat(people.logIn(EMAIL, Mailbox.PASSWORD).status()).isEqualTo(200);
      assertThat(command("user", "release", EMAIL).done()).isFalse();
    }
  }

  @Test
  void whoIsMadeAdministratorElsewhereHasHisAccountForHimself() {
    try (TestServer server = start()) {
      Mailbox people = new Mailbox(server);
      Tenant tenant = new Tenant(server, "first");
      Tenant other = new Tenant(server, "second");
      tenant.newUser(EMAIL);
      assertThat(people.reset(people.links(EMAIL).getLast()).status()).isEqualTo(200);
      Answer session = people.logIn(EMAIL, Mailbox.NEW_PASSWORD);
      assertThat(command("organization", "add-admin", tenant.organization, EMAIL).done()).isTrue();
      assertThat(people.logIn(EMAIL, Mailbox.NEW_PASSWORD).status()).isEqualTo(200);
      assertThat(command("organization", "add-admin", other.organization, EMAIL).done()).isTrue();
      assertThat(people.logIn(EMAIL, Mailbox.NEW_PASSWORD).status()).isEqualTo(401);
      String token = session.body().get("token").stringValue();
      Awaitility.await()
          .untilAsserted(
              () -> assertThat(server.send("GET", "/me", token).status()).isEqualTo(401));
    }
  }
}
