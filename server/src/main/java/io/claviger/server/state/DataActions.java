package io.claviger.server.state;

import io.claviger.core.device.Tag;
import io.claviger.core.id.DeviceId;
import io.claviger.core.state.Aggregation;
import io.claviger.core.state.AttributeValue;
import io.claviger.core.state.Report;
import io.claviger.core.state.Timeline;
import io.claviger.server.api.Api;
import io.claviger.server.api.Body;
import io.claviger.server.api.Call;
import io.claviger.server.device.ChosenDevices;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.http.Response;
import io.claviger.store.device.DeviceFilter;
import io.claviger.store.device.DeviceRow;
import io.claviger.store.device.DeviceSet;
import io.claviger.store.state.Slice;
import io.claviger.store.state.StateStore;
import io.claviger.store.state.StateStore.Sample;
import io.claviger.store.state.TimeRange;
import io.claviger.store.state.TimeSeriesStore;
import io.claviger.store.state.TimeSeriesStore.Wanted;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Questions about what many devices have reported (STA-12). */
final class DataActions {
  /** Devices of one question. */
  private static final int DEVICES_MAX = 1000;

  /** Intervals of one question. */
  private static final int INTERVALS_MAX = 10_000;

  /** Where nothing is said of the beginning. */
  private static final long DURATION_MILLIS = Duration.ofDays(1).toMillis();

  private final ChosenDevices devices;
  private final StateStore states;
  private final TimeSeriesStore series;

  DataActions(ChosenDevices devices, StateStore states, TimeSeriesStore series) {
    this.devices = devices;
    this.states = states;
    this.series = series;
  }

  void addTo(Api api) {
    api.handle("data.lastValueQuery", this::lastValues);
    api.handle("data.timeSeriesQuery", this::timeSeries);
  }

  /** Those of the devices named that the caller reaches; the others are as if they were absent. */
  private List<DeviceRow> devices(Call call) {
    List<DeviceFilter> chosen = ChosenDevices.inBody(call.body());
    if (chosen.isEmpty()) {
      throw ApiException.validation("deviceIds", "or deviceTags or deviceQuery must name devices");
    }
    DeviceFilter reached = DeviceFilter.seenBy(call.allowed().reach());
    List<DeviceRow> rows =
        devices.rows(
            chosen.stream()
                .map(filter -> DeviceSet.present(call.application(), filter.and(reached)))
                .toList(),
            DEVICES_MAX + 1);
    if (rows.size() > DEVICES_MAX) {
      throw ApiException.validation(
          "deviceIds", "and the others name more than " + DEVICES_MAX + " devices");
    }
    return rows;
  }

  /** Of one attribute, or, when none is named, all of the last state of each device. */
  private Response lastValues(Call call) {
    List<DeviceId> ids = devices(call).stream().map(DeviceRow::id).toList();
    Instant now = call.question().now();
    TimeRange range =
        new TimeRange(
            Long.MIN_VALUE,
            RangeParameters.moment(RangeParameters.number(call.body(), "end").orElse(0), now));
    Optional<String> attribute = Body.text(call.body(), "attribute");
    ObjectNode object = Json.emptyObject();
    if (attribute.isPresent()) {
      states
          .latest(ids, Optional.of(Set.of(attribute.get())), range)
          .forEach((device, latest) -> {
            Sample sample = latest.get(attribute.get());
            if (sample != null) {
              object.set(
                  device.text(),
                  point(sample.timeMillis(), Map.of(attribute.get(), sample.value())));
            }
          });
    } else {
      for (DeviceId device : ids) {
        for (Report.Kept state : states.states(device, new Slice(range, 1, true))) {
          object.set(device.text(), StateJson.render(state));
        }
      }
    }
    return Response.ok(object);
  }

  private static ObjectNode point(long time, Map<String, AttributeValue> values) {
    return StateJson.render(new Report.Kept(time, values));
  }

