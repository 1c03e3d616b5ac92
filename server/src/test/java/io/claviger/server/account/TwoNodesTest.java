package io.claviger.server.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.store.testing.TestDatabases;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** Accounts on PostgreSQL, with two nodes on one database (USR-4, USR-14, USR-18). */
class TwoNodesTest {
  private static TestServer node(String url, String key) {
    return TestServer.start(
        Map.of(
            "CLAVIGER_DATABASE_URL",
            url,
            "CLAVIGER_SECRET_KEY",
            key,
            "CLAVIGER_LOGIN_LIMIT",
            "100000",
            "CLAVIGER_VERIFY_EMAIL",
            "true"));
  }

  @Test
  void aCodeAndALinkWorkOnceOnBothNodesTogether() throws Exception {
    String url = TestDatabases.postgres().jdbcUrl();
    String key = "0123456789abcdef".repeat(4);
    try (TestServer one = node(url, key);
        TestServer two = node(url, key)) {
      Mailbox mail = new Mailbox(one);
      String session = mail.signUp("ada@example.com");
      assertThat(two.send("GET", "/orgs", session).status()).isEqualTo(403);
      Mailbox.Link link = sentByEither(one, two);
      List<Integer> verified =
          atOnce(
              List.of(
                  () -> new Mailbox(one).verify(link).status(),
                  () -> new Mailbox(two).verify(link).status()));
      assertThat(verified).containsExactlyInAnyOrder(200, 400);
      assertThat(one.send("GET", "/orgs", session).status()).isEqualTo(200);

      String shown =
          one.send("PATCH", "/me/generateTwoFactorAuth", session).body().get("key").stringValue();
      Authenticator app = new Authenticator(one, shown);
      assertThat(
              two.send(
                      "PATCH",
                      "/me/enableTwoFactorAuth",
                      session,
                      "{\"password\":\"%s\",\"twoFactorCode\":\"%s\"}"
                          .formatted(Mailbox.PASSWORD, app.present()))
                  .status())
          .isEqualTo(200);
      String code = app.next();
      two.clock().advanceMillis(60_000);
      List<Callable<Integer>> attempts = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        TestServer node = i % 2 == 0 ? one : two;
        attempts.add(() -> logIn(node, code));
      }
      assertThat(atOnce(attempts)).containsOnlyOnce(200);

      String application = one.newApplication("user", mail(one, session));
      for (TestServer node : List.of(one, two)) {
        assertThat(
                node.send(
                        "POST",
                        "/me/recentItems",
                        session,
                        "{\"itemType\":\"application\",\"itemId\":\"%s\"}".formatted(application))
                    .body()
                    .get("items"))
            .hasSize(1);
        assertThat(node.send("GET", "/me/recentItems?itemType=device", session).status())
            .isEqualTo(200);
      }
    }
    Assertions.assertThatThrownBy(() -> node(url, "f".repeat(64)))
        .hasMessageContaining("CLAVIGER_SECRET_KEY is not the secret key");
  }

  private static String mail(TestServer node, String session) {
    return node.send("GET", "/me", session).body().get("id").stringValue();
  }

  /** Each node sends into its own folder. */
  private static Mailbox.Link sentByEither(TestServer one, TestServer two) {
    List<Mailbox.Link> links = new ArrayList<>(new Mailbox(one).links("ada@example.com"));
    links.addAll(new Mailbox(two).links("ada@example.com"));
    assertThat(links).hasSize(1);
    return links.getFirst();
  }

  private static int logIn(TestServer node, String code) {
    return node.send(
            "POST",
            "/auth/user",
            "",
            "{\"email\":\"ada@example.com\",\"password\":\"%s\",\"twoFactorCode\":\"%s\"}"
                .formatted(Mailbox.PASSWORD, code))
        .status();
  }

  private static List<Integer> atOnce(List<Callable<Integer>> attempts) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Integer> results = new ArrayList<>();
      for (Future<Integer> future : threads.invokeAll(attempts)) {
        results.add(future.get());
      }
      return results;
    }
  }

  @Test
  void withoutTheSettingThereAreNoSecondFactors() {
    try (TestServer server =
        TestServer.start(Map.of("CLAVIGER_DATABASE_URL", TestDatabases.postgres().jdbcUrl()))) {
      String session = new Mailbox(server).signUp("ada@example.com");
      assertThat(server.send("PATCH", "/me/generateTwoFactorAuth", session).status())
          .isEqualTo(503);
    }
  }
}
