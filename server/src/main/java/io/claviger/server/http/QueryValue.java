package io.claviger.server.http;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The value of one query parameter in the nested encoding of WIR-5. */
public sealed interface QueryValue {
  /** {@code name=value}. */
  record Text(String text) implements QueryValue {}

  /** {@code name[0]=a&name[1]=b}, {@code name[]=a} or a repeated name; never empty. */
  record Items(List<QueryValue> items) implements QueryValue {
    public Items {
      items = List.copyOf(items);
    }
  }

  /** {@code name[key]=value}; never empty, in the order of the request. */
  record Fields(Map<String, QueryValue> fields) implements QueryValue {}

  /** The same structure as JSON, with every leaf a string. */
  default JsonNode toJson() {
    return switch (this) {
      case Text(String text) -> JsonNodeFactory.instance.stringNode(text);
      case Items(List<QueryValue> items) -> {
        ArrayNode array = JsonNodeFactory.instance.arrayNode(items.size());
        items.forEach(item -> array.add(item.toJson()));
        yield array;
      }
      case Fields(Map<String, QueryValue> fields) -> {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        fields.forEach((name, value) -> object.set(name, value.toJson()));
        yield object;
      }
    };
  }
}
