package io.claviger.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** An application that is deleted between the decision on a request and its write. */
class VanishedPlaceTest {
  private static final TestServer SERVER = TestServer.start();

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @Test
  void nothingIsMadeBeneathItAndTheAnswerIsThatItIsNotThere() {
    Person ada = SERVER.newUser("ada@example.com");
    String id = SERVER.newApplication(ada);
    String application = "/applications/" + id;
    assertThat(SERVER.send("GET", application, ada.session()).status()).isEqualTo(200);
    // Without an entry in the change log the decision goes on as if it were there.
    SERVER
        .wiring()
        .database()
        .run(transaction ->
            transaction
                .handle()
                .createUpdate("DELETE FROM application WHERE id = :id")
                .bind("id", id)
                .execute());

    refused(SERVER.send("POST", application + "/devices", ada.session(), "{\"name\":\"pump\"}"));
    refused(SERVER.send("POST", application + "/keys", ada.session(), "{}"));
  }

  private static void refused(Answer answer) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(404);
    assertThat(answer.body().get("message").stringValue()).isEqualTo("Application was not found");
  }
}
