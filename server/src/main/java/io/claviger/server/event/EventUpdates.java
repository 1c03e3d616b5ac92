package io.claviger.server.event;

import io.claviger.core.id.DeviceId;
import io.claviger.server.api.Changes;
import io.claviger.server.http.Json;
import io.claviger.store.event.EventRow;
import java.util.Optional;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What happened to an event. An event keeps its last updates, so that it can always be dealt with,
 * however often somebody has changed it.
 */
final class EventUpdates {
  static final int KEPT_MAX = 100;

  /** Characters that all updates of an event may have as JSON; more than any single one has. */
  static final int LENGTH_MAX = 131_072;

  private static final String OLD = "old";
  private static final String NEW = "new";

  private EventUpdates() {}

  /** What is different, for people; empty when nothing is. */
  static ObjectNode between(EventRow before, EventRow after) {
    ObjectNode update = Json.emptyObject();
    if (before.state() != after.state()) {
      update.put("state", after.state().wireName());
      put(update, "stateChange", before.state().wireName(), after.state().wireName());
    }
    if (before.level() != after.level()) {
      put(update, "levelChange", before.level().wireName(), after.level().wireName());
    }
    if (!before.subject().equals(after.subject())) {
      put(update, "subjectChange", before.subject(), after.subject());
    }
    if (!before.device().equals(after.device())) {
      ObjectNode change = update.putObject("deviceIdChange");
      put(change, OLD, "oldDeviceName", before);
      put(change, NEW, "newDeviceName", after);
    }
    if (!after.details().path("disableTagChangeTracking").asBoolean(false)) {
      ObjectNode tags =
          tags(before.details().path(EventRow.TAGS), after.details().path(EventRow.TAGS));
      if (!tags.isEmpty()) {
        update.set("tagsChange", tags);
      }
    }
    return update;
  }

  private static void put(ObjectNode update, String name, String before, String after) {
    update.putObject(name).put(OLD, before).put(NEW, after);
  }

  private static void put(ObjectNode change, String id, String name, EventRow event) {
    event.device().map(DeviceId::text).ifPresent(text -> change.put(id, text));
    Optional<String> shown = event.deviceName();
    shown.ifPresent(text -> change.put(name, text));
  }

  private static ObjectNode tags(JsonNode before, JsonNode after) {
    TreeSet<String> keys = new TreeSet<>(before.propertyNames());
    keys.addAll(after.propertyNames());
    ObjectNode changes = Json.emptyObject();
    for (String key : keys) {
      if (!before.path(key).equals(after.path(key))) {
        ObjectNode change = changes.putObject(key);
        if (before.has(key)) {
          change.set(OLD, before.get(key));
        }
        if (after.has(key)) {
          change.set(NEW, after.get(key));
        }
      }
    }
    return changes;
  }

  /** Adds an update behind the others; the oldest go when there are too many or too long. */
  static void append(ObjectNode details, ObjectNode update) {
    ArrayNode updates =
        details.get(EventJson.UPDATES) instanceof ArrayNode some
            ? some
            : details.putArray(EventJson.UPDATES);
    updates.add(update);
    while (updates.size() > KEPT_MAX
        || (updates.size() > 1 && Changes.text(updates).length() > LENGTH_MAX)) {
      updates.remove(0);
    }
  }
}
