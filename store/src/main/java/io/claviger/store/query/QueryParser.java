package io.claviger.store.query;

import io.claviger.core.Parsed;
import io.claviger.core.device.TagSelector;
import io.claviger.core.query.AccessKeyField;
import io.claviger.core.query.DeviceField;
import io.claviger.core.query.EventField;
import io.claviger.core.query.Query;
import io.claviger.core.query.QueryField;
import io.claviger.core.query.QueryLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * Reads advanced queries. A rejection names the place, such as {@code $or[1].name.$gtx is not an
 * operator}; the time is bounded by {@link QueryLimits}, whatever the document is.
 */
public final class QueryParser {
  private QueryParser() {}

  /** A query for access keys (QRY-2). */
  public static Parsed<Query<AccessKeyField>> accessKeys(JsonNode document) {
    return parse(document, AccessKeyField::named);
  }

  /** A query for devices (QRY-3). */
  public static Parsed<Query<DeviceField>> devices(JsonNode document) {
    return parse(document, DeviceField::named);
  }

  /** A query for events. */
  public static Parsed<Query<EventField>> events(JsonNode document) {
    return parse(document, EventField::named);
  }

  /** The simple form for devices, {@code [{key?, value?}]} (QRY-14). */
  public static Parsed<Query<DeviceField>> tagFilter(JsonNode document) {
    try {
      List<TagSelector> entries = new ArrayList<>();
      for (Spot entry : Spot.root(document).elements()) {
        entries.add(TagParser.selector(entry));
      }
      return Parsed.ok(Query.tagFilter(entries));
    } catch (RefusedQuery refused) {
      return Parsed.rejected(refused.reason());
    }
  }

  private static <F extends QueryField> Parsed<Query<F>> parse(
      JsonNode document, Function<String, Optional<F>> fields) {
    try {
      return Parsed.ok(new Reader<>(fields).query(Spot.root(document), 1));
    } catch (RefusedQuery refused) {
      return Parsed.rejected(refused.reason());
    }
  }

  private record Reader<F extends QueryField>(Function<String, Optional<F>> fields) {
    Query<F> query(Spot at, int depth) throws RefusedQuery {
      if (!at.node().isObject()) {
        throw at.refuse("must be an object");
      }
      if (depth > QueryLimits.DEPTH_MAX) {
        throw at.refuse("is nested deeper than " + QueryLimits.DEPTH_MAX + " queries");
      }
      List<Query<F>> parts = new ArrayList<>();
      for (String name : at.names()) {
        parts.add(part(at, name, depth));
      }
      return parts.size() == 1 ? parts.getFirst() : new Query.All<>(parts);
    }

    private Query<F> part(Spot at, String name, int depth) throws RefusedQuery {
      return switch (name) {
        case "$and" -> new Query.All<>(queries(at.property(name), depth));
        case "$or" -> new Query.Any<>(queries(at.property(name), depth));
        case "$nor" -> new Query.Nor<>(queries(at.property(name), depth));
        default -> condition(at, name);
      };
    }

    private List<Query<F>> queries(Spot at, int depth) throws RefusedQuery {
      List<Query<F>> queries = new ArrayList<>();
      for (Spot element : at.elements()) {
        queries.add(query(element, depth + 1));
      }
      return queries;
    }

    private Query<F> condition(Spot at, String name) throws RefusedQuery {
      Optional<F> field = fields.apply(name);
      if (field.isEmpty()) {
        throw at.refuseProperty(name, name.startsWith("$") ? "is not an operator" : "is no field");
      }
      Spot value = at.property(name);
      return switch (field.get().kind()) {
        case TAGS -> TagParser.condition(field.get(), value);
        case ID, ID_LIST -> ValueParser.identifier(field.get(), value);
        case TEXT, TEXT_LIST, DATE -> ValueParser.scalar(field.get(), value);
      };
    }
  }
}
