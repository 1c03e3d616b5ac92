package io.claviger.store.state;

import io.claviger.core.device.AttributeDataType;
import io.claviger.core.device.DeviceClass;
import io.claviger.core.id.DeviceId;
import io.claviger.core.state.AgeWindow;
import io.claviger.core.state.AttributeValue;
import io.claviger.core.state.Report;
import io.claviger.store.BatchFailure;
import io.claviger.store.Database;
import io.claviger.store.Transaction;
import io.claviger.store.json.JsonColumn;
import io.claviger.store.state.Deposit.Outcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Writes deposits, many in one transaction. What they hang on, which attributes a device has and of
 * which types, is read in the same transaction: an attribute that was removed before gets no value,
 * whichever node removed it.
 */
public final class DepositStore {
  private final Database database;
  private final AgeWindow window;

  /**
   * Writes to a database.
   *
   * @param window of states that are kept
   */
  public DepositStore(Database database, AgeWindow window) {
    this.database = database;
    this.window = window;
  }

  /**
   * Writes them in their order.
   *
   * @return what came of each
   */
  public List<Outcome> write(Transaction transaction, List<Deposit> deposits) {
    Handle handle = transaction.handle();
    Map<DeviceId, Target> targets = targets(handle, deposits);
    Points points = new Points();
    List<Deposit.Command> commands = new ArrayList<>();
    List<Deposit.Connection> connections = new ArrayList<>();
    List<Outcome> outcomes = new ArrayList<>(deposits.size());
    for (Deposit deposit : deposits) {
      @Nullable Target target = targets.get(deposit.device());
      if (target == null) {
        outcomes.add(new Outcome.NoDevice());
        continue;
      }
      outcomes.add(
          switch (deposit) {
            case Deposit.States states -> keep(states, target, points);
            case Deposit.Command command -> {
              commands.add(command);
              yield new Outcome.Kept();
            }
            case Deposit.Connection connection -> {
              connections.add(connection);
              yield new Outcome.Kept();
            }
          });
    }
    try {
      points.write(handle);
      ConnectionRows.write(handle.getConnection(), connections);
      CommandRows.write(handle.getConnection(), commands);
    } catch (SQLException e) {
      throw new BatchFailure(e);
    }
    return outcomes;
  }

  private Outcome keep(Deposit.States states, Target target, Points points) {
    if (target.deviceClass == DeviceClass.SYSTEM) {
      return new Outcome.Refused();
    }
    List<Optional<Report.Kept>> kept = new ArrayList<>();
    for (Report report : states.reports()) {
      Optional<Report.Kept> one =
          report.keep(target.types, window, states.arrived().toEpochMilli());
      one.ifPresent(values -> points.add(target, values));
      kept.add(one);
    }
    return new Outcome.KeptStates(kept);
  }

  /** A device that something is deposited for. */
  private static final class Target {
    private final String device;
    private final String application;
    private final DeviceClass deviceClass;
    private final Map<String, AttributeDataType> types = new LinkedHashMap<>();
    private final Map<String, Long> series = new HashMap<>();

    Target(String device, String application, DeviceClass deviceClass) {
      this.device = device;
      this.application = application;
      this.deviceClass = deviceClass;
    }
  }

  private Map<DeviceId, Target> targets(Handle handle, List<Deposit> deposits) {
    Set<String> ids = new LinkedHashSet<>();
    deposits.forEach(deposit -> ids.add(deposit.device().text()));
    Map<DeviceId, Target> targets = new HashMap<>();
    handle
        .createQuery(
            "SELECT d.id, d.application_id, d.device_class, a.name, a.data_type, s.id AS series"
                + " FROM device d"
                + " LEFT JOIN device_attribute a ON a.device_id = d.id"
                + " LEFT JOIN state_series s"
                + " ON s.device_id = a.device_id AND s.attribute = a.name AND s.dropped = 0"
                + " WHERE d.deleted_at IS NULL AND "
                + database.isOneOf("d.id", "ids"))
        .bind("ids", JsonColumn.write(ids))
        .map((row, _) -> {
          addTo(targets, row);
          return true;
        })
        .list();
    return targets;
  }

