package io.claviger.server.state;

import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.api.Changes;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.http.Query;
import io.claviger.server.http.Response;
import io.claviger.store.Database;
import io.claviger.store.device.DeviceRow;
import io.claviger.store.device.DeviceStore;
import io.claviger.store.state.RemovalStore;
import io.claviger.store.state.TimeRange;
import java.math.BigInteger;
import java.util.OptionalLong;
import tools.jackson.databind.node.ObjectNode;

/**
 * Removes what a device has reported in a range of time. Unlike what devices report this is an act
 * of somebody, so it is in the change log. It is ordered in that transaction and carried out in
 * small steps behind it, also by the next process if this one dies.
 */
final class RemoveData {
  private static final int HEXADECIMAL = 16;
  private static final int SHORT = 36;

  private final Database database;
  private final DeviceStore devices;
  private final Changes changes;
  private final ObjectIdSource ids;
  private final Runnable begin;

  /**
   * Takes orders.
   *
   * @param begin has orders carried out soon
   */
  RemoveData(Database database, Changes changes, ObjectIdSource ids, Runnable begin) {
    this.database = database;
    this.devices = new DeviceStore(database);
    this.changes = changes;
    this.ids = ids;
    this.begin = begin;
  }

  void addTo(Api api) {
    api.handle("device.removeData", this::remove);
  }

  private Response remove(Call call) {
    TimeRange range = range(call);
    // At most 21 characters on the wire, which 24 hexadecimal digits are not (WIR-16).
    String job = new BigInteger(ids.next(), HEXADECIMAL).toString(SHORT);
    database.run(transaction -> {
      call.requireStillAllowed();
      DeviceRow device =
          devices
              .find(call.application(), StateActions.device(call).id())
              .orElseThrow(() -> ApiException.notFound("Device"));
      RemovalStore.order(transaction, job, device.id(), range);
      ObjectNode what = Json.emptyObject().put("deviceId", device.id().text()).put("jobId", job);
      what.put("start", StateJson.time(range.startMillis()));
      what.put("end", StateJson.time(range.endMillis()));
      transaction.record(
          changes.created(
              call, new Subject(SubjectType.DEVICE, device.id().text(), device.name()), what));
    });
    begin.run();
    return Response.json(
        202, Json.emptyObject().put("success", true).put("jobQueued", true).put("jobId", job));
  }

  /** From the beginning to now, where nothing else is said. */
  private static TimeRange range(Call call) {
    Query query = call.request().query();
    TimeRange range =
        RangeParameters.range(
            RangeParameters.number(query, "start"),
            RangeParameters.number(query, "end"),
            OptionalLong.empty(),
            call.question().now(),
            new TimeRange(1, call.question().now().toEpochMilli()));
    if (range.endMillis() < range.startMillis()) {
      throw ApiException.validation("end", "must not be before start");
    }
    return range;
  }
}
