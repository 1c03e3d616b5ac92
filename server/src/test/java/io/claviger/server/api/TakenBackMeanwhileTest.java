package io.claviger.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
