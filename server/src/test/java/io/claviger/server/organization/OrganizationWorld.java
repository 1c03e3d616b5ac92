package io.claviger.server.organization;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/** Shorthand for what tests of organizations do over HTTP again and again. */
final class OrganizationWorld {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final TestServer server;

  OrganizationWorld(TestServer server) {
    this.server = server;
  }

  /** Somebody new. */
  Person person(String name) {
    return server.newUser(name + NUMBER.incrementAndGet() + "@example.com");
  }

  /** A new organization of that administrator; its id. */
  String organization(Person administrator) {
    Answer made = server.send("POST", "/orgs", administrator.session(), "{\"name\":\"Pumps\"}");
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    return made.body().get("id").stringValue();
  }

  /** Somebody new who is a member with that role. */
  Person member(String organization, Person administrator, String role) {
    Person person = person(role);
    join(organization, administrator, person, "\"role\":\"" + role + "\"");
    return person;
  }

  /** Makes somebody a member, through an invitation with those fields. */
  void join(String organization, Person administrator, Person person, String fields) {
    Answer invited = invite(organization, administrator.session(), person.email(), fields);
    assertThat(invited.status()).as("%s", invited.body()).isEqualTo(200);
    JsonNode own = server.send("GET", "/me/invites", person.session()).body();
    assertThat(respond(person, own.get(0).get("id").stringValue(), "accept").status())
        .isEqualTo(200);
  }

  Answer invite(String organization, String token, String email, String fields) {
    return server.send(
        "POST",
        "/orgs/" + organization + "/invites",
        token,
        "{\"email\":\"" + email + "\"," + fields + "}");
  }

  Answer respond(Person person, String invitation, String action) {
    return server.send(
        "POST", "/me/invites/" + invitation, person.session(), "{\"action\":\"" + action + "\"}");
  }

  Answer modify(String organization, String token, String user, String fields) {
    return server.send(
        "PATCH",
        "/orgs/" + organization + "/member",
        token,
        "{\"userId\":\"" + user + "\"," + fields + "}");
  }

  Answer remove(String organization, String token, String user) {
    return server.send("DELETE", "/orgs/" + organization + "/member?userId=" + user, token);
  }

  Answer answerLink(String email, String linkToken, boolean accept) {
    return server.send(
        "POST",
        "/invites",
        "",
        "{\"email\":\"" + email + "\",\"token\":\"" + linkToken + "\",\"accept\":" + accept + "}");
  }

  /** The tokens in the links that were sent to an address, oldest first. */
  List<String> linkTokens(String email) {
    List<String> tokens = new ArrayList<>();
    for (String message : server.mailTo(email)) {
      int start =
          message.indexOf("/account/invitation#token=") + "/account/invitation#token=".length();
      tokens.add(message.substring(start, message.indexOf('&', start)));
    }
    return tokens;
  }

  /** A user token with a cap; its value. */
  String cappedToken(Person person, String fields) {
    Answer made =
        server.send("POST", "/me/tokens", person.session(), "{\"name\":\"capped\"," + fields + "}");
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    return made.body().get("token").stringValue();
  }

  /** Adds a dashboard of an organization, straight to the tables; its id. */
  String dashboard(String ownerType, String ownerId) {
    String id = server.newId();
    server
        .wiring()
        .database()
        .run(transaction ->
            transaction
                .handle()
                .createUpdate(
                    "INSERT INTO dashboard (id, owner_type, owner_id, name, name_folded, is_public,"
                        + " details, created_at, updated_at) VALUES (:id, :type, :owner, 'Flow',"
                        + " 'flow', 0, '{}', 0, 0)")
                .bind("id", id)
                .bind("type", ownerType)
                .bind("owner", ownerId)
                .execute());
    return id;
  }

  /** The role of each member as the organization shows it, {@code userId=role}. */
  List<String> roles(String organization, String token) {
    Answer read = server.send("GET", "/orgs/" + organization, token);
    assertThat(read.status()).as("%s", read.body()).isEqualTo(200);
    List<String> roles = new ArrayList<>();
    for (JsonNode member : read.body().get("members")) {
      roles.add(member.get("userId").stringValue() + "=" + member.get("role").stringValue());
    }
    return roles;
  }
}
