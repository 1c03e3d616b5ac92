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
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Reads what devices have reported. */
public final class StateStore {
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
   */
  public List<Report.Kept> states(DeviceId device, Slice slice) {
    return database.read(handle -> {
      Comparator<Long> order =
          slice.descending() ? Comparator.reverseOrder() : Comparator.naturalOrder();
      Map<Long, Map<String, AttributeValue>> states = new TreeMap<>(order);
      for (Series series : series(handle, List.of(device), Optional.empty())) {
        for (Sample sample : samples(handle, series, slice)) {
          states
              .computeIfAbsent(sample.timeMillis(), _ -> new LinkedHashMap<>())
              .put(series.attribute(), sample.value());
        }
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
   */
  public Map<DeviceId, Map<String, Sample>> latest(
      Collection<DeviceId> devices, Optional<Set<String>> attributes, TimeRange range) {
    return database.read(handle -> {
      Map<DeviceId, Map<String, Sample>> latest = new LinkedHashMap<>();
      handle
          .createQuery(
              "SELECT s.id, s.device_id, s.attribute, s.data_type, p.time, p.number, p.text"
                  + " FROM state_series s JOIN state_point p ON p.series = s.id AND p.time ="
                  + " (SELECT MAX(q.time) FROM state_point q WHERE q.series = s.id"
                  + " AND q.time <= :end)"
                  + " WHERE s.dropped = 0 AND p.time >= :start"
                  + among(attributes)
                  + " AND "
                  + database.isOneOf("s.device_id", "devices")
                  + " ORDER BY s.device_id, s.attribute")
          .bind("devices", texts(devices))
          .bind("start", range.startMillis())
          .bind("end", range.endMillis())
          .bindMap(named(attributes))
          .map((row, _) -> {
            Series series = series(row);
            latest
                .computeIfAbsent(series.device(), _ -> new LinkedHashMap<>())
                .put(series.attribute(), sample(row, series.type()));
            return true;
          })
          .list();
      return latest;
    });
  }

  /** What there is of some devices, in the order of device and attribute. */
  public List<Series> series(Collection<DeviceId> devices, Optional<Set<String>> attributes) {
    return database.read(handle -> series(handle, devices, attributes));
  }

  /** The first values of a series within a range. */
  public List<Sample> samples(Series series, Slice slice) {
    return database.read(handle -> samples(handle, series, slice));
  }

  private List<Series> series(
      Handle handle, Collection<DeviceId> devices, Optional<Set<String>> attributes) {
    return handle
        .createQuery(
            "SELECT s.id, s.device_id, s.attribute, s.data_type FROM state_series s"
                + " WHERE s.dropped = 0"
                + among(attributes)
                + " AND "
                + database.isOneOf("s.device_id", "devices")
                + " ORDER BY s.device_id, s.attribute")
        .bind("devices", texts(devices))
        .bindMap(named(attributes))
        .map((row, _) -> series(row))
        .list();
  }

  private static List<Sample> samples(Handle handle, Series series, Slice slice) {
    return handle
        .createQuery(
            "SELECT time, number, text FROM state_point"
                + " WHERE series = :series AND time >= :start AND time <= :end ORDER BY time "
                + slice.order()
                + " LIMIT :limit")
        .bind("series", series.id())
        .bind("start", slice.range().startMillis())
        .bind("end", slice.range().endMillis())
        .bind("limit", slice.limit())
        .map((row, _) -> sample(row, series.type()))
        .list();
  }

  private String among(Optional<Set<String>> attributes) {
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
