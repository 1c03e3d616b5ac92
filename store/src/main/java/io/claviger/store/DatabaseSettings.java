package io.claviger.store;

import io.claviger.core.Parsed;
import java.nio.file.Path;
import java.util.Optional;

/** Which database, and where. */
public sealed interface DatabaseSettings {
  /** Connections for readers when nothing else is said. */
  int DEFAULT_CONNECTIONS = 8;

  /**
   * SQLite in one file of this machine, for one process.
   *
   * @param file made with its folder when it is absent
   */
  record Sqlite(Path file) implements DatabaseSettings {}

  /**
   * PostgreSQL 15 or newer with encoding UTF8, for one or several nodes. The connections must be
   * sessions of the server itself: a pooler between that hands out single transactions loses
   * notifications.
   *
   * @param jdbcUrl {@code jdbc:postgresql://host/database?user=...&password=...}
   * @param connections how many readers may be at work at once, 1 to 1000; a writer and a follower
   *     come on top
   */
  record Postgres(String jdbcUrl, int connections) implements DatabaseSettings {
    public Postgres {
      if (!jdbcUrl.startsWith("jdbc:postgresql:")) {
        throw new IllegalArgumentException("must start with jdbc:postgresql:");
      }
      if (connections < 1 || connections > 1000) {
        throw new IllegalArgumentException("connections must be 1 to 1000");
      }
    }

    /** Without the password that the URL may carry. */
    @Override
    public String toString() {
      return "Postgres[connections=" + connections + "]";
    }
  }

  /**
   * The database for these settings.
   *
   * @param url the JDBC URL; absent for SQLite
   * @param folder where SQLite keeps its file, {@code claviger.db}
   */
  static Parsed<DatabaseSettings> of(Optional<String> url, Path folder) {
    if (url.isEmpty()) {
      return Parsed.ok(new Sqlite(folder.resolve("claviger.db")));
    }
    return url.get().startsWith("jdbc:postgresql:")
        ? Parsed.ok(new Postgres(url.get(), DEFAULT_CONNECTIONS))
        : Parsed.rejected("must start with jdbc:postgresql:");
  }
}
