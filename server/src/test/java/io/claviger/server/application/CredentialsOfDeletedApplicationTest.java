package io.claviger.server.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.change.ChangeEntry;
import io.claviger.core.change.SubjectType;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Person;
import java.util.List;
import org.junit.jupiter.api.Test;

/** APP-3, APT-16: the log tells of each credential that went with an application. */
class CredentialsOfDeletedApplicationTest {
  @Test
  void eachTokenAndKeyHasAnEntryOfItsOwn() {
    try (TestServer server = TestServer.start()) {
      Person ada = server.newUser("ada@example.com");
      String application = server.newApplication(ada);
      String path = "/applications/" + application;
      String token =
          server
              .send("POST", path + "/tokens", ada.session(), "{\"name\":\"reader\"}")
              .body()
              .get("id")
              .stringValue();
      String key =
          server
              .send("POST", path + "/keys", ada.session(), "{\"name\":\"boilers\"}")
              .body()
              .get("id")
              .stringValue();
      long before = server.wiring().database().changeLog().head().sequence();

      assertThat(server.send("DELETE", path, ada.session()).status()).isEqualTo(200);

      List<ChangeEntry> entries = server.wiring().database().changeLog().page(before, 100);
      assertThat(entries)
          .extracting(entry -> entry.change().subject().type())
          .containsExactlyInAnyOrder(
              SubjectType.API_TOKEN, SubjectType.ACCESS_KEY, SubjectType.APPLICATION);
      assertThat(entries)
          .extracting(entry -> entry.change().subject().id())
          .containsExactlyInAnyOrder(token, key, application);
      assertThat(entries)
          .allSatisfy(entry -> assertThat(entry.change().actor().id()).isEqualTo(ada.id()));
    }
  }
}