  private Response timeSeries(Call call) {
    JsonNode body = call.body();
    Instant now = call.question().now();
    Wanted wanted = wanted(body, now);
    List<DeviceRow> rows = devices(call);
    Map<DeviceId, NavigableMap<Long, Map<String, AttributeValue>>> points =
        series.points(rows.stream().map(DeviceRow::id).toList(), wanted);
    ObjectNode answer = Json.emptyObject();
    answer.put("start", StateJson.time(wanted.timeline().startMillis()));
    answer.put("end", StateJson.time(wanted.timeline().endMillis()));
    if (wanted.timeline().resolutionMillis() == 0) {
      answer.putNull("resolution");
    } else {
      answer.put("resolution", wanted.timeline().resolutionMillis());
    }
    answer.set("aggregation", aggregation(wanted.aggregation()));
    if (wanted.limit().isEmpty()) {
      answer.putNull("limit");
    } else {
      answer.put("limit", wanted.limit().get());
    }
    answer.put("order", wanted.descending() ? "desc" : "asc");
    ObjectNode list = answer.putObject("devices");
    for (DeviceRow row : rows) {
      list.set(
          row.id().text(),
          device(
              row,
              points.getOrDefault(row.id(), Collections.emptyNavigableMap()),
              wanted.descending()));
    }
    return Response.ok(answer);
  }

  private static ObjectNode device(
      DeviceRow row, NavigableMap<Long, Map<String, AttributeValue>> points, boolean descending) {
    ObjectNode object = Json.emptyObject();
    object.put("name", row.name());
    ObjectNode tags = object.putObject("tags");
    for (Tag tag : row.tags()) {
      tags.withArrayProperty(tag.key()).add(tag.value());
    }
    ArrayNode array = object.putArray("points");
    (descending ? points.descendingMap() : points)
        .forEach((time, values) -> array.add(point(time, new TreeMap<>(values))));
    return object;
  }

  private static Wanted wanted(JsonNode body, Instant now) {
    OptionalLong duration = RangeParameters.number(body, "duration");
    OptionalLong start = RangeParameters.number(body, "start");
    TimeRange range =
        RangeParameters.range(
            start,
            RangeParameters.number(body, "end"),
            duration.isEmpty() && start.isEmpty() ? OptionalLong.of(DURATION_MILLIS) : duration,
            now,
            new TimeRange(Long.MIN_VALUE, now.toEpochMilli()));
    if (range.endMillis() < range.startMillis()) {
      throw ApiException.validation("end", "must not be before start");
    }
    Aggregation aggregation = aggregation(body);
    long resolution = RangeParameters.number(body, "resolution").orElse(0);
    if (resolution < 0) {
      throw ApiException.validation("resolution", "must be 0 or more");
    }
    Timeline timeline =
        new Timeline(
            range.startMillis(),
            range.endMillis(),
            aggregation instanceof Aggregation.None ? 0 : resolution);
    if (timeline.intervals() > INTERVALS_MAX) {
      throw ApiException.validation(
          "resolution", "makes more than " + INTERVALS_MAX + " intervals of the range");
    }
    return new Wanted(
        Body.texts(body, "attributes").filter(names -> !names.isEmpty()).map(Set::copyOf),
        timeline,
        aggregation,
        limit(body),
        Body.text(body, "order").orElse("asc").equals("desc"),
        now.toEpochMilli());
  }

  private static Optional<Integer> limit(JsonNode body) {
    OptionalLong limit = RangeParameters.number(body, "limit");
    if (limit.isEmpty()) {
      return Optional.empty();
    }
    if (limit.getAsLong() < 1) {
      throw ApiException.validation("limit", "must be 1 or more");
    }
    return Optional.of((int) Math.min(limit.getAsLong(), Integer.MAX_VALUE));
  }

  /** Single values where neither an aggregation nor a resolution is given. */
  private static Aggregation aggregation(JsonNode body) {
    JsonNode node = body.path("aggregation");
    if (node.isMissingNode()) {
      return RangeParameters.number(body, "resolution").orElse(0) == 0
          ? new Aggregation.None()
          : Aggregation.Function.LAST;
    }
    String name = node.isString() ? node.stringValue() : node.path("type").stringValue();
    return switch (name) {
      case "NONE" -> new Aggregation.None();
      case "TIMEATVALUE" ->
          new Aggregation.TimeAtValue(
              StateJson.value(node.path("options").path("value"))
                  .orElseThrow(() ->
                      ApiException.validation(
                          "aggregation.options.value", "must be a text, a number, true or false")));
      default -> Aggregation.Function.valueOf(name);
    };
  }

  private static ObjectNode aggregation(Aggregation aggregation) {
    ObjectNode object = Json.emptyObject();
    switch (aggregation) {
      case Aggregation.None _ -> object.put("type", "NONE");
      case Aggregation.Function function -> object.put("type", function.name());
      case Aggregation.TimeAtValue(AttributeValue value) -> {
        object.put("type", "TIMEATVALUE");
        StateJson.put(object.putObject("options"), "value", value);
      }
    }
    return object;
  }
}
