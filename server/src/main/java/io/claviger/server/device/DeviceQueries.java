package io.claviger.server.device;

import io.claviger.core.Parsed;
import io.claviger.core.device.DeviceClass;
import io.claviger.core.device.TagSelector;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.ObjectId;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.http.Query;
import io.claviger.store.device.DeviceFilter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * The part of the advanced device query (QRY-1, QRY-3) that asks for equality: {@code id}, {@code
 * name} and {@code deviceClass} with {@code $eq} and {@code $in}, and tags with a key, a value or
 * both. Anything else is refused, never passed over.
 */
final class DeviceQueries {
  private static final int IN_MAX = 100;

  private static final Set<String> LATER =
      Set.of(
          "$and",
          "$or",
          "$nor",
          "gatewayId",
          "parentId",
          "ancestorId",
          "experienceUserId",
          "experienceGroupId",
          "attributeName",
          "creationDate",
          "lastUpdated",
          "deletedAt",
          "connectedAt",
          "disconnectedAt",
          "connectionStatus");
  private static final Set<String> LATER_OPERATORS =
      Set.of(
          "$ne",
          "$gt",
          "$lt",
          "$gte",
          "$lte",
          "$startsWith",
          "$endsWith",
          "$contains",
          "$ci",
          "$in",
          "$nin");

  private DeviceQueries() {}

  /** The query of the parameter {@code query}; empty when it is absent or blank. */
  static Optional<JsonNode> parameter(Query query) {
    return query
        .text("query")
        .filter(text -> !text.isBlank())
        .map(text -> Json.parse("query", text));
  }

  /** What the parameter {@code query} demands; everything when it is absent. */
  static DeviceFilter filter(Query query) {
    return parameter(query).map(DeviceQueries::read).orElseGet(DeviceFilter.Everything::new);
  }

