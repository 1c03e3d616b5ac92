package io.claviger.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.change.Change;
import io.claviger.core.change.ChangeEntry;
import io.claviger.core.change.SubjectType;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Requests that were let in before their credential was taken back or their place removed, and come
 * to write after it: they do nothing and are answered as if they came then.
 */
class TakenBackMeanwhileTest {
  private static final int ROUNDS = 12;
  private static final int AT_ONCE = 16;
  private static final TestServer SERVER = TestServer.start();
  private static final Person OWNER = SERVER.newUser("owner@example.com");

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @Test
  void aTokenMakesNoTokenAfterItWasDeactivated() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Answer minter = SERVER.send("POST", "/me/tokens", OWNER.session(), "{\"name\":\"minter\"}");
      String token = minter.body().get("token").stringValue();
      String path = "/me/tokens/" + minter.body().get("id").stringValue();
      List<Answer> answers =
          together(
              () -> SERVER.send("POST", "/me/tokens", token, "{\"name\":\"child\"}"),
              () -> SERVER.send("PATCH", path, OWNER.session(), "{\"status\":\"inactive\"}"));
      Answer deactivated = answers.removeLast();
      assertThat(deactivated.status()).isEqualTo(200);
      Instant end = time(deactivated, "lastUpdated");
      assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isIn(201, 401));
      assertThat(answers)
          .filteredOn(answer -> answer.status() == 201)
          .allSatisfy(made -> assertThat(time(made, "creationDate")).isBeforeOrEqualTo(end));
    }
  }

  @Test
  void whatIsMadeInAnApplicationThatGoesIsNotFound() throws Exception {
    for (String things : List.of("devices", "keys", "tokens", "dashboards")) {
      for (int round = 0; round < ROUNDS; round++) {
        String application = "/applications/" + SERVER.newApplication(OWNER);
        List<Answer> answers =
            together(
                () ->
                    SERVER.send(
                        "POST", application + "/" + things, OWNER.session(), "{\"name\":\"late\"}"),
                () -> SERVER.send("DELETE", application, OWNER.session()));
        assertThat(answers.removeLast().status()).isEqualTo(200);
        assertThat(answers)
            .as(things)
            .allSatisfy(answer -> assertThat(answer.status()).isIn(201, 404));
      }
    }
  }

  /** ORG-5, ORG-12: what an administrator does takes place while he is one. */
  @Test
  void aDemotedAdministratorInvitesNobodyAnyMore() throws Exception {
    String id = organization();
    String member = "/orgs/" + id + "/member";
    for (int round = 0; round < ROUNDS; round++) {
      Person bob = SERVER.newUser(SERVER.newId() + "@example.com");
      SERVER.change(
          SubjectType.USER,
          bob.id(),
          "INSERT INTO member (organization_id, user_id, role, application_roles, dashboard_roles,"
              + " created_at) VALUES ('"
              + id
              + "', :id, 'admin', '[]', '[]', 0)");
      AtomicInteger number = new AtomicInteger();
      String demote = "{\"userId\":\"" + bob.id() + "\",\"role\":\"view\"}";
      List<Answer> answers =
          together(
              () ->
                  SERVER.send(
                      "POST",
                      "/orgs/" + id + "/invites",
                      bob.session(),
                      "{\"email\":\"%s%d@example.com\",\"role\":\"admin\"}"
                          .formatted(bob.id(), number.incrementAndGet())),
              () -> SERVER.send("PATCH", member, OWNER.session(), demote));
      assertThat(answers.removeLast().status()).isEqualTo(200);
      assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isIn(200, 403));
      assertThat(changesAfter("org.modifyMember", bob.id()))
          .extracting(change -> change.actor().id())
          .doesNotContain(bob.id());
    }
  }

  /** ORG-16: every entry stands in the log of the organization that had the thing just then. */
  @Test
  void whatIsMadeWhileAnApplicationMovesBelongsToItsOwner() throws Exception {
    String north = organization();
    String south = organization();
    for (int round = 0; round < ROUNDS; round++) {
      String application = SERVER.newApplication("organization", north);
      List<Answer> answers =
          together(
              () ->
                  SERVER.send(
                      "POST",
                      "/applications/" + application + "/keys",
                      OWNER.session(),
                      "{\"name\":\"k\"}"),
              () ->
                  SERVER.send(
                      "PATCH",
                      "/orgs/" + north + "/transferResources",
                      OWNER.session(),
                      "{\"destinationId\":\"%s\",\"destinationType\":\"organization\",\"applicationIds\":[\"%s\"]}"
                          .formatted(south, application)));
      assertThat(answers.removeLast().status()).isEqualTo(200);
      assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isIn(201, 409));
      assertThat(changesAfter("org.transferResources", application))
          .filteredOn(change -> change.applicationId().equals(Optional.of(application)))
          .allSatisfy(change -> assertThat(change.organizationId()).contains(south));
      assertThat(
              changes().stream()
                  .map(ChangeEntry::change)
                  .filter(change -> change.applicationId().equals(Optional.of(application)))
                  .count())
          .isEqualTo(answers.stream().filter(answer -> answer.status() == 201).count());
    }
  }

  private static String organization() {
    return SERVER
        .send("POST", "/orgs", OWNER.session(), "{\"name\":\"o\"}")
        .body()
        .get("id")
        .stringValue();
  }

  private static List<ChangeEntry> changes() {
    return SERVER.wiring().database().changeLog().page(0, 100_000);
  }

  /** What came after the last entry for that action on that subject; there is one. */
  private static List<Change> changesAfter(String action, String subject) {
    List<Change> all = changes().stream().map(ChangeEntry::change).toList();
    for (int i = all.size() - 1; i >= 0; i--) {
      if (all.get(i).action().equals(action) && all.get(i).subject().id().equals(subject)) {
        return all.subList(i + 1, all.size());
      }
    }
    throw new AssertionError("no entry for " + action + " on " + subject);
  }

  private static Instant time(Answer answer, String field) {
    return Instant.parse(answer.body().get(field).stringValue());
  }

  /** Many of one request with one of the other in their midst, whose answer comes last. */
  private static List<Answer> together(Supplier<Answer> many, Supplier<Answer> one)
      throws Exception {
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> futures = new ArrayList<>();
      for (int i = 0; i < AT_ONCE / 2; i++) {
        futures.add(executor.submit(many::get));
      }
      Future<Answer> single = executor.submit(one::get);
      for (int i = 0; i < AT_ONCE / 2; i++) {
        futures.add(executor.submit(many::get));
      }
      futures.add(single);
      List<Answer> answers = new ArrayList<>();
      for (Future<Answer> future : futures) {
        answers.add(future.get());
      }
      return answers;
    }
  }
}
