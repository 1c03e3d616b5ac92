package io.claviger.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.core.change.Verification;
import io.claviger.store.testing.TestDatabases;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verifying the change log from outside, beside a node that writes. */
class ChangeLogCheckTest {
  private static final int ENTRIES = 200;

  @TempDir Path folder;

  @Test
  void sqlite() throws InterruptedException {
    verify(TestDatabases.sqlite(folder));
  }

  @Test
  void postgres() throws InterruptedException {
    verify(TestDatabases.postgres());
  }

  private static void verify(DatabaseSettings settings) throws InterruptedException {
    try (Database database = Database.open(settings, InstantSource.system())) {
      Thread writer =
          Thread.startVirtualThread(() -> {
            for (int i = 0; i < ENTRIES; i++) {
              database.run(transaction -> transaction.record(Changes.of("x")));
            }
          });
      do {
        assertThat(ChangeLogCheck.verify(settings)).isInstanceOf(Verification.Intact.class);
      } while (!writer.join(Duration.ZERO));
      assertThat(ChangeLogCheck.verify(settings))
          .isEqualTo(new Verification.Intact(ENTRIES, database.changeLog().head()));

      database.run(transaction ->
          transaction
              .handle()
              .execute("UPDATE change_log SET subject_name = 'y' WHERE sequence = 2"));
      assertThat(ChangeLogCheck.verify(settings))
          .isInstanceOfSatisfying(
              Verification.Broken.class, broken -> assertThat(broken.sequence()).isEqualTo(2));
      database.run(transaction -> transaction.handle().execute("DROP TABLE change_log"));
      assertThatThrownBy(() -> ChangeLogCheck.verify(settings))
          .isInstanceOf(StoreUnavailable.class)
          .hasMessageContaining("no change log");
    }
  }

  @Test
  void aFileThatIsNotThereIsNotMade() {
    assertThatThrownBy(() -> ChangeLogCheck.verify(TestDatabases.sqlite(folder)))
        .isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining("there is no file");
    assertThat(folder).isEmptyDirectory();
  }
}
