package io.claviger.server.state;

import io.claviger.core.id.DeviceId;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.state.AgeWindow;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.device.ChosenDevices;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.http.Response;
import io.claviger.store.device.DeviceFilter;
import io.claviger.store.device.DeviceSet;
import io.claviger.store.json.JsonColumn;
import io.claviger.store.state.CommandStore;
import io.claviger.store.state.Deposit;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** Commands for one device or many (STA-9, STA-10). */
final class CommandActions {
  /** Bytes of a payload: with the rest of the command it has to fit into one MQTT message. */
  private static final int PAYLOAD_BYTES_MAX = 250 * 1024;

  /** Devices that are commanded in one go, fewer when the command is long. */
  private static final int PAGE = 500;

  private static final int PAGE_WEIGHT = 10_000;

  private static final DeviceId NOBODY = new DeviceId("0".repeat(24));

  private final ChosenDevices devices;
  private final CommandStore store;
  private final Deposits deposits;
  private final ObjectIdSource ids;
  private final AgeWindow window;

  CommandActions(
      ChosenDevices devices,
      CommandStore store,
      Deposits deposits,
      ObjectIdSource ids,
      AgeWindow window) {
    this.devices = devices;
    this.store = store;
    this.deposits = deposits;
    this.ids = ids;
    this.window = window;
  }

  void addTo(Api api) {
    api.handle("device.sendCommand", this::send);
    api.handle("device.getCommand", this::get);
    api.handle("devices.sendCommand", this::sendToMany);
  }

  private Response send(Call call) {
    DeviceId device = StateActions.device(call).id();
    deposits.require(command(call).to(device, ids), call);
    return Api.success();
  }

  private Response get(Call call) {
    DeviceId device = StateActions.device(call).id();
    ArrayNode array = Json.emptyArray();
    store
        .commands(device, RangeParameters.slice(call.request().query(), call.question().now()))
        .forEach(command -> array.add(CommandJson.render(command)));
    return Response.ok(array);
  }

  /**
   * While the caller waits, page by page, so that other messages pass between them. A device that
   * is made or comes within reach meanwhile may get it or not.
   */
  private Response sendToMany(Call call) {
    List<DeviceFilter> chosen = ChosenDevices.inBody(call.body());
    if (chosen.isEmpty()) {
      throw ApiException.validation("deviceIds", "or deviceTags or deviceQuery must name devices");
    }
    Draft draft = command(call);
    int most = Math.clamp(PAGE_WEIGHT / DeviceInbox.weight(draft.to(NOBODY, ids)), 1, PAGE);
    Optional<DeviceId> last = Optional.empty();
    List<DeviceId> page;
    do {
      DeviceFilter rest =
          last.<DeviceFilter>map(DeviceFilter.After::new)
              .orElseGet(DeviceFilter.Everything::new)
              .and(DeviceFilter.seenBy(call.confirmed().allowed().reach()));
      page =
          devices.ids(
              chosen.stream()
                  .map(filter -> DeviceSet.present(call.application(), filter.and(rest)))
                  .toList(),
              most);
      deposits.all(page.stream().map(device -> draft.to(device, ids)).toList(), call);
      last = page.isEmpty() ? last : Optional.of(page.getLast());
    } while (page.size() == most);
    return Api.success();
  }

  /** A command that has no addressee yet. */
  private record Draft(Instant time, String name, Optional<String> payload) {
    Deposit to(DeviceId device, ObjectIdSource ids) {
      return new Deposit.Command(device, time, ids.next(), name, payload);
    }
  }

  private Draft command(Call call) {
    JsonNode body = call.body();
    long now = call.question().now().toEpochMilli();
    long time = StateJson.time(body.path("time")).resolve(now);
    if (!window.admits(time, now)) {
      throw ApiException.validation(
          "time", "must be within " + window.past().toDays() + " days, and at most a day ahead");
    }
    Optional<String> payload =
        body.has("payload") ? Optional.of(JsonColumn.write(body.get("payload"))) : Optional.empty();
    if (body.has("payload") && Json.write(body.get("payload")).length > PAYLOAD_BYTES_MAX) {
      throw ApiException.validation("payload", "must have at most " + PAYLOAD_BYTES_MAX + " bytes");
    }
    return new Draft(Instant.ofEpochMilli(time), body.get("name").stringValue(), payload);
  }
}
