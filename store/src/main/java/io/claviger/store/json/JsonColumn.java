package io.claviger.store.json;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * JSON in text columns. What stands there was written by this program, so it is read without
 * suspicion.
 */
public final class JsonColumn {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private JsonColumn() {}

  /** The document in a column. */
  public static JsonNode read(String column) {
    return MAPPER.readTree(column);
  }

  /** A document as it is kept. */
  public static String write(JsonNode document) {
    return MAPPER.writeValueAsString(document);
  }

  /** An array of texts. */
  public static List<String> texts(String column) {
    List<String> texts = new ArrayList<>();
    read(column).forEach(text -> texts.add(text.stringValue()));
    return List.copyOf(texts);
  }

  /** An array of texts as it is kept, in the order given. */
  public static String write(Collection<String> texts) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    texts.forEach(array::add);
    return write(array);
  }
}