  /**
   * Reads a query.
   *
   * @throws ApiException 400 for what is no query, or none that can be answered
   */
  static DeviceFilter read(JsonNode query) {
    if (!query.isObject()) {
      throw ApiException.validation("query", "must be an object");
    }
    List<DeviceFilter> all = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : query.properties()) {
      all.add(field(entry.getKey(), entry.getValue()));
    }
    return new DeviceFilter.AllOf(all);
  }

  private static DeviceFilter field(String name, JsonNode value) {
    return switch (name) {
      case "id" -> ids(value);
      case "name" -> scalar(name, value, texts -> new DeviceFilter.Named(Set.copyOf(texts)));
      case "deviceClass" -> scalar(name, value, DeviceQueries::classes);
      case "tags" -> tags("query.tags", value);
      default -> {
        if (LATER.contains(name)) {
          throw unavailable(name);
        }
        throw ApiException.validation("query." + shortened(name), "is not a field of devices");
      }
    };
  }

  /** A class that does not exist is nobody's (QRY-12). */
  private static DeviceFilter classes(List<String> names) {
    Set<DeviceClass> classes = new HashSet<>();
    for (String name : names) {
      if (DeviceClass.parse(name) instanceof Parsed.Ok<DeviceClass>(DeviceClass known)) {
        classes.add(known);
      }
    }
    return new DeviceFilter.Classed(classes);
  }

  /** A bare id or null, or exactly one operator (QRY-6). */
  private static DeviceFilter ids(JsonNode value) {
    if (!value.isObject()) {
      return DeviceFilter.identified(id("query.id", value));
    }
    if (value.size() != 1) {
      throw ApiException.validation("query.id", "must have exactly one operator");
    }
    Map.Entry<String, JsonNode> only = value.properties().iterator().next();
    return switch (only.getKey()) {
      case "$eq" -> DeviceFilter.identified(id("query.id.$eq", only.getValue()));
      case "$in" -> {
        Set<DeviceId> ids = new HashSet<>();
        for (JsonNode element : array("query.id.$in", only.getValue())) {
          if (element.isNull()) {
            throw ApiException.validation("query.id.$in", "must hold ids");
          }
          ids.addAll(id("query.id.$in", element));
        }
        yield DeviceFilter.identified(ids);
      }
      default -> throw operator("query.id", only.getKey());
    };
  }

  /** One id; none for null, since every device has one. */
  private static Set<DeviceId> id(String field, JsonNode value) {
    if (value.isNull()) {
      return Set.of();
    }
    if (!value.isString() || !ObjectId.isValid(value.stringValue())) {
      throw ApiException.validation(field, "must be an id of 24 hexadecimal digits");
    }
    return Set.of(new DeviceId(ObjectId.normalise(value.stringValue())));
  }

  /** A bare value, or operators of which all must hold (QRY-4). */
  private static DeviceFilter scalar(
      String name, JsonNode value, Function<List<String>, DeviceFilter> equalToOneOf) {
    String field = "query." + name;
    if (!value.isObject()) {
      return equalToOneOf.apply(text(field, value));
    }
    List<DeviceFilter> all = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      switch (entry.getKey()) {
        case "$eq" -> all.add(equalToOneOf.apply(text(field + ".$eq", entry.getValue())));
        case "$in" -> {
          List<String> texts = new ArrayList<>();
          for (JsonNode element : array(field + ".$in", entry.getValue())) {
            texts.addAll(text(field + ".$in", element));
          }
          all.add(equalToOneOf.apply(texts));
        }
        default -> throw operator(field, entry.getKey());
      }
    }
    return new DeviceFilter.AllOf(all);
  }

  /** The text of a value; a number, a boolean and null are equal to no text (QRY-12). */
  private static List<String> text(String field, JsonNode value) {
    if (value.isString()) {
      return List.of(value.stringValue());
    }
    if (value.isNumber() || value.isBoolean() || value.isNull()) {
      return List.of();
    }
    throw ApiException.validation(field, "must be a text, a number, true, false or null");
  }

  private static JsonNode array(String field, JsonNode value) {
    if (!value.isArray() || value.size() > IN_MAX) {
      throw ApiException.validation(field, "must be a list of at most 100 values");
    }
    return value;
  }

  /** {@code $tagKey} and {@code $tagValue} of one tag, and tags by their keys (QRY-10). */
  private static DeviceFilter tags(String field, JsonNode value) {
    if (value.isNull()) {
      throw unavailable("null for tags");
    }
    if (!value.isObject() || value.isEmpty()) {
      throw ApiException.validation(field, "must be an object that is not empty");
    }
    List<DeviceFilter> all = new ArrayList<>();
    Optional<String> key = Optional.empty();
    Optional<String> text = Optional.empty();
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      String name = entry.getKey();
      switch (name) {
        case "$tagKey" -> key = Optional.of(tagText(field, name, entry.getValue()));
        case "$tagValue" -> text = Optional.of(tagText(field, name, entry.getValue()));
        case "$eq" -> all.add(tagExpression(field, entry.getValue()));
        default -> {
          if (name.startsWith("$")) {
            throw operator(field, name);
          }
          all.add(tagged(Optional.of(name), Optional.of(tagText(field, name, entry.getValue()))));
        }
      }
    }
    if (key.isPresent() || text.isPresent()) {
      all.add(tagged(key, text));
    }
    return new DeviceFilter.AllOf(all);
  }

  private static DeviceFilter tagExpression(String field, JsonNode value) {
    if (value.has("$eq")) {
      throw ApiException.validation(field + ".$eq", "must not hold another $eq");
    }
    return tags(field + ".$eq", value);
  }

  private static DeviceFilter tagged(Optional<String> key, Optional<String> value) {
    return DeviceFilter.tagged(new TagSelector(key, value));
  }

  private static String tagText(String field, String name, JsonNode value) {
    if (value.isString()) {
      return value.stringValue();
    }
    if (value.isNull()) {
      throw unavailable("null for tags");
    }
    if (value.isObject() && value.size() == 1) {
      throw operator(field, value.propertyNames().iterator().next());
    }
    throw ApiException.validation(field + "." + shortened(name), "must be a text");
  }

  private static ApiException operator(String field, String name) {
    return LATER_OPERATORS.contains(name)
        ? unavailable(name)
        : ApiException.validation(field, "knows no operator " + shortened(name));
  }

  private static ApiException unavailable(String what) {
    return ApiException.validation("query", "uses " + what + ", which is not available yet");
  }

  /** Names in a query are as long as clients please. */
  private static String shortened(String name) {
    return name.length() <= 64 ? name : name.substring(0, name.offsetByCodePoints(0, 32)) + "...";
  }
}
