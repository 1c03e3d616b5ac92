package io.claviger.store.device;

import io.claviger.store.DatabaseSettings;
import io.claviger.store.testing.TestDatabases;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteDeviceKeySetsTest extends DeviceKeySetsContract {
  @TempDir Path folder;

  @Override
  DatabaseSettings freshSettings() {
    return TestDatabases.sqlite(folder);
  }
}
