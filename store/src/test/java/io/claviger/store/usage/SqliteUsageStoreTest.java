package io.claviger.store.usage;

import io.claviger.store.DatabaseSettings;
import io.claviger.store.testing.TestDatabases;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteUsageStoreTest extends UsageStoreContract {
  @TempDir private Path folder;

  @Override
  DatabaseSettings freshSettings() {
    return TestDatabases.sqlite(folder);
  }
}
