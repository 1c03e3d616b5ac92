package io.claviger.store.query;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.query.QueryLimits;
import io.claviger.store.Database;
import io.claviger.store.DatabaseSettings;
import io.claviger.store.Glob;
import io.claviger.store.ListPage;
import io.claviger.store.ListQuery;
import io.claviger.store.ListRequest;
import io.claviger.store.ListRequest.SortDirection;
import io.claviger.store.testing.TestDatabases;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How long queries of a large application take, and how the databases go about them: the first page
 * in the order that the API has by itself, with the count of all that matches. Run on demand:
 *
 * <pre>{@code
 * ./mvnw -pl store -am test-compile
 * java -cp <test class path of store> io.claviger.store.query.QueryTimings [records] [times or plans] [database]
 * }</pre>
 */
final class QueryTimings {
  private static final int RECORDS = 100_000;
  private static final int BATCH = 5_000;
  private static final int SITES = 1_000;
  private static final int ROUNDS = 9;
  private static final ApplicationId APPLICATION = new ApplicationId("0123456789abcdef01234567");
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final PrintStream OUT = System.out;

  private static final ListQuery DEVICES =
      ListQuery.select("d.id, d.name")
          .from("device d")
          .id("d.id")
          .keyed()
          .where("d.application_id = :applicationId")
          .where("d.deleted_at IS NULL")
          .sort("name", "d.name_folded")
          .filter("name", "d.name_folded");

  private static final ListQuery KEYS =
      ListQuery.select("id, name")
          .from("access_key")
          .keyed()
          .where("application_id = :applicationId")
          .sort("creationDate", "created_at")
          .filter("name", "name_folded");

  private static final ListRequest DEVICES_PAGE =
      new ListRequest(0, 100, "name", SortDirection.ASCENDING, Optional.empty());
  private static final ListRequest KEYS_PAGE =
      new ListRequest(0, 100, "creationDate", SortDirection.DESCENDING, Optional.empty());
  private static final List<String> GLOBS = List.of("*471*", "device 47*", "key 47*", "*7");

  private static final List<String> DEVICE_QUERIES =
      List.of(
          "{}",
          "{'id':'00000000000000000000002a'}",
          "{'name':'device 4711'}",
          "{'name':{'$contains':'DEVICE 471','$ci':true}}",
          "{'name':{'$startsWith':'device 4'}}",
          "{'deviceClass':'gateway','creationDate':{'$gt':1600000090000}}",
          "{'tags':{'site':'s7'}}",
          "{'tags':{'site':{'$nin':['s7']}}}",
          "{'tags':{'floor':'f3'}}",
          "{'tags':{'site':'s7','floor':'f3'}}",
          "{'tags':{'absent':null}}",
          "{'tags':{'site':null}}",
          "{'$or':[{'tags':{'site':'s7'}},{'tags':{'site':'s8'}},{'name':'device 1'}]}",
          "{'$nor':[{'tags':{'floor':'f3'}},{'deviceClass':'system'}]}",
          "{'attributeName':'a7'}",
          "{'attributeName':{'$eq':'A7','$ci':true}}",
          "{'attributeName':{'$ne':'common'}}",
          "{'parentId':'000000000000000000000001'}",
          "{'ancestorId':'000000000000000000000000'}",
          "{'ancestorId':{'$ne':'000000000000000000000000'}}",
          "{'connectionStatus':'connected'}",
          "{'connectionStatus':null}",
          "{'connectedAt':{'$gt':1600000099000}}");

  private static final List<String> KEY_QUERIES =
      List.of(
          "{}",
          "{'name':null}",
          "{'status':'inactive'}",
          "{'description':{'$contains':'NUMBER 471','$ci':true}}",
          "{'deviceIds':'00000000000000000000002a'}",
          "{'deviceIds':null,'deviceTags':null}",
          "{'deviceIds':{'$ne':'00000000000000000000002a'}}",
          "{'deviceTags':{'site':'s7'}}",
          "{'deviceTags':{'$tagKey':'site','$tagValue':null}}",
          "{'pubTopics':'topic/7/a'}",
          "{'pubTopics':{'$startsWith':'topic/77'}}",
          "{'subTopics':{'$ne':'all'}}",
          "{'addresses':{'$contains':'10.7.'}}");

  private static final SqlCondition ALL = new SqlCondition("1 = 1", Map.of());

