package io.claviger.server.state;

import io.claviger.core.id.DeviceId;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.api.ListParameters;
import io.claviger.server.api.Wire;
import io.claviger.server.device.ChosenDevices;
import io.claviger.server.http.Json;
import io.claviger.server.http.Query;
import io.claviger.server.http.Response;
import io.claviger.store.Database;
import io.claviger.store.ListPage;
import io.claviger.store.ListRequest;
import io.claviger.store.ListRequest.SortDirection;
import io.claviger.store.device.DeviceRow;
import io.claviger.store.device.DeviceStore;
import io.claviger.store.state.StateStore;
import io.claviger.store.state.StateStore.Sample;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** The last values of the devices of a list (STA-8). */
final class CompositeStates {
  private final DeviceStore devices;
  private final StateStore states;

  CompositeStates(Database database, StateStore states) {
    this.devices = new DeviceStore(database);
    this.states = states;
  }

  void addTo(Api api) {
    api.handle("devices.getCompositeState", this::get);
  }

  private Response get(Call call) {
    Query query = call.request().query();
    ListRequest read =
        ListParameters.read(query, DeviceStore.LIST, "name", SortDirection.ASCENDING);
    ListRequest request =
        new ListRequest(
            read.page(), read.perPage(), read.sortField(), read.direction(), Optional.empty());
    ListPage<DeviceRow> page = devices.list(ChosenDevices.inQuery(call), request);
    Map<DeviceId, Map<String, Sample>> latest =
        states.latest(
            page.items().stream().map(DeviceRow::id).toList(),
            StateActions.attributes(query),
            StateActions.compositeRange(query, call.question().now()));
    ObjectNode body =
        Wire.page(
            "devices",
            request,
            page,
            device -> {
              ObjectNode item = Json.emptyObject();
              item.put("id", device.id().text());
              item.put("name", device.name());
              item.set(
                  "compositeState",
                  StateJson.composite(latest.getOrDefault(device.id(), Map.of())));
              return item;
            });
    body.put("applicationId", call.application().text());
    ChosenDevices.echoQuery(call, body);
    return Response.ok(body);
  }
}
