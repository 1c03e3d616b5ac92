package io.claviger.server.state;

import io.claviger.core.decide.Place;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.id.DeviceId;
import io.claviger.core.state.Report;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.count.PayloadCounts;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Query;
import io.claviger.server.http.Response;
import io.claviger.store.state.Deposit;
import io.claviger.store.state.StateStore;
import io.claviger.store.state.StateStore.Sample;
import io.claviger.store.state.TimeRange;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/** State of one device: reports it and reads it (STA-1 to STA-8). */
final class StateActions {
  private static final Pattern ATTRIBUTE = Pattern.compile("[0-9a-zA-Z_-]{1,255}");

  /** As many as a device has. */
  private static final int ATTRIBUTES_MAX = 256;

  private final StateStore store;
  private final Deposits deposits;
  private final MessageRates rates;
  private final PayloadCounts counts;

  StateActions(StateStore store, Deposits deposits, MessageRates rates, PayloadCounts counts) {
    this.counts = counts;
    this.store = store;
    this.deposits = deposits;
    this.rates = rates;
  }

  void addTo(Api api) {
    api.handle("device.sendState", this::send);
    api.handle("device.getState", this::get);
    api.handle("device.getCompositeState", this::composite);
  }

  /**
   * The device in the path, which may be seen.
   *
   * @throws ApiException 404 when it is deleted
   */
  static DeviceFacts device(Call call) {
    if (call.place() instanceof Place.OfApplication place) {
      return place
          .device()
          .flatMap(Place.NamedDevice::facts)
          .filter(device -> !device.deleted())
          .orElseThrow(() -> ApiException.notFound("Device"));
    }
    throw ApiException.notFound("Device");
  }

  private Response send(Call call) {
    DeviceId device = device(call).id();
    rates.count(device, MessageRates.Kind.STATE);
    List<Report> reports = StateJson.reports(call.body());
    deposits.require(new Deposit.States(device, reports, call.question().now()), call);
    counts.count(
        call.application(),
        PayloadCounts.Kind.DEVICE_STATE,
        PayloadCounts.Source.API,
        reports.size(),
        call.request().body().length);
    return Api.success();
  }

  private Response get(Call call) {
    DeviceId device = device(call).id();
    Query query = call.request().query();
    return Response.ok(
        StateJson.render(
            store.states(device, RangeParameters.slice(query, call.question().now()))));
  }

  private Response composite(Call call) {
    DeviceId device = device(call).id();
    Query query = call.request().query();
    Map<DeviceId, Map<String, Sample>> latest =
        store.latest(
            List.of(device), attributes(query), compositeRange(query, call.question().now()));
    return Response.ok(StateJson.composite(latest.getOrDefault(device, Map.of())));
  }

  /** From the beginning to now, where nothing else is said. */
  static TimeRange compositeRange(Query query, Instant now) {
    return RangeParameters.range(
        RangeParameters.number(query, "start"),
        RangeParameters.number(query, "end"),
        OptionalLong.empty(),
        now,
        new TimeRange(Long.MIN_VALUE, now.toEpochMilli()));
  }

  /** The names in {@code attributes}, with commas between them; blank is all. */
  static Optional<Set<String>> attributes(Query query) {
    Optional<String> text = query.text("attributes").filter(given -> !given.isBlank());
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Set<String> names = new LinkedHashSet<>();
    for (String part : text.get().split(",", -1)) {
      String name = part.strip();
      if (!ATTRIBUTE.matcher(name).matches()) {
        throw ApiException.validation(
            "attributes", "must be names of attributes with commas between them");
      }
      names.add(name);
    }
    if (names.size() > ATTRIBUTES_MAX) {
      throw ApiException.validation("attributes", "must be at most " + ATTRIBUTES_MAX);
    }
    return Optional.of(names);
  }
}
