package io.claviger.server.organization;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Invitations over HTTP (ORG-8 to ORG-11, LIM-1). */
class InvitationsTest {
  private static final TestServer SERVER =
      TestServer.start(
          Map.of(
              "CLAVIGER_LIMIT_MEMBERS", "5", "CLAVIGER_PUBLIC_URL", "https://keys.example.com/"));
  private static final OrganizationWorld WORLD = new OrganizationWorld(SERVER);
  private static final Duration WEEK = Duration.ofDays(7);

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  /** ORG-11. */
  @Test
  void theLinkShowsAndAcceptsWithoutLogIn() {
    Person ada = WORLD.person("ada");
    String id = WORLD.organization(ada);
    Person bob = WORLD.person("bob");
    String application = SERVER.newApplication("organization", id);
    Answer invited =
        WORLD.invite(
            id,
            ada.session(),
            bob.email().toUpperCase(Locale.ROOT),
            "\"role\":\"view\",\"disallowTransfer\":true,\"applicationRoles\":[{\"resourceId\":\""
                + application
                + "\",\"role\":\"collaborate\"}]");
    assertThat(invited.status()).as("%s", invited.body()).isEqualTo(200);
    assertThat(invited.body()).hasSize(1);
    assertThat(invited.body().at("/0/ttl").longValue()).isEqualTo(WEEK.toMillis());
    assertThat(invited.body().at("/0/hasExpired").booleanValue()).isFalse();
    assertThat(invited.body().at("/0/disallowTransfer").booleanValue()).isTrue();

    String token = WORLD.linkTokens(bob.email().toUpperCase(Locale.ROOT)).getFirst();
    assertThat(invited.body().toString()).doesNotContain(token);
    Answer shown = SERVER.send("GET", "/invites?token=" + token + "&email=" + bob.email(), "");
    assertThat(shown.status()).as("%s", shown.body()).isEqualTo(200);
    assertThat(shown.body().get("orgName").stringValue()).isEqualTo("Pumps");

    Answer accepted = WORLD.answerLink(bob.email(), token, true);
    assertThat(accepted.status()).as("%s", accepted.body()).isEqualTo(200);
    assertThat(accepted.body().get("orgId").stringValue()).isEqualTo(id);
    JsonNode member = SERVER.send("GET", "/orgs/" + id, bob.session()).body().at("/members/1");
    assertThat(member.get("role").stringValue()).isEqualTo("view");
    assertThat(member.at("/applicationRoles/0/role").stringValue()).isEqualTo("collaborate");

    assertThat(WORLD.answerLink(bob.email(), token, true).status()).isEqualTo(404);
    assertThat(SERVER.send("GET", "/invites?token=" + token + "&email=" + bob.email(), "").status())
        .isEqualTo(404);
    assertThat(SERVER.send("GET", "/orgs/" + id + "/invites", ada.session()).body()).isEmpty();
  }

  /** ERR-5: nothing tells a wrong address from a wrong token. */
  @Test
  void tokenAndAddressMustFitTogether() {
    Person ada = WORLD.person("ada");
    String id = WORLD.organization(ada);
    Person bob = WORLD.person("bob");
    Person eve = WORLD.person("eve");
    WORLD.invite(id, ada.session(), bob.email(), "\"role\":\"admin\"");
    WORLD.invite(id, ada.session(), eve.email(), "\"role\":\"view\"");
    String token = WORLD.linkTokens(bob.email()).getFirst();
    Answer wrongAddress = WORLD.answerLink(eve.email(), token, true);
    Answer wrongToken = WORLD.answerLink(bob.email(), "nonsense", true);
    assertThat(wrongAddress.status()).isEqualTo(404);
    assertThat(wrongAddress.body()).isEqualTo(wrongToken.body());
    assertThat(SERVER.send("GET", "/invites?token=" + token + "&email=" + eve.email(), "").status())
        .isEqualTo(404);
    for (String query : List.of("", "?token=" + token, "?email=" + bob.email(), "?token=&email=")) {
      assertThat(SERVER.send("GET", "/invites" + query, "").status()).as(query).isEqualTo(400);
    }
    String forBob =
        SERVER.send("GET", "/me/invites", bob.session()).body().at("/0/id").stringValue();
    assertThat(SERVER.send("GET", "/me/invites/" + forBob, eve.session()).status()).isEqualTo(404);
    assertThat(WORLD.respond(eve, forBob, "accept").status()).isEqualTo(404);
    assertThat(WORLD.roles(id, ada.session())).hasSize(1);
  }

