package io.claviger.server.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.id.ObjectIdSource;
import io.claviger.server.testing.TestServer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What has ended a day ago is removed; what is in use stays. */
class HousekeepingTest {
  private static final String CREDENTIALS =
      "\"email\":\"a@example.com\",\"password\":\"correct Horse 7 battery\"";

  @Test
  void sessionsAreRemovedADayAfterTheirEnd() {
    try (TestServer server = TestServer.start(Map.of())) {
      String more = ",\"firstName\":\"A\",\"lastName\":\"B\",\"tokenTTL\":0}";
      String endless =
          server
              .send("POST", "/users", "", "{" + CREDENTIALS + more)
              .body()
              .get("token")
              .stringValue();
      server.send("POST", "/auth/user", "", "{" + CREDENTIALS + ",\"tokenTTL\":60}");
      server.send("POST", "/auth/user", "", "{" + CREDENTIALS.replace("7", "8") + "}");
      var housekeeping =
          new Housekeeping(
              server.wiring().database(),
              new AccountRelease(
                  server.wiring().database(),
                  new ObjectIdSource(server.clock(), new SecureRandom())),
              server.clock());
      long entries = server.wiring().database().changeLog().head().sequence();

      server.clock().advanceMillis(Duration.ofDays(1).toMillis());
      housekeeping.run();
      assertThat(rows(server)).containsExactly(2L, 0L);
      server.clock().advanceMillis(Duration.ofSeconds(61).toMillis());
      housekeeping.run();
      assertThat(rows(server)).containsExactly(1L, 0L);
      assertThat(server.send("GET", "/me", endless).status()).isEqualTo(200);
      assertThat(server.wiring().database().changeLog().head().sequence()).isEqualTo(entries);
    }
  }

  private static List<Long> rows(TestServer server) {
    return server
        .wiring()
        .database()
        .read(handle ->
            List.of(
                handle.createQuery("SELECT COUNT(*) FROM user_session").mapTo(Long.class).one(),
                handle.createQuery("SELECT COUNT(*) FROM login_failure").mapTo(Long.class).one()));
  }
}