  private final String name;
  private final DatabaseSettings settings;
  private final Database database;
  private final String explain;
  private final boolean plans;

  private QueryTimings(String name, DatabaseSettings settings, String explain, boolean plans) {
    this.name = name;
    this.settings = settings;
    this.database =
        Database.open(settings, InstantSource.fixed(Instant.EPOCH), Duration.ofMinutes(1));
    this.explain = explain;
    this.plans = plans;
  }

  /** Prints a table for each database. */
  public static void main(String[] arguments) throws IOException {
    ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
    int records = arguments.length > 0 ? Integer.parseInt(arguments[0]) : RECORDS;
    boolean plans = arguments.length > 1 && arguments[1].equals("plans");
    String only = arguments.length > 2 ? arguments[2] : "";
    Path folder = Files.createTempDirectory("query-timings");
    if (!only.equals("PostgreSQL")) {
      new QueryTimings("SQLite", TestDatabases.sqlite(folder), "EXPLAIN QUERY PLAN ", plans)
          .run(records);
    }
    if (!only.equals("SQLite")) {
      DatabaseSettings.Postgres postgres = TestDatabases.postgres();
      new QueryTimings("PostgreSQL", postgres, "EXPLAIN (ANALYZE, COSTS OFF) ", plans).run(records);
    }
    System.exit(0);
  }

  private void run(int records) {
    long began = System.nanoTime();
    fill(records);
    OUT.printf("%n%s, filled in %.1f s%n", name, (System.nanoTime() - began) / 1e9);
    OUT.printf("%9s %9s %9s  %s%n", "matches", "p50 ms", "max ms", "query");
    for (String query : DEVICE_QUERIES) {
      measure(
          DEVICES,
          DEVICES_PAGE,
          query,
          json ->
              QueryCompiler.devices(
                  QueryParser.devices(json).orThrow(), APPLICATION, database.dialect()));
    }
    measure(
        DEVICES,
        DEVICES_PAGE,
        manyTags(),
        json ->
            QueryCompiler.devices(
                QueryParser.devices(json).orThrow(), APPLICATION, database.dialect()));
    for (String query : KEY_QUERIES) {
      measure(
          KEYS,
          KEYS_PAGE,
          query,
          json ->
              QueryCompiler.accessKeys(
                  QueryParser.accessKeys(json).orThrow(), APPLICATION, database.dialect()));
    }
    for (String glob : GLOBS) {
      measure(DEVICES, filtered(DEVICES_PAGE, glob), "{}", _ -> ALL);
      measure(KEYS, filtered(KEYS_PAGE, glob), "{}", _ -> ALL);
    }
    database.close();
  }

  private static ListRequest filtered(ListRequest page, String glob) {
    return new ListRequest(
        page.page(),
        page.perPage(),
        page.sortField(),
        page.direction(),
        Optional.of(new ListRequest.Filter("name", new Glob(glob))));
  }

  /** As many conditions as fit, each of which looks into another table. */
  private static String manyTags() {
    return IntStream.range(0, QueryLimits.ARRAY_MAX)
        .mapToObj(i -> "{'tags':{'site':'no" + i + "'}}")
        .reduce((left, right) -> left + "," + right)
        .map(parts -> "{'$or':[" + parts + "]}")
        .orElseThrow();
  }

  private void measure(
      ListQuery list, ListRequest request, String query, Function<JsonNode, SqlCondition> compile) {
    String json = query.replace('\'', '"');
    var millis = new double[ROUNDS];
    long found = 0;
    for (int i = 0; i < ROUNDS; i++) {
      long began = System.nanoTime();
      ListQuery narrowed = narrowed(list, compile.apply(JSON.readTree(json)));
      ListPage<String> page =
          database.read(handle -> narrowed.page(handle, request, (row, _) -> row.getString("id")));
      millis[i] = (System.nanoTime() - began) / 1e6;
      found = page.totalCount();
    }
    Arrays.sort(millis);
    String filter = request.filter().map(f -> " filter " + f.glob().pattern()).orElse("");
    String shown = query.length() > 90 ? query.substring(0, 90) + "..." : query;
    OUT.printf(
        "%9d %9.2f %9.2f  %s%n",
        found, millis[ROUNDS / 2], millis[ROUNDS - 1], list.table() + filter + " " + shown);
    if (plans) {
      plan(list, compile.apply(JSON.readTree(json)));
    }
  }

