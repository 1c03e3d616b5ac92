package io.claviger.store;

import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Brings the tables up to date: numbered SQL files, one text for both databases. */
final class Migrations {
  private Migrations() {}

  /**
   * Runs what has not been run yet.
   *
   * @param types what the placeholders of the files mean on this database
   */
  static void run(DataSource dataSource, Map<String, String> types) {
    try {
      Flyway.configure()
          .dataSource(dataSource)
          .locations("classpath:io/claviger/store/migration")
          .placeholders(types)
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw new StoreUnavailable("the tables cannot be brought up to date: " + e.getMessage(), e);
    }
  }
}
