package io.claviger.server.device;

import io.claviger.core.device.AttributeDataType;
import io.claviger.core.device.Tag;
import io.claviger.server.api.Body;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.store.device.AttributeRow;
import io.claviger.store.json.JsonColumn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Tags and attributes out of valid bodies. */
final class DeviceBody {
  /** DEV-1. */
  static final int ATTRIBUTES_MAX = 256;

  /** DEV-1. */
  static final int TAGS_MAX = 100;

  /**
   * Characters of all attributes of a device as JSON. A thousand devices of a page have to fit into
   * memory, which 256 descriptions of the longest kind in each would not.
   */
  private static final int ATTRIBUTES_LENGTH_MAX = 256 * 1024;

  private DeviceBody() {}

  /** The tags, in their order (DEV-3); empty when the body says nothing of them. */
  static Optional<List<Tag>> tags(JsonNode body) {
    if (!body.path("tags").isArray()) {
      return Optional.empty();
    }
    List<Tag> tags = new ArrayList<>();
    for (JsonNode tag : body.get("tags")) {
      tags.add(new Tag(tag.get("key").stringValue(), tag.get("value").stringValue()));
    }
    return Optional.of(tags);
  }

  /**
   * The attributes, in their order; empty when the body says nothing of them.
   *
   * @throws ApiException 400 when one name is there twice or they are too long altogether
   */
  static Optional<List<AttributeRow>> attributes(JsonNode body) {
    if (!body.path("attributes").isArray()) {
      return Optional.empty();
    }
    List<AttributeRow> attributes = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (JsonNode node : body.get("attributes")) {
      AttributeRow attribute = attribute(node);
      if (!names.add(attribute.name())) {
        throw ApiException.validation(
            "attributes[" + attributes.size() + "].name", "is there twice: " + attribute.name());
      }
      attributes.add(attribute);
    }
    requireShort(attributes);
    return Optional.of(attributes);
  }

  /** One attribute (DEV-2). */
  static AttributeRow attribute(JsonNode body) {
    return new AttributeRow(
        body.get("name").stringValue(),
        AttributeDataType.parse(body.get("dataType").stringValue()).orThrow(),
        Body.text(body, "contentType"),
        Body.text(body, "description"),
        attributeTags(body.path("attributeTags")),
        body.path("system").isObject()
            ? Optional.of(JsonColumn.write(body.get("system")))
            : Optional.empty());
  }

  /** The attribute as a patch makes it; null takes an optional field away. */
  static AttributeRow patched(JsonNode body, AttributeRow before) {
    return new AttributeRow(
        Body.text(body, "name").orElse(before.name()),
        before.dataType(),
        Body.patched(body, "contentType", before.contentType(), JsonNode::stringValue),
        Body.patched(body, "description", before.description(), JsonNode::stringValue),
        body.has("attributeTags") ? attributeTags(body.get("attributeTags")) : before.tags(),
        Body.patched(body, "system", before.aggregation(), JsonColumn::write));
  }

  private static Map<String, String> attributeTags(JsonNode object) {
    Map<String, String> tags = new LinkedHashMap<>();
    object.forEachEntry((name, value) -> tags.put(name, value.stringValue()));
    return tags;
  }

  /** Refuses attributes that are too long altogether. */
  static void requireShort(List<AttributeRow> attributes) {
    long length = 0;
    for (AttributeRow attribute : attributes) {
      length += Json.write(DeviceJson.plain(attribute)).length;
    }
    if (length > ATTRIBUTES_LENGTH_MAX) {
      throw ApiException.validation(
          "attributes", "must have at most " + ATTRIBUTES_LENGTH_MAX + " bytes altogether");
    }
  }
}
