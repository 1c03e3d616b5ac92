package io.claviger.server.device;

import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.api.Changes;
import io.claviger.server.api.ListParameters;
import io.claviger.server.api.Wire;
import io.claviger.server.count.PayloadCounts;
import io.claviger.server.device.DeviceJson.View;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Query;
import io.claviger.server.http.Response;
import io.claviger.server.settings.ResourceLimits;
import io.claviger.store.Database;
import io.claviger.store.ListPage;
import io.claviger.store.ListRequest;
import io.claviger.store.ListRequest.SortDirection;
import io.claviger.store.device.DeviceRow;
import io.claviger.store.device.DeviceSet.Presence;
import io.claviger.store.device.DeviceStore;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** {@code /applications/{applicationId}/devices} (DEV-1 to DEV-7). */
final class Devices {
  static final String KIND = "Device";

  private final Database database;
  private final DeviceStore store;
  private final DeviceEdit edit;
  private final Changes changes;
  private final ObjectIdSource ids;
  private final ResourceLimits limits;
  private final PayloadCounts counts;

  Devices(
      Database database,
      DeviceStore store,
      Changes changes,
      ObjectIdSource ids,
      ResourceLimits limits,
      PayloadCounts counts) {
    this.counts = counts;
    this.database = database;
    this.store = store;
    this.edit = new DeviceEdit(store);
    this.changes = changes;
    this.ids = ids;
    this.limits = limits;
  }

  void addTo(Api api) {
    api.handle("devices.get", this::list);
    api.handle("devices.post", this::create);
    api.handle("device.get", this::get);
    api.handle("device.patch", this::patch);
    api.handle("device.delete", this::delete);
  }

  /** The device in the path, unless it is deleted (DEV-5). */
  static DeviceRow find(DeviceStore store, Call call) {
    return store
        .find(call.application(), call.id("deviceId", KIND, DeviceId::new))
        .orElseThrow(() -> ApiException.notFound(KIND));
  }

  static Subject subject(DeviceRow device) {
    return new Subject(SubjectType.DEVICE, device.id().text(), device.name());
  }

  private Response list(Call call) {
    Query parameters = call.request().query();
    WantedDevices wanted = WantedDevices.ofList(parameters);
    ListRequest request = request(parameters, wanted);
    Presence presence =
        DeviceParameters.flag(parameters, "queryDeleted")
            ? Deletion.restorable(call.question().now())
            : new Presence.Present();
    View view = View.of(parameters);
    ListPage<DeviceRow> page = store.list(wanted.in(call, presence), request);
    Connections connections = Connections.of(database, page.items(), view);
    ObjectNode body =
        Wire.page(
            "devices", request, page, device -> DeviceJson.render(device, view, connections, call));
    body.put("applicationId", call.application().text());
    wanted.echo(body);
    return Response.ok(body);
  }

  /** A query replaces the filter too (WIR-14). */
  private static ListRequest request(Query parameters, WantedDevices wanted) {
    ListRequest read =
        ListParameters.read(parameters, DeviceStore.LIST, "name", SortDirection.ASCENDING);
    return wanted.given().isEmpty()
        ? read
        : new ListRequest(
            read.page(), read.perPage(), read.sortField(), read.direction(), Optional.empty());
  }

  private ObjectNode render(DeviceRow device, View view, Call call) {
    return DeviceJson.render(device, view, Connections.of(database, List.of(device), view), call);
  }

  private Response get(Call call) {
    return Response.ok(render(find(store, call), View.of(call.request().query()), call));
  }

  private Response create(Call call) {
    View view = View.of(call.request().query());
    ApplicationId application = call.application();
    DeviceRow device =
        database.write(transaction -> {
          int limit = limits.devices(call.confirmed().owner().orElseThrow());
          if (store.count(application) >= limit) {
            throw ApiException.validation("device", "limit of " + limit + " is reached");
          }
          DeviceRow made =
              edit.create(call.body(), application, new DeviceId(ids.next()), transaction.now());
          store.insert(transaction, made);
          transaction.record(changes.created(call, subject(made), DeviceJson.render(made)));
          return made;
        });
    counts.count(
        application,
        PayloadCounts.Kind.DEVICE_CREATE,
        PayloadCounts.Source.API,
        call.request().body().length);
    return Response.created(render(device, view, call));
  }

  private Response patch(Call call) {
    View view = View.of(call.request().query());
    DeviceRow patched =
        database.write(transaction -> {
          call.requireStillAllowed();
          DeviceRow before = find(store, call);
          DeviceRow after = edit.patch(call.body(), before, transaction.now());
          store.update(transaction, before, after);
          transaction.record(
              changes.updated(
                  call, subject(after), DeviceJson.render(before), DeviceJson.render(after)));
          return after;
        });
    return Response.ok(render(patched, view, call));
  }

  private Response delete(Call call) {
    database.run(transaction -> {
      call.requireStillAllowed();
      DeviceRow device = find(store, call);
      store.updateDeletion(transaction, device.deleted(transaction.now()));
      transaction.record(changes.deleted(call, subject(device), DeviceJson.render(device)));
    });
    return Api.success();
  }
}
