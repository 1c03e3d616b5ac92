package io.claviger.store.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.id.AccessKeyId;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.query.AccessKeyField;
import io.claviger.core.query.DeviceField;
import io.claviger.core.query.Query;
import io.claviger.core.query.QueryField;
import io.claviger.core.query.QueryLimits;
import io.claviger.store.Database;
import io.claviger.store.DatabaseSettings;
import io.claviger.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Queries on a real database find what {@link QueryOracle} finds; both databases run this. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class QueryContract {
  private static final long SEED = 20_260_322;
  private static final int ITEMS = 60;
  private static final int QUERIES = 1_600;

  /** Twice as many as are met one by one. */
  private static final int MANY_TEXTS = 2_400;

  private static final ApplicationId OURS = new ApplicationId("0123456789abcdef01234567");
  private static final ApplicationId TABLE = new ApplicationId("aaaaaaaaaaaaaaaaaaaaaaaa");
  private static final String ONE_KEY = "bbbbbbbbbbbbbbbbbbbbbbbb";
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final ApplicationId THEIRS = new ApplicationId("ffffffffffffffffffffffff");

  private final List<Item> devices = new ArrayList<>();
  private final List<Item> keys = new ArrayList<>();
  private Database database;
  private QueryWorld world;

  abstract DatabaseSettings settings();

  /** A database with devices and keys, and with others beside them that no query may find. */
  @BeforeAll
  final void fill() {
    database = Database.open(settings(), InstantSource.fixed(Instant.EPOCH), Duration.ofMinutes(2));
    world = new QueryWorld(database);
    var items = new RandomItems(new Random(SEED));
    for (ApplicationId application : List.of(OURS, THEIRS)) {
      List<Item> someDevices = items.devices(ITEMS);
      List<Item> someKeys = items.accessKeys(ITEMS);
      database.run(transaction -> {
        QueryWorld.addApplication(transaction, application);
        QueryWorld.addDevices(transaction, application, someDevices);
        QueryWorld.addAccessKeys(transaction, application, someKeys);
      });
      if (application.equals(OURS)) {
        devices.addAll(someDevices);
        keys.addAll(someKeys);
      }
    }
  }

  @AfterAll
  final void close() {
    database.close();
  }

  @Test
  void randomQueriesFindTheDevicesThatTheOracleFinds() {
    run(() ->
        checkRandom(List.of(DeviceField.values()), devices, query -> findDevices(query, OURS)));
  }

  @Test
  void randomQueriesFindTheKeysThatTheOracleFinds() {
    run(() -> checkRandom(List.of(AccessKeyField.values()), keys, query -> findKeys(query, OURS)));
  }

  /** All reads on one handle, which is faster; so the time of that one is generous. */
  private void run(Runnable reads) {
    database.read(_ -> {
      reads.run();
      return true;
    });
  }

  private void checkRandom(
      List<? extends QueryField> fields, List<Item> items, Function<JsonNode, Set<String>> find) {
    int telling = 0;
    for (int i = 0; i < QUERIES; i++) {
      long seed = SEED + i;
      JsonNode query = new RandomQueries(new Random(seed), fields, items).next();
      Set<String> expected = new TreeSet<>();
      for (Item item : items) {
        if (QueryOracle.matches(query, item)) {
          expected.add(item.id());
        }
      }
      assertThat(find.apply(query)).as("seed %d: %s", seed, query).isEqualTo(expected);
      if (!expected.isEmpty() && expected.size() < items.size()) {
        telling++;
      }
    }
    assertThat(telling).as("queries that match some and not all").isGreaterThan(QUERIES / 4);
  }

  @Test
  void everyCaseOfTheTableIsAnsweredAsItSays() {
    database.run(transaction -> {
      for (QueryCase row : QueryCase.table()) {
        assertThat(QueryOracle.matches(row.query(), row.item()))
            .as("oracle, %s", row)
            .isEqualTo(row.matches());
        QueryWorld.addApplication(transaction, TABLE);
        Set<String> found =
            switch (row.of()) {
              case "device" -> {
                QueryWorld.addDevices(transaction, TABLE, row.ancestors());
                QueryWorld.addDevices(transaction, TABLE, List.of(row.item()));
                yield findDevices(row.query(), TABLE);
              }
              case "key" -> {
                QueryWorld.addAccessKeys(transaction, TABLE, List.of(row.item()));
                yield findKeys(row.query(), TABLE);
              }
              default -> throw new IllegalArgumentException(row.of());
            };
        assertThat(found.contains(row.item().id())).as("%s", row).isEqualTo(row.matches());
        QueryWorld.removeApplication(transaction, TABLE);
      }
    });
  }

  /** QRY-13: at the limits the databases still answer, within their own limits. */
  @Test
  void theLargestQueriesRun() {
    JsonNode deep =
        JSON.readTree(
            "{\"$and\":[".repeat(QueryLimits.DEPTH_MAX - 1)
                + "{}"
                + "]}".repeat(QueryLimits.DEPTH_MAX - 1));
    assertThat(findDevices(deep, OURS)).hasSize(ITEMS);
    for (String condition : List.of("{\"name\":\"a\"}", "{\"tags\":{\"site\":\"x\"}}")) {
      ObjectNode wide = JsonNodeFactory.instance.objectNode();
      for (String join : List.of("$or", "$nor", "$and")) {
        ArrayNode parts = wide.putArray(join);
        for (int i = 0; i < QueryLimits.ARRAY_MAX; i++) {
          parts.add(JSON.readTree(condition));
        }
      }
      assertThat(findDevices(wide, OURS)).isEmpty();
    }
    ObjectNode many = JsonNodeFactory.instance.objectNode();
    ArrayNode lists = many.putArray("$or");
    for (int i = 0; i < 9; i++) {
      ArrayNode list = lists.addObject().putObject("name").putArray("$in");
      for (int j = 0; j < QueryLimits.ARRAY_MAX; j++) {
        list.add("no name " + i + " " + j);
      }
    }
    assertThat(findDevices(many, OURS)).isEmpty();
  }

  /** As many different tags as a query has room for: SQLite joins 500 sets and no more. */
  @Test
  void theMostTagsRun() {
    for (String value : List.of("null", "\"v\"", "\"v%d\"")) {
      ObjectNode held = JsonNodeFactory.instance.objectNode();
      for (int i = 0; i < QueryLimits.NODES_MAX - 10; i++) {
        held.set("no-such-" + i, JSON.readTree(value.formatted(i)));
      }
      for (boolean negated : List.of(false, true)) {
        ObjectNode query = JsonNodeFactory.instance.objectNode();
        ObjectNode within = negated ? query.putArray("$nor").addObject() : query;
        boolean all = value.equals("null") != negated;
        within.set("tags", held);
        assertThat(findDevices(query, OURS)).as("%s %s", value, negated).hasSize(all ? ITEMS : 0);
        within.removeAll();
        within.set("deviceTags", held);
        assertThat(findKeys(query, OURS)).as("%s %s", value, negated).hasSize(all ? ITEMS : 0);
      }
    }
  }

  /** Every level adds a hundred, down one side: the expression must not become that deep. */
  @Test
  void theMostLopsidedQueryRuns() {
    ObjectNode query = JsonNodeFactory.instance.objectNode().put("name", "no such name");
    for (int level = 1; level < QueryLimits.DEPTH_MAX; level++) {
      ObjectNode outer = JsonNodeFactory.instance.objectNode();
      ArrayNode parts = outer.putArray(level % 2 == 0 ? "$and" : "$or");
      for (int i = 0; i < 50; i++) {
        parts.add(JSON.readTree("{\"name\":\"no such name\"}"));
      }
      parts.add(query);
      query = outer;
    }
    assertThat(findDevices(query, OURS)).isEmpty();
  }

  @Test
  void theLongestTextIsCompared() {
    String longest = "x".repeat(QueryLimits.TEXT_LENGTH_MAX);
    for (String operator : List.of("$eq", "$startsWith", "$endsWith", "$contains", "$gt")) {
      ObjectNode query = JsonNodeFactory.instance.objectNode();
      query.putObject("description").put(operator, longest).put("$ci", true);
      Set<String> expected = new TreeSet<>();
      keys.stream()
          .filter(key -> QueryOracle.matches(query, key))
          .forEach(key -> expected.add(key.id()));
      assertThat(findKeys(query, OURS)).as(operator).isEqualTo(expected);
    }
  }

  @Test
  void tagFilterEntriesAllHold() {
    JsonNode filter = JSON.readTree("[{\"key\":\"site\"},{\"value\":\"x\"}]");
    Set<String> expected = new TreeSet<>();
    JsonNode same =
        JSON.readTree(
            "{\"$and\":[{\"tags\":{\"$tagKey\":\"site\"}},{\"tags\":{\"$tagValue\":\"x\"}}]}");
    devices.stream()
        .filter(device -> QueryOracle.matches(same, device))
        .forEach(device -> expected.add(device.id()));
    assertThat(expected).isNotEmpty().hasSizeLessThan(ITEMS);
    assertThat(findDevices(QueryParser.tagFilter(filter).orThrow(), OURS)).isEqualTo(expected);
  }

  @Test
  void replacedListsAreFoundAndTheOldOnesAreNot() {
    Item before =
        Item.read(
            ONE_KEY,
            JSON.readTree(
                "{\"pubTopics\":[\"old\"],\"description\":\"OLD\",\"deviceTags\":[{\"key\":\"a\"}]}"));
    Item after =
        Item.read(ONE_KEY, JSON.readTree("{\"pubTopics\":[\"new\"],\"subTopics\":[\"new\"]}"));
    database.run(transaction -> {
      QueryWorld.addApplication(transaction, TABLE);
      QueryWorld.addAccessKeys(transaction, TABLE, List.of(before));
      AccessKeyLists.replace(transaction, new AccessKeyId(ONE_KEY), TABLE, QueryWorld.texts(after));
      assertThat(findKeys(JSON.readTree("{\"pubTopics\":\"old\"}"), TABLE)).isEmpty();
      assertThat(findKeys(JSON.readTree("{\"pubTopics\":\"new\",\"subTopics\":\"new\"}"), TABLE))
          .containsExactly(ONE_KEY);
      assertThat(findKeys(JSON.readTree("{\"deviceTags\":{\"$tagKey\":\"a\"}}"), TABLE))
          .containsExactly(ONE_KEY);
      QueryWorld.removeApplication(transaction, TABLE);
      assertThat(listRows(transaction)).isZero();
    });
  }

  /** More than are met one by one; texts that are too long for an index are among them. */
  @Test
  void partsAreFoundInManyDifferentTexts() {
    List<Item> many = new ArrayList<>();
    for (int i = 0; i < MANY_TEXTS; i += 100) {
      ObjectNode key = JsonNodeFactory.instance.objectNode();
      ArrayNode topics = key.putArray("pubTopics");
      for (int j = i; j < i + 100; j++) {
        topics.add(("Topic/%04d/" + "x".repeat(j % 7 == 0 ? 200 : 0)).formatted(j));
      }
      many.add(Item.read("%024x".formatted(i), key));
    }
    database.run(transaction -> {
      QueryWorld.addApplication(transaction, TABLE);
      QueryWorld.addAccessKeys(transaction, TABLE, many);
      for (String texts :
          List.of("/0003/ C/1102/ /2201/", "/0007/X /1106/x /2205/x", "no noone none")) {
        ObjectNode query = JsonNodeFactory.instance.objectNode();
        ArrayNode parts = query.putArray("$or");
        for (String text : texts.split(" ")) {
          parts.addObject().putObject("pubTopics").put("$contains", text).put("$ci", true);
        }
        Set<String> expected = new TreeSet<>();
        many.stream()
            .filter(key -> QueryOracle.matches(query, key))
            .forEach(key -> expected.add(key.id()));
        assertThat(findKeys(query, TABLE)).as("%s", query).isEqualTo(expected);
      }
      QueryWorld.removeApplication(transaction, TABLE);
    });
  }

  /** The same of names of attributes. */
  @Test
  void partsAreFoundInManyNamesOfAttributes() {
    List<Item> many = new ArrayList<>();
    for (int i = 0; i < MANY_TEXTS; i += 100) {
      ObjectNode device = JsonNodeFactory.instance.objectNode();
      ArrayNode names = device.putArray("attributeName");
      for (int j = i; j < i + 100; j++) {
        names.add("Name%04d".formatted(j));
      }
      many.add(Item.read("%024x".formatted(i), device));
    }
    database.run(transaction -> {
      QueryWorld.addApplication(transaction, TABLE);
      QueryWorld.addDevices(transaction, TABLE, many);
      for (String text : List.of("0007", "e19", "e20", "E23", "99", "none")) {
        for (boolean ignoreCase : List.of(false, true)) {
          ObjectNode query = JsonNodeFactory.instance.objectNode();
          query.putObject("attributeName").put("$contains", text).put("$ci", ignoreCase);
          Set<String> expected = new TreeSet<>();
          many.stream()
              .filter(device -> QueryOracle.matches(query, device))
              .forEach(device -> expected.add(device.id()));
          assertThat(findDevices(query, TABLE)).as("%s", query).isEqualTo(expected);
        }
      }
      QueryWorld.removeApplication(transaction, TABLE);
    });
  }

  private static long listRows(Transaction transaction) {
    return transaction
        .handle()
        .createQuery(
            "SELECT (SELECT COUNT(*) FROM access_key_text WHERE key_id = :key)"
                + " + (SELECT COUNT(*) FROM access_key_tag WHERE key_id = :key)"
                + " + (SELECT COUNT(*) FROM access_key_device WHERE key_id = :key)")
        .bind("key", ONE_KEY)
        .mapTo(Long.class)
        .one();
  }

  private Set<String> findDevices(JsonNode query, ApplicationId application) {
    return findDevices(QueryParser.devices(query).orThrow(), application);
  }

  /** By what their sets of keys tell; where those are asked for, by their tags too. Few or many. */
  private Set<String> findDevices(Query<DeviceField> query, ApplicationId application) {
    var asked = new AtomicBoolean();
    Set<String> found = findDevices(query, application, new Facts(true, true, asked));
    if (asked.get()) {
      for (var facts : List.of(new Facts(true, false, asked), new Facts(false, false, asked))) {
        assertThat(findDevices(query, application, facts)).isEqualTo(found);
      }
    }
    return found;
  }

  /** Says so, and that it was asked. */
  record Facts(boolean keySetsAreFew, boolean tagsAreFew, AtomicBoolean asked) implements TagFacts {
    @Override
    public boolean keySetsAreFew() {
      asked.set(true);
      return keySetsAreFew;
    }

    @Override
    public boolean areFew(List<String> keys, List<String> values) {
      return tagsAreFew;
    }
  }

  private Set<String> findDevices(
      Query<DeviceField> query, ApplicationId application, TagFacts facts) {
    return world.devices(
        application, QueryCompiler.devices(query, application, database.dialect(), facts, "query"));
  }

  private Set<String> findKeys(JsonNode query, ApplicationId application) {
    return world.accessKeys(
        application,
        QueryCompiler.accessKeys(
            QueryParser.accessKeys(query).orThrow(), application, database.dialect()));
  }
}
