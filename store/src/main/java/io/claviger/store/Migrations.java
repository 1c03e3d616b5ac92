package io.claviger.store;

import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

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
      Flyway.configure()
          .dataSource(dataSource)
          .locations("classpath:io/claviger/store/migration")
          .placeholders(types)
          .target(version)
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw new StoreUnavailable("the tables cannot be brought up to date: " + e.getMessage(), e);
    }
  }
}
