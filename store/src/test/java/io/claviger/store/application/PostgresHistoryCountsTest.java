package io.claviger.store.application;

import io.claviger.store.DatabaseSettings;
import io.claviger.store.testing.TestDatabases;

class PostgresHistoryCountsTest extends HistoryCountsContract {
  @Override
  DatabaseSettings freshSettings() {
    return TestDatabases.postgres();
  }
}
