package io.claviger.server.api;

import io.claviger.server.http.Json;
import io.claviger.server.http.Query;
import io.claviger.store.ListPage;
import io.claviger.store.ListRequest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The parts that all answers are made of (WIR-8 to WIR-10). */
public final class Wire {
  /** ISO 8601 in UTC with milliseconds. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Wire() {}

  /** A time as it stands in every answer. */
  public static String time(Instant time) {
    return TIME.format(time);
  }

  /** An object with its id under both names (WIR-8) and its type. */
  public static ObjectNode object(String type, String id) {
    return Json.emptyObject().put("_type", type).put("id", id).put(type + "Id", id);
  }

  /** Puts a text that may be absent; absent ones are left out. */
  public static void put(ObjectNode object, String name, Optional<String> text) {
    text.ifPresent(value -> object.put(name, value));
  }

  /** Puts a time that may be absent; absent ones are left out. */
  public static void putTime(ObjectNode object, String name, Optional<Instant> time) {
    time.ifPresent(value -> object.put(name, time(value)));
  }

  /** Adds {@code _links} by name, for a caller that asked for them. */
  public static ObjectNode withLinks(ObjectNode object, Query query, Map<String, String> links) {
    if (query.text("_links").map("true"::equals).orElse(false)) {
      ObjectNode node = object.putObject("_links");
      links.forEach((name, href) -> node.putObject(name).put("href", href));
    }
    return object;
  }

  /**
   * A page of a list (WIR-10).
   *
   * @param type of the collection, in the plural: {@code devices}
   */
  public static <T> ObjectNode page(
      String type, ListRequest request, ListPage<T> page, Function<? super T, ObjectNode> render) {
    ObjectNode object = Json.emptyObject().put("_type", type);
    ArrayNode items = object.putArray("items");
    page.items().forEach(item -> items.add(render.apply(item)));
    object.put("count", page.items().size());
    object.put("totalCount", page.totalCount());
    object.put("page", request.page());
    object.put("perPage", request.perPage());
    object.put("sortField", request.sortField());
    object.put("sortDirection", request.direction().wireName());
    request
        .filter()
        .ifPresent(filter -> {
          object.put("filterField", filter.field());
          object.put("filter", filter.glob().pattern());
        });
    return object;
  }
}
