package io.claviger.server.state;

import io.claviger.core.id.DeviceId;
import io.claviger.core.id.ObjectId;
import io.claviger.core.state.AttributeValue;
import io.claviger.core.state.Report;
import io.claviger.server.api.Body;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.state.DeviceChannels.Message;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Messages about devices as they go to other nodes. */
final class MessageCodec {
  private MessageCodec() {}

  static byte[] write(Message message) {
    ObjectNode object = Json.emptyObject().put("device", message.device().text());
    switch (message) {
      case Message.State state -> {
        object.put("time", state.state().timeMillis()).put("broker", state.overBroker());
        ObjectNode data = object.putObject("data");
        state.state().values().forEach((name, value) -> StateJson.put(data, name, value));
        state.meta().ifPresent(json -> object.put("meta", json));
      }
      case Message.Command command -> {
        object.put("time", command.time().toEpochMilli()).put("broker", command.overBroker());
        object.put("name", command.name());
        command.payload().ifPresent(json -> object.put("payload", json));
      }
    }
    return Json.write(object);
  }

  /** The message; empty for what a node of this release would not send. */
  static Optional<Message> read(byte[] bytes) {
    JsonNode object;
    try {
      object = Json.parse(bytes);
    } catch (ApiException _) {
      return Optional.empty();
    }
    Optional<DeviceId> device =
        Body.text(object, "device").filter(ObjectId::isValid).map(DeviceId::new);
    if (device.isEmpty() || !object.path("time").isIntegralNumber()) {
      return Optional.empty();
    }
    long time = object.path("time").longValue();
    boolean overBroker = object.path("broker").asBoolean(false);
    if (object.path("data").isObject()) {
      Map<String, AttributeValue> values = new LinkedHashMap<>();
      object
          .path("data")
          .forEachEntry(
              (name, value) -> StateJson.value(value).ifPresent(known -> values.put(name, known)));
      return Optional.of(
          new Message.State(
              device.get(), new Report.Kept(time, values), Body.text(object, "meta"), overBroker));
    }
    return Body.text(object, "name")
        .map(name ->
            new Message.Command(
                device.get(),
                Instant.ofEpochMilli(time),
                name,
                Body.text(object, "payload"),
                overBroker));
  }
}
