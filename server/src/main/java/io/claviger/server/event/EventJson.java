package io.claviger.server.event;

import io.claviger.core.id.DeviceId;
import io.claviger.server.api.Call;
import io.claviger.server.api.Wire;
import io.claviger.store.event.EventRow;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Events as JSON. */
final class EventJson {
  static final String UPDATES = "updates";

  private EventJson() {}

  static ObjectNode render(EventRow event, Call call) {
    ObjectNode object = Wire.object("event", event.id().text());
    object.put("applicationId", event.application().text());
    object.put("creationDate", Wire.time(event.createdAt()));
    object.put("lastUpdated", Wire.time(event.updatedAt()));
    put(object, event.source());
    object.put("level", event.level().wireName());
    object.put("state", event.state().wireName());
    object.put("subject", event.subject());
    Wire.put(object, "deviceId", event.device().map(DeviceId::text));
    Wire.put(object, "deviceName", event.deviceName());
    object.putObject(EventRow.TAGS);
    object.putArray(UPDATES);
    object.setAll(event.details());
    String all = "/applications/" + event.application().text() + "/events";
    return Wire.withLinks(
        object,
        call.request().query(),
        Map.of("self", all + "/" + event.id().text(), "events", all));
  }

  /** Who did something; a name is left out when there was none. */
  static void put(ObjectNode object, EventRow.Source source) {
    object.put("sourceType", source.type()).put("sourceId", source.id());
    Wire.put(object, "sourceName", Optional.of(source.name()).filter(name -> !name.isEmpty()));
  }
}
