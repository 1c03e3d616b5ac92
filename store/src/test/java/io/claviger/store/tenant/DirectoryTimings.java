package io.claviger.store.tenant;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.claviger.core.role.Role;
import io.claviger.core.scim.Filter;
import io.claviger.core.scim.FilterParser;
import io.claviger.store.Database;
import io.claviger.store.DatabaseSettings;
import io.claviger.store.Dialect;
import io.claviger.store.testing.TestDatabases;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * How long an identity system waits for a page of a large directory, and for one person in it. Run
 * on demand:
 *
 * <pre>{@code
 * ./mvnw -pl store -am test-compile
 * java -cp <test class path of store> io.claviger.store.tenant.DirectoryTimings
 * }</pre>
 */
final class DirectoryTimings {
  private static final int PEOPLE = 10_000;
  private static final int ROUNDS = 21;
  private static final PrintStream OUT = System.out;

  private static final List<String> FILTERS =
      List.of(
          "",
          "userName eq \"u4711@example.com\"",
          "externalId eq \"x4711\"",
          "userName sw \"u47\"",
          "active eq false",
          "meta.lastModified gt \"2020-01-01T00:00:00Z\"");

  private DirectoryTimings() {}

  /** Prints the median of each in milliseconds, for both databases. */
  public static void main(String[] arguments) throws IOException {
    ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
    Path folder = Files.createTempDirectory("claviger-timings");
    measure("SQLite", TestDatabases.sqlite(folder));
    measure("PostgreSQL", TestDatabases.postgres());
  }

  private static void measure(String name, DatabaseSettings settings) {
    try (Database database = Database.open(settings, InstantSource.system())) {
      var world = new TenantWorld(database);
      database.run(transaction -> {
        for (int i = 0; i < PEOPLE; i++) {
          world.account(transaction, i, "u" + i + "@example.com");
          world.join(transaction, i, i == 0 ? Role.ADMIN : Role.VIEW);
        }
        transaction
            .handle()
            .execute("UPDATE tenant_user SET external_id = 'x' || substr(user_name, 2, 4)");
      });
      if (database.dialect() == Dialect.POSTGRESQL) {
        // As the server does by itself, some time after so much was written.
        database.run(transaction -> transaction.handle().execute("ANALYZE"));
      }
      var directory = new DirectoryStore(database);
      for (String filter : FILTERS) {
        for (String sort : List.of("t.id", "t.user_name_folded")) {
          print(name, world, directory, filter, sort, 0);
        }
      }
      print(name, world, directory, "", "t.user_name_folded", PEOPLE - 100);
    }
  }

  private static void print(
      String name,
      TenantWorld world,
      DirectoryStore directory,
      String filter,
      String sort,
      long offset) {
    Optional<Filter> parsed =
        filter.isEmpty() ? Optional.empty() : Optional.of(FilterParser.parse(filter).orThrow());
    var query = new DirectoryQuery(parsed, sort, false, offset, 100);
    double[] millis = new double[ROUNDS];
    long total = 0;
    for (int i = 0; i < ROUNDS; i++) {
      long start = System.nanoTime();
      total = directory.find(world.organization, query).total();
      millis[i] = (System.nanoTime() - start) / 1e6;
    }
    Arrays.sort(millis);
    OUT.printf(
        "%-10s %6.1f ms (worst %6.1f) %6d found  %s by %s from %d%n",
        name, millis[ROUNDS / 2], millis[ROUNDS - 1], total, filter, sort, offset);
  }
}
