package io.claviger.store.query;

import io.claviger.store.DatabaseSettings;
import io.claviger.store.testing.TestDatabases;

class PostgresQueryTest extends QueryContract {
  @Override
  DatabaseSettings settings() {
    return TestDatabases.postgres();
  }
}
