package io.claviger.server.device;

import io.claviger.core.device.AttributeDataType;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.http.Json;
import io.claviger.server.http.Query;
import io.claviger.server.http.Response;
import io.claviger.store.device.DeviceSet;
import io.claviger.store.device.DeviceSet.Presence;
import io.claviger.store.device.DeviceVocabulary;
import io.claviger.store.device.DeviceVocabulary.DeviceName;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The names that a form offers while somebody types (DEV-8). */
final class DeviceNames {
  private final DeviceVocabulary vocabulary;

  DeviceNames(DeviceVocabulary vocabulary) {
    this.vocabulary = vocabulary;
  }

  void addTo(Api api) {
    api.handle("devices.tagKeys", this::tagKeys);
    api.handle("devices.tagValues", this::tagValues);
    api.handle("devices.deviceNames", this::deviceNames);
    api.handle("devices.attributeNames", this::attributeNames);
  }

  private static DeviceSet devices(Call call) {
    return WantedDevices.ofParameter(call.request().query()).in(call, new Presence.Present());
  }

  private Response tagKeys(Call call) {
    String prefix = DeviceParameters.prefix(call.request().query());
    return Response.ok(
        put(Json.emptyObject(), "tagKeys", vocabulary.tagKeys(devices(call), prefix)));
  }

  private Response tagValues(Call call) {
    Query query = call.request().query();
    String key = DeviceParameters.key(query);
    List<String> values = vocabulary.tagValues(devices(call), key, DeviceParameters.prefix(query));
    return Response.ok(put(Json.emptyObject().put("tagKey", key), "tagValues", values));
  }

  private Response attributeNames(Call call) {
    Query query = call.request().query();
    Set<AttributeDataType> named =
        DeviceParameters.names(query, "dataType", AttributeDataType::parse);
    Set<AttributeDataType> types = named.isEmpty() ? Set.of(AttributeDataType.values()) : named;
    List<String> names =
        vocabulary.attributeNames(devices(call), types, DeviceParameters.prefix(query));
    return Response.ok(put(Json.emptyObject(), "attributeNames", names));
  }

  private static ObjectNode put(ObjectNode object, String name, List<String> texts) {
    texts.forEach(object.putArray(name)::add);
    return object;
  }

  private Response deviceNames(Call call) {
    String prefix = DeviceParameters.prefix(call.request().query());
    ObjectNode body = Json.emptyObject();
    ArrayNode array = body.putArray("deviceSummary");
    for (DeviceName device : vocabulary.deviceNames(devices(call), prefix)) {
      array
          .addObject()
          .put("id", device.id().text())
          .put("name", device.name())
          .put("deviceClass", device.deviceClass().wireName());
    }
    return Response.ok(body);
  }
}
