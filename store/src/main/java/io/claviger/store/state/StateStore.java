package io.claviger.store.state;

import io.claviger.core.device.AttributeDataType;
import io.claviger.core.id.DeviceId;
import io.claviger.core.state.AttributeValue;
import io.claviger.core.state.Report;
import io.claviger.store.Database;
import io.claviger.store.json.JsonColumn;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Reads what devices have reported. */
public final class StateStore {
  /** Rows that are fetched together, where otherwise all would be. */
  private static final int FETCH = 1_000;

  private final Database database;

  public StateStore(Database database) {
    this.database = database;
  }

  /**
   * A value and when it was reported.
   *
   * @param timeMillis since 1970
   */
  public record Sample(long timeMillis, AttributeValue value) {}

  /**
   * What one device has reported for one attribute.
   *
   * @param id of the series
   */
  public record Series(long id, DeviceId device, String attribute, AttributeDataType type) {}

  /**
   * The states of a device, put together from its attributes by their time. Of each attribute no
   * more values are read than states are wanted: what comes behind them is behind every state
   * wanted.
   *
   * @throws TooMuchData when they do not fit into one answer
   */
  public List<Report.Kept> states(DeviceId device, Slice slice) {
    Budget budget = new Budget();
    return database.read(handle -> {
      Comparator<Long> order =
          slice.descending() ? Comparator.reverseOrder() : Comparator.naturalOrder();
      Map<Long, Map<String, AttributeValue>> states = new TreeMap<>(order);
      for (Series series : series(database, handle, List.of(device), Optional.empty())) {
        each(
            handle,
            series,
            slice,
            budget,
            sample -> {
              budget.spend(length(sample.value()));
              states
                  .computeIfAbsent(sample.timeMillis(), _ -> new LinkedHashMap<>())
                  .put(series.attribute(), sample.value());
            });
      }
      List<Report.Kept> kept = new ArrayList<>();
      for (Map.Entry<Long, Map<String, AttributeValue>> state : states.entrySet()) {
        if (kept.size() == slice.limit()) {
          break;
        }
        kept.add(new Report.Kept(state.getKey(), state.getValue()));
      }
      return kept;
    });
  }

  /**
   * The last value of each attribute within a range.
   *
   * @param attributes those wanted; empty for all
   * @throws TooMuchData when they do not fit into one answer
   */
  public Map<DeviceId, Map<String, Sample>> latest(
      Collection<DeviceId> devices, Optional<Set<String>> attributes, TimeRange range) {
    Budget budget = new Budget();
    return database.read(handle -> {
      Map<DeviceId, Map<String, Sample>> latest = new LinkedHashMap<>();
      handle
          .createQuery(
              "SELECT s.id, s.device_id, s.attribute, s.data_type, p.time, p.number, p.text"
                  + " FROM state_series s JOIN state_point p ON p.series = s.id AND p.time ="
                  + " (SELECT MAX(q.time) FROM state_point q WHERE q.series = s.id"
                  + " AND q.time <= :end)"
                  + " WHERE s.dropped = 0 AND p.time >= :start"
                  + among(database, attributes)
                  + " AND "
                  + database.isOneOf("s.device_id", "devices")
                  + " ORDER BY s.device_id, s.attribute")
          .bind("devices", texts(devices))
          .bind("start", range.startMillis())
          .bind("end", range.endMillis())
          .bindMap(named(attributes))
          .map((row, _) -> {
            Series series = series(row);
            Sample sample = sample(row, series.type());
            budget.spend(length(sample.value()));
            latest
                .computeIfAbsent(series.device(), _ -> new LinkedHashMap<>())
                .put(series.attribute(), sample);
            return true;
          })
          .list();
      return latest;
    });
  }

  /** What there is of some devices, in the order of device and attribute. */
  static List<Series> series(
      Database database,
      Handle handle,
      Collection<DeviceId> devices,
      Optional<Set<String>> attributes) {
    return handle
        .createQuery(
            "SELECT s.id, s.device_id, s.attribute, s.data_type FROM state_series s"
                + " WHERE s.dropped = 0"
                + among(database, attributes)
                + " AND "
                + database.isOneOf("s.device_id", "devices")
                + " ORDER BY s.device_id, s.attribute")
        .bind("devices", texts(devices))
        .bindMap(named(attributes))
        .map((row, _) -> series(row))
        .list();
  }

  /** Hands out the values of a slice one by one. */
  static void each(
      Handle handle, Series series, Slice slice, Budget budget, Consumer<Sample> consumer) {
    handle
        .createQuery(
            "SELECT time, number, text FROM state_point"
                + " WHERE series = :series AND time >= :start AND time <= :end ORDER BY time "
                + slice.order()
                + " LIMIT :limit")
        .setFetchSize(FETCH)
        .bind("series", series.id())
        .bind("start", slice.range().startMillis())
        .bind("end", slice.range().endMillis())
        .bind("limit", slice.limit())
        .map((row, _) -> sample(row, series.type()))
        .forEach(sample -> {
          budget.look();
          consumer.accept(sample);
        });
  }

  static int length(AttributeValue value) {
    return value instanceof AttributeValue.Text(String text) ? text.length() : 0;
  }

  private static String among(Database database, Optional<Set<String>> attributes) {
    return attributes.isEmpty() ? "" : " AND " + database.isOneOf("s.attribute", "attributes");
  }

  private static Map<String, String> named(Optional<Set<String>> attributes) {
    return attributes
        .map(names -> Map.of("attributes", JsonColumn.write(names)))
        .orElseGet(Map::of);
  }

  private static String texts(Collection<DeviceId> devices) {
    return JsonColumn.write(devices.stream().map(DeviceId::text).toList());
  }

  private static Series series(ResultSet row) throws SQLException {
    return new Series(
        row.getLong("id"),
        new DeviceId(row.getString("device_id")),
        row.getString("attribute"),
        AttributeDataType.parse(row.getString("data_type")).orThrow());
  }

  private static Sample sample(ResultSet row, AttributeDataType type) throws SQLException {
    return new Sample(row.getLong("time"), value(row, type));
  }

  private static AttributeValue value(ResultSet row, AttributeDataType type) throws SQLException {
    return switch (type) {
      case NUMBER -> new AttributeValue.Numeric(row.getDouble("number"));
      case BOOLEAN -> new AttributeValue.Flag(row.getDouble("number") != 0);
      case STRING, GPS, BLOB -> {
        @Nullable String text = row.getString("text");
        yield new AttributeValue.Text(text == null ? "" : text);
      }
    };
  }
}
