package io.claviger.store.state;

import io.claviger.core.id.DeviceId;
import io.claviger.core.state.Aggregation;
import io.claviger.core.state.AttributeValue;
import io.claviger.core.state.Coercion;
import io.claviger.core.state.Timeline;
import io.claviger.store.Database;
import io.claviger.store.state.StateStore.Sample;
import io.claviger.store.state.StateStore.Series;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** What devices have reported over a range of time, as it is or summed up (STA-12). */
public final class TimeSeriesStore {
  private final Database database;

  public TimeSeriesStore(Database database) {
    this.database = database;
  }

  /**
   * What is wanted.
   *
   * @param attributes those wanted; empty for all
   * @param timeline the range and its intervals; the intervals do not matter for single values
   * @param limit the most points of each device; empty for all
   * @param descending whether the latest come first, which matters for the limit
   * @param nowMillis the present
   */
  public record Wanted(
      Optional<Set<String>> attributes,
      Timeline timeline,
      Aggregation aggregation,
      Optional<Integer> limit,
      boolean descending,
      long nowMillis) {}

  /**
   * The points of each device by ascending time; devices without any are left out.
   *
   * @throws TooMuchData when they do not fit into one answer, or too many values would have to be
   *     looked at
   */
  public Map<DeviceId, NavigableMap<Long, Map<String, AttributeValue>>> points(
      Collection<DeviceId> devices, Wanted wanted) {
    Budget budget = new Budget();
    return database.read(handle -> {
      Map<DeviceId, NavigableMap<Long, Map<String, AttributeValue>>> points = new HashMap<>();
      for (Series series : StateStore.series(database, handle, devices, wanted.attributes())) {
        NavigableMap<Long, Map<String, AttributeValue>> all =
            points.computeIfAbsent(series.device(), _ -> new TreeMap<>());
        values(handle, series, wanted, budget)
            .forEach((time, value) ->
                all.computeIfAbsent(time, _ -> new TreeMap<>()).put(series.attribute(), value));
        wanted.limit().ifPresent(limit -> cut(all, limit, wanted.descending()));
      }
      points.values().removeIf(Map::isEmpty);
      return points;
    });
  }

  private static void cut(NavigableMap<Long, ?> points, int limit, boolean descending) {
    while (points.size() > limit) {
      if (descending) {
        points.pollFirstEntry();
      } else {
        points.pollLastEntry();
      }
    }
  }

  private static Map<Long, AttributeValue> values(
      Handle handle, Series series, Wanted wanted, Budget budget) {
    return switch (wanted.aggregation()) {
      case Aggregation.None _ -> single(handle, series, wanted, budget);
      case Aggregation.Function function -> summed(handle, series, wanted, function, budget);
      case Aggregation.TimeAtValue(AttributeValue value) ->
          held(handle, series, wanted, value, budget);
    };
  }

  private static TimeRange range(Wanted wanted) {
    return new TimeRange(wanted.timeline().startMillis(), wanted.timeline().endMillis());
  }

  private static Map<Long, AttributeValue> single(
      Handle handle, Series series, Wanted wanted, Budget budget) {
    Map<Long, AttributeValue> values = new HashMap<>();
    int limit = wanted.limit().orElse(Integer.MAX_VALUE);
    Slice slice = new Slice(range(wanted), limit, wanted.descending());
    StateStore.each(
        handle,
        series,
        slice,
        budget,
        sample -> {
          budget.spend(StateStore.length(sample.value()));
          values.put(sample.timeMillis(), sample.value());
        });
    return values;
  }

  private static Map<Long, AttributeValue> summed(
      Handle handle, Series series, Wanted wanted, Aggregation.Function function, Budget budget) {
    Map<Long, AttributeValue> values = new HashMap<>();
    List<AttributeValue> interval = new ArrayList<>();
    long[] current = new long[1];
    Slice slice = new Slice(range(wanted), Integer.MAX_VALUE, false);
    StateStore.each(
        handle,
        series,
        slice,
        budget,
        sample -> {
          long begin = wanted.timeline().intervalOf(sample.timeMillis());
          if (!interval.isEmpty() && begin != current[0]) {
            budget.spend(0);
            sum(function, interval, current[0], values);
          }
          current[0] = begin;
          interval.add(sample.value());
        });
    sum(function, interval, current[0], values);
    return values;
  }

  private static void sum(
      Aggregation.Function function,
      List<AttributeValue> interval,
      long begin,
      Map<Long, AttributeValue> values) {
    Aggregation.apply(function, interval).ifPresent(value -> values.put(begin, value));
    interval.clear();
  }

  private static Map<Long, AttributeValue> held(
      Handle handle, Series series, Wanted wanted, AttributeValue value, Budget budget) {
    List<Timeline.Moment> moments = new ArrayList<>();
    Slice slice = new Slice(range(wanted), Integer.MAX_VALUE, false);
    StateStore.each(handle, series, slice, budget, sample -> moments.add(moment(sample)));
    List<AttributeValue> before = new ArrayList<>();
    TimeRange earlier = new TimeRange(Long.MIN_VALUE, wanted.timeline().startMillis() - 1);
    StateStore.each(
        handle, series, new Slice(earlier, 1, true), budget, sample -> before.add(sample.value()));
    Map<Long, AttributeValue> values = new HashMap<>();
    wanted
        .timeline()
        .timeAt(
            Coercion.to(series.type(), value).orElse(value),
            before.stream().findFirst(),
            moments,
            wanted.nowMillis())
        .forEach((begin, millis) -> {
          budget.spend(0);
          values.put(begin, new AttributeValue.Numeric(millis));
        });
    return values;
  }

  private static Timeline.Moment moment(Sample sample) {
    return new Timeline.Moment(sample.timeMillis(), sample.value());
  }
}
