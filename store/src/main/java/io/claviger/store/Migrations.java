package io.claviger.store;

import java.util.Arrays;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;

/**
 * Brings the tables up to date: numbered SQL files, one text for both databases.
 *
 * @param types what the placeholders of the files mean on this database
 */
record Migrations(DataSource dataSource, Map<String, String> types) {
  private static final String LATEST = "latest";

  /** Runs what has not been run yet. */
  void run() {
    run(LATEST);
  }

  /**
   * Runs what has not been run yet, up to a version.
   *
   * @param version the number of the last file to run
   * @throws StoreUnavailable when there is no such file, or one cannot be run
   */
  void run(String version) {
    try {
      flyway(version).migrate();
    } catch (FlywayException e) {
      throw new StoreUnavailable("the tables cannot be brought up to date: " + e.getMessage(), e);
    }
  }

  private Flyway flyway(String version) {
    return Flyway.configure()
        .dataSource(dataSource)
        .locations("classpath:io/claviger/store/migration")
        .placeholders(types)
        .target(version)
        .load();
  }

  /**
   * Whether there is a file of that number.
   *
   * @throws StoreUnavailable when the database does not answer
   */
  boolean know(String version) {
    return Arrays.stream(info().all())
        .map(MigrationInfo::getVersion)
        .anyMatch(known -> known != null && known.getVersion().equals(version));
  }

  /**
   * The number of the last file that was run; empty text for none.
   *
   * @throws StoreUnavailable when the database does not answer
   */
  String current() {
    MigrationInfo current = info().current();
    return current == null ? "" : String.valueOf(current.getVersion());
  }

  private MigrationInfoService info() {
    try {
      return flyway(LATEST).info();
    } catch (FlywayException e) {
      throw new StoreUnavailable("the tables cannot be looked at: " + e.getMessage(), e);
    }
  }
}
