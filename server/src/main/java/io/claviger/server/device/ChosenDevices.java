package io.claviger.server.device;

import io.claviger.core.Parsed;
import io.claviger.core.device.TagSelector;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.ObjectId;
import io.claviger.core.query.DeviceField;
import io.claviger.core.query.Query;
import io.claviger.server.api.Body;
import io.claviger.server.api.Call;
import io.claviger.server.api.ListParameters;
import io.claviger.server.http.ApiException;
import io.claviger.store.Database;
import io.claviger.store.device.DeviceFilter;
import io.claviger.store.device.DeviceRow;
import io.claviger.store.device.DeviceSet;
import io.claviger.store.device.DeviceSet.Presence;
import io.claviger.store.device.DeviceStore;
import io.claviger.store.query.QueryParser;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Devices that a body names by ids, by tags and by a query; whatever one of the three names is
 * meant (STA-10).
 */
public final class ChosenDevices {
  private final DeviceStore store;

  public ChosenDevices(Database database) {
    this.store = new DeviceStore(database);
  }

  /**
   * The alternatives in {@code deviceIds}, {@code deviceTags} and {@code deviceQuery}; none when
   * nothing is named.
   *
   * @throws ApiException 400 for a tag without key and value, and for what is no query
   */
  public static List<DeviceFilter> inBody(JsonNode body) {
    List<DeviceFilter> chosen = new ArrayList<>();
    Set<DeviceId> ids = new HashSet<>();
    Body.texts(body, "deviceIds")
        .orElse(List.of())
        .forEach(id -> ids.add(new DeviceId(ObjectId.normalise(id))));
    Set<TagSelector> tags = new HashSet<>();
    for (JsonNode tag : body.path("deviceTags")) {
      if (tag.isEmpty()) {
        throw ApiException.validation("deviceTags", "must have key, value or both in each entry");
      }
      tags.add(new TagSelector(Body.text(tag, "key"), Body.text(tag, "value")));
    }
    if (!ids.isEmpty() || !tags.isEmpty()) {
      chosen.add(new DeviceFilter.Selected(ids, tags));
    }
    if (body.has("deviceQuery")) {
      chosen.add(new DeviceFilter.Matching(query(body.get("deviceQuery"))));
    }
    return chosen;
  }

  private static Query<DeviceField> query(JsonNode document) {
    return switch (QueryParser.devices(document)) {
      case Parsed.Ok<Query<DeviceField>>(var query) -> query;
      case Parsed.Rejected<Query<DeviceField>>(String reason) ->
          throw ApiException.validation("deviceQuery", reason);
    };
  }

  /**
   * What the parameter {@code query} of a call demands, as far as its bearer reaches it; all that
   * it reaches when the parameter is absent.
   */
  public static DeviceSet inQuery(Call call) {
    return WantedDevices.ofParameter(call.request().query()).in(call, new Presence.Present());
  }

  /**
   * The devices of the application of a call that {@code query} in its body demands, as far as its
   * bearer reaches them.
   *
   * @throws ApiException 400 for what is no query
   */
  public static DeviceSet inBodyQuery(Call call) {
    return WantedDevices.ofQuery(call.body().get("query")).in(call, new Presence.Present());
  }

  /** Puts the parameter {@code query} beside the answer, where it was given. */
  public static void echoQuery(Call call, ObjectNode body) {
    ListParameters.query(call.request().query()).ifPresent(query -> body.set("query", query));
  }

  /** The ids of the first devices that are in one of the sets, in their order. */
  public List<DeviceId> ids(Collection<DeviceSet> sets, int limit) {
    TreeSet<DeviceId> ids = new TreeSet<>(Comparator.comparing(DeviceId::text));
    sets.forEach(set -> ids.addAll(store.ids(set, limit)));
    return ids.stream().limit(limit).toList();
  }

  /** The first devices that are in one of the sets, in the order of their ids. */
  public List<DeviceRow> rows(Collection<DeviceSet> sets, int limit) {
    Map<String, DeviceRow> rows = new TreeMap<>();
    sets.forEach(set -> store.first(set, limit).forEach(row -> rows.put(row.id().text(), row)));
    return rows.values().stream().limit(limit).toList();
  }
}
