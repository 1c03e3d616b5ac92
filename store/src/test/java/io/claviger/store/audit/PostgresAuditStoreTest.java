package io.claviger.store.audit;

import io.claviger.store.DatabaseSettings;
import io.claviger.store.testing.TestDatabases;

class PostgresAuditStoreTest extends AuditStoreContract {
  @Override
  DatabaseSettings freshSettings() {
    return TestDatabases.postgres();
  }
}
