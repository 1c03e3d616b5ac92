package io.claviger.server.changelog;

import io.claviger.core.change.Change;
import io.claviger.server.http.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What an entry of the change log has changed, one field after the other (LUC-12). */
final class FieldChanges {
  /** They change with everything else and say nothing. */
  private static final Set<String> SILENT = Set.of("_type", "lastUpdated");

  private FieldChanges() {}

  /**
   * One field.
   *
   * @param name with dots where it is inside of another
   * @param before what it was; empty where it was not there
   * @param after what it is; empty where it is no more
   */
  record Field(String name, Optional<JsonNode> before, Optional<JsonNode> after) {}

  /** The fields that differ; of what was made or deleted all of them. */
  static List<Field> of(Change change) {
    Map<String, JsonNode> before = leaves(change.before());
    Map<String, JsonNode> after = leaves(change.after());
    Set<String> names = new LinkedHashSet<>(before.keySet());
    names.addAll(after.keySet());
    List<Field> fields = new ArrayList<>();
    for (String name : names) {
      Optional<JsonNode> was = Optional.ofNullable(before.get(name));
      Optional<JsonNode> is = Optional.ofNullable(after.get(name));
      if (!was.equals(is)) {
        fields.add(new Field(name, was, is));
      }
    }
    return fields;
  }

  private static Map<String, JsonNode> leaves(Optional<String> document) {
    Map<String, JsonNode> leaves = new LinkedHashMap<>();
    document.ifPresent(
        text -> collect(Json.parse(text.getBytes(StandardCharsets.UTF_8)), "", leaves));
    return leaves;
  }

  /** Arrays stay whole: what moved inside of one is best seen side by side. */
  private static void collect(JsonNode node, String name, Map<String, JsonNode> leaves) {
    if (node instanceof ObjectNode object && !(object.isEmpty() && !name.isEmpty())) {
      for (Map.Entry<String, JsonNode> entry : object.properties()) {
        if (!SILENT.contains(entry.getKey())) {
          collect(
              entry.getValue(),
              name.isEmpty() ? entry.getKey() : name + "." + entry.getKey(),
              leaves);
        }
      }
    } else {
      leaves.put(name, node);
    }
  }
}
