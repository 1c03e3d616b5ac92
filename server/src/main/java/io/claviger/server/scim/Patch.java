package io.claviger.server.scim;

import io.claviger.core.Parsed;
import io.claviger.core.scim.AttributePath;
import io.claviger.core.scim.Comparison;
import io.claviger.core.scim.Filter;
import io.claviger.core.scim.FilterParser;
import io.claviger.core.scim.PatchPath;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Applies the operations of a PATCH to a resource in canonical form (RFC 7644 section 3.5.2), all
 * of them or none. Also understands what identity systems send beside the letter of it: operations
 * in capitals, paths as keys of an object without a path, and values to remove beside the path.
 */
final class Patch {
  private static final int OPERATIONS_MAX = 1_000;

  private final ResourceSchema schema;
  private final ObjectNode resource;

  private Patch(ResourceSchema schema, ObjectNode resource) {
    this.schema = schema;
    this.resource = resource;
  }

  private enum Deed {
    ADD,
    REPLACE,
    REMOVE
  }

  /**
   * The resource after all operations; the one given stays as it is.
   *
   * @throws ApiException 400 with what RFC 7644 calls the problem
   */
  static ObjectNode apply(ResourceSchema schema, ObjectNode resource, ObjectNode body) {
    JsonNode operations =
        ScimJson.member(body, "Operations")
            .map(Map.Entry::getValue)
            .filter(JsonNode::isArray)
            .orElseThrow(() -> ScimErrors.invalidSyntax("Operations must be an array"));
    if (operations.size() > OPERATIONS_MAX) {
      throw ScimErrors.tooMany("Operations must be at most " + OPERATIONS_MAX);
    }
    var patch = new Patch(schema, resource.deepCopy());
    for (JsonNode operation : operations) {
      if (!(operation instanceof ObjectNode object)) {
        throw ScimErrors.invalidSyntax("Operations must be objects");
      }
      patch.apply(object);
    }
    // As a whole it must be what could have been sent as a whole.
    ObjectNode after = Canonical.resource(schema, patch.resource);
    for (Attribute attribute : schema.core()) {
      if (attribute.required() && resource.has(attribute.name()) && !after.has(attribute.name())) {
        throw ScimErrors.mutability(attribute.name() + " is needed and cannot be removed");
      }
    }
    return after;
  }

