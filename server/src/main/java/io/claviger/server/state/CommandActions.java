package io.claviger.server.state;

import io.claviger.core.id.DeviceId;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.state.AgeWindow;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.count.PayloadCounts;
import io.claviger.server.device.ChosenDevices;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.http.Response;
import io.claviger.store.Database;
import io.claviger.store.device.DeviceFilter;
import io.claviger.store.device.DeviceSet;
import io.claviger.store.json.JsonColumn;
import io.claviger.store.state.CommandJobs;
import io.claviger.store.state.CommandJobs.Order;
import io.claviger.store.state.CommandStore;
import io.claviger.store.state.Deposit;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** Commands for one device or many (STA-9, STA-10). */
final class CommandActions {
  /** Bytes of a payload: with the rest of the command it has to fit into one MQTT message. */
  private static final int PAYLOAD_BYTES_MAX = 250 * 1024;

  /** Devices that are commanded in one go, fewer when the command is long. */
  private static final int PAGE = 500;

  private static final int PAGE_WEIGHT = 10_000;

  /** Devices for which the caller waits; for more the answer is that it will be done. */
  static final int AT_ONCE_MAX = 1_000;

  private final Database database;
  private final ChosenDevices devices;
  private final CommandStore store;
  private final CommandJobs jobs;
  private final Runnable begin;
  private final Deposits deposits;
  private final ObjectIdSource ids;
  private final AgeWindow window;
  private final MessageRates rates;
  private final PayloadCounts counts;

  /**
   * Sends commands.
   *
   * @param begin has accepted ones carried out soon
   */
  CommandActions(
      Database database,
      CommandJobs jobs,
      Runnable begin,
      Deposits deposits,
      ObjectIdSource ids,
      AgeWindow window,
      MessageRates rates,
      PayloadCounts counts) {
    this.counts = counts;
    this.database = database;
    this.devices = new ChosenDevices(database);
    this.store = new CommandStore(database);
    this.jobs = jobs;
    this.begin = begin;
    this.deposits = deposits;
    this.ids = ids;
    this.window = window;
    this.rates = rates;
  }

  void addTo(Api api) {
    api.handle("device.sendCommand", this::send);
    api.handle("device.getCommand", this::get);
    api.handle("devices.sendCommand", this::sendToMany);
  }

  private Response send(Call call) {
    DeviceId device = StateActions.device(call).id();
    Order order = order(call);
    rates.count(device, MessageRates.Kind.COMMAND);
    deposits.require(order.to(device, ids.next()), call);
    count(call, 1);
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

  private Response sendToMany(Call call) {
    List<DeviceFilter> chosen = ChosenDevices.inBody(call.body());
    if (chosen.isEmpty()) {
      throw ApiException.validation("deviceIds", "or deviceTags or deviceQuery must name devices");
    }
    Order order = order(call);
    rates.countBulk(call.application());
    List<DeviceId> some = devices.ids(reached(call, chosen), AT_ONCE_MAX + 1);
    if (some.size() > AT_ONCE_MAX) {
      return queue(call, chosen, order);
    }
    sendNow(call, some, order);
    count(call, some.size());
    return Api.success();
  }

  private static List<DeviceSet> reached(Call call, List<DeviceFilter> chosen) {
    DeviceFilter seen = DeviceFilter.seenBy(call.allowed().reach());
    return chosen.stream()
        .map(filter -> DeviceSet.present(call.application(), filter.and(seen)))
        .toList();
  }

  /** While the caller waits, page by page, so that other messages pass between them. */
  private void sendNow(Call call, List<DeviceId> all, Order order) {
    int most = Math.clamp(PAGE_WEIGHT / DeviceInbox.weight(order.payload()), 1, PAGE);
    for (int from = 0; from < all.size(); from += most) {
      Set<DeviceId> page = Set.copyOf(all.subList(from, Math.min(all.size(), from + most)));
      // A device that has gone out of reach meanwhile gets nothing any more.
      List<DeviceId> still =
          from == 0
              ? List.copyOf(page)
              : devices.ids(
                  reached(call.confirmed(), List.of(DeviceFilter.identified(page))), page.size());
      deposits.all(
          still.stream().<Deposit>map(device -> order.to(device, ids.next())).toList(), call);
    }
  }

  /** For whom it is, is settled before the answer; it is carried out behind it, come what may. */
  private Response queue(Call call, List<DeviceFilter> chosen, Order order) {
    String job = RemoveData.job(ids);
    long accepted =
        database.write(transaction -> {
          Call now = call.confirmed();
          return jobs.accept(transaction, job, now.application(), reached(now, chosen), order);
        });
    begin.run();
    count(call, accepted);
    return RemoveData.queued(job);
  }

  private void count(Call call, long devices) {
    counts.count(
        call.application(),
        PayloadCounts.Kind.DEVICE_COMMAND,
        PayloadCounts.Source.API,
        devices,
        devices * call.request().body().length);
  }

  private Order order(Call call) {
    JsonNode body = call.body();
    Instant time = StateJson.time(body, "time", window, call.question().now());
    Optional<JsonNode> payload = Optional.ofNullable(body.get("payload"));
    if (payload.filter(it -> Json.write(it).length > PAYLOAD_BYTES_MAX).isPresent()) {
      throw ApiException.validation("payload", "must have at most " + PAYLOAD_BYTES_MAX + " bytes");
    }
    return new Order(time, body.get("name").stringValue(), payload.map(JsonColumn::write));
  }
}
