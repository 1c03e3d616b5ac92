package io.claviger.server.scim;

import io.claviger.core.Parsed;
import io.claviger.core.scim.AttributePath;
import io.claviger.core.scim.FilterParser;
import io.claviger.core.scim.PatchPath;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which attributes an answer shows (RFC 7644 section 3.9): those asked for, or all but some; those
 * that are always shown in any case.
 *
 * @param wanted all when empty
 * @param unwanted none when empty
 */
record Projection(
    List<ResourceSchema.Target> wanted, List<ResourceSchema.Target> unwanted, boolean narrowed) {
  private static final int NAMES_MAX = 200;

  /**
   * Reads the parameters of the same names.
   *
   * @throws ApiException 400 when both are given
   */
  static Projection read(
      ResourceSchema schema, Optional<String> attributes, Optional<String> excluded) {
    Optional<String> some = attributes.filter(text -> !text.isBlank());
    Optional<String> rest = excluded.filter(text -> !text.isBlank());
    if (some.isPresent() && rest.isPresent()) {
      throw ScimErrors.invalidValue("attributes and excludedAttributes exclude each other");
    }
    return new Projection(
        some.map(text -> targets(schema, text)).orElse(List.of()),
        rest.map(text -> targets(schema, text)).orElse(List.of()),
        some.isPresent());
  }

  /** What names nothing shows nothing and hides nothing. */
  private static List<ResourceSchema.Target> targets(ResourceSchema schema, String text) {
    String[] names = text.split(",", -1);
    if (names.length > NAMES_MAX) {
      throw ScimErrors.invalidValue("attributes must be at most " + NAMES_MAX);
    }
    List<ResourceSchema.Target> targets = new ArrayList<>();
    for (String name : names) {
      if (FilterParser.parsePath(name.strip())
          instanceof Parsed.Ok<PatchPath>(PatchPath(AttributePath path, var filter, var _))) {
        if (filter.isEmpty()) {
          schema.resolve(path).ifPresent(targets::add);
        }
      }
    }
    return targets;
  }

  /** Whether an answer may show an attribute at all: spares gathering it when not. */
  boolean shows(String name) {
    return narrowed
        ? wanted.stream().anyMatch(it -> top(it).equals(name))
        : unwanted.stream().noneMatch(it -> it.sub().isEmpty() && top(it).equals(name));
  }

  private static String top(ResourceSchema.Target target) {
    return target.within().orElse(target.attribute()).name();
  }

  /** What of a resource is shown. */
  ObjectNode apply(ResourceSchema schema, ObjectNode resource) {
    if (narrowed) {
      ObjectNode shown = Json.emptyObject();
      for (Map.Entry<String, JsonNode> entry : resource.properties()) {
        if (always(schema, entry.getKey())) {
          shown.set(entry.getKey(), entry.getValue());
        }
      }
      wanted.forEach(target -> copy(target, resource, shown));
      return shown;
    }
    ObjectNode shown = resource.deepCopy();
    unwanted.forEach(target -> hide(schema, target, shown));
    return shown;
  }

  private static boolean always(ResourceSchema schema, String name) {
    return name.equals("schemas")
        || schema
            .top(name)
            .filter(attribute -> attribute.returned() == Attribute.Returned.ALWAYS)
            .isPresent();
  }

  private static void copy(ResourceSchema.Target target, ObjectNode from, ObjectNode to) {
    if (target.within().isPresent()) {
      String name = target.within().get().name();
      if (from.get(name) instanceof ObjectNode inner) {
        ObjectNode outer = to.get(name) instanceof ObjectNode before ? before : to.putObject(name);
        copyOf(target, inner, outer);
      }
      return;
    }
    copyOf(target, from, to);
  }

  private static void copyOf(ResourceSchema.Target target, ObjectNode from, ObjectNode to) {
    String name = target.attribute().name();
    JsonNode value = from.path(name);
    if (value.isMissingNode()) {
      return;
    }
    if (target.sub().isEmpty()) {
      to.set(name, value);
      return;
    }
    String sub = target.sub().get().name();
    if (value instanceof ObjectNode object) {
      ObjectNode part = to.get(name) instanceof ObjectNode before ? before : to.putObject(name);
      if (object.has(sub)) {
        part.set(sub, object.get(sub));
      }
    } else {
      ArrayNode parts = to.get(name) instanceof ArrayNode before ? before : to.putArray(name);
      for (int i = 0; i < value.size(); i++) {
        ObjectNode part = i < parts.size() ? (ObjectNode) parts.get(i) : parts.addObject();
        if (value.get(i).has(sub)) {
          part.set(sub, value.get(i).get(sub));
        }
      }
    }
  }

  private static void hide(ResourceSchema schema, ResourceSchema.Target target, ObjectNode shown) {
    JsonNode holder =
        target.within().isPresent() ? shown.path(target.within().get().name()) : shown;
    String name = target.attribute().name();
    if (!(holder instanceof ObjectNode object)
        || (target.within().isEmpty() && always(schema, name))) {
      return;
    }
    if (target.sub().isEmpty()) {
      object.remove(name);
      return;
    }
    String sub = target.sub().get().name();
    if (object.get(name) instanceof ObjectNode inner) {
      inner.remove(sub);
    }
    object
        .path(name)
        .forEach(element -> {
          if (element instanceof ObjectNode one) {
            one.remove(sub);
          }
        });
  }
}
