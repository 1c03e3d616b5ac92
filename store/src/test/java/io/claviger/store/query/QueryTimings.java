package io.claviger.store.query;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.claviger.core.device.AttributeDataType;
import io.claviger.core.query.AccessKeyField;
import io.claviger.core.query.DeviceField;
import io.claviger.core.query.Query;
import io.claviger.core.query.QueryLimits;
import io.claviger.store.Database;
import io.claviger.store.DatabaseSettings;
import io.claviger.store.Glob;
import io.claviger.store.ListRequest;
import io.claviger.store.ListRequest.SortDirection;
import io.claviger.store.device.DeviceFilter;
import io.claviger.store.device.DeviceSet;
import io.claviger.store.device.DeviceStore;
import io.claviger.store.device.DeviceVocabulary;
import io.claviger.store.key.AccessKeyStore;
import io.claviger.store.testing.TestDatabases;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How long lists and queries of a large application take, from the JSON of the query to the rows of
 * the page with all that belongs to them, and how the databases go about them. Run on demand:
 *
 * <pre>{@code
 * ./mvnw -pl store -am test-compile
 * java -cp <test class path of store> io.claviger.store.query.QueryTimings
 *     [records=100000] [only=SQLite|PostgreSQL] [match=PART OF A LINE] [plans=true]
 *     [folder=DIRECTORY] [postgres=JDBC URL]
 * }</pre>
 *
 * <p>What is in the folder or at the URL is filled at the first use and used again at the next.
 */
final class QueryTimings {
  private static final String RECORDS = "100000";
  private static final int ROUNDS = 9;
  private static final int UNTIMED = 6;
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final PrintStream OUT = System.out;

  private static final ListRequest DEVICES_PAGE =
      new ListRequest(0, 100, "name", SortDirection.ASCENDING, Optional.empty());
  private static final ListRequest KEYS_PAGE =
      new ListRequest(0, 100, "creationDate", SortDirection.DESCENDING, Optional.empty());

  private final Map<String, String> options;
  private final String name;
  private final DatabaseSettings settings;
  private final Database database;
  private final DeviceStore devices;
  private final AccessKeyStore keys;
  private final DeviceVocabulary vocabulary;

  private QueryTimings(Map<String, String> options, String name, DatabaseSettings settings) {
    this.options = options;
    this.name = name;
    this.settings = settings;
    this.database =
        Database.open(settings, InstantSource.fixed(Instant.EPOCH), Duration.ofMinutes(1));
    this.devices = new DeviceStore(database);
    this.keys = new AccessKeyStore(database);
    this.vocabulary = new DeviceVocabulary(database);
  }

