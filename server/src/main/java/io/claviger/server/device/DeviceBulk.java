package io.claviger.server.device;

import io.claviger.core.id.ApplicationId;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.api.Changes;
import io.claviger.server.http.Json;
import io.claviger.server.http.Response;
import io.claviger.server.settings.ResourceLimits;
import io.claviger.store.Database;
import io.claviger.store.Transaction;
import io.claviger.store.device.DeviceFilter;
import io.claviger.store.device.DeviceRow;
import io.claviger.store.device.DeviceSet;
import io.claviger.store.device.DeviceSet.Presence;
import io.claviger.store.device.DeviceStore;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * Deletes and restores the devices that a query names. Done while the caller waits, whatever their
 * number and {@code forceJob}, in small transactions so that other writes pass between them; so
 * there is no job of whose end anybody would have to be told.
 */
final class DeviceBulk {
  private static final int BATCH = 200;

  private final Database database;
  private final DeviceStore store;
  private final Changes changes;
  private final ResourceLimits limits;

  DeviceBulk(Database database, DeviceStore store, Changes changes, ResourceLimits limits) {
    this.database = database;
    this.store = store;
    this.changes = changes;
    this.limits = limits;
  }

  void addTo(Api api) {
    api.handle("devices.delete", this::delete);
    api.handle("devices.restore", this::restore);
  }

  /** How many devices something was done to, and to how many it could not be done. */
  private record Result(long done, long failed) {
    Result plus(Result other) {
      return new Result(done + other.done, failed + other.failed);
    }
  }

  @FunctionalInterface
  private interface Work {
    Result on(Transaction transaction, List<DeviceRow> devices);
  }

  /** A device that is made meanwhile stays. */
  private Response delete(Call call) {
    DeviceFilter filter = filter(call).and(new DeviceFilter.MadeUntil(call.question().now()));
    Result result =
        inBatches(
            call,
            new DeviceSet(call.application(), new Presence.Present(), filter),
            (transaction, devices) -> delete(transaction, call, devices));
    return answer("removed", result);
  }

  private Result delete(Transaction transaction, Call call, List<DeviceRow> devices) {
    for (DeviceRow device : devices) {
      store.updateDeletion(transaction, device.deleted(transaction.now()));
      transaction.record(changes.deleted(call, Devices.subject(device), DeviceJson.render(device)));
    }
    return new Result(devices.size(), 0);
  }

  private Response restore(Call call) {
    Presence deleted = Deletion.restorable(call.question().now());
    Result result =
        inBatches(
            call,
            new DeviceSet(call.application(), deleted, filter(call)),
            (transaction, devices) -> restore(transaction, call, devices));
    return answer("restored", result);
  }

  /** Restores as many as there is room for (LIM-1). */
  private Result restore(Transaction transaction, Call call, List<DeviceRow> devices) {
    int limit = limits.devices(call.confirmed().owner().orElseThrow());
    ApplicationId application = call.application();
    int room = Math.clamp(limit - store.count(application), 0, devices.size());
    for (DeviceRow before : devices.subList(0, room)) {
      DeviceRow after = before.restored(transaction.now());
      store.updateDeletion(transaction, after);
      transaction.record(
          changes.updated(
              call, Devices.subject(after), DeviceJson.render(before), DeviceJson.render(after)));
    }
    return new Result(room, devices.size() - room);
  }

  private static DeviceFilter filter(Call call) {
    return DeviceQueries.read(call.body().get("query"))
        .and(DeviceFilter.seenBy(call.allowed().reach()));
  }

  /** By ascending ids, so that each device comes up once. */
  private Result inBatches(Call call, DeviceSet set, Work work) {
    Result total = new Result(0, 0);
    DeviceSet rest = set;
    while (true) {
      DeviceSet next = rest;
      List<DeviceRow> seen = new ArrayList<>();
      total =
          total.plus(
              database.write(transaction -> {
                call.requireStillAllowed();
                seen.addAll(store.first(next, BATCH));
                return work.on(transaction, seen);
              }));
      if (seen.size() < BATCH) {
        return total;
      }
      rest = set.and(new DeviceFilter.After(seen.getLast().id()));
    }
  }

  private static Response answer(String name, Result result) {
    ObjectNode body = Json.emptyObject();
    return Response.ok(body.put(name, result.done()).put("failed", result.failed()));
  }
}
