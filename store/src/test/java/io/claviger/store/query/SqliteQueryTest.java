package io.claviger.store.query;

import io.claviger.store.DatabaseSettings;
import io.claviger.store.testing.TestDatabases;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteQueryTest extends QueryContract {
  @TempDir private static Path folder;

  @Override
  DatabaseSettings settings() {
    return TestDatabases.sqlite(folder);
  }
}
