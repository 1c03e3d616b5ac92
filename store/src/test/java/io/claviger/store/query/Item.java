package io.claviger.store.query;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A device or a key as a query sees it: fields by their names, absent when missing. A value is a
 * text, a moment in milliseconds as {@code Long}, a list of texts, or a list of tags, each a map
 * with {@code key} and {@code value}.
 */
record Item(String id, Map<String, Object> fields) {
  Item {
    fields = Map.copyOf(fields);
  }

  Optional<Object> get(String field) {
    return Optional.ofNullable(fields.get(field));
  }

  Optional<String> text(String field) {
    return get(field).map(String.class::cast);
  }

  Optional<Long> millis(String field) {
    return get(field).map(Long.class::cast);
  }

  List<String> texts(String field) {
    return get(field).stream()
        .flatMap(list -> ((List<?>) list).stream())
        .map(Object::toString)
        .toList();
  }

  List<Map<?, ?>> tags(String field) {
    return get(field).stream()
        .flatMap(list -> ((List<?>) list).stream())
        .<Map<?, ?>>map(tag -> (Map<?, ?>) tag)
        .toList();
  }

  /** From a case of a table: a number is a moment. */
  static Item read(String id, JsonNode json) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", id);
    json.forEachEntry((name, value) -> fields.put(name, value(value)));
    return new Item(id, fields);
  }

  private static Object value(JsonNode json) {
    if (json.isNumber()) {
      return json.longValue();
    }
    if (json.isArray()) {
      return json.valueStream().map(Item::value).toList();
    }
    if (json.isObject()) {
      Map<String, Object> tag = new LinkedHashMap<>();
      json.forEachEntry((name, value) -> tag.put(name, value.stringValue()));
      return tag;
    }
    return json.stringValue();
  }
}
