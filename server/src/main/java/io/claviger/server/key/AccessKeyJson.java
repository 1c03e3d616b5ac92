package io.claviger.server.key;

import io.claviger.core.id.DeviceId;
import io.claviger.core.network.Cidr;
import io.claviger.core.topic.TopicFilter;
import io.claviger.server.api.Call;
import io.claviger.server.api.Wire;
import io.claviger.server.usage.UsageJson;
import io.claviger.store.facts.CredentialUses.Use;
import io.claviger.store.json.TagDocuments;
import io.claviger.store.key.AccessKeyRow;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Access keys as JSON (KEY-5); never with their secret. */
final class AccessKeyJson {
  private AccessKeyJson() {}

  /**
   * For an answer.
   *
   * @param last when it was used last
   */
  static ObjectNode render(AccessKeyRow key, Optional<Use> last, Call call) {
    String application = "/applications/" + key.application().text();
    ObjectNode object = render(key);
    last.ifPresent(use -> object.set("lastUsed", UsageJson.last(use)));
    return Wire.withLinks(
        object,
        call.request().query(),
        Map.of("self", application + "/keys/" + key.id().text(), "application", application));
  }

  /** For the change log. */
  static ObjectNode render(AccessKeyRow key) {
    ObjectNode object = Wire.object("applicationKey", key.id().text());
    object.put("applicationId", key.application().text());
    object.put("creationDate", Wire.time(key.createdAt()));
    object.put("createdById", key.createdBy().id());
    object.put("createdByType", key.createdBy().type());
    object.put("lastUpdated", Wire.time(key.updatedAt()));
    object.put("lastUpdatedById", key.updatedBy().id());
    object.put("lastUpdatedByType", key.updatedBy().type());
    object.put("key", key.key());
    object.put("status", key.status().wireName());
    Wire.put(object, "name", key.name());
    Wire.put(object, "description", key.description());
    putDevices(object, key.devices());
    object.put("filterType", key.topics().type().wireName());
    ArrayNode publish = object.putArray("pubTopics");
    key.topics().publish().stream().map(TopicFilter::text).forEach(publish::add);
    ArrayNode subscribe = object.putArray("subTopics");
    key.topics().subscribe().stream().map(TopicFilter::text).forEach(subscribe::add);
    object.put("addressFilterType", key.addresses().type().wireName());
    ArrayNode addresses = object.putArray("addresses");
    key.addresses().ranges().stream().map(Cidr::toString).forEach(addresses::add);
    return object;
  }

  /** A restricted key shows both lists, also empty ones; a key for all devices shows neither. */
  private static void putDevices(ObjectNode object, AccessKeyRow.Devices devices) {
    if (devices.restricted()) {
      ArrayNode ids = object.putArray("deviceIds");
      devices.ids().stream().map(DeviceId::text).forEach(ids::add);
      object.set("deviceTags", TagDocuments.array(devices.tags()));
    }
  }
}
