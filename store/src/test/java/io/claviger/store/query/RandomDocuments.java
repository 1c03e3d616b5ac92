package io.claviger.store.query;

import io.claviger.core.query.AccessKeyField;
import io.claviger.core.query.DeviceField;
import io.claviger.core.query.QueryField;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** JSON of any shape with the words of queries in it. */
final class RandomDocuments {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private static final List<String> NAMES =
      Stream.of(
              Stream.of(AccessKeyField.values()).map(QueryField::wireName),
              Stream.of(DeviceField.values()).map(QueryField::wireName),
              Stream.of(
                  "$and",
                  "$or",
                  "$nor",
                  "$eq",
                  "$ne",
                  "$gt",
                  "$in",
                  "$nin",
                  "$ci",
                  "$contains",
                  "$startsWith",
                  "$tagKey",
                  "$tagValue",
                  "key",
                  "value",
                  "site",
                  "",
                  "$",
                  "\0",
                  "\ud800",
                  "é"))
          .flatMap(names -> names)
          .toList();

  private static final List<JsonNode> VALUES =
      List.of(
          JSON.nullNode(),
          JSON.booleanNode(true),
          JSON.numberNode(0),
          JSON.numberNode(Long.MIN_VALUE),
          JSON.numberNode(Double.NaN),
          JSON.numberNode(Double.NEGATIVE_INFINITY),
          JSON.numberNode(Float.POSITIVE_INFINITY),
          JSON.numberNode(Double.MIN_VALUE),
          JSON.numberNode(1.5f),
          JSON.numberNode(BigInteger.TWO.pow(200)),
          JSON.numberNode(new BigDecimal("1e-99999999")),
          JSON.numberNode(new BigDecimal("-1e99999999")),
          JSON.stringNode(""),
          JSON.stringNode("a"),
          JSON.stringNode("a\0b"),
          JSON.stringNode("\ud800"),
          JSON.stringNode("2026-01-01"),
          JSON.stringNode("+999999999-12-31T23:59:59Z"),
          JSON.stringNode("-999999999-01-01T00:00:00+18:00"),
          JSON.stringNode("2026-13-45T99:99:99Z"),
          JSON.stringNode("0123456789abcdefABCDEF01"),
          JSON.stringNode("x".repeat(40_000)),
          JSON.binaryNode(new byte[] {1, 2}),
          JSON.pojoNode(new Object()),
          JSON.missingNode());

  private final Random random;

  RandomDocuments(Random random) {
    this.random = random;
  }

  JsonNode next() {
    return next(random.nextInt(14));
  }

  private JsonNode next(int depth) {
    int kind = random.nextInt(8);
    if (depth == 0 || kind == 0) {
      return VALUES.get(random.nextInt(VALUES.size()));
    }
    int size = random.nextInt(20) == 0 ? 101 : random.nextInt(3);
    if (kind < 3) {
      ArrayNode array = JSON.arrayNode();
      for (int i = 0; i < size; i++) {
        array.add(next(size > 3 ? 0 : depth - 1));
      }
      return array;
    }
    ObjectNode object = JSON.objectNode();
    for (int i = 0; i < size; i++) {
      object.set(NAMES.get(random.nextInt(NAMES.size())), next(size > 3 ? 0 : depth - 1));
    }
    return object;
  }
}
