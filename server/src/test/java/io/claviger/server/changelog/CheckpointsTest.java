package io.claviger.server.changelog;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.Warnings;
import io.claviger.store.testing.TestDatabases;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The key of checkpoints on nodes that should have the same secret key. */
class CheckpointsTest {
  private static List<String> warningsOfASecondNode(String secretKey) {
    String url = TestDatabases.postgres().jdbcUrl();
    try (TestServer _ = node(url, "1".repeat(64));
        var warnings = new Warnings();
        TestServer _ = node(url, secretKey)) {
      return warnings.lines();
    }
  }

  private static TestServer node(String url, String secretKey) {
    return TestServer.start(Map.of("CLAVIGER_DATABASE_URL", url, "CLAVIGER_SECRET_KEY", secretKey));
  }

  @Test
  void anotherSecretKeyIsWarnedOf() {
    assertThat(warningsOfASecondNode("2".repeat(64)))
        .anyMatch(line -> line.contains("secret key of this node"));
  }

  @Test
  void theSameSecretKeyIsNot() {
    assertThat(warningsOfASecondNode("1".repeat(64))).isEmpty();
  }
}
