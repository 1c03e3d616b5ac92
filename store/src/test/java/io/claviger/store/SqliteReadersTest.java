package io.claviger.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteReadersTest {
  @TempDir Path folder;

  private static long filesOpen(Path file) throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.filter(each -> isLinkTo(each, file)).count();
    }
  }

  private static boolean isLinkTo(Path link, Path file) {
    try {
      return Files.readSymbolicLink(link).equals(file);
    } catch (IOException _) {
      return false; // it was closed in the meantime
    }
  }

  /** Otherwise a disk that fails for a while would take all file handles of the process. */
  @Test
  void aConnectionThatCannotBeginIsClosed() throws Exception {
    Path file = folder.toRealPath().resolve("readers.sqlite");
    SqliteReaders readers =
        new SqliteReaders(SqliteEngine.source(file, false), Duration.ofSeconds(5));
    for (int i = 0; i < 20; i++) {
      Connection connection = readers.openConnection();
      readers.closeConnection(connection);
      // It is idle now, and has a transaction already when it is lent next.
      SqliteEngine.execute(connection, "BEGIN");
      assertThatThrownBy(readers::openConnection).isInstanceOf(SQLException.class);
    }
    readers.closeConnection(readers.openConnection());
    assertThat(filesOpen(file)).isBetween(1L, 2L);
    readers.close();
    assertThat(filesOpen(file)).isZero();
  }
}
