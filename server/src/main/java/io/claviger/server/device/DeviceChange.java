package io.claviger.server.device;

import io.claviger.core.device.DeviceClass;
import io.claviger.core.device.Tag;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.store.device.AttributeRow;
import io.claviger.store.device.DeviceRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One change for many devices: fields as in a patch of one device, then operations in their order.
 * An operation on what a device does not have (a tag, an attribute) leaves the device as it is.
 *
 * @param fields of a patch; empty for none
 * @param operations valid by the API document
 */
record DeviceChange(DeviceEdit edit, JsonNode fields, List<JsonNode> operations) {
  DeviceChange {
    operations = List.copyOf(operations);
  }

  /**
   * What the body of the request asks for.
   *
   * @throws ApiException 400 when it asks for nothing
   */
  static DeviceChange of(JsonNode body, DeviceEdit edit) {
    JsonNode fields = body.has("updateFields") ? body.get("updateFields") : Json.emptyObject();
    List<JsonNode> operations = new ArrayList<>();
    body.path("updateOperations").forEach(operations::add);
    if (fields.isEmpty() && operations.isEmpty()) {
      throw ApiException.validation("updateOperations", "or updateFields must not be empty");
    }
    return new DeviceChange(edit, fields, operations);
  }

  /** Whether it may put devices beneath others. */
  boolean moves() {
    return fields.has("parentId")
        || operations.stream().anyMatch(each -> target(each).equals("parentId"));
  }

  /**
   * What comes of a device.
   *
   * @param device equal to the one before apart from its time when nothing is to be changed
   * @param names what each attribute that stays was called before, and is called now
   */
  record Changed(DeviceRow device, Map<String, String> names) {}

  /**
   * The device as it is after the change.
   *
   * @throws ApiException 400 when it cannot be changed so
   */
  Changed apply(DeviceRow before, Instant now) {
    DeviceRow device = edit.patch(fields, before, now);
    Map<String, String> names = new HashMap<>();
    device.attributes().forEach(each -> names.put(each.name(), each.name()));
    names.keySet().retainAll(before.attributes().stream().map(AttributeRow::name).toList());
    for (JsonNode operation : operations) {
      device = apply(operation, device, now);
      follow(operation, names);
    }
    return new Changed(device, names);
  }

  /** What was reported belongs to an attribute, not to its name (DEV-2). */
  private static void follow(JsonNode operation, Map<String, String> names) {
    if (target(operation).equals("attributeName")) {
      String from = attributeName(operation);
      String to = operation.get("value").stringValue();
      names.replaceAll((_, name) -> name.equals(from) ? to : name);
    } else if (removesAttribute(operation)) {
      names.values().remove(attributeName(operation));
    }
  }

  private static boolean removesAttribute(JsonNode operation) {
    return target(operation).equals("attribute") && removes(operation);
  }

  private static boolean removes(JsonNode operation) {
    return operation.get("operation").stringValue().equals("remove");
  }

  private static String target(JsonNode operation) {
    return operation.get("target").stringValue();
  }

  private DeviceRow apply(JsonNode operation, DeviceRow device, Instant now) {
    boolean removes = removes(operation);
    return switch (target(operation)) {
      case "tag" ->
          device.withTags(removes ? untagged(operation, device) : tagged(operation, device));
      case "attribute" ->
          withAttributes(
              device, removes ? removed(operation, device) : added(operation, device), now);
      case "attributeSystem" -> {
        if (device.deviceClass() != DeviceClass.SYSTEM) {
          throw ApiException.validation("attributeSystem", "is for system devices only");
        }
        yield withAttributes(device, added(operation, device), now);
      }
      case "attributeTag" ->
          attribute(operation, device, now, each -> withTag(operation, each, removes));
      case "attributeDescription" ->
          attribute(operation, device, now, each -> patched(each, "description", operation));
      case "attributeContentType" ->
          attribute(operation, device, now, each -> patched(each, "contentType", operation));
      case "attributeName" -> renamed(operation, device, now);
      case String field -> edit.patch(patch(field, operation), device, now);
    };
  }

