package io.claviger.server.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Dashboard passwords cannot be tried at speed. */
class PasswordLimitTest {
  private static final int LIMIT = 3;

  /** Some seconds of work for a processor. */
  private static final int FLOOD = 60;

  /** Whoever logs in does not wait until strangers have tried their passwords. */
  @Test
  void aFloodOfPasswordsForDashboardsLeavesLogInsAlone() throws Exception {
    try (TestServer server = TestServer.start(Map.of("CLAVIGER_LOGIN_LIMIT", "100000"));
        ExecutorService strangers = Executors.newVirtualThreadPerTaskExecutor()) {
      String password = "correct Horse 7 battery";
      String account = "{\"email\":\"ada@example.com\",\"password\":\"" + password + "\"";
      server.send("POST", "/users", "", account + ",\"firstName\":\"A\",\"lastName\":\"\"}");
      AtomicInteger answered = new AtomicInteger();
      CountDownLatch first = new CountDownLatch(1);
      List<Future<?>> flood = new ArrayList<>();
      for (int i = 0; i < FLOOD; i++) {
        String path = "/dashboards/" + server.newId() + "?password=wrong" + i;
        flood.add(
            strangers.submit(() -> {
              server.send("GET", path, "");
              answered.incrementAndGet();
              first.countDown();
            }));
      }
      // All of them are on their way by now, or behind one that is.
      assertThat(first.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(server.send("POST", "/auth/user", "", account + "}").status()).isEqualTo(200);
      assertThat(answered.get()).isLessThan(FLOOD / 2);
      for (Future<?> one : flood) {
        one.get();
      }
    }
  }

  @Test
  void wrongPasswordsAreLimitedAlikeWhetherOrNotThereIsSomethingToOpen() {
    try (TestServer server = TestServer.start(Map.of("CLAVIGER_LOGIN_LIMIT", "" + LIMIT))) {
      Person ada = server.newUser("ada@example.com");
      Answer made =
          server.send(
              "POST",
              "/dashboards",
              ada.session(),
              "{\"name\":\"d\",\"password\":\"Shown To 5 neighbours\"}");
      String path = "/dashboards/" + made.body().get("id").stringValue();
      String right = path + "?password=Shown%20To%205%20neighbours";
      for (String tried : new String[] {path, "/dashboards/" + server.newId()}) {
        for (int i = 0; i < 3 * LIMIT; i++) {
          assertThat(server.send("GET", right, "").status()).isEqualTo(200);
        }
        for (int i = 0; i < LIMIT; i++) {
          assertThat(server.send("GET", tried + "?password=wrong" + i, "").status()).isEqualTo(404);
        }
        Answer limited = server.send("GET", tried + "?password=wrong", "");
        assertThat(limited.status()).isEqualTo(429);
        assertThat(limited.response().headers().firstValue("Retry-After")).isPresent();
        assertThat(server.send("GET", right, "").status()).isEqualTo(429);
        assertThat(server.send("GET", path, ada.session()).status()).isEqualTo(200);
        server.clock().advanceMillis(120_000);
      }
    }
  }
}
