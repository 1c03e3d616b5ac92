package io.claviger.store.tenant;

import io.claviger.store.DatabaseSettings;
import io.claviger.store.testing.TestDatabases;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteTenantTest extends TenantContract {
  @TempDir private Path folder;

  @Override
  DatabaseSettings freshSettings() {
    return TestDatabases.sqlite(folder);
  }
}