  /** What the operation says of a field, as a patch of it; null takes it away. */
  private static ObjectNode patch(String field, JsonNode operation) {
    ObjectNode patch = Json.emptyObject();
    if (operation.has("value")) {
      patch.set(field, operation.get("value"));
    } else {
      patch.putNull(field);
    }
    return patch;
  }

  /** The first tag with that key has the value, and there is no other with that key. */
  private static List<Tag> tagged(JsonNode operation, DeviceRow device) {
    JsonNode value = operation.get("value");
    Tag wanted = new Tag(value.get("key").stringValue(), value.get("value").stringValue());
    List<Tag> tags = new ArrayList<>();
    boolean there = false;
    for (Tag tag : device.tags()) {
      if (!tag.key().equals(wanted.key())) {
        tags.add(tag);
      } else if (!there) {
        tags.add(wanted);
        there = true;
      }
    }
    if (!there) {
      tags.add(wanted);
    }
    if (tags.size() > DeviceBody.TAGS_MAX) {
      throw ApiException.validation("tags", "limit of " + DeviceBody.TAGS_MAX + " is reached");
    }
    return tags;
  }

  private static List<Tag> untagged(JsonNode operation, DeviceRow device) {
    String key = operation.get("tagKey").stringValue();
    return device.tags().stream().filter(tag -> !tag.key().equals(key)).toList();
  }

  private static DeviceRow withAttributes(
      DeviceRow device, List<AttributeRow> attributes, Instant now) {
    DeviceBody.requireShort(attributes);
    return device.withAttributes(attributes, now);
  }

  private static String attributeName(JsonNode operation) {
    return operation.get("attributeName").stringValue();
  }

  private static List<AttributeRow> removed(JsonNode operation, DeviceRow device) {
    String name = attributeName(operation);
    return device.attributes().stream().filter(each -> !each.name().equals(name)).toList();
  }

  private static List<AttributeRow> added(JsonNode operation, DeviceRow device) {
    AttributeRow wanted = DeviceBody.attribute(operation.get("value"));
    Optional<AttributeRow> there = device.attribute(wanted.name());
    if (there.isPresent()) {
      if (there.get().equals(wanted)) {
        return device.attributes();
      }
      throw nameTaken();
    }
    if (device.attributes().size() >= DeviceBody.ATTRIBUTES_MAX) {
      throw ApiException.validation(
          "attributes", "limit of " + DeviceBody.ATTRIBUTES_MAX + " is reached");
    }
    List<AttributeRow> attributes = new ArrayList<>(device.attributes());
    attributes.add(wanted);
    return attributes;
  }

  private static ApiException nameTaken() {
    return ApiException.validation("name", "is the name of another attribute of this device");
  }

  /** The device with one attribute changed; as it is when it has no such attribute. */
  private static DeviceRow attribute(
      JsonNode operation, DeviceRow device, Instant now, UnaryOperator<AttributeRow> change) {
    String name = attributeName(operation);
    return withAttributes(
        device,
        device.attributes().stream()
            .map(each -> each.name().equals(name) ? change.apply(each) : each)
            .toList(),
        now);
  }

  private static AttributeRow patched(AttributeRow attribute, String field, JsonNode operation) {
    return DeviceBody.patched(patch(field, operation), attribute);
  }

  private static AttributeRow withTag(JsonNode operation, AttributeRow attribute, boolean removes) {
    Map<String, String> tags = new LinkedHashMap<>(attribute.tags());
    if (removes) {
      tags.remove(operation.get("tagKey").stringValue());
    } else {
      JsonNode value = operation.get("value");
      tags.put(value.get("key").stringValue(), value.get("value").stringValue());
    }
    return new AttributeRow(
        attribute.name(),
        attribute.dataType(),
        attribute.contentType(),
        attribute.description(),
        tags,
        attribute.aggregation());
  }

  private static DeviceRow renamed(JsonNode operation, DeviceRow device, Instant now) {
    String name = operation.get("value").stringValue();
    boolean clashes =
        !name.equals(attributeName(operation))
            && device.attribute(attributeName(operation)).isPresent()
            && device.attribute(name).isPresent();
    if (clashes) {
      throw nameTaken();
    }
    ObjectNode patch = Json.emptyObject().put("name", name);
    return attribute(operation, device, now, each -> DeviceBody.patched(patch, each));
  }
}
