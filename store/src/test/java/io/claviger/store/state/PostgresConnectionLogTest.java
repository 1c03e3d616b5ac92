package io.claviger.store.state;

import io.claviger.store.DatabaseSettings;
import io.claviger.store.testing.TestDatabases;

class PostgresConnectionLogTest extends ConnectionLogContract {
  @Override
  DatabaseSettings freshSettings() {
    return TestDatabases.postgres();
  }
}
