package io.claviger.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.store.testing.TestDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteDatabaseTest extends DatabaseContract {
  @TempDir private Path folder;

  @Override
  DatabaseSettings freshSettings() {
    return TestDatabases.sqlite(folder);
  }

  @Override
  String textType() {
    return "TEXT";
  }

  @Test
  void commitsAreFlushedToTheDevice() {
    assertThat(pragma("synchronous")).isEqualTo("2");
    assertThat(pragma("journal_mode")).isEqualTo("wal");
    assertThat(pragma("foreign_keys")).isEqualTo("1");
  }

  private String pragma(String name) {
    return database()
        .write(transaction ->
            transaction.handle().createQuery("PRAGMA " + name).mapTo(String.class).one());
  }

  @Test
  void fileBelongsToOneProcessAndItsOwner() throws IOException {
    assertThatThrownBy(() -> Database.open(TestDatabases.sqlite(folder), InstantSource.fixed(TIME)))
        .isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining("another process");
    assertThat(permissions("claviger.db")).isEqualTo("rw-------");
    assertThat(permissions("claviger.db-wal")).isEqualTo("rw-------");
  }

  private String permissions(String file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(file)));
  }

  @Test
  void besideNothingNothingIsMade() {
    Path absent = folder.resolve("absent");
    assertThatThrownBy(
            () -> Database.openBeside(TestDatabases.sqlite(absent), InstantSource.fixed(TIME)))
        .isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining("there is no file");
    assertThat(absent).doesNotExist();
  }

  @Test
  void aloneIsAlwaysCurrent() {
    write("x");
    assertThat(database().feed().staleness()).isEqualTo(Duration.ZERO);
    assertThat(database().feed().current(Duration.ZERO)).isTrue();
  }
}
