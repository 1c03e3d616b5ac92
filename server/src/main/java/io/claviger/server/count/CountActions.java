package io.claviger.server.count;

import io.claviger.core.role.Owner;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.api.Wire;
import io.claviger.server.application.ListScope;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.http.Query;
import io.claviger.server.http.Response;
import io.claviger.server.state.RangeParameters;
import io.claviger.store.Database;
import io.claviger.store.application.HistoryCounts;
import io.claviger.store.application.HistoryCounts.DeviceHistory;
import io.claviger.store.application.HistoryCounts.Devices;
import io.claviger.store.application.HistoryCounts.Scope;
import io.claviger.store.application.HistoryCounts.Sum;
import io.claviger.store.state.TimeRange;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How many devices there were day by day, and how many messages: of an application, of an
 * organization, and of the own sandbox. Applications that the caller does not see do not count: a
 * number tells of what is hidden.
 */
public final class CountActions {
  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();
  private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();

  /** Where nothing is said of the beginning. */
  private static final long RANGE_MILLIS = Duration.ofDays(30).toMillis();

  /** Days of one answer: two years. */
  private static final long DAYS_MAX = 732;

  private final HistoryCounts store;

  public CountActions(Database database) {
    this.store = new HistoryCounts(database);
  }

  /** Adds the actions. */
  public void addTo(Api api) {
    add(api, "application", call -> new Scope.One(call.application()));
    add(
        api,
        "org",
        call ->
            new Scope.Seen(new Owner.Organization(call.organization()), ListScope.viewer(call)));
    add(api, "me", call -> new Scope.Seen(new Owner.Sandbox(call.user()), ListScope.viewer(call)));
  }

  private void add(Api api, String of, Function<Call, Scope> scope) {
    api.handle(of + ".deviceCounts", call -> devices(call, scope.apply(call)));
    api.handle(of + ".payloadCounts", call -> payloads(call, scope.apply(call)));
  }

  private Response devices(Call call, Scope scope) {
    TimeRange range = range(call);
    long first = Math.floorDiv(range.startMillis(), DAY_MILLIS);
    long last = Math.floorDiv(range.endMillis(), DAY_MILLIS);
    if (last - first >= DAYS_MAX) {
      throw ApiException.validation("start", "must be at most " + DAYS_MAX + " days before end");
    }
    DeviceHistory history = store.devices(scope, first, range.endMillis());
    ObjectNode body = frame(range);
    ArrayNode array = body.putArray("counts");
    long total = history.before().created() - history.before().deleted();
    for (long day = first; day <= last; day++) {
      Devices of = history.days().getOrDefault(day, new Devices(0, 0));
      total += of.created() - of.deleted();
      array
          .addObject()
          .put("date", Wire.time(Instant.ofEpochMilli(day * DAY_MILLIS)))
          .put("created", of.created())
          .put("deleted", of.deleted())
          .put("total", total);
    }
    return Response.ok(body);
  }

  private static ObjectNode frame(TimeRange range) {
    return Json.emptyObject()
        .put("start", Wire.time(Instant.ofEpochMilli(range.startMillis())))
        .put("end", Wire.time(Instant.ofEpochMilli(range.endMillis())));
  }

  private Response payloads(Call call, Scope scope) {
    TimeRange range = range(call);
    boolean bytes = flag(call.request().query(), "asBytes");
    Map<String, Map<String, Sum>> found =
        store.payloads(
            scope,
            Math.floorDiv(range.startMillis(), HOUR_MILLIS),
            Math.floorDiv(range.endMillis(), HOUR_MILLIS));
    ObjectNode body = Json.emptyObject();
    for (PayloadCounts.Kind kind : PayloadCounts.Kind.values()) {
      ObjectNode object = body.putObject(kind.wireName());
      found
          .getOrDefault(kind.wireName(), Map.of())
          .forEach((source, sum) -> object.put(source, bytes ? sum.bytes() : sum.messages()));
    }
    return Response.ok(body);
  }

  private static TimeRange range(Call call) {
    Query query = call.request().query();
    Instant now = call.question().now();
    TimeRange range =
        RangeParameters.range(
            RangeParameters.number(query, "start"),
            RangeParameters.number(query, "end"),
            OptionalLong.empty(),
            now,
            new TimeRange(now.toEpochMilli() - RANGE_MILLIS, now.toEpochMilli()));
    if (range.endMillis() < range.startMillis()) {
      throw ApiException.validation("end", "must not be before start");
    }
    if (range.startMillis() < 0) {
      throw ApiException.validation("start", "must not be before 1970");
    }
    return range;
  }

  private static boolean flag(Query query, String name) {
    return switch (query.text(name).orElse("")) {
      case "", "false", "0" -> false;
      case "true", "1" -> true;
      default -> throw ApiException.validation(name, "must be true or false");
    };
  }
}
