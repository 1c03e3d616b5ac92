package io.claviger.store.audit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.claviger.core.change.Actor;
import io.claviger.core.change.ActorType;
import io.claviger.core.change.Change;
import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.store.Database;
import io.claviger.store.DatabaseSettings;
import io.claviger.store.Dialect;
import io.claviger.store.ListQuery;
import io.claviger.store.ListRequest;
import io.claviger.store.ListRequest.SortDirection;
import io.claviger.store.audit.AuditFilter.Party;
import io.claviger.store.audit.AuditFilter.Requested;
import io.claviger.store.audit.AuditFilter.Target;
import io.claviger.store.testing.TestDatabases;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.LoggerFactory;

/**
 * How long a page of a large audit log takes, with its count, and how the databases go about it:
 * one organization has nine of ten entries, one account most of the rest. Run on demand:
 *
 * <pre>{@code
 * ./mvnw -pl store -am test-compile
 * java -cp <test class path of store> io.claviger.store.audit.AuditTimings [entries] [plans] [sqlite|postgresql]
 * }</pre>
 */
final class AuditTimings {
  private static final int ENTRIES = 1_000_000;
  private static final int BATCH = 2_000;
  private static final int ROUNDS = 5;
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final PrintStream OUT = System.out;
  private static final AuditLog ORGANIZATION =
      new AuditLog.OfOrganization(new OrganizationId(id("c", 1)));
  private static final AuditLog ACCOUNT = new AuditLog.OfAccount(new UserId(id("b", 1)), true);

  private AuditTimings() {}

  private static String id(String kind, int number) {
    return kind + "%023x".formatted(number);
  }

  private static Change change(Random random, int number) {
    Actor actor =
        random.nextInt(3) == 0
            ? new Actor(
                ActorType.API_TOKEN,
                id("d", random.nextInt(1000)),
                "robot " + random.nextInt(1000),
                Optional.of(id("b", random.nextInt(200))))
            : Actor.user(id("b", random.nextInt(200)), "Ada " + random.nextInt(200));
    boolean sandbox = number % 10 == 0;
    String application = id("a", random.nextInt(500));
    boolean whole = random.nextInt(100) == 0;
    return new Change(
        actor,
        whole ? "application.patch" : random.nextBoolean() ? "device.patch" : "devices.post",
        whole
            ? new Subject(SubjectType.APPLICATION, application, "Plant " + random.nextInt(2000))
            : new Subject(SubjectType.DEVICE, id("e", random.nextInt(300_000)), "Pump"),
        sandbox ? Optional.empty() : Optional.of(id("c", 1)),
        Optional.of(application),
        sandbox ? Optional.of(id("b", 1)) : Optional.empty(),
        Optional.of("{\"name\":\"" + "x".repeat(200) + "\"}"),
        Optional.of("{\"name\":\"" + "y".repeat(200) + "\"}"));
  }

  private static void fill(Database database, AtomicReference<Instant> now, int entries) {
    Random random = new Random(3);
    for (int i = 0; i < entries; i += BATCH) {
      int start = i;
      now.set(START.plusSeconds(i));
      database.run(transaction -> {
        for (int number = start; number < start + BATCH; number++) {
          transaction.record(change(random, number));
        }
      });
    }
  }

  private static Target target(String id, String type, String name) {
    return new Target(given(id), given(type), given(name));
  }

  private static Optional<String> given(String text) {
    return Optional.of(text).filter(value -> !value.isEmpty());
  }

  private static AuditFilter filter(
      List<Target> primary, List<Target> secondary, List<Party> actors, List<Requested> requests) {
    return new AuditFilter(
        Optional.empty(), Optional.empty(), primary, secondary, actors, requests, List.of());
  }

  private static Map<String, AuditFilter> filters() {
    Map<String, AuditFilter> filters = new LinkedHashMap<>();
    filters.put("everything", AuditFilter.NONE);
    filters.put(
        "an hour",
        new AuditFilter(
            Optional.of(START.plusSeconds(7200)),
            Optional.of(START.plusSeconds(10800)),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of()));
    filters.put(
        "a third",
        new AuditFilter(
            Optional.of(START.plusSeconds(ENTRIES / 3)),
            Optional.of(START.plusSeconds(2 * ENTRIES / 3)),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of()));
    filters.put(
        "one application",
        filter(List.of(target(id("a", 7), "", "")), List.of(), List.of(), List.of()));
    filters.put(
        "applications by name",
        filter(List.of(target("", "", "Plant 77")), List.of(), List.of(), List.of()));
    filters.put(
        "one device",
        filter(List.of(), List.of(target(id("e", 7), "Device", "")), List.of(), List.of()));
    filters.put(
        "one actor",
        filter(
            List.of(),
            List.of(),
            List.of(
                new Party(
                    Optional.of(id("d", 7)), Optional.empty(), Optional.empty(), Optional.empty())),
            List.of()));
    filters.put(
        "a rare action",
        filter(
            List.of(),
            List.of(),
            List.of(),
            List.of(new Requested(Optional.of("application"), Optional.of("patch")))));
    return filters;
  }

