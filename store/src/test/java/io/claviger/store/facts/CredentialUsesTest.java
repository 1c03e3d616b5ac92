package io.claviger.store.facts;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.store.Database;
import io.claviger.store.DatabaseSettings;
import io.claviger.store.facts.CredentialUses.Use;
import io.claviger.store.testing.TestDatabases;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The last use of a credential is the last one, whichever node writes its own last. */
class CredentialUsesTest {
  private static final Instant NOW = Instant.parse("2026-03-09T10:10:00.123Z");
  private static final Use EARLIER = new Use(NOW, Optional.of("192.0.2.1"), Optional.of("curl"));
  private static final Use LATER =
      new Use(NOW.plusMillis(1), Optional.empty(), Optional.of("it's \"quoted\""));

  @TempDir Path folder;

  @Test
  void sqlite() {
    writesAndFinds(TestDatabases.sqlite(folder));
  }

  @Test
  void postgres() {
    writesAndFinds(TestDatabases.postgres());
  }

  private static void writesAndFinds(DatabaseSettings settings) {
    try (Database database = Database.open(settings, InstantSource.system())) {
      CredentialUses uses = new CredentialUses(database);
      uses.write(Map.of("a", EARLIER, "b", LATER));
      assertThat(uses.find(List.of("a", "b", "c"))).isEqualTo(Map.of("a", EARLIER, "b", LATER));
      uses.write(Map.of("a", LATER, "b", EARLIER));
      assertThat(uses.find("a")).contains(LATER);
      assertThat(uses.find("b")).contains(LATER);
      assertThat(uses.find("c")).isEmpty();
      Use sameMoment = new Use(LATER.at(), Optional.of("192.0.2.2"), Optional.empty());
      uses.write(Map.of("a", sameMoment));
      assertThat(uses.find("a")).contains(sameMoment);
    }
  }
}
