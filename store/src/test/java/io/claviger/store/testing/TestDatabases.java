package io.claviger.store.testing;

import io.claviger.store.DatabaseSettings;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Fresh, empty databases. PostgreSQL is a real server, started once in a test process at its first
 * use and stopped with it.
 */
public final class TestDatabases {
  private static final AtomicInteger NEXT = new AtomicInteger(1);

  /** Few, so that many open databases fit into one server. */
  private static final int CONNECTIONS = 4;

  private TestDatabases() {}

  /** SQLite in this folder; the same folder is the same database. */
  public static DatabaseSettings.Sqlite sqlite(Path folder) {
    return new DatabaseSettings.Sqlite(folder.resolve("claviger.db"));
  }

  /** A new database on PostgreSQL; the same settings are the same database. */
  public static DatabaseSettings.Postgres postgres() {
    String name = "test_" + NEXT.getAndIncrement();
    EmbeddedPostgres server = Server.INSTANCE;
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name + " TEMPLATE template0 ENCODING 'UTF8'");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return new DatabaseSettings.Postgres(server.getJdbcUrl("postgres", name), CONNECTIONS);
  }

  /** Started by the class loader, once. */
  private static final class Server {
    static final EmbeddedPostgres INSTANCE = start();

    /** Without device flushes: no test of this process needs to survive the machine. */
    private static EmbeddedPostgres start() {
      try {
        return EmbeddedPostgres.builder()
            .setServerConfig("fsync", "off")
            .setServerConfig("full_page_writes", "off")
            .setServerConfig("max_connections", "200")
            .start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