  private static void measure(Database database, boolean plans) {
    AuditStore store = new AuditStore(database, Set.of("devices.post"));
    for (AuditLog log : List.of(ORGANIZATION, ACCOUNT)) {
      filters()
          .forEach((name, filter) -> {
            ListRequest request = request(0, "creationDate");
            report(log, name, () -> store.list(log, filter, request, Optional.empty()));
            if (plans) {
              explain(database, store, log, filter);
            }
          });
      report(
          log,
          "everything, counted",
          () ->
              database.read(handle ->
                  store.query(log, AuditFilter.NONE).count(handle, request(0, "creationDate"))));
      report(
          log,
          "page 150",
          () -> store.list(log, AuditFilter.NONE, request(150, "creationDate"), Optional.empty()));
      report(
          log,
          "by name of the actor",
          () -> store.list(log, AuditFilter.NONE, request(0, "actorName"), Optional.empty()));
      AuditRow last =
          store
              .list(log, AuditFilter.NONE, request(20, "creationDate"), Optional.empty())
              .items()
              .getLast();
      report(
          log,
          "behind an entry",
          () -> store.list(log, AuditFilter.NONE, request(0, "creationDate"), Optional.of(last)));
      report(log, "one entry", () -> store.find(log, last.id()));
    }
  }

  private static ListRequest request(int page, String sort) {
    return new ListRequest(page, 100, sort, SortDirection.DESCENDING, Optional.empty());
  }

  private static void report(AuditLog log, String name, Runnable work) {
    long[] nanos = new long[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      long start = System.nanoTime();
      work.run();
      nanos[i] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    OUT.printf(
        "  %-14s %-22s %8.1f ms%n",
        log instanceof AuditLog.OfOrganization ? "organization" : "account",
        name,
        nanos[ROUNDS / 2] / 1e6);
  }

  private static void explain(
      Database database, AuditStore store, AuditLog log, AuditFilter filter) {
    ListQuery query = store.query(log, filter);
    String explain =
        switch (database.dialect()) {
          case SQLITE -> "EXPLAIN QUERY PLAN ";
          case POSTGRESQL -> "EXPLAIN (COSTS OFF) ";
        };
    String sql =
        explain
            + "SELECT c.sequence FROM change_log c WHERE "
            + String.join(" AND ", query.conditions())
            + " ORDER BY c.recorded_at DESC, c.sequence DESC LIMIT 100";
    database.read(handle -> {
      var statement = handle.createQuery(sql);
      query.values().entrySet().stream()
          .filter(value -> sql.contains(":" + value.getKey()))
          .forEach(value -> statement.bind(value.getKey(), value.getValue()));
      statement
          .mapToMap()
          .forEach(
              row -> OUT.println("        | " + row.getOrDefault("detail", row.get("query plan"))));
      return true;
    });
  }

  private static void run(String name, DatabaseSettings settings, int entries, boolean plans) {
    OUT.println(name + ", " + entries + " entries");
    AtomicReference<Instant> now = new AtomicReference<>(START);
    try (Database database = Database.open(settings, now::get)) {
      long start = System.nanoTime();
      fill(database, now, entries);
      OUT.printf("  filled in %.1f s%n", (System.nanoTime() - start) / 1e9);
      if (database.dialect() == Dialect.POSTGRESQL) {
        database.run(transaction -> transaction.handle().execute("ANALYZE"));
      }
      measure(database, plans);
    }
  }

  public static void main(String[] arguments) throws IOException {
    ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
    int entries = arguments.length > 0 ? Integer.parseInt(arguments[0]) : ENTRIES;
    boolean plans = List.of(arguments).contains("plans");
    Path folder = Files.createTempDirectory("claviger-timings");
    if (!List.of(arguments).contains("postgresql")) {
      run("SQLite", TestDatabases.sqlite(folder), entries, plans);
    }
    if (!List.of(arguments).contains("sqlite")) {
      run("PostgreSQL", TestDatabases.postgres(), entries, plans);
    }
    System.exit(0);
  }
}
