package io.claviger.server.scim;

import io.claviger.core.Parsed;
import io.claviger.core.scim.FilterParser;
import io.claviger.core.scim.PatchPath;
import io.claviger.server.http.Json;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Where the data of a bulk operation may name what another operation makes (RFC 7644 section
 * 3.7.2): in the values that refer to a resource, and nowhere else. What only looks like a name, as
 * a title may, is a text like any other.
 *
 * @param ids the id for a name
 */
record BulkReferences(ResourceSchema schema, UnaryOperator<String> ids) {
  private static final String PREFIX = "bulkId:";
  private static final int LENGTH_MAX = 255;

  /** The text, or the id that it stands for. */
  static String resolved(String text, UnaryOperator<String> ids) {
    return text.startsWith(PREFIX) && text.length() <= LENGTH_MAX
        ? ids.apply(text.substring(PREFIX.length()))
        : text;
  }

  /** A whole resource, with ids for names. */
  ObjectNode inResource(ObjectNode resource) {
    ObjectNode result = Json.emptyObject();
    resource
        .properties()
        .forEach(entry ->
            result.set(
                entry.getKey(),
                schema
                    .top(entry.getKey())
                    .map(attribute -> in(attribute, entry.getValue()))
                    .orElse(entry.getValue())));
    return result;
  }

  /** The body of a PATCH, with ids for names. */
  ObjectNode inPatch(ObjectNode patch) {
    ObjectNode result = Json.emptyObject();
    patch
        .properties()
        .forEach(entry ->
            result.set(
                entry.getKey(),
                entry.getKey().equalsIgnoreCase("Operations")
                        && entry.getValue() instanceof ArrayNode operations
                    ? inOperations(operations)
                    : entry.getValue()));
    return result;
  }

  private ArrayNode inOperations(ArrayNode operations) {
    ArrayNode result = Json.emptyArray();
    operations.forEach(operation ->
        result.add(operation instanceof ObjectNode object ? inOperation(object) : operation));
    return result;
  }

  private ObjectNode inOperation(ObjectNode operation) {
    Optional<Map.Entry<String, JsonNode>> value = ScimJson.member(operation, "value");
    if (value.isEmpty()) {
      return operation;
    }
    JsonNode given = value.get().getValue();
    Optional<String> path = ScimJson.text(operation, "path").filter(text -> !text.isEmpty());
    JsonNode resolved = path.isPresent() ? at(path.get(), given) : inValues(given);
    ObjectNode result = operation.deepCopy();
    result.set(value.get().getKey(), resolved);
    return result;
  }

  /** Without a path the value is an object, whose names are paths to some clients. */
  private JsonNode inValues(JsonNode value) {
    if (!(value instanceof ObjectNode object)) {
      return value;
    }
    ObjectNode result = Json.emptyObject();
    object
        .properties()
        .forEach(entry -> result.set(entry.getKey(), at(entry.getKey(), entry.getValue())));
    return result;
  }

  /** The value that a path is given. A path that leads nowhere is refused elsewhere. */
  private JsonNode at(String text, JsonNode value) {
    if (!(FilterParser.parsePath(text) instanceof Parsed.Ok<PatchPath>(PatchPath path))) {
      return value;
    }
    return schema
        .resolve(path.attribute())
        .map(target -> {
          Attribute attribute = target.attribute();
          Optional<Attribute> sub = target.sub().or(() -> path.sub().flatMap(attribute::sub));
          return sub.map(it -> inSub(attribute, it, value)).orElseGet(() -> in(attribute, value));
        })
        .orElse(value);
  }

  private JsonNode in(Attribute attribute, JsonNode value) {
    if (!attribute.isComplex() || attribute.isReadOnly()) {
      return value;
    }
    if (value instanceof ArrayNode array) {
      ArrayNode result = Json.emptyArray();
      array.forEach(element -> result.add(in(attribute, element)));
      return result;
    }
    if (value instanceof ObjectNode object) {
      ObjectNode result = Json.emptyObject();
      object
          .properties()
          .forEach(entry ->
              result.set(
                  entry.getKey(),
                  attribute
                      .sub(entry.getKey())
                      .map(sub -> inSub(attribute, sub, entry.getValue()))
                      .orElse(entry.getValue())));
      return result;
    }
    // A text alone stands for the value of an attribute (Canonical).
    return refers(attribute) ? text(value) : value;
  }

  private JsonNode inSub(Attribute attribute, Attribute sub, JsonNode value) {
    boolean reference =
        refers(attribute) && (sub.name().equals("value") || sub.name().equals("$ref"));
    if (!reference) {
      return in(sub, value);
    }
    if (value instanceof ArrayNode array) {
      ArrayNode result = Json.emptyArray();
      array.forEach(element -> result.add(text(element)));
      return result;
    }
    return text(value);
  }

  /** An attribute that has the address of a resource refers to it by its value, too. */
  private static boolean refers(Attribute attribute) {
    return !attribute.isReadOnly() && attribute.sub("$ref").isPresent();
  }

  private JsonNode text(JsonNode value) {
    return value.isString() ? StringNode.valueOf(resolved(value.stringValue(), ids)) : value;
  }
}
