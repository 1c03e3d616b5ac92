package io.claviger.server.scim;

import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Brings what clients send into one form: names as the schema writes them, values of their type, no
 * nulls and nothing that is read only. Some clients write truth values as texts ({@code "True"}),
 * one value where many may be, and numbers where texts are meant; that is understood. What the
 * schema does not know is refused.
 */
final class Canonical {
  private static final int TEXT_LENGTH_MAX = 2_048;
  private static final int VALUES_MAX = 100;
  private static final Set<String> IGNORED = Set.of("schemas", "id", "meta", "groups");

  private Canonical() {}

  /**
   * A whole resource.
   *
   * @throws ApiException 400 that names the attribute
   */
  static ObjectNode resource(ResourceSchema schema, JsonNode given) {
    ObjectNode result = Json.emptyObject();
    for (Map.Entry<String, JsonNode> entry : given.properties()) {
      String name = entry.getKey();
      if (IGNORED.contains(ScimJson.fold(name))) {
        continue;
      }
      Attribute attribute =
          schema
              .top(name)
              .orElseThrow(() -> ScimErrors.invalidSyntax(shortened(name) + " is no attribute"));
      if (result.has(attribute.name())) {
        throw ScimErrors.invalidSyntax(attribute.name() + " is given twice");
      }
      value(attribute, entry.getValue(), attribute.name())
          .ifPresent(value -> result.set(attribute.name(), value));
    }
    return result;
  }

  /** A name that somebody sent, fit to be repeated. */
  static String shortened(String name) {
    return name.length() > 80 ? name.substring(0, 80) + "..." : name;
  }

  /**
   * The value of an attribute; empty for null and for an empty list, which say that there is none.
   *
   * @param path for messages
   */
  static Optional<JsonNode> value(Attribute attribute, JsonNode given, String path) {
    if (!attribute.multi()) {
      JsonNode alone = given.isArray() && given.size() == 1 ? given.get(0) : given;
      return single(attribute, alone, path);
    }
    ArrayNode values = Json.emptyArray();
    for (JsonNode element : given.isArray() ? given : Json.emptyArray().add(given)) {
      single(attribute, element, path).ifPresent(values::add);
    }
    if (values.size() > limit(attribute)) {
      throw ScimErrors.invalidValue(path + " must have at most " + limit(attribute) + " values");
    }
    requireOnePrimary(values, path);
    return values.isEmpty() ? Optional.empty() : Optional.of(values);
  }

  /** A group has as many members as there are; a person has few of anything. */
  private static int limit(Attribute attribute) {
    return attribute.name().equals("members") ? Integer.MAX_VALUE : VALUES_MAX;
  }

  private static void requireOnePrimary(ArrayNode values, String path) {
    long primary =
        values.valueStream().filter(value -> value.path("primary").asBoolean(false)).count();
    if (primary > 1) {
      throw ScimErrors.invalidValue(path + " must have one primary value");
    }
  }

  private static Optional<JsonNode> single(Attribute attribute, JsonNode given, String path) {
    if (given.isNull()) {
      return Optional.empty();
    }
    return switch (attribute.type()) {
      case COMPLEX -> complex(attribute, given, path);
      case BOOLEAN -> Optional.of(flag(given, path));
      case STRING, DATE_TIME, REFERENCE, BINARY -> text(given, path);
    };
  }

  private static Optional<JsonNode> text(JsonNode given, String path) {
    if (!given.isString() && !given.isNumber()) {
      throw ScimErrors.invalidValue(path + " must be a text");
    }
    String text = given.asString();
    if (text.length() > TEXT_LENGTH_MAX) {
      throw ScimErrors.invalidValue(path + " must have at most " + TEXT_LENGTH_MAX + " characters");
    }
    if (text.chars().anyMatch(c -> c == 0 || (c < ' ' && c != '\n' && c != '\r' && c != '\t'))) {
      throw ScimErrors.invalidValue(path + " must not have control characters");
    }
    return text.isEmpty()
        ? Optional.empty()
        : Optional.of(JsonNodeFactory.instance.stringNode(text));
  }

  private static JsonNode flag(JsonNode given, String path) {
    if (given.isBoolean()) {
      return given;
    }
    String text = given.isString() ? ScimJson.fold(given.stringValue()) : "";
    if (!text.equals("true") && !text.equals("false")) {
      throw ScimErrors.invalidValue(path + " must be true or false");
    }
    return JsonNodeFactory.instance.booleanNode(text.equals("true"));
  }

  /** An object; or a text alone, which stands for its {@code value}. */
  private static Optional<JsonNode> complex(Attribute attribute, JsonNode given, String path) {
    if ((given.isString() || given.isNumber()) && attribute.sub("value").isPresent()) {
      return text(given, path).map(value -> Json.emptyObject().set("value", value));
    }
    if (!given.isObject()) {
      throw ScimErrors.invalidValue(path + " must be an object");
    }
    ObjectNode result = Json.emptyObject();
    for (Map.Entry<String, JsonNode> entry : given.properties()) {
      Attribute sub =
          attribute
              .sub(entry.getKey())
              .orElseThrow(() ->
                  ScimErrors.invalidSyntax(
                      path + " has no sub-attribute " + shortened(entry.getKey())));
      value(sub, entry.getValue(), path + "." + sub.name())
          .ifPresent(value -> result.set(sub.name(), value));
    }
    return result.isEmpty() ? Optional.empty() : Optional.of(result);
  }

  /** The value of many that counts: the primary one, else the first. */
  static Optional<ObjectNode> primary(JsonNode values) {
    List<ObjectNode> objects = new ArrayList<>();
    values.forEach(value -> {
      if (value instanceof ObjectNode object) {
        objects.add(object);
      }
    });
    return objects.stream()
        .filter(value -> value.path("primary").asBoolean(false))
        .findFirst()
        .or(() -> objects.stream().findFirst());
  }
}
