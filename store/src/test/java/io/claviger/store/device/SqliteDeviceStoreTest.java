package io.claviger.store.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.device.TagSelector;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.store.DatabaseSettings;
import io.claviger.store.testing.TestDatabases;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqliteDeviceStoreTest extends DeviceStoreContract {
  @TempDir private Path folder;

  @Override
  DatabaseSettings freshSettings() {
    return TestDatabases.sqlite(folder);
  }

  @ParameterizedTest
  @ValueSource(strings = {"name_folded", "created_at", "updated_at"})
  void aPageIsReadInOrder(String column) {
    String plan = plan("SELECT d.id, d.name", " ORDER BY d." + column + ", d.id LIMIT 100");
    assertThat(plan)
        .contains("SEARCH d USING")
        .doesNotContain("TEMP B-TREE")
        .doesNotContain("SCAN");
  }

  @Test
  void aCountReadsNoTable() {
    assertThat(plan("SELECT COUNT(*)", ""))
        .contains("SEARCH d USING COVERING INDEX")
        .contains("SEARCH t USING COVERING INDEX")
        .doesNotContain("SCAN");
  }

  /** How the database would look for devices by tag, within a reach. */
  private String plan(String select, String order) {
    DeviceFilter tagged =
        DeviceFilter.tagged(new TagSelector(Optional.of("site"), Optional.of("north")));
    DeviceFilter reached =
        new DeviceFilter.Selected(
            Set.of(new DeviceId("c".repeat(24))),
            Set.of(new TagSelector(Optional.of("line"), Optional.empty())));
    var sql =
        DeviceSql.of(
            database(), DeviceSet.present(new ApplicationId("a".repeat(24)), tagged.and(reached)));
    return database()
        .read(handle ->
            String.join(
                "\n",
                sql.bind(
                        handle.createQuery(
                            "EXPLAIN QUERY PLAN "
                                + select
                                + " FROM device d WHERE "
                                + sql.condition()
                                + order))
                    .map((row, _) -> row.getString("detail"))
                    .list()));
  }
}
