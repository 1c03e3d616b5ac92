package io.claviger.server.device;

import io.claviger.core.device.Tag;
import io.claviger.core.id.DeviceId;
import io.claviger.server.api.Call;
import io.claviger.server.api.Wire;
import io.claviger.server.http.Json;
import io.claviger.server.http.Query;
import io.claviger.store.device.AttributeRow;
import io.claviger.store.device.DeviceConnectionStore.Connection;
import io.claviger.store.device.DeviceRow;
import io.claviger.store.json.JsonColumn;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Devices as JSON. */
final class DeviceJson {
  private DeviceJson() {}

  /**
   * In which form a device is wanted (DEV-3).
   *
   * @param tagsAsObject lists of values by key, rather than pairs
   * @param attributesAsObject attributes by name, rather than a list
   * @param connection with what is known of its connection
   */
  record View(boolean tagsAsObject, boolean attributesAsObject, boolean connection) {
    /** For the change log, where a connection is of no interest. */
    static final View LOG = new View(false, false, false);

    /** As the query says. */
    static View of(Query query) {
      return new View(
          DeviceParameters.flag(query, "tagsAsObject"),
          DeviceParameters.flag(query, "attributesAsObject"),
          !DeviceParameters.flag(query, "excludeConnectionInfo"));
    }
  }

  /** For an answer. */
  static ObjectNode render(DeviceRow device, View view, Connections connections, Call call) {
    String application = "/applications/" + device.application().text();
    return Wire.withLinks(
        render(device, view, connections),
        call.request().query(),
        Map.of(
            "self", application + "/devices/" + device.id().text(),
            "devices", application + "/devices",
            "application", application));
  }

  /** For the change log. */
  static ObjectNode render(DeviceRow device) {
    return render(device, View.LOG, Connections.NONE);
  }

  private static ObjectNode render(DeviceRow device, View view, Connections connections) {
    ObjectNode object = Wire.object("device", device.id().text());
    object.put("applicationId", device.application().text());
    object.put("creationDate", Wire.time(device.createdAt()));
    object.put("lastUpdated", Wire.time(device.updatedAt()));
    Wire.putTime(object, "deletedAt", device.deletedAt());
    object.put("name", device.name());
    Wire.put(object, "description", device.description());
    putTags(object, device.tags(), view.tagsAsObject());
    putAttributes(object, device.attributes(), view.attributesAsObject());
    object.put("deviceClass", device.deviceClass().wireName());
    Wire.put(object, "gatewayId", device.gateway().map(DeviceId::text));
    if (view.connection()) {
      putConnection(object.putObject("connectionInfo"), connections.of(device));
    }
    object.put("parentId", device.parent().map(DeviceId::text).orElse(null));
    ArrayNode ancestors = object.putArray("ancestorIds");
    device.ancestors().forEach(ancestor -> ancestors.add(ancestor.text()));
    device.systemInterval().ifPresent(seconds -> object.put("systemInterval", seconds));
    object.put("keepDuplicates", device.keepDuplicates());
    return object;
  }

  /** Connected, not connected or, when it never was, unknown (DEV-6). */
  private static void putConnection(ObjectNode info, Optional<Connection> known) {
    known
        .flatMap(last -> last.connected() ? last.connectedAt() : last.disconnectedAt())
        .ifPresent(time -> info.put("time", Wire.time(time)));
    known.ifPresentOrElse(
        last -> info.put("connected", last.connected() ? 1 : 0), () -> info.putNull("connected"));
  }

  private static void putTags(ObjectNode object, List<Tag> tags, boolean asObject) {
    if (asObject) {
      ObjectNode byKey = object.putObject("tags");
      tags.forEach(tag -> byKey.withArrayProperty(tag.key()).add(tag.value()));
    } else {
      ArrayNode pairs = object.putArray("tags");
      tags.forEach(tag -> pairs.addObject().put("key", tag.key()).put("value", tag.value()));
    }
  }

  private static void putAttributes(
      ObjectNode object, List<AttributeRow> attributes, boolean asObject) {
    if (asObject) {
      ObjectNode byName = object.putObject("attributes");
      attributes.forEach(attribute -> byName.set(attribute.name(), plain(attribute)));
    } else {
      ArrayNode list = object.putArray("attributes");
      attributes.forEach(attribute -> list.add(plain(attribute)));
    }
  }

  /** An attribute as it stands in its device. */
  static ObjectNode plain(AttributeRow attribute) {
    ObjectNode object = Json.emptyObject();
    object.put("name", attribute.name());
    object.put("dataType", attribute.dataType().wireName());
    Wire.put(object, "contentType", attribute.contentType());
    Wire.put(object, "description", attribute.description());
    if (!attribute.tags().isEmpty()) {
      attribute.tags().forEach(object.putObject("attributeTags")::put);
    }
    attribute.aggregation().ifPresent(json -> object.set("system", JsonColumn.read(json)));
    return object;
  }

  /** An attribute by itself, for an answer. */
  static ObjectNode render(DeviceRow device, AttributeRow attribute, Call call) {
    String path = "/applications/" + device.application().text() + "/devices/" + device.id().text();
    return Wire.withLinks(
        render(device, attribute),
        call.request().query(),
        Map.of("self", path + "/attributes/" + attribute.name(), "device", path));
  }

  /** An attribute by itself, for the change log. */
  static ObjectNode render(DeviceRow device, AttributeRow attribute) {
    ObjectNode object = plain(attribute);
    object.put("_type", "deviceAttribute");
    object.put("applicationId", device.application().text());
    object.put("deviceId", device.id().text());
    return object;
  }
}