  private static void addTo(Map<DeviceId, Target> targets, ResultSet row) throws SQLException {
    String id = row.getString(1);
    Target target = targets.get(new DeviceId(id));
    if (target == null) {
      target = new Target(id, row.getString(2), DeviceClass.parse(row.getString(3)).orThrow());
      targets.put(new DeviceId(id), target);
    }
    @Nullable String attribute = row.getString(4);
    if (attribute != null) {
      target.types.put(attribute, AttributeDataType.parse(row.getString(5)).orThrow());
      long series = row.getLong(6);
      if (!row.wasNull()) {
        target.series.put(attribute, series);
      }
    }
  }

  /** The values of a batch. */
  private static final class Points {
    private record Place(Target target, String attribute, long time) {}

    /** Of two values for one place the later one stays (STA-5). */
    private final Map<Place, AttributeValue> values = new LinkedHashMap<>();

    void add(Target target, Report.Kept kept) {
      kept.values()
          .forEach((name, value) -> values.put(new Place(target, name, kept.timeMillis()), value));
    }

    void write(Handle handle) throws SQLException {
      if (values.isEmpty()) {
        return;
      }
      beginSeries(handle);
      try (PreparedStatement statement =
          handle
              .getConnection()
              .prepareStatement(
                  "INSERT INTO state_point (series, time, number, text) VALUES (?, ?, ?, ?)"
                      + " ON CONFLICT (series, time) DO UPDATE"
                      + " SET number = excluded.number, text = excluded.text")) {
        for (Map.Entry<Place, AttributeValue> entry : values.entrySet()) {
          Place place = entry.getKey();
          Long series = place.target().series.get(place.attribute());
          statement.setLong(1, series == null ? 0 : series);
          statement.setLong(2, place.time());
          bind(statement, entry.getValue());
          statement.addBatch();
        }
        statement.executeBatch();
      }
    }

    private static void bind(PreparedStatement statement, AttributeValue value)
        throws SQLException {
      switch (value) {
        case AttributeValue.Numeric(double number) -> {
          statement.setDouble(3, number);
          statement.setNull(4, Types.VARCHAR);
        }
        case AttributeValue.Flag(boolean yes) -> {
          statement.setDouble(3, yes ? 1 : 0);
          statement.setNull(4, Types.VARCHAR);
        }
        case AttributeValue.Text(String text) -> {
          statement.setNull(3, Types.DOUBLE);
          statement.setString(4, text);
        }
      }
    }

    /** Attributes that are reported for the first time. */
    private void beginSeries(Handle handle) throws SQLException {
      @Nullable PreparedStatement statement = null;
      long next = 0;
      try {
        for (Place place : values.keySet()) {
          Target target = place.target();
          if (target.series.containsKey(place.attribute())) {
            continue;
          }
          if (statement == null) {
            next = lastSeries(handle);
            statement = insertSeries(handle.getConnection());
          }
          next++;
          target.series.put(place.attribute(), next);
          statement.setLong(1, next);
          statement.setString(2, target.application);
          statement.setString(3, target.device);
          statement.setString(4, place.attribute());
          AttributeDataType type = target.types.get(place.attribute());
          statement.setString(5, type == null ? "" : type.wireName());
          statement.addBatch();
        }
        if (statement != null) {
          statement.executeBatch();
        }
      } finally {
        if (statement != null) {
          statement.close();
        }
      }
    }

    /** There is one writer, so the next number is free. */
    private static long lastSeries(Handle handle) {
      return handle
          .createQuery("SELECT COALESCE(MAX(id), 0) FROM state_series")
          .mapTo(Long.class)
          .one();
    }

    private static PreparedStatement insertSeries(Connection connection) throws SQLException {
      return connection.prepareStatement(
          "INSERT INTO state_series (id, application_id, device_id, attribute, data_type, dropped)"
              + " VALUES (?, ?, ?, ?, ?, 0)");
    }
  }
}
