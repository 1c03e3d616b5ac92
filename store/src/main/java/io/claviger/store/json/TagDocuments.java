package io.claviger.store.json;

import io.claviger.core.device.TagSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Tag entries of a device selection as JSON, in the form of the API: {@code {key?, value?}}. */
public final class TagDocuments {
  private TagDocuments() {}

  /**
   * The entries of a valid array.
   *
   * @throws IllegalArgumentException when an entry names neither key nor value
   */
  public static List<TagSelector> selectors(JsonNode array) {
    List<TagSelector> selectors = new ArrayList<>();
    for (JsonNode entry : array) {
      selectors.add(new TagSelector(text(entry, "key"), text(entry, "value")));
    }
    return List.copyOf(selectors);
  }

  private static Optional<String> text(JsonNode object, String name) {
    return object.has(name) ? Optional.of(object.get(name).stringValue()) : Optional.empty();
  }

  /** The array of the entries, in their order. */
  public static ArrayNode array(List<TagSelector> selectors) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (TagSelector selector : selectors) {
      ObjectNode entry = array.addObject();
      selector.key().ifPresent(key -> entry.put("key", key));
      selector.value().ifPresent(value -> entry.put("value", value));
    }
    return array;
  }
}
