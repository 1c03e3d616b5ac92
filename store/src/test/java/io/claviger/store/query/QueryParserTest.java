package io.claviger.store.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.Parsed;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.query.AccessKeyField;
import io.claviger.core.query.DeviceField;
import io.claviger.core.query.Query;
import io.claviger.core.query.QueryLimits;
import io.claviger.store.Dialect;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class QueryParserTest {
  private static final long SEED = 20_260_323;
  private static final int ROUNDS = 4_000;
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final ApplicationId APPLICATION = new ApplicationId("0123456789abcdef01234567");

  private static Parsed<Query<AccessKeyField>> keys(String json) {
    return QueryParser.accessKeys(JSON.readTree(json));
  }

  private static String nested(int depth) {
    return "{\"$and\":[".repeat(depth - 1) + "{}" + "]}".repeat(depth - 1);
  }

  /** The root, the array and its elements, each an object with one value. */
  private static ObjectNode withValues(int count) {
    ObjectNode root = NODES.objectNode();
    int left = count - 1;
    for (String join : List.of("$or", "$and", "$nor")) {
      ArrayNode parts = root.putArray(join);
      left--;
      for (int i = 0; i < QueryLimits.ARRAY_MAX && left >= 6; i++) {
        ArrayNode in = parts.addObject().putObject("name").putArray("$in");
        left -= 4;
        in.add("x");
      }
    }
    ArrayNode rest = root.putObject("name").putArray("$in");
    left -= 2;
    for (int i = 0; i < left; i++) {
      rest.add("x");
    }
    return root;
  }

  @Test
  void refusalsNameThePlaceAndTheReason() {
    for (var row : QueryCase.refused()) {
      Parsed<?> parsed =
          switch (row.of()) {
            case "device" -> QueryParser.devices(row.query());
            case "key" -> QueryParser.accessKeys(row.query());
            case "tagFilter" -> QueryParser.tagFilter(row.query());
            default -> throw new IllegalArgumentException(row.of());
          };
      assertThat(parsed).as("line %d", row.line()).isEqualTo(Parsed.rejected(row.reason()));
    }
  }

  /** QRY-13. */
  @Test
  void depthIsBounded() {
    assertThat(keys(nested(QueryLimits.DEPTH_MAX))).isInstanceOf(Parsed.Ok.class);
    assertThat(keys(nested(QueryLimits.DEPTH_MAX + 1)))
        .isEqualTo(
            Parsed.rejected(
                "$and[0]" + ".$and[0]".repeat(9) + " is nested deeper than 10 queries"));
  }

  /** QRY-13. */
  @Test
  void valuesAreBounded() {
    ObjectNode most = withValues(QueryLimits.NODES_MAX);
    assertThat(QueryParser.devices(most)).isInstanceOf(Parsed.Ok.class);
    ((ArrayNode) most.get("name").get("$in")).add("x");
    assertThat(QueryParser.devices(most))
        .isEqualTo(Parsed.rejected("must have at most 1000 values"));
  }

  @Test
  void arraysAreBounded() {
    ObjectNode query = NODES.objectNode();
    ArrayNode parts = query.putArray("$or");
    for (int i = 0; i < QueryLimits.ARRAY_MAX; i++) {
      parts.addObject();
    }
    assertThat(QueryParser.devices(query)).isInstanceOf(Parsed.Ok.class);
    parts.addObject();
    assertThat(QueryParser.devices(query))
        .isEqualTo(Parsed.rejected("$or must have at most 100 elements"));
  }

  @Test
  void textsAreBounded() {
    ObjectNode query = NODES.objectNode();
    query.put("description", "x".repeat(QueryLimits.TEXT_LENGTH_MAX));
    assertThat(QueryParser.accessKeys(query)).isInstanceOf(Parsed.Ok.class);
    query.put("description", "x".repeat(QueryLimits.TEXT_LENGTH_MAX + 1));
    assertThat(QueryParser.accessKeys(query))
        .isEqualTo(Parsed.rejected("description must have at most 32767 characters"));
  }

  /** A document without end is left after its first thousand values. */
  @Test
  @Timeout(5)
  void hugeDocumentsAreRefusedAtOnce() {
    ObjectNode wide = NODES.objectNode();
    for (int i = 0; i < 200_000; i++) {
      wide.put("name" + i, "x");
    }
    ObjectNode query = NODES.objectNode();
    query.set("tags", wide);
    assertThat(QueryParser.devices(query))
        .isEqualTo(Parsed.rejected("must have at most 1000 values"));
  }

  /** Numbers with a billion digits, should the reader of the JSON ever let one through. */
  @Test
  void numbersOfAnySizeCompile() {
    for (String number :
        List.of("1e999999999", "-1e999999999", "1e-999999999", "-1e-999999999", "0e999999999")) {
      for (String operator : List.of("$eq", "$ne", "$gt", "$gte", "$lt", "$lte")) {
        ObjectNode query = NODES.objectNode();
        query.putObject("creationDate").put(operator, new BigDecimal(number));
        SqlCondition condition = compile(QueryParser.devices(query));
        assertThat(condition.parameters().toString()).as(number + operator).hasSizeLessThan(200);
      }
    }
  }

  /** What the caller sends has no way into the text: it is the same for any values. */
  @Test
  void theSqlDependsOnTheShapeAlone() {
    List<String> injections =
        List.of(
            "a",
            "'",
            "\"",
            "' OR 1=1 --",
            "\\",
            ":query0",
            "?",
            "%",
            "$1",
            "{0}",
            "<x>",
            "\n;",
            "*/",
            "🔑'");
    var texts = new TreeSet<String>();
    for (String injection : injections) {
      ObjectNode query = NODES.objectNode();
      query.putObject("name").put("$eq", injection).put("$contains", injection);
      query.putObject("attributeName").putArray("$in").add(injection);
      query.putObject("tags").put("$tagKey", injection).put("$tagValue", injection);
      SqlCondition condition = compile(QueryParser.devices(query));
      texts.add(condition.sql());
      assertThat(condition.parameters()).containsValue(injection);
    }
    assertThat(texts).hasSize(1);
    assertThat(texts.first()).matches("[a-zA-Z0-9_ .,:()=<>']*");
  }

  @Test
  void noNameOfAFieldOrTagReachesTheSql() {
    for (String name :
        List.of(
            "name; --", "name\" OR 1=1", "d.id", "id'", "$where", "__proto__", "constructor", "")) {
      ObjectNode query = NODES.objectNode().put(name, "x");
      assertThat(QueryParser.devices(query)).isInstanceOf(Parsed.Rejected.class);
      assertThat(QueryParser.accessKeys(query)).isInstanceOf(Parsed.Rejected.class);
      ObjectNode tags = NODES.objectNode();
      tags.putObject("tags").put(name, "x");
      Parsed<Query<DeviceField>> parsed = QueryParser.devices(tags);
      if (parsed instanceof Parsed.Ok<Query<DeviceField>>) {
        assertThat(name).isIn("__proto__", "constructor");
        assertThat(compile(parsed).sql()).doesNotContain(name);
      }
    }
  }

  private static final TagFacts FEW = new QueryContract.Facts(true, true, new AtomicBoolean());

  private static SqlCondition compile(Parsed<Query<DeviceField>> query) {
    return QueryCompiler.devices(query.orThrow(), APPLICATION, Dialect.SQLITE, FEW, "query");
  }

  /** Documents of all kinds are read or refused, and what is read can be compiled. */
  @Test
  void anyDocumentIsReadOrRefused() {
    int read = 0;
    for (int i = 0; i < ROUNDS; i++) {
      long seed = SEED + i;
      JsonNode document = new RandomDocuments(new Random(seed)).next();
      try {
        if (QueryParser.devices(document) instanceof Parsed.Ok<Query<DeviceField>>(var query)) {
          QueryCompiler.devices(query, APPLICATION, Dialect.SQLITE, FEW, "query");
          read++;
        }
        if (QueryParser.accessKeys(document)
            instanceof Parsed.Ok<Query<AccessKeyField>>(var query)) {
          QueryCompiler.accessKeys(query, APPLICATION, Dialect.POSTGRESQL);
          read++;
        }
        QueryParser.tagFilter(document);
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + document, e);
      }
    }
    assertThat(read).as("documents that are queries").isBetween(ROUNDS / 20, ROUNDS);
  }

  /** Each valid query with one value replaced by another of any kind. */
  @Test
  void spoiltQueriesAreReadOrRefused() {
    List<Item> items = new RandomItems(new Random(SEED)).devices(20);
    int refused = 0;
    for (int i = 0; i < ROUNDS; i++) {
      long seed = SEED + i;
      var random = new Random(seed);
      ObjectNode query = new RandomQueries(random, List.of(DeviceField.values()), items).next();
      JsonNode spoilt = spoil(query, random);
      try {
        if (QueryParser.devices(spoilt) instanceof Parsed.Rejected<?>) {
          refused++;
        } else {
          compile(QueryParser.devices(spoilt));
        }
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + spoilt, e);
      }
    }
    assertThat(refused).isBetween(ROUNDS / 4, ROUNDS);
  }

  private static JsonNode spoil(JsonNode node, Random random) {
    if (!node.isContainer() || node.isEmpty() || random.nextInt(4) == 0) {
      return new RandomDocuments(random).next();
    }
    JsonNode copy = node.deepCopy();
    if (copy instanceof ObjectNode object) {
      List<String> names = new ArrayList<>(object.propertyNames());
      String name = names.get(random.nextInt(names.size()));
      object.set(name, spoil(object.get(name), random));
    } else if (copy instanceof ArrayNode array) {
      int index = random.nextInt(array.size());
      array.set(index, spoil(array.get(index), random));
    }
    return copy;
  }
}
