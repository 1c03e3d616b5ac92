package io.claviger.server.state;

import io.claviger.server.api.Wire;
import io.claviger.server.http.Json;
import io.claviger.server.state.DeviceChannels.Message;
import io.claviger.store.json.JsonColumn;
import io.claviger.store.state.Deposit;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Commands as JSON. */
final class CommandJson {
  private CommandJson() {}

  static ObjectNode render(Deposit.Command command) {
    return render(command.time(), command.name(), command.payload());
  }

  static ObjectNode render(Message.Command command) {
    return render(command.time(), command.name(), command.payload());
  }

  private static ObjectNode render(Instant time, String name, Optional<String> payload) {
    ObjectNode object = Json.emptyObject();
    object.put("name", name);
    object.put("time", Wire.time(time));
    payload.ifPresent(json -> object.set("payload", JsonColumn.read(json)));
    return object;
  }

  /** As it goes to devices over MQTT, where a time says that it is one (STA-9). */
  static ObjectNode forDevice(Message.Command command) {
    ObjectNode object = Json.emptyObject();
    object.put("name", command.name());
    object.putObject("time").put("$date", Wire.time(command.time()));
    command.payload().ifPresent(json -> object.set("payload", JsonColumn.read(json)));
    return object;
  }
}
