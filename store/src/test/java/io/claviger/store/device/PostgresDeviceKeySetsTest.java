package io.claviger.store.device;

import io.claviger.store.DatabaseSettings;
import io.claviger.store.testing.TestDatabases;

class PostgresDeviceKeySetsTest extends DeviceKeySetsContract {
  @Override
  DatabaseSettings freshSettings() {
    return TestDatabases.postgres();
  }
}
