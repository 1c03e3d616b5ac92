package io.claviger.server.device;

import io.claviger.core.device.DeviceClass;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.ObjectId;
import io.claviger.server.api.Body;
import io.claviger.server.http.ApiException;
import io.claviger.store.device.DeviceRow;
import io.claviger.store.device.DeviceStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What a body makes of a device. Asks the store, so it belongs inside the write. */
final class DeviceEdit {
  private final DeviceStore store;

  DeviceEdit(DeviceStore store) {
    this.store = store;
  }

  /** A new device out of the body that creates it. */
  DeviceRow create(JsonNode body, ApplicationId application, DeviceId id, Instant now) {
    DeviceRow plain =
        new DeviceRow(
            id,
            application,
            body.get("name").stringValue(),
            Optional.empty(),
            deviceClass(body).orElse(DeviceClass.STANDALONE),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            false,
            List.of(),
            List.of(),
            now,
            now,
            Optional.empty());
    return patch(body, plain, now);
  }

  /**
   * The device as a patch makes it: what is absent stays, null takes an optional field away, lists
   * are replaced (DEV-7).
   *
   * @throws ApiException 400 that names the field
   */
  DeviceRow patch(JsonNode body, DeviceRow before, Instant now) {
    DeviceClass deviceClass = changedClass(body, before);
    return new DeviceRow(
        before.id(),
        before.application(),
        Body.text(body, "name").orElse(before.name()),
        Body.patched(body, "description", before.description(), JsonNode::stringValue),
        deviceClass,
        gateway(body, before, deviceClass),
        ancestors(body, before),
        systemInterval(body, before, deviceClass),
        body.path("keepDuplicates").asBoolean(before.keepDuplicates()),
        DeviceBody.tags(body).orElse(before.tags()),
        DeviceBody.attributes(body).orElse(before.attributes()),
        before.createdAt(),
        now,
        before.deletedAt());
  }

  private static Optional<DeviceClass> deviceClass(JsonNode body) {
    return Body.text(body, "deviceClass").map(text -> DeviceClass.parse(text).orThrow());
  }

  /** DEV-4. */
  private static DeviceClass changedClass(JsonNode body, DeviceRow before) {
    DeviceClass after = deviceClass(body).orElse(before.deviceClass());
    boolean wasSystem = before.deviceClass() == DeviceClass.SYSTEM;
    if (wasSystem != (after == DeviceClass.SYSTEM)) {
      throw ApiException.validation("deviceClass", "cannot be changed to or from system");
    }
    return after;
  }

  /** Only a peripheral has a gateway; one that becomes something else loses it (DEV-4). */
  private Optional<DeviceId> gateway(JsonNode body, DeviceRow before, DeviceClass deviceClass) {
    if (!deviceClass.isPeripheral()) {
      if (body.path("gatewayId").isString()) {
        throw ApiException.validation("gatewayId", "is for peripherals only");
      }
      return Optional.empty();
    }
    return Body.patched(body, "gatewayId", before.gateway(), id -> gateway(before, id));
  }

  private DeviceId gateway(DeviceRow peripheral, JsonNode text) {
    DeviceId id = id(text);
    boolean found =
        store
            .find(peripheral.application(), id)
            .filter(device -> device.deviceClass().isGateway())
            // Itself, while it is being made a peripheral.
            .filter(device -> !device.id().equals(peripheral.id()))
            .isPresent();
    if (!found) {
      throw ApiException.validation(
          "gatewayId", "must name a gateway or edgeCompute device of this application");
    }
    return id;
  }

  private List<DeviceId> ancestors(JsonNode body, DeviceRow before) {
    if (!body.has("parentId")) {
      return before.ancestors();
    }
    return body.get("parentId").isNull() ? List.of() : above(body.get("parentId"), before);
  }

  /** The new parent and what stands above it; never the device itself. */
  private List<DeviceId> above(JsonNode text, DeviceRow device) {
    DeviceId id = id(text);
    DeviceRow parent =
        store
            .find(device.application(), id)
            .filter(found -> found.deviceClass() == DeviceClass.SYSTEM)
            .orElseThrow(() ->
                ApiException.validation(
                    "parentId", "must name a system device of this application"));
    List<DeviceId> ancestors = new ArrayList<>();
    ancestors.add(id);
    ancestors.addAll(parent.ancestors());
    if (ancestors.contains(device.id())) {
      throw ApiException.validation(
          "parentId", "must not name the device itself or a device beneath it");
    }
    int beneath = device.deviceClass() == DeviceClass.SYSTEM ? store.levelsBeneath(device.id()) : 0;
    if (ancestors.size() + beneath > DeviceStore.ANCESTORS_MAX) {
      throw ApiException.validation(
          "parentId",
          "puts a device beneath more than " + DeviceStore.ANCESTORS_MAX + " system devices");
    }
    return ancestors;
  }

  private static Optional<Integer> systemInterval(
      JsonNode body, DeviceRow before, DeviceClass deviceClass) {
    if (body.path("systemInterval").isNumber() && deviceClass != DeviceClass.SYSTEM) {
      throw ApiException.validation("systemInterval", "is for system devices only");
    }
    return Body.patched(
        body,
        "systemInterval",
        before.systemInterval(),
        value -> value.decimalValue().intValueExact());
  }

  private static DeviceId id(JsonNode text) {
    return new DeviceId(ObjectId.normalise(text.stringValue()));
  }
}