  private void apply(ObjectNode operation) {
    Deed deed =
        switch (ScimJson.fold(ScimJson.text(operation, "op").orElse(""))) {
          case "add" -> Deed.ADD;
          case "replace" -> Deed.REPLACE;
          case "remove" -> Deed.REMOVE;
          default -> throw ScimErrors.invalidSyntax("op must be one of add, replace, remove");
        };
    Optional<String> path = ScimJson.text(operation, "path").filter(text -> !text.isBlank());
    Optional<JsonNode> value = ScimJson.member(operation, "value").map(Map.Entry::getValue);
    if (deed != Deed.REMOVE && value.isEmpty()) {
      throw ScimErrors.invalidValue("value must be given");
    }
    if (path.isPresent()) {
      at(deed, path.get(), value);
      return;
    }
    if (deed == Deed.REMOVE) {
      throw ScimErrors.noTarget("path must be given to remove something");
    }
    if (!(value.orElseThrow() instanceof ObjectNode object)) {
      throw ScimErrors.invalidValue("value must be an object where there is no path");
    }
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      if (!entry.getKey().equalsIgnoreCase("schemas")) {
        at(deed, entry.getKey(), Optional.of(entry.getValue()));
      }
    }
  }

  private void at(Deed deed, String text, Optional<JsonNode> value) {
    PatchPath path =
        switch (FilterParser.parsePath(text)) {
          case Parsed.Ok<PatchPath>(PatchPath parsed) -> parsed;
          case Parsed.Rejected<PatchPath>(String reason) ->
              throw ScimErrors.invalidPath("path " + reason);
        };
    ResourceSchema.Target target =
        schema
            .resolve(path.attribute())
            .orElseThrow(
                () -> ScimErrors.invalidPath("path leads nowhere: " + Canonical.shortened(text)));
    Optional<Attribute> sub = target.sub().or(() -> named(path, target.attribute()));
    if (target.attribute().isReadOnly() || sub.map(Attribute::isReadOnly).orElse(false)) {
      if (deed != Deed.REMOVE && target.attribute().name().equals("id") && sameId(value)) {
        return;
      }
      throw ScimErrors.mutability(target.attribute().name() + " is read only");
    }
    if (path.filter().isPresent() && !target.attribute().multi()) {
      throw ScimErrors.invalidPath(target.attribute().name() + " has no values to choose from");
    }
    ObjectNode holder = holder(target, deed);
    if (path.filter().isPresent()) {
      selected(deed, holder, target.attribute(), path.filter().get(), sub, value);
    } else if (sub.isPresent()) {
      within(deed, holder, target.attribute(), sub.get(), value);
    } else {
      whole(deed, holder, target.attribute(), value);
    }
    if (target.within().isPresent() && holder.isEmpty()) {
      resource.remove(target.within().get().name());
    }
  }

  /** Some clients repeat the id; to write what it is changes nothing. */
  private boolean sameId(Optional<JsonNode> value) {
    return value.map(node -> node.equals(resource.path("id"))).orElse(false);
  }

  private static Optional<Attribute> named(PatchPath path, Attribute attribute) {
    return path.sub()
        .map(name ->
            attribute
                .sub(name)
                .orElseThrow(() ->
                    ScimErrors.invalidPath(
                        attribute.name() + " has no sub-attribute " + Canonical.shortened(name))));
  }

  /** The object in which the attribute stands: the resource, or its extension. */
  private ObjectNode holder(ResourceSchema.Target target, Deed deed) {
    if (target.within().isEmpty()) {
      return resource;
    }
    String name = target.within().get().name();
    if (resource.get(name) instanceof ObjectNode extension) {
      return extension;
    }
    return deed == Deed.REMOVE ? Json.emptyObject() : resource.putObject(name);
  }

  private static Optional<JsonNode> canonical(Attribute attribute, Optional<JsonNode> value) {
    return Canonical.value(attribute, value.orElseThrow(), attribute.name());
  }

  private static void whole(
      Deed deed, ObjectNode holder, Attribute attribute, Optional<JsonNode> value) {
    if (deed == Deed.REMOVE) {
      removeValues(holder, attribute, value);
      return;
    }
    Optional<JsonNode> wanted = canonical(attribute, value);
    if (attribute.isComplex()
        && !attribute.multi()
        && value.orElseThrow() instanceof ObjectNode said
        && holder.get(attribute.name()) instanceof ObjectNode before) {
      wanted.ifPresent(values -> before.setAll((ObjectNode) values));
      if (deed == Deed.REPLACE) {
        forget(before, attribute, said);
      }
    } else if (wanted.isEmpty()) {
      if (deed == Deed.REPLACE) {
        holder.remove(attribute.name());
      }
    } else if (attribute.multi() && deed == Deed.ADD) {
      append(holder, attribute, (ArrayNode) wanted.get());
    } else {
      holder.set(attribute.name(), wanted.get());
    }
  }

  /** What is replaced by nothing is taken away; what is not named stays (section 3.5.2.3). */
  private static void forget(ObjectNode before, Attribute attribute, ObjectNode said) {
    for (Map.Entry<String, JsonNode> given : said.properties()) {
      Attribute sub = attribute.sub(given.getKey()).orElseThrow();
      if (Canonical.value(sub, given.getValue(), sub.name()).isEmpty()) {
        before.remove(sub.name());
      }
    }
  }

  /** All values; or those that are named beside the path, as some clients do it. */
  private static void removeValues(
      ObjectNode holder, Attribute attribute, Optional<JsonNode> value) {
    Optional<JsonNode> named =
        attribute.multi() && value.isPresent() ? canonical(attribute, value) : Optional.empty();
    // A list that names nothing does not mean everything.
    boolean listed = attribute.multi() && value.filter(JsonNode::isArray).isPresent();
    if (named.isEmpty() && !listed) {
      holder.remove(attribute.name());
      return;
    }
    Set<Key> keys = new HashSet<>();
    named.ifPresent(values -> values.forEach(one -> keys.add(key(attribute, one))));
    // Who names no type means all of them.
    keep(
        holder,
        attribute,
        element ->
            !keys.contains(key(attribute, element)) && !keys.contains(new Key(value(element), "")));
  }

  /** By what two values of an attribute are the same. */
  private record Key(String value, String type) {}

  private static Key key(JsonNode element) {
    return new Key(value(element), element.path("type").asString(""));
  }

  private static String value(JsonNode element) {
    return element.path("value").isString()
        ? element.get("value").stringValue()
        : element.toString();
  }

  /**
   * By what a value is there already. Who is a member is one once; an address may be one for work
   * and one for home at the same time (RFC 7643 section 2.4).
   */
  private static Key key(Attribute attribute, JsonNode element) {
    boolean once = attribute.name().equals("members") || attribute.name().equals("roles");
    return once ? new Key(value(element), "") : key(element);
  }

  /** To add what is there already changes no more of it than is said (section 3.5.2.1). */
  private static void append(ObjectNode holder, Attribute attribute, ArrayNode added) {
    boolean primary = added.valueStream().anyMatch(Patch::isPrimary);
    Map<Key, JsonNode> values = new LinkedHashMap<>();
    // There is one role, so another one takes its place.
    if (!attribute.name().equals("roles")) {
      for (JsonNode value : holder.path(attribute.name())) {
        values.put(key(attribute, value), value);
        if (primary) {
          demote(value);
        }
      }
    }
    for (JsonNode value : added) {
      if (values.get(key(attribute, value)) instanceof ObjectNode before
          && value instanceof ObjectNode said) {
        before.setAll(said);
      } else {
        values.put(key(attribute, value), value);
      }
    }
    holder.set(attribute.name(), Json.emptyArray().addAll(values.values()));
  }

  private static boolean isPrimary(JsonNode value) {
    return value.path("primary").asBoolean(false);
  }

  /** RFC 7644 section 3.5.2: when a value becomes the primary one, no other is any more. */
  private static void demote(JsonNode value) {
    if (value instanceof ObjectNode object && object.has("primary")) {
      object.put("primary", false);
    }
  }

  private static void within(
      Deed deed, ObjectNode holder, Attribute attribute, Attribute sub, Optional<JsonNode> value) {
    if (attribute.multi()) {
      holder.path(attribute.name()).forEach(element -> set(deed, (ObjectNode) element, sub, value));
      return;
    }
    ObjectNode object =
        holder.get(attribute.name()) instanceof ObjectNode before ? before : Json.emptyObject();
    set(deed, object, sub, value);
    if (object.isEmpty()) {
      holder.remove(attribute.name());
    } else {
      holder.set(attribute.name(), object);
    }
  }

  private static void set(Deed deed, ObjectNode object, Attribute sub, Optional<JsonNode> value) {
    Optional<JsonNode> wanted = deed == Deed.REMOVE ? Optional.empty() : canonical(sub, value);
    if (wanted.isEmpty()) {
      object.remove(sub.name());
    } else {
      object.set(sub.name(), wanted.get());
    }
  }

  private static void selected(
      Deed deed,
      ObjectNode holder,
      Attribute attribute,
      Filter filter,
      Optional<Attribute> sub,
      Optional<JsonNode> value) {
    FilterEvaluator evaluator = FilterEvaluator.of(attribute);
    evaluator.require(filter);
    List<JsonNode> others = new ArrayList<>();
    List<JsonNode> chosen = new ArrayList<>();
    holder
        .path(attribute.name())
        .forEach(element ->
            (element instanceof ObjectNode object && evaluator.matches(filter, object)
                    ? chosen
                    : others)
                .add(element));
    for (JsonNode element : chosen) {
      if (element instanceof ObjectNode object) {
        boolean before = isPrimary(object);
        if (sub.isPresent()) {
          set(deed, object, sub.get(), value);
        } else if (deed != Deed.REMOVE) {
          merge(deed, object, attribute, value);
        }
        if (!before && isPrimary(object)) {
          others.forEach(Patch::demote);
        }
      }
    }
    if (deed == Deed.REMOVE && sub.isEmpty()) {
      keep(holder, attribute, others::contains);
    }
    if (chosen.isEmpty()) {
      missing(deed, holder, attribute, filter, sub, value);
    }
  }

  private static void merge(
      Deed deed, ObjectNode object, Attribute attribute, Optional<JsonNode> value) {
    Optional<JsonNode> wanted = canonical(attribute, value);
    if (deed == Deed.REPLACE) {
      object.removeAll();
    }
    if (wanted.filter(values -> values.size() > 1).isPresent()) {
      throw ScimErrors.invalidValue(attribute.name() + " must have one value behind brackets");
    }
    wanted.ifPresent(values -> object.setAll((ObjectNode) values.get(0)));
  }

  /**
   * Nothing has been selected. To add is then to make the value that the filter describes: that is
   * how identity systems give somebody a first address of a type.
   */
  private static void missing(
      Deed deed,
      ObjectNode holder,
      Attribute attribute,
      Filter filter,
      Optional<Attribute> sub,
      Optional<JsonNode> value) {
    switch (deed) {
      case REMOVE -> {
        // What is not there need not be removed.
      }
      case REPLACE -> throw ScimErrors.noTarget("path selects no value of " + attribute.name());
      case ADD -> {
        ObjectNode made = Json.emptyObject();
        describe(filter, attribute, made);
        if (sub.isPresent()) {
          set(deed, made, sub.get(), value);
        } else {
          merge(deed, made, attribute, value);
        }
        append(holder, attribute, Json.emptyArray().add(made));
      }
    }
  }

  private static void describe(Filter filter, Attribute attribute, ObjectNode made) {
    switch (filter) {
      case Filter.And(Filter left, Filter right) -> {
        describe(left, attribute, made);
        describe(right, attribute, made);
      }
      case Filter.Compare(AttributePath path, Comparison comparison, Filter.Literal literal)
          when comparison == Comparison.EQ ->
          attribute.sub(path.name()).ifPresent(sub -> put(made, sub, literal));
      case Filter.Compare _, Filter.Or _, Filter.Not _, Filter.Present _, Filter.Value _ ->
          throw ScimErrors.noTarget("path selects no value of " + attribute.name());
    }
  }

  private static void put(ObjectNode made, Attribute sub, Filter.Literal literal) {
    switch (literal) {
      case Filter.Literal.Text(String text) ->
          set(Deed.ADD, made, sub, Optional.of(JsonNodeFactory.instance.stringNode(text)));
      case Filter.Literal.Flag(boolean flag) ->
          set(Deed.ADD, made, sub, Optional.of(JsonNodeFactory.instance.booleanNode(flag)));
      case Filter.Literal.Amount(var number) -> made.put(sub.name(), number.toPlainString());
      case Filter.Literal.Null _ -> {
        // A value that is absent is left out.
      }
    }
  }

  private interface Wanted {
    boolean keeps(JsonNode element);
  }

  private static void keep(ObjectNode holder, Attribute attribute, Wanted wanted) {
    ArrayNode kept = Json.emptyArray();
    holder
        .path(attribute.name())
        .forEach(element -> {
          if (wanted.keeps(element)) {
            kept.add(element);
          }
        });
    if (kept.isEmpty()) {
      holder.remove(attribute.name());
    } else {
      holder.set(attribute.name(), kept);
    }
  }
}
