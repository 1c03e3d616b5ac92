package io.claviger.store.facts;

import io.claviger.core.change.Anchor;
import io.claviger.core.change.SubjectType;
import io.claviger.store.ChangeLogBegin;
import io.claviger.store.Database;
import io.claviger.store.SqlTypes;
import io.claviger.store.json.JsonColumn;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * How single things were at some moment, by the entries of the change log about them, and what
 * {@link ChangeBase} has kept of those that were removed.
 */
final class ChangeHistory {
  /** Entries of one thing that are read at once; mostly the first of them tells. */
  private static final int PAGE = 20;

  private final Database database;

  ChangeHistory(Database database) {
    this.database = database;
  }

  /**
   * The first moment of which the log tells everything: that of the oldest entry, or the latest
   * time of all that was removed from before it. Empty as long as there is no entry.
   */
  Optional<Instant> begin() {
    return database.read(
        handle -> ChangeLogBegin.anchor(handle).map(Anchor::until).or(() -> oldest(handle)));
  }

  private static Optional<Instant> oldest(Handle handle) {
    return handle
        .createQuery("SELECT recorded_at FROM change_log ORDER BY sequence LIMIT 1")
        .map((row, _) -> SqlTypes.instant(row, "recorded_at"))
        .findOne();
  }

  /**
   * How something was.
   *
   * @param document as it was last, while it was there
   * @param ended the action that ended it; empty while it is there
   */
  record Past(JsonNode document, Optional<String> ended) {}

  /**
   * Something as of a moment; empty when it had not been made then.
   *
   * @param organization for a member, of which organization; empty for everything else
   * @param moment nothing after it counts; not before {@link #begin}
   */
  Optional<Past> of(SubjectType type, String id, Optional<String> organization, Instant moment) {
    // An entry without it tells of a part only, and the rest is as it was before.
    String whole = ChangeBase.whole(type);
    ObjectNode parts = JsonNodeFactory.instance.objectNode();
    long before = Long.MAX_VALUE;
    while (true) {
      List<Row> rows = page(type, id, organization, moment, before);
      for (Row row : rows) {
        before = row.sequence();
        if (row.after().isPresent()) {
          JsonNode document = JsonColumn.read(row.after().get());
          if (document.has(whole)) {
            return Optional.of(new Past(overlaid(document, parts), Optional.empty()));
          }
          addMissing(parts, document);
        } else if (row.before().isPresent()) {
          return Optional.of(
              new Past(JsonColumn.read(row.before().get()), Optional.of(row.action())));
        }
      }
      if (rows.size() < PAGE) {
        return database
            .read(handle -> ChangeBase.find(handle, type, id, organization))
            .map(state ->
                new Past(
                    state.ended().isPresent()
                        ? state.document()
                        : overlaid(state.document(), parts),
                    state.ended()));
      }
    }
  }

  /**
   * Something as it was last, whether it is there or not; empty when it never was, or had ended
   * when the log begins.
   */
  Optional<JsonNode> known(SubjectType type, String id) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT after_json FROM change_log WHERE subject_type = :type"
                    + " AND subject_id = :id AND after_json LIKE :whole"
                    + " ORDER BY sequence DESC LIMIT 1")
            .bind("type", type.wireName())
            .bind("id", id)
            .bind("whole", "%\"" + ChangeBase.whole(type) + "\":%")
            .map((row, _) -> JsonColumn.read(row.getString("after_json")))
            .findOne()
            .or(() ->
                ChangeBase.find(handle, type, id, Optional.empty())
                    .map(ChangeBase.State::document)));
  }

  private static void addMissing(ObjectNode parts, JsonNode older) {
    for (Map.Entry<String, JsonNode> property : older.properties()) {
      if (!parts.has(property.getKey())) {
        parts.set(property.getKey(), property.getValue());
      }
    }
  }

  /** A document with some of its properties as they were later. */
  static JsonNode overlaid(JsonNode document, JsonNode parts) {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    document.properties().forEach(property -> result.set(property.getKey(), property.getValue()));
    parts.properties().forEach(property -> result.set(property.getKey(), property.getValue()));
    return result;
  }

  private record Row(
      long sequence, String action, Optional<String> before, Optional<String> after) {}

  private List<Row> page(
      SubjectType type, String id, Optional<String> organization, Instant moment, long before) {
    Map<String, Object> values = new HashMap<>();
    organization.ifPresent(text -> values.put("organization", text));
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT sequence, action, before_json, after_json FROM change_log"
                    + " WHERE subject_type = :type AND subject_id = :id AND sequence < :before"
                    + " AND recorded_at <= :moment"
                    + (organization.isPresent() ? " AND organization_id = :organization" : "")
                    + " ORDER BY sequence DESC LIMIT :limit")
            .bind("type", type.wireName())
            .bind("id", id)
            .bind("before", before)
            .bind("moment", moment)
            .bindMap(values)
            .bind("limit", PAGE)
            .map((row, _) ->
                new Row(
                    row.getLong("sequence"),
                    row.getString("action"),
                    SqlTypes.optionalText(row, "before_json"),
                    SqlTypes.optionalText(row, "after_json")))
            .list());
  }
}
