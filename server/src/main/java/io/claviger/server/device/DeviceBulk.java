package io.claviger.server.device;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.ObjectId;
import io.claviger.server.api.Api;
import io.claviger.server.api.Body;
import io.claviger.server.api.Call;
import io.claviger.server.api.Changes;
import io.claviger.server.http.ApiException;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Deletes, restores and changes the devices that a request names. Done while the caller waits,
 * whatever their number and {@code forceJob}, in small transactions so that other writes pass
 * between them; so there is no job of whose end anybody would have to be told. A device is changed
 * whole, with its entry in the change log, or not at all.
 */
final class DeviceBulk {
  private static final int BATCH = 200;

  /** Devices of which an answer says why they could not be changed. */
  private static final int FAILURES_SHOWN = 100;

  private final Database database;
  private final DeviceStore store;
  private final DeviceEdit edit;
  private final Changes changes;
  private final ResourceLimits limits;

  DeviceBulk(Database database, DeviceStore store, Changes changes, ResourceLimits limits) {
    this.database = database;
    this.store = store;
    this.edit = new DeviceEdit(store);
    this.changes = changes;
    this.limits = limits;
  }

  void addTo(Api api) {
    api.handle("devices.delete", this::delete);
    api.handle("devices.restore", this::restore);
    api.handle("devices.patch", this::patch);
  }

  /** Why something could not be done to a device. */
  private record Failure(DeviceId device, String message) {}

  /**
   * What became of the devices.
   *
   * @param done how many something was done to
   * @param failed how many it could not be done to
   * @param skipped how many are already as they should be
   * @param failures some of the failed with the reason
   */
  private record Result(long done, long failed, long skipped, List<Failure> failures) {
    static final Result NONE = new Result(0, 0, 0, List.of());

    Result plus(Result other) {
      List<Failure> both = new ArrayList<>(failures);
      other.failures.stream().limit(FAILURES_SHOWN - (long) both.size()).forEach(both::add);
      return new Result(
          done + other.done, failed + other.failed, skipped + other.skipped, List.copyOf(both));
    }

    Result plusFailure(DeviceId device, String message) {
      return plus(new Result(0, 1, 0, List.of(new Failure(device, message))));
    }

    long seen() {
      return done + failed + skipped;
    }
  }

  @FunctionalInterface
  private interface Work {
    Result on(Transaction transaction, List<DeviceRow> devices);
  }

  private Response delete(Call call) {
    Result result =
        inBatches(
            call,
            madeUntilNow(ChosenDevices.inBodyQuery(call), call),
            (transaction, devices) -> delete(transaction, call, devices));
    return answer("removed", result);
  }

  /** A device that is made meanwhile stays as it is. */
  private static DeviceSet madeUntilNow(DeviceSet set, Call call) {
    return set.and(new DeviceFilter.MadeUntil(call.question().now()));
  }

  private Result delete(Transaction transaction, Call call, List<DeviceRow> devices) {
    for (DeviceRow device : devices) {
      store.updateDeletion(transaction, device.deleted(transaction.now()));
      transaction.record(changes.deleted(call, Devices.subject(device), DeviceJson.render(device)));
    }
    return new Result(devices.size(), 0, 0, List.of());
  }

  private Response restore(Call call) {
    DeviceSet set =
        WantedDevices.ofQuery(call.body().get("query"))
            .in(call, Deletion.restorable(call.question().now()));
    Result result =
        inBatches(call, set, (transaction, devices) -> restore(transaction, call, devices));
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
      record(transaction, call, before, after);
    }
    return new Result(room, devices.size() - room, 0, List.of());
  }

  private void record(Transaction transaction, Call call, DeviceRow before, DeviceRow after) {
    transaction.record(
        changes.updated(
            call, Devices.subject(after), DeviceJson.render(before), DeviceJson.render(after)));
  }

  private static Response answer(String name, Result result) {
    ObjectNode body = Json.emptyObject();
    return Response.ok(body.put(name, result.done()).put("failed", result.failed()));
  }

  /** Changes many devices alike; one that cannot be changed so stays, and the others do not. */
  private Response patch(Call call) {
    DeviceChange change = DeviceChange.of(call.body(), edit);
    Optional<Set<DeviceId>> ids = ids(call);
    DeviceSet set =
        ids.map(named ->
                WantedDevices.reached(call, new Presence.Present(), DeviceFilter.identified(named)))
            .orElseGet(() -> ChosenDevices.inBodyQuery(call));
    Result result =
        inBatches(
            call,
            madeUntilNow(set, call),
            (transaction, devices) -> patch(transaction, call, change, devices));
    long absent = ids.map(named -> named.size() - result.seen()).orElse(0L);
    ObjectNode body = Json.emptyObject();
    body.put("updated", result.done());
    body.put("failed", result.failed() + absent);
    body.put("skipped", result.skipped());
    ArrayNode failures = body.putArray("failures");
    result
        .failures()
        .forEach(failure ->
            failures
                .addObject()
                .put("deviceId", failure.device().text())
                .put("message", failure.message()));
    return Response.ok(body);
  }

  /** The devices that the body lists; empty when it has a query instead. */
  private static Optional<Set<DeviceId>> ids(Call call) {
    boolean query = call.body().has("query");
    Optional<List<String>> texts = Body.texts(call.body(), "deviceIds");
    if (query == texts.isPresent()) {
      throw ApiException.validation(
          "deviceIds", query ? "must not stand beside query" : "or query must be given");
    }
    return texts.map(all -> {
      Set<DeviceId> ids = new HashSet<>();
      all.forEach(text -> ids.add(new DeviceId(ObjectId.normalise(text))));
      return ids;
    });
  }

  private Result patch(
      Transaction transaction, Call call, DeviceChange change, List<DeviceRow> devices) {
    Result result = Result.NONE;
    for (DeviceRow listed : devices) {
      // What stands above it may have been moved a moment ago.
      DeviceRow before =
          change.moves() ? store.find(listed.application(), listed.id()).orElse(listed) : listed;
      result = patch(transaction, call, change, before, result);
    }
    return result;
  }

  private Result patch(
      Transaction transaction, Call call, DeviceChange change, DeviceRow before, Result result) {
    Instant now = transaction.now();
    DeviceChange.Changed changed;
    try {
      changed = change.apply(before, now);
    } catch (ApiException e) {
      return result.plusFailure(before.id(), e.publicMessage());
    }
    DeviceRow after = changed.device();
    if (after.equals(before.withAttributes(before.attributes(), now))) {
      return result.plus(new Result(0, 0, 1, List.of()));
    }
    store.update(transaction, before, after, changed.names());
    record(transaction, call, before, after);
    return result.plus(new Result(1, 0, 0, List.of()));
  }

  /**
   * By ascending ids, so that each device comes up once. Looked for outside of the write, where the
   * time of a query is bounded, and once more inside it, where nothing can change.
   */
  private Result inBatches(Call call, DeviceSet set, Work work) {
    Result total = Result.NONE;
    DeviceSet rest = set;
    while (true) {
      List<DeviceId> found = store.ids(rest, BATCH);
      if (found.isEmpty()) {
        return total;
      }
      DeviceSet batch = set.and(DeviceFilter.identified(Set.copyOf(found)));
      total =
          total.plus(
              database.write(transaction -> {
                call.requireStillAllowed();
                return work.on(transaction, store.first(batch, BATCH));
              }));
      if (found.size() < BATCH) {
        return total;
      }
      rest = set.and(new DeviceFilter.After(found.getLast()));
    }
  }
}
