package io.claviger.store.query;

import io.claviger.core.query.FieldKind;
import io.claviger.core.query.QueryField;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Valid queries, with values that some item has more often than not. */
final class RandomQueries {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<String> COMPARISONS =
      List.of("$eq", "$ne", "$gt", "$gte", "$lt", "$lte");
  private static final List<String> PARTIAL = List.of("$startsWith", "$endsWith", "$contains");
  private static final List<String> MEMBERSHIP = List.of("$in", "$nin");

  private final Random random;
  private final RandomItems values;
  private final List<? extends QueryField> fields;
  private final List<Item> items;

  RandomQueries(Random random, List<? extends QueryField> fields, List<Item> items) {
    this.random = random;
    this.values = new RandomItems(random);
    this.fields = fields;
    this.items = items;
  }

  ObjectNode next() {
    return random.nextInt(5) == 0 ? alternatives(values.one(fields)) : query(random.nextInt(4));
  }

  /** Several conditions on one field, which may be asked together, and perhaps another. */
  private ObjectNode alternatives(QueryField field) {
    ObjectNode query = JSON.objectNode();
    ArrayNode parts = query.putArray(values.one(List.of("$and", "$or", "$nor")));
    int count = random.nextInt(2, 6);
    for (int i = 0; i < count; i++) {
      parts.addObject().set(field.wireName(), condition(field));
    }
    if (random.nextInt(3) == 0) {
      parts.add(query(1));
    }
    return query;
  }

  private ObjectNode query(int depth) {
    ObjectNode query = JSON.objectNode();
    int parts = random.nextInt(20) == 0 ? 0 : 1 + random.nextInt(4) / 3;
    for (int i = 0; i < parts; i++) {
      if (depth > 0 && random.nextInt(2) == 0) {
        query.set(values.one(List.of("$and", "$or", "$nor")), queries(depth - 1));
      } else {
        QueryField field = values.one(fields);
        query.set(field.wireName(), condition(field));
      }
    }
    return query;
  }

  private ArrayNode queries(int depth) {
    ArrayNode queries = JSON.arrayNode();
    int count = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      queries.add(query(depth));
    }
    return queries;
  }

  private JsonNode condition(QueryField field) {
    return switch (field.kind()) {
      case TAGS -> tags();
      case ID, ID_LIST -> identifier(field);
      case TEXT, TEXT_LIST, DATE ->
          random.nextInt(4) == 0 ? literal(field, true) : operators(field);
    };
  }

  private JsonNode identifier(QueryField field) {
    if (random.nextInt(3) == 0) {
      return idOrNull(field);
    }
    ObjectNode condition = JSON.objectNode();
    if (random.nextInt(3) == 0) {
      ArrayNode ids = condition.putArray(values.one(MEMBERSHIP));
      int count = random.nextInt(4);
      for (int i = 0; i < count; i++) {
        ids.add(id(field));
      }
    } else {
      condition.set(values.one(COMPARISONS), idOrNull(field));
    }
    return condition;
  }

  private JsonNode idOrNull(QueryField field) {
    return random.nextInt(5) == 0 ? JSON.nullNode() : JSON.stringNode(id(field));
  }

  private String id(QueryField field) {
    String id = field.wireName().equals("deviceIds") ? values.sharedId() : values.one(items).id();
    return random.nextBoolean() ? id : id.toUpperCase(Locale.ROOT);
  }

  private ObjectNode operators(QueryField field) {
    ObjectNode condition = JSON.objectNode();
    int count = random.nextInt(16) == 0 ? 0 : 1 + random.nextInt(4) / 3;
    for (int i = 0; i < count; i++) {
      switch (random.nextInt(4)) {
        case 0 -> condition.put(values.one(PARTIAL), part(field));
        case 1 -> {
          ArrayNode among = condition.putArray(values.one(MEMBERSHIP));
          int size = random.nextInt(4);
          for (int j = 0; j < size; j++) {
            among.add(literal(field, false));
          }
        }
        default -> condition.set(values.one(COMPARISONS), literal(field, true));
      }
    }
    if (random.nextInt(3) == 0) {
      condition.put("$ci", random.nextInt(4) > 0);
    }
    return condition;
  }

  private JsonNode literal(QueryField field, boolean orNull) {
    return switch (random.nextInt(20)) {
      case 0 -> orNull ? JSON.nullNode() : JSON.booleanNode(false);
      case 1 -> JSON.booleanNode(true);
      case 2 -> JSON.numberNode(random.nextInt(3));
      case 3 -> JSON.stringNode(values.text(RandomItems.LETTERS, 0, 3));
      default -> field.kind() == FieldKind.DATE ? moment() : JSON.stringNode(existing(field));
    };
  }

  private JsonNode moment() {
    long millis = values.millis() + random.nextInt(-1, 2);
    return switch (random.nextInt(4)) {
      case 0 -> JSON.stringNode(Instant.ofEpochMilli(millis).toString());
      case 1 -> JSON.numberNode(millis + 0.5);
      default -> JSON.numberNode(millis);
    };
  }

  /** A value of some item, perhaps with the case of its letters changed. */
  private String existing(QueryField field) {
    Object value = values.one(items).get(field.wireName()).orElse("nothing");
    if (value instanceof List<?> list) {
      value = list.isEmpty() ? "nothing" : list.get(random.nextInt(list.size()));
    }
    String text = value.toString();
    return switch (random.nextInt(4)) {
      case 0 -> text.toUpperCase(Locale.ROOT);
      case 1 -> text.toLowerCase(Locale.ROOT);
      default -> text;
    };
  }

  private String part(QueryField field) {
    int[] points = existing(field).codePoints().toArray();
    if (points.length == 0) {
      return "a";
    }
    int from = random.nextInt(points.length);
    int length = random.nextInt(1, points.length - from + 1);
    return new String(points, random.nextBoolean() ? 0 : from, random.nextBoolean() ? 1 : length);
  }

  private JsonNode tags() {
    return switch (random.nextInt(4)) {
      case 0 -> JSON.objectNode().set("$ne", tagTest());
      case 1 -> JSON.objectNode().set("$eq", tagTest());
      default -> tagTest();
    };
  }

  private JsonNode tagTest() {
    ObjectNode test = JSON.objectNode();
    switch (random.nextInt(6)) {
      case 0 -> {
        return JSON.nullNode();
      }
      case 1 -> test.set("$tagKey", tagPart(true));
      case 2 -> test.set("$tagValue", tagPart(false));
      case 3 -> {
        test.set("$tagKey", tagPart(true));
        test.set("$tagValue", tagPart(false));
      }
      default -> {
        int keys = random.nextInt(3);
        for (int i = 0; i < keys; i++) {
          test.set(values.tagKey(), tagPart(false));
        }
      }
    }
    return test;
  }

  private JsonNode tagPart(boolean key) {
    return switch (random.nextInt(5)) {
      case 0 -> JSON.nullNode();
      case 1, 2 -> {
        ObjectNode part = JSON.objectNode();
        ArrayNode among = part.putArray(values.one(MEMBERSHIP));
        int size = random.nextInt(3);
        for (int i = 0; i < size; i++) {
          among.add(tagText(key));
        }
        yield part;
      }
      default -> JSON.stringNode(tagText(key));
    };
  }

  private String tagText(boolean key) {
    return key ? values.tagKey() : values.tagValue();
  }
}
