package io.claviger.server.state;

import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.server.api.Api;
import io.claviger.server.api.Body;
import io.claviger.server.api.Call;
import io.claviger.server.api.Changes;
import io.claviger.server.device.ChosenDevices;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.http.Query;
import io.claviger.server.http.Response;
import io.claviger.store.Database;
import io.claviger.store.Transaction;
import io.claviger.store.device.DeviceFilter;
import io.claviger.store.device.DeviceRow;
import io.claviger.store.device.DeviceSet;
import io.claviger.store.device.DeviceStore;
import io.claviger.store.state.RemovalStore;
import io.claviger.store.state.RemovalStore.Removal;
import io.claviger.store.state.TimeRange;
import java.math.BigInteger;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Removes what is kept of devices in a range of time: states, and with them the last values,
 * commands and logs of connections. Unlike what devices report this is an act of somebody, so it is
 * in the change log. It is ordered in that transaction and carried out in small steps behind it,
 * also by the next process if this one dies.
 */
final class RemoveData {
  private static final int HEXADECIMAL = 16;
  private static final int SHORT = 36;

  /** Devices for which it is ordered in one transaction. */
  private static final int BATCH = 200;

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
    api.handle("devices.removeData", this::removeOfMany);
  }

  private Response remove(Call call) {
    Query query = call.request().query();
    Removal removal =
        Removal.everything(
            range(
                call,
                RangeParameters.number(query, "start"),
                RangeParameters.number(query, "end")));
    String job = job(ids);
    database.run(transaction -> {
      call.requireStillAllowed();
      DeviceRow device =
          devices
              .find(call.application(), StateActions.device(call).id())
              .orElseThrow(() -> ApiException.notFound("Device"));
      order(transaction, call, job, device, removal);
    });
    begin.run();
    return queued(job);
  }

  /** Ordered page by page while the caller waits; a device that is made meanwhile stays. */
  private Response removeOfMany(Call call) {
    JsonNode body = call.body();
    Optional<Set<String>> attributes = Body.texts(body, "attributes").map(LinkedHashSet::new);
    Removal removal =
        new Removal(
            range(call, RangeParameters.number(body, "start"), RangeParameters.number(body, "end")),
            attributes,
            !body.path("keepCommandHistory").asBoolean(false),
            !body.path("keepConnectionHistory").asBoolean(false));
    DeviceSet set =
        ChosenDevices.inBodyQuery(call).and(new DeviceFilter.MadeUntil(call.question().now()));
    String job = job(ids);
    Optional<DeviceId> last = Optional.empty();
    List<DeviceRow> page;
    do {
      DeviceSet rest = last.<DeviceFilter>map(DeviceFilter.After::new).map(set::and).orElse(set);
      page =
          database.write(transaction -> {
            call.requireStillAllowed();
            List<DeviceRow> some = devices.first(rest, BATCH);
            some.forEach(device -> order(transaction, call, job, device, removal));
            return some;
          });
      last = page.isEmpty() ? last : Optional.of(page.getLast().id());
    } while (page.size() == BATCH);
    begin.run();
    return queued(job);
  }

  private void order(
      Transaction transaction, Call call, String job, DeviceRow device, Removal removal) {
    RemovalStore.order(transaction, job + device.id().text(), device.id(), removal);
    ObjectNode what = Json.emptyObject().put("deviceId", device.id().text()).put("jobId", job);
    what.put("start", StateJson.time(removal.range().startMillis()));
    what.put("end", StateJson.time(removal.range().endMillis()));
    removal
        .attributes()
        .ifPresent(names -> {
          ArrayNode array = what.putArray("attributes");
          names.stream().sorted().forEach(array::add);
        });
    what.put("commands", removal.commands()).put("connections", removal.connections());
    transaction.record(
        changes.created(
            call, new Subject(SubjectType.DEVICE, device.id().text(), device.name()), what));
  }

  /** The name of new work: at most 21 characters, which 24 hexadecimal digits are not (WIR-16). */
  static String job(ObjectIdSource ids) {
    return new BigInteger(ids.next(), HEXADECIMAL).toString(SHORT);
  }

  /** The answer that work has been taken on. */
  static Response queued(String job) {
    return Response.json(
        202, Json.emptyObject().put("success", true).put("jobQueued", true).put("jobId", job));
  }

  /** From the beginning to now, where nothing else is said. */
  private static TimeRange range(Call call, OptionalLong start, OptionalLong end) {
    TimeRange range =
        RangeParameters.range(
            start,
            end,
            OptionalLong.empty(),
            call.question().now(),
            new TimeRange(1, call.question().now().toEpochMilli()));
    if (range.endMillis() < range.startMillis()) {
      throw ApiException.validation("end", "must not be before start");
    }
    return range;
  }
}