  private static ListQuery narrowed(ListQuery list, SqlCondition condition) {
    ListQuery narrowed = list.where(condition.sql()).bind("applicationId", APPLICATION.text());
    for (Map.Entry<String, Object> parameter : condition.parameters().entrySet()) {
      narrowed = narrowed.bind(parameter.getKey(), parameter.getValue());
    }
    return narrowed;
  }

  private void plan(ListQuery list, SqlCondition condition) {
    String sql =
        explain
            + "SELECT COUNT(*) FROM "
            + list.table()
            + " WHERE "
            + String.join(" AND ", list.conditions())
            + " AND ("
            + condition.sql()
            + ")";
    database.read(handle -> {
      var statement = handle.createQuery(sql).bind("applicationId", APPLICATION.text());
      condition.parameters().forEach(statement::bind);
      statement
          .mapToMap()
          .forEach(row ->
              OUT.println("            | " + row.getOrDefault("detail", row.get("query plan"))));
      return true;
    });
  }

  private void fill(int records) {
    database.run(transaction -> QueryWorld.addApplication(transaction, APPLICATION));
    var random = new Random(1);
    for (int from = 0; from < records; from += BATCH) {
      List<Integer> numbers =
          IntStream.range(from, Math.min(records, from + BATCH)).boxed().toList();
      List<Item> devices = numbers.stream().map(number -> device(number, random)).toList();
      List<Item> keys = numbers.stream().map(number -> key(number, random, records)).toList();
      database.run(transaction -> {
        QueryWorld.addDevices(transaction, APPLICATION, devices);
        QueryWorld.addAccessKeys(transaction, APPLICATION, keys);
      });
    }
    vacuum();
  }

  /** What PostgreSQL does by itself after a while. */
  private void vacuum() {
    if (settings instanceof DatabaseSettings.Postgres postgres) {
      Jdbi.create(postgres.jdbcUrl()).useHandle(handle -> handle.execute("VACUUM ANALYZE"));
    }
  }

  private static String id(int number) {
    return String.format("%024x", number);
  }

  private static Item device(int number, Random random) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", "device " + number);
    fields.put("deviceClass", random.nextInt(20) == 0 ? "gateway" : "standalone");
    fields.put("creationDate", 1_600_000_000_000L + number);
    fields.put("lastUpdated", 1_600_000_000_000L + random.nextInt(RECORDS));
    if (number >= 10) {
      fields.put("parentId", id(number / 10));
    }
    fields.put("attributeName", List.of("common", "a" + random.nextInt(SITES)));
    fields.put(
        "tags",
        List.of(
            Map.of("key", "site", "value", "s" + random.nextInt(SITES)),
            Map.of("key", "floor", "value", "f" + random.nextInt(10)),
            Map.of("key", "serial", "value", "serial-" + number)));
    if (random.nextInt(2) == 0) {
      fields.put("connectionStatus", random.nextInt(10) == 0 ? "disconnected" : "connected");
      fields.put("connectedAt", 1_600_000_000_000L + random.nextInt(RECORDS));
    }
    return new Item(id(number), fields);
  }

  private static Item key(int number, Random random, int devices) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("key", "00000000-0000-4000-8000-%012x".formatted(number));
    if (random.nextInt(4) > 0) {
      fields.put("name", "key " + number);
    }
    fields.put("description", "The key with the Number " + number + " of this long list");
    fields.put("status", random.nextInt(50) == 0 ? "inactive" : "active");
    fields.put("creationDate", 1_600_000_000_000L + number);
    fields.put("lastUpdated", 1_600_000_000_000L + random.nextInt(RECORDS));
    if (random.nextInt(10) > 0) {
      fields.put("deviceIds", List.of(id(random.nextInt(devices))));
    }
    if (random.nextInt(10) == 0) {
      fields.put(
          "deviceTags", List.of(Map.of("key", "site", "value", "s" + random.nextInt(SITES))));
    }
    fields.put("pubTopics", List.of("topic/" + random.nextInt(SITES) + "/a", "all"));
    fields.put("subTopics", List.of("topic/" + random.nextInt(SITES) + "/b"));
    fields.put("addresses", List.of("10." + random.nextInt(256) + ".0.0/16"));
    return new Item(id(number), fields);
  }
}
