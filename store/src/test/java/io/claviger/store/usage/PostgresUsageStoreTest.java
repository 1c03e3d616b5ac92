package io.claviger.store.usage;

import io.claviger.store.DatabaseSettings;
import io.claviger.store.testing.TestDatabases;

class PostgresUsageStoreTest extends UsageStoreContract {
  @Override
  DatabaseSettings freshSettings() {
    return TestDatabases.postgres();
  }
}