  /** Prints a table for each database. */
  public static void main(String[] arguments) throws IOException {
    ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
    Map<String, String> options =
        Arrays.stream(arguments)
            .map(argument -> argument.split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    String only = options.getOrDefault("only", "");
    if (!only.equals("PostgreSQL")) {
      Path folder =
          options.containsKey("folder")
              ? Path.of(options.get("folder"))
              : Files.createTempDirectory("query-timings");
      new QueryTimings(options, "SQLite", TestDatabases.sqlite(folder)).run();
    }
    if (!only.equals("SQLite")) {
      DatabaseSettings.Postgres postgres =
          options.containsKey("postgres")
              ? new DatabaseSettings.Postgres(options.get("postgres"), 4)
              : TestDatabases.postgres();
      new QueryTimings(options, "PostgreSQL", postgres).run();
    }
    System.exit(0);
  }

  private void run() {
    long began = System.nanoTime();
    int records = Integer.parseInt(options.getOrDefault("records", RECORDS));
    if (new TimingWorld(database, records).fill()) {
      OUT.printf("%n%s, filled in %.1f s%n", name, (System.nanoTime() - began) / 1e9);
    }
    vacuum();
    OUT.printf("%n%s%n%9s %9s %9s  %s%n", name, "matches", "p50 ms", "max ms", "query");
    DEVICE_QUERIES.forEach(query -> device(DEVICES_PAGE, query));
    KEY_QUERIES.forEach(query -> key(KEYS_PAGE, query));
    pages(records);
    globs();
    words();
    database.close();
  }

  private static final List<String> DEVICE_QUERIES =
      List.of(
          "{}",
          "{'id':'00000000000000000000002a'}",
          "{'name':'device 4711'}",
          "{'name':{'$contains':'DEVICE 471','$ci':true}}",
          "{'name':{'$startsWith':'device 4'}}",
          "{'name':{'$endsWith':'71'}}",
          "{'name':{'$ne':'device 1'}}",
          "{'deviceClass':'gateway','creationDate':{'$gt':1600000090000}}",
          "{'deviceClass':{'$ne':'gateway'}}",
          "{'lastUpdated':{'$gt':1600000050000}}",
          "{'tags':{'site':'s7'}}",
          "{'tags':{'site':{'$nin':['s7']}}}",
          "{'tags':{'floor':'f3'}}",
          "{'tags':{'floor':{'$in':['f1','f2','f3','f4','f5','f6']}}}",
          "{'tags':{'site':'s7','floor':'f3'}}",
          "{'tags':{'absent':null}}",
          "{'tags':{'site':null}}",
          "{'tags':null}",
          "{'tags':{'$ne':null}}",
          "{'tags':{'$tagValue':'s7'}}",
          "{'tags':{'$tagKey':'site','$tagValue':{'$nin':['s7']}}}",
          "{'$or':[{'tags':{'site':'s7'}},{'tags':{'site':'s8'}},{'name':'device 1'}]}",
          "{'$nor':[{'tags':{'floor':'f3'}},{'deviceClass':'system'}]}",
          "{'attributeName':'a7'}",
          "{'attributeName':{'$eq':'A7','$ci':true}}",
          "{'attributeName':{'$ne':'common'}}",
          "{'attributeName':{'$contains':'77'}}",
          "{'parentId':'000000000000000000000001'}",
          "{'ancestorId':'000000000000000000000000'}",
          "{'ancestorId':'000000000000000000000001'}",
          "{'ancestorId':{'$ne':'000000000000000000000000'}}",
          "{'connectionStatus':'connected'}",
          "{'connectionStatus':{'$ne':'connected'}}",
          "{'connectionStatus':null}",
          "{'connectedAt':{'$gt':1600000099000}}",
          "{'connectedAt':{'$gt':1600000050000}}",
          many("$or", "{'tags':{'site':'no%d'}}"),
          many("$or", "{'tags':{'site':'s%d'}}"),
          many("$and", "{'tags':{'site':{'$nin':['s%d']}}}"),
          many("$nor", "{'tags':{'site':'s%d'}}"),
          many("$or", "{'attributeName':'a%d'}"));

  private static final List<String> KEY_QUERIES =
      List.of(
          "{}",
          "{'name':null}",
          "{'status':'inactive'}",
          "{'status':'active'}",
          "{'description':{'$contains':'NUMBER 471','$ci':true}}",
          "{'description':{'$contains':'Number 471'}}",
          "{'description':{'$startsWith':'The key with the Number 471'}}",
          "{'description':{'$ne':'none'}}",
          "{'deviceIds':'00000000000000000000002a'}",
          "{'deviceIds':null,'deviceTags':null}",
          "{'deviceIds':{'$ne':'00000000000000000000002a'}}",
          "{'deviceTags':{'site':'s7'}}",
          "{'deviceTags':{'$tagKey':'site','$tagValue':null}}",
          "{'pubTopics':'topic/7/a'}",
          "{'pubTopics':'all'}",
          "{'pubTopics':{'$startsWith':'topic/77'}}",
          "{'pubTopics':{'$contains':'77'}}",
          "{'pubTopics':{'$contains':'TOPIC/77','$ci':true}}",
          "{'pubTopics':{'$endsWith':'7/a'}}",
          "{'subTopics':{'$ne':'all'}}",
          "{'subTopics':{'$eq':'TOPIC/7/B','$ci':true}}",
          "{'addresses':'10.7.0.0/16'}",
          "{'addresses':{'$contains':'10.7.'}}",
          "{'addresses':null}",
          many("$or", "{'addresses':{'$contains':'.%d.'}}"),
          many("$or", "{'pubTopics':'topic/%d/a'}"));

  /** As many conditions as fit, each of which looks into another table. */
  private static String many(String operator, String condition) {
    return IntStream.range(0, QueryLimits.ARRAY_MAX)
        .mapToObj(condition::formatted)
        .collect(Collectors.joining(",", "{'" + operator + "':[", "]}"));
  }

  private static JsonNode json(String query) {
    return JSON.readTree(query.replace('\'', '"'));
  }

  private static DeviceSet set(String query) {
    Query<DeviceField> parsed = QueryParser.devices(json(query)).orThrow();
    return DeviceSet.present(TimingWorld.APPLICATION, new DeviceFilter.Matching(parsed));
  }

  private void device(ListRequest request, String query) {
    measure(
        "devices " + shown(request) + query, () -> devices.list(set(query), request).totalCount());
  }

  private void key(ListRequest request, String query) {
    measure(
        "keys " + shown(request) + query,
        () -> {
          Query<AccessKeyField> parsed = QueryParser.accessKeys(json(query)).orThrow();
          return keys.list(TimingWorld.APPLICATION, parsed, request).totalCount();
        });
  }

  private static String shown(ListRequest request) {
    String filter =
        request
            .filter()
            .map(f -> "filter " + f.field() + " " + f.glob().pattern() + " ")
            .orElse("");
    String page =
        request.page() == 0 && (request.equals(DEVICES_PAGE) || request.equals(KEYS_PAGE))
            ? ""
            : "page %d of %d by %s %s "
                .formatted(
                    request.page(),
                    request.perPage(),
                    request.sortField(),
                    request.direction().wireName());
    return filter.isEmpty() ? page : filter;
  }

  /** Pages from the beginning, the middle and the end of everything. */
  private void pages(int records) {
    for (SortDirection direction : SortDirection.values()) {
      for (int at : List.of(0, records / 200, records / 100 - 1)) {
        for (String field :
            List.of("name", "id", "creationDate", "lastUpdated", "connectionStatus")) {
          device(new ListRequest(at, 100, field, direction, Optional.empty()), "{}");
        }
        for (String field : List.of("name", "key", "status", "id", "creationDate", "lastUpdated")) {
          key(new ListRequest(at, 100, field, direction, Optional.empty()), "{}");
        }
      }
    }
    device(new ListRequest(0, 1000, "name", SortDirection.ASCENDING, Optional.empty()), "{}");
    key(new ListRequest(0, 1000, "name", SortDirection.ASCENDING, Optional.empty()), "{}");
    device(
        new ListRequest(50, 100, "lastUpdated", SortDirection.DESCENDING, Optional.empty()),
        "{'tags':{'floor':'f3'}}");
  }

  private void globs() {
    for (String glob : List.of("*471*", "device 47*", "*7", "*", "*no such name*", "?e*i*4*7*")) {
      device(filtered(DEVICES_PAGE, "name", glob), "{}");
    }
    for (String glob : List.of("*471*", "key 47*", "*7", "*", "*no such name*", "?e*4*7*")) {
      key(filtered(KEYS_PAGE, "name", glob), "{}");
    }
    key(filtered(KEYS_PAGE, "key", "*471*"), "{}");
    key(filtered(KEYS_PAGE, "status", "in*"), "{}");
    device(filtered(DEVICES_PAGE, "name", "*71*"), "{'tags':{'floor':'f3'}}");
  }

  private static ListRequest filtered(ListRequest page, String field, String glob) {
    return new ListRequest(
        page.page(),
        page.perPage(),
        page.sortField(),
        page.direction(),
        Optional.of(new ListRequest.Filter(field, new Glob(glob))));
  }

  private void words() {
    for (String filter :
        List.of(
            "[{'key':'site','value':'s7'}]",
            "[{'key':'floor'},{'value':'s7'}]",
            "[{'key':'floor'},{'key':'site'},{'key':'serial'}]",
            "[{'value':'f3'}]")) {
      measure(
          "tagFilter " + filter,
          () -> {
            Query<DeviceField> parsed = QueryParser.tagFilter(json(filter)).orThrow();
            DeviceSet set =
                DeviceSet.present(TimingWorld.APPLICATION, new DeviceFilter.Matching(parsed));
            return devices.list(set, DEVICES_PAGE).totalCount();
          });
    }
    for (String query : List.of("{}", "{'tags':{'floor':'f3'}}", "{'tags':{'site':'s7'}}")) {
      for (String prefix : List.of("", "s", "device 47", "no such")) {
        String of = " '" + prefix + "' of " + query;
        measure("deviceNames" + of, () -> vocabulary.deviceNames(set(query), prefix).size());
        measure("tagKeys" + of, () -> vocabulary.tagKeys(set(query), prefix).size());
        measure(
            "tagValues of site" + of,
            () -> vocabulary.tagValues(set(query), "site", prefix).size());
        measure(
            "tagValues of serial" + of,
            () -> vocabulary.tagValues(set(query), "serial", prefix).size());
        measure(
            "attributeNames" + of,
            () ->
                vocabulary
                    .attributeNames(set(query), EnumSet.allOf(AttributeDataType.class), prefix)
                    .size());
      }
    }
  }

  private void measure(String line, LongSupplier query) {
    if (!line.contains(options.getOrDefault("match", ""))) {
      return;
    }
    var millis = new double[ROUNDS];
    long found = 0;
    for (int i = -UNTIMED; i < ROUNDS; i++) {
      long began = System.nanoTime();
      found = query.getAsLong();
      millis[Math.max(i, 0)] = (System.nanoTime() - began) / 1e6;
    }
    Arrays.sort(millis);
    OUT.printf(
        "%9d %9.2f %9.2f  %s%n",
        found,
        millis[ROUNDS / 2],
        millis[ROUNDS - 1],
        line.length() > 110 ? line.substring(0, 110) + "..." : line);
    if (Boolean.parseBoolean(options.get("plans"))) {
      plans(query);
    }
  }

  /** Has every statement of a query explained before it runs. */
  private void plans(LongSupplier query) {
    database.read(handle -> {
      handle.setSqlLogger(
          new SqlLogger() {
            @Override
            public void logBeforeExecution(StatementContext context) {
              explain(context).forEach(line -> OUT.println("            | " + line));
              OUT.println("            |");
            }
          });
      return query.getAsLong();
    });
  }

  private List<String> explain(StatementContext context) {
    return switch (database.dialect()) {
      case SQLITE ->
          rows(context, "EXPLAIN QUERY PLAN " + context.getParsedSql().getSql(), "detail");
      case POSTGRESQL -> {
        // With its values in it, behind the name of the pool.
        String bound = String.valueOf(context.getStatement());
        yield rows(
            context,
            "EXPLAIN (ANALYZE, COSTS OFF) " + bound.substring(bound.indexOf("wrapping ") + 9),
            "QUERY PLAN");
      }
    };
  }

  private static List<String> rows(StatementContext context, String sql, String column) {
    List<String> lines = new ArrayList<>();
    try (Statement statement = context.getConnection().createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        lines.add(rows.getString(column));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
    return lines;
  }

  /** What PostgreSQL does by itself after a while. */
  private void vacuum() {
    if (settings instanceof DatabaseSettings.Postgres postgres) {
      Jdbi.create(postgres.jdbcUrl()).useHandle(handle -> handle.execute("VACUUM ANALYZE"));
    }
  }
}
