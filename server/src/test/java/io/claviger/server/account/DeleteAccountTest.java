package io.claviger.server.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.change.ChangeEntry;
import io.claviger.core.change.SubjectType;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Deleting the own account (USR-17, UAT-25). */
class DeleteAccountTest {
  private static final String PASSWORD = "correct Horse 7 battery";

  private static final TestServer SERVER =
      TestServer.start(Map.of("CLAVIGER_LOGIN_LIMIT", "100000"));

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private record Person(String id, String email, String token) {}

  private static Person signUp(String email) {
    Answer answer =
        SERVER.send(
            "POST",
            "/users",
            "",
            "{\"email\":\"%s\",\"password\":\"%s\",\"firstName\":\"Ada\",\"lastName\":\"Byron\"}"
                .formatted(email, PASSWORD));
    return new Person(
        answer.body().get("userId").stringValue(), email, answer.body().get("token").stringValue());
  }

  private static Answer delete(String token, String email, String password) {
    return SERVER.send(
        "POST",
        "/me/delete",
        token,
        "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(email, password));
  }

  private static void sql(String sql) {
    SERVER.wiring().database().run(transaction -> transaction.handle().execute(sql));
  }

  private static long count(String sql) {
    return SERVER
        .wiring()
        .database()
        .read(handle -> handle.createQuery(sql).mapTo(Long.class).one());
  }

  private static String organization(Map<Person, String> roles) {
    String id = SERVER.newId();
    sql(
        "INSERT INTO organization (id, name, name_folded, created_at, updated_at) VALUES ('"
            + id
            + "', 'Engines', 'engines', 0, 0)");
    roles.forEach((person, role) ->
        sql(
            "INSERT INTO member (organization_id, user_id, role, application_roles,"
                + " dashboard_roles, created_at) VALUES ('"
                + id
                + "', '"
                + person.id()
                + "', '"
                + role
                + "', '[]', '[]', 0)"));
    return id;
  }

  @Test
  void everythingOfTheUserGoes() {
    Person ada = signUp("ada@example.com");
    Person bob = signUp("bob@example.com");
    String apiToken =
        SERVER
            .send("POST", "/me/tokens", ada.token(), "{\"name\":\"x\"}")
            .body()
            .get("token")
            .stringValue();
    String organization = organization(Map.of(ada, "admin", bob, "admin"));
    String application = SERVER.newId();
    sql(
        "INSERT INTO application (id, owner_type, owner_id, name, name_folded, details, created_at,"
            + " updated_at) VALUES ('"
            + application
            + "', 'user', '"
            + ada.id()
            + "', 'a', 'a', '{}', 0, 0)");
    assertThat(SERVER.send("GET", "/me", apiToken).status()).isEqualTo(200);
    long head = SERVER.wiring().database().changeLog().head().sequence();

    assertThat(delete(ada.token(), "ADA@example.com", PASSWORD).status()).isEqualTo(200);

    assertThat(SERVER.send("GET", "/me", ada.token()).status()).isEqualTo(401);
    assertThat(SERVER.send("GET", "/me", apiToken).status()).isEqualTo(401);
    for (String table :
        List.of(
            "app_user WHERE id",
            "user_session WHERE user_id",
            "member WHERE user_id",
            "api_token WHERE owner_id",
            "application WHERE owner_id")) {
      assertThat(count("SELECT COUNT(*) FROM " + table + " = '" + ada.id() + "'"))
          .as(table)
          .isZero();
    }
    List<ChangeEntry> entries = SERVER.wiring().database().changeLog().page(head, 10);
    assertThat(entries.stream().map(entry -> entry.change().subject().type()))
        .containsExactly(
            SubjectType.MEMBER, SubjectType.API_TOKEN, SubjectType.APPLICATION, SubjectType.USER);
    assertThat(entries).allMatch(entry -> entry.change().actor().name().equals("Ada Byron"));
    assertThat(entries.getFirst().change().organizationId()).contains(organization);
    // The address is free.
    assertThat(signUp("ada@example.com").id()).isNotEqualTo(ada.id());
  }

  @Test
  void credentialsMustBeThoseOfTheAccount() {
    Person carol = signUp("carol@example.com");
    signUp("dave@example.com");
    Answer other = delete(carol.token(), "dave@example.com", PASSWORD);
    assertThat(other.status()).isEqualTo(400);
    assertThat(other.body().get("message").stringValue()).startsWith("email is not");
    Answer wrong = delete(carol.token(), "carol@example.com", "wrong password");
    assertThat(wrong.status()).isEqualTo(400);
    assertThat(wrong.body().get("message").stringValue()).startsWith("password is not");
    assertThat(SERVER.send("GET", "/me", carol.token()).status()).isEqualTo(200);
  }

  @Test
  void theLastAdministratorStays() {
    Person erin = signUp("erin@example.com");
    Person finn = signUp("finn@example.com");
    organization(Map.of(erin, "admin", finn, "edit"));
    Answer last = delete(erin.token(), "erin@example.com", PASSWORD);
    assertThat(last.status()).isEqualTo(400);
    assertThat(last.body().get("message").stringValue()).contains("last administrator", "Engines");
    assertThat(delete(finn.token(), "finn@example.com", PASSWORD).status()).isEqualTo(200);
    Answer only = delete(erin.token(), "erin@example.com", PASSWORD);
    assertThat(only.status()).isEqualTo(400);
    assertThat(only.body().get("message").stringValue()).contains("only member", "Engines");
    sql("DELETE FROM organization");
    assertThat(delete(erin.token(), "erin@example.com", PASSWORD).status()).isEqualTo(200);
  }
}