  @Test
  void withoutAnAccountTheLinkCanBeRejectedButNotAccepted() {
    Person ada = WORLD.person("ada");
    String id = WORLD.organization(ada);
    WORLD.invite(id, ada.session(), "nobody@example.com", "\"role\":\"view\"");
    String token = WORLD.linkTokens("nobody@example.com").getFirst();
    Answer refused = WORLD.answerLink("nobody@example.com", token, true);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.body().get("message").stringValue()).startsWith("email ");
    Answer rejected = WORLD.answerLink("nobody@example.com", token, false);
    assertThat(rejected.body().get("accepted").booleanValue()).isFalse();
    assertThat(WORLD.answerLink("nobody@example.com", token, true).status()).isEqualTo(404);
  }

  /** ORG-10: a renewed invitation has a new link and the old one is dead. */
  @Test
  void invitingAgainRenews() {
    Person ada = WORLD.person("ada");
    String id = WORLD.organization(ada);
    Person bob = WORLD.person("bob");
    WORLD.invite(id, ada.session(), bob.email(), "\"role\":\"admin\"");
    String first = WORLD.linkTokens(bob.email()).getFirst();
    SERVER.clock().advanceMillis(WEEK.toMillis());
    assertThat(SERVER.send("GET", "/invites?token=" + first + "&email=" + bob.email(), "").status())
        .isEqualTo(410);
    assertThat(WORLD.answerLink(bob.email(), first, true).status()).isEqualTo(410);
    JsonNode own = SERVER.send("GET", "/me/invites", bob.session()).body().get(0);
    assertThat(own.get("expired").booleanValue()).isTrue();
    String invitation = own.get("id").stringValue();
    assertThat(SERVER.send("GET", "/me/invites/" + invitation, bob.session()).status())
        .isEqualTo(200);
    assertThat(WORLD.respond(bob, invitation, "accept").status()).isEqualTo(410);
    assertThat(WORLD.respond(bob, invitation, "reject").status()).isEqualTo(410);

    Answer again = WORLD.invite(id, ada.session(), bob.email(), "\"role\":\"view\"");
    assertThat(again.body()).hasSize(1);
    assertThat(again.body().at("/0/hasExpired").booleanValue()).isFalse();
    String second = WORLD.linkTokens(bob.email()).getLast();
    assertThat(WORLD.answerLink(bob.email(), first, true).status()).isEqualTo(404);
    assertThat(WORLD.answerLink(bob.email(), second, true).status()).isEqualTo(200);
    assertThat(WORLD.roles(id, ada.session())).contains(bob.id() + "=view");
  }

  /** ORG-11. */
  @Test
  void rejectedAndDismissedInvitationsAreGone() {
    Person ada = WORLD.person("ada");
    String id = WORLD.organization(ada);
    Person bob = WORLD.person("bob");
    for (String action : List.of("reject", "dismiss")) {
      WORLD.invite(id, ada.session(), bob.email(), "\"role\":\"view\"");
      JsonNode own = SERVER.send("GET", "/me/invites", bob.session()).body().get(0);
      assertThat(own.at("/invitedBy/email").stringValue()).isEqualTo(ada.email());
      String invitation = own.get("id").stringValue();
      assertThat(WORLD.respond(bob, invitation, action).body().get("result").stringValue())
          .isEqualTo(action.equals("reject") ? "rejected" : "dismissed");
      assertThat(WORLD.respond(bob, invitation, "accept").status()).isEqualTo(404);
      assertThat(SERVER.send("GET", "/orgs/" + id + "/invites", ada.session()).body()).isEmpty();
    }
    WORLD.invite(id, ada.session(), bob.email(), "\"role\":\"view\"");
    SERVER.clock().advanceMillis(WEEK.toMillis());
    String expired =
        SERVER.send("GET", "/me/invites", bob.session()).body().at("/0/id").stringValue();
    assertThat(WORLD.respond(bob, expired, "dismiss").status()).isEqualTo(200);
    assertThat(SERVER.send("GET", "/me/invites/" + expired, bob.session()).status()).isEqualTo(404);
    assertThat(SERVER.send("GET", "/me/invites/nonsense", bob.session()).status()).isEqualTo(404);
  }

  @Test
  void aRevokedInvitationLeadsNowhere() {
    Person ada = WORLD.person("ada");
    String id = WORLD.organization(ada);
    Person bob = WORLD.person("bob");
    String invitation =
        WORLD
            .invite(id, ada.session(), bob.email(), "\"role\":\"view\"")
            .body()
            .at("/0/id")
            .stringValue();
    String path = "/orgs/" + id + "/invites?inviteId=" + invitation;
    // What is taken back before it was sent is not sent any more.
    String token = WORLD.linkTokens(bob.email()).getFirst();
    String other = WORLD.organization(ada);
    assertThat(
            SERVER
                .send("DELETE", "/orgs/" + other + "/invites?inviteId=" + invitation, ada.session())
                .status())
        .isEqualTo(404);
    Answer revoked = SERVER.send("DELETE", path, ada.session());
    assertThat(revoked.status()).isEqualTo(200);
    assertThat(revoked.body()).isEmpty();
    assertThat(SERVER.send("DELETE", path, ada.session()).status()).isEqualTo(404);
    assertThat(SERVER.send("DELETE", "/orgs/" + id + "/invites", ada.session()).status())
        .isEqualTo(400);
    assertThat(WORLD.answerLink(bob.email(), token, true).status()).isEqualTo(404);
    assertThat(WORLD.respond(bob, invitation, "accept").status()).isEqualTo(404);
  }

  @Test
  void membersAreNotInvited() {
    Person ada = WORLD.person("ada");
    String id = WORLD.organization(ada);
    Answer refused =
        WORLD.invite(id, ada.session(), ada.email().toUpperCase(Locale.ROOT), "\"role\":\"view\"");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.body().get("message").stringValue()).startsWith("email ");
    String local = "a".repeat(64);
    String tooLong = local + "@" + "b.".repeat(95) + "example.com";
    assertThat(WORLD.invite(id, ada.session(), tooLong, "\"role\":\"view\"").status())
        .isEqualTo(400);
  }

  /** ORG-5 holds on the way in, too: who became a member meanwhile keeps his role. */
  @Test
  void acceptingDoesNotChangeAMembership() {
    Person ada = WORLD.person("ada");
    String id = WORLD.organization(ada);
    Person bob = WORLD.member(id, ada, "view");
    WORLD.invite(id, ada.session(), "alias@example.com", "\"role\":\"admin\"");
    String token = WORLD.linkTokens("alias@example.com").getLast();
    SERVER
        .wiring()
        .database()
        .run(transaction ->
            transaction
                .handle()
                .createUpdate(
                    "UPDATE app_user SET email = 'alias@example.com',"
                        + " email_folded = 'alias@example.com' WHERE id = :id")
                .bind("id", bob.id())
                .execute());
    assertThat(WORLD.answerLink("alias@example.com", token, true).status()).isEqualTo(400);
    assertThat(WORLD.roles(id, ada.session())).contains(bob.id() + "=view");
  }

  /** ORG-9. */
  @Test
  void membersAndPendingInvitationsShareALimit() {
    Person ada = WORLD.person("ada");
    String id = WORLD.organization(ada);
    for (int i = 0; i < 4; i++) {
      assertThat(invite(id, ada, i).status()).isEqualTo(200);
    }
    Answer refused = invite(id, ada, 4);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.body().get("message").stringValue()).contains("limit of 5");
    assertThat(invite(id, ada, 2).status()).as("renewing takes no more room").isEqualTo(200);
    SERVER.clock().advanceMillis(WEEK.toMillis());
    assertThat(invite(id, ada, 4).status()).as("expired ones do not count").isEqualTo(200);
    for (int i = 0; i < 3; i++) {
      assertThat(invite(id, ada, i).status()).isEqualTo(200);
    }
    assertThat(invite(id, ada, 3).status()).as("nor may they be renewed").isEqualTo(400);
  }

  private static Answer invite(String organization, Person administrator, int number) {
    return WORLD.invite(
        organization,
        administrator.session(),
        "limit" + number + "@example.com",
        "\"role\":\"view\"");
  }

  /** ORG-9 is a hard limit: exact, however many come at once. */
  @Test
  void theLimitHoldsWhateverHappensAtOnce() throws Exception {
    Person ada = WORLD.person("ada");
    String id = WORLD.organization(ada);
    int threads = 8;
    var barrier = new CyclicBarrier(threads);
    List<Callable<Answer>> work = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      int number = i;
      work.add(() -> {
        barrier.await(10, TimeUnit.SECONDS);
        return invite(id, ada, number);
      });
    }
    List<Integer> statuses = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      for (Future<Answer> answer : pool.invokeAll(work)) {
        statuses.add(answer.get().status());
      }
    }
    assertThat(statuses).containsOnly(200, 400);
    assertThat(statuses.stream().filter(status -> status == 200)).hasSize(4);
  }

  /** A link works once, however often it is used at once. */
  @Test
  void anInvitationIsAcceptedOnce() throws Exception {
    Person ada = WORLD.person("ada");
    String id = WORLD.organization(ada);
    Person bob = WORLD.person("bob");
    WORLD.invite(id, ada.session(), bob.email(), "\"role\":\"view\"");
    String token = WORLD.linkTokens(bob.email()).getFirst();
    int threads = 6;
    var barrier = new CyclicBarrier(threads);
    Callable<Answer> accept =
        () -> {
          barrier.await(10, TimeUnit.SECONDS);
          return WORLD.answerLink(bob.email(), token, true);
        };
    List<Integer> statuses = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      for (Future<Answer> answer : pool.invokeAll(Collections.nCopies(threads, accept))) {
        statuses.add(answer.get().status());
      }
    }
    assertThat(statuses).containsOnly(200, 404);
    assertThat(statuses.stream().filter(status -> status == 200)).hasSize(1);
  }

  /** AUD-4: also what is done without a log-in has somebody who did it. */
  @Test
  void everyStepIsInTheLogOfTheOrganization() {
    Person ada = WORLD.person("ada");
    String id = WORLD.organization(ada);
    Person bob = WORLD.person("bob");
    WORLD.invite(id, ada.session(), bob.email(), "\"role\":\"view\"");
    WORLD.answerLink(bob.email(), WORLD.linkTokens(bob.email()).getFirst(), true);
    WORLD.remove(id, bob.session(), bob.id());
    List<String> entries =
        SERVER
            .wiring()
            .database()
            .read(handle ->
                handle
                    .createQuery(
                        "SELECT action || ' ' || subject_type || ' ' || actor_user_id"
                            + " FROM change_log WHERE organization_id = :id ORDER BY sequence")
                    .bind("id", id)
                    .mapTo(String.class)
                    .list());
    assertThat(entries)
        .containsExactly(
            "orgs.post Organization " + ada.id(),
            "orgs.post Member " + ada.id(),
            "org.inviteMember OrgInvite " + ada.id(),
            "orgInvites.post OrgInvite " + bob.id(),
            "orgInvites.post Member " + bob.id(),
            "org.removeMember Member " + bob.id());
  }

  /** The link goes to the mailbox and nowhere else, in a file for its owner alone. */
  @Test
  void theMessageIsForTheMailboxAlone() throws IOException {
    Person ada = WORLD.person("ada");
    Answer made =
        SERVER.send(
            "POST",
            "/orgs",
            ada.session(),
            "{\"name\":\"Evil\\r\\nBcc: all@example.com\\r\\n\\r\\n\u202egnp\"}");
    String id = made.body().get("id").stringValue();
    WORLD.invite(id, ada.session(), "o'hara+x@example.com", "\"role\":\"view\"");
    String message = SERVER.mailTo("o'hara+x@example.com").getFirst();
    assertThat(message)
        .startsWith("From: Claviger <claviger@keys.example.com>\r\n")
        .contains("\r\nSubject: Invitation to an organization\r\nDate: ")
        .contains("\r\nhttps://keys.example.com/account/invitation#token=")
        .contains("&email=o%27hara%2Bx%40example.com\r\n")
        .doesNotContain("\r\nBcc")
        .doesNotContain("\u202e");
    String token = WORLD.linkTokens("o'hara+x@example.com").getFirst();
    assertThat(token).matches("[0-9a-f]{40}");
    try (Stream<Path> files = Files.walk(SERVER.folder())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        boolean mail = file.startsWith(SERVER.folder().resolve("mail"));
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1).contains(token))
            .as("%s", file)
            .isEqualTo(mail && Files.readString(file).contains("o'hara"));
        if (mail) {
          assertThat(file.toString()).endsWith(".eml");
          assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
              .isEqualTo("rw-------");
        }
      }
    }
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(SERVER.folder().resolve("mail"))))
        .isEqualTo("rwx------");
  }

  /** The invitation is kept, and sent as soon as that is possible. */
  @Test
  void aMessageThatCannotBeSentIsSentLater() throws IOException {
    try (TestServer server = TestServer.start()) {
      OrganizationWorld world = new OrganizationWorld(server);
      Person ada = world.person("ada");
      String id = world.organization(ada);
      Path inTheWay = Files.createFile(server.folder().resolve("mail"));
      String email = "bob@example.com";
      assertThat(world.invite(id, ada.session(), email, "\"role\":\"view\"").status())
          .isEqualTo(200);
      server.wiring().mail().run();
      Files.delete(inTheWay);
      assertThat(world.linkTokens(email)).isEmpty();
      server.clock().advanceMillis(Duration.ofMinutes(1).toMillis());
      assertThat(world.linkTokens(email)).hasSize(1);
      String token = world.linkTokens(email).getFirst();
      assertThat(server.send("GET", "/invites?token=" + token + "&email=" + email, "").status())
          .isEqualTo(200);
    }
  }
}
