package io.claviger.store.state;

import io.claviger.core.id.DeviceId;
import io.claviger.store.BatchFailure;
import io.claviger.store.Database;
import io.claviger.store.SqlTypes;
import io.claviger.store.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How devices were connected (MQT-9). */
public final class ConnectionLogStore {
  private final Database database;

  public ConnectionLogStore(Database database) {
    this.database = database;
  }

  /**
   * What a device has in a range of time: the parts first, then in each of them the device, and of
   * a row that says both that a connection began and that it ended first one and then the other.
   */
  private static final String ENTRIES =
      ConnectionLogParts.ALL
          + ", found (time, id, connected, began, reason, from_client, to_client, address) AS"
          + " (SELECT e.time, e.id, e.connected, e.began, e.reason, e.from_client, e.to_client,"
          + " e.address FROM parts CROSS JOIN device_connection_log e"
          + " WHERE e.part = parts.part AND e.device_id = :device"
          + " AND e.time >= :start AND e.time <= :endOfWhole)"
          + " SELECT time, id, connected, reason, from_client, to_client, address FROM found"
          + " WHERE time <= :end"
          + " UNION ALL SELECT began, id, 1, NULL, NULL, NULL, address FROM found"
          + " WHERE began >= :start AND began <= :end";

  /** The entries of a device by time. */
  public List<Deposit.Connection> entries(DeviceId device, Slice slice) {
    TimeRange range = slice.range();
    return database.read(handle ->
        handle
            .createQuery(
                ENTRIES
                    + (slice.descending()
                        ? " ORDER BY time DESC, id DESC, connected"
                        : " ORDER BY time, id, connected DESC")
                    + " LIMIT :limit")
            .bind("device", device.text())
            .bind("start", range.startMillis())
            .bind("end", range.endMillis())
            .bind("endOfWhole", endOfWhole(range))
            .bind("limit", slice.limit())
            .map((row, _) ->
                new Deposit.Connection(
                    device,
                    row.getString("id"),
                    SqlTypes.flag(row, "connected"),
                    SqlTypes.instant(row, "time"),
                    Optional.empty(),
                    SqlTypes.optionalText(row, "reason"),
                    count(row, "from_client"),
                    count(row, "to_client"),
                    SqlTypes.optionalText(row, "address")))
            .list());
  }

  /** When a connection that began within a range, and is one row, has ended at the latest. */
  static long endOfWhole(TimeRange range) {
    long end = range.endMillis();
    return end > Long.MAX_VALUE - ConnectionLogEntry.WHOLE_MAX
        ? Long.MAX_VALUE
        : end + ConnectionLogEntry.WHOLE_MAX;
  }

  /**
   * Adds to the log, and only to that; devices that are gone are left out.
   *
   * @param entries with ids that no entry has
   */
  public static void append(Transaction transaction, List<ConnectionLogEntry> entries) {
    if (entries.isEmpty()) {
      return;
    }
    try {
      ConnectionRows.log(transaction.handle().getConnection(), entries);
    } catch (SQLException e) {
      throw new BatchFailure(e);
    }
  }

  /**
   * Adds that the connections to nodes that are gone have ended.
   *
   * @param node who says so: its name tells the entries from those that other nodes add at once
   */
  public static void appendLost(Transaction transaction, String node) {
    try {
      transaction
          .handle()
          .createUpdate(
              "INSERT INTO device_connection_log (part, device_id, time, id, connected, reason)"
                  + " SELECT CAST(:part AS BIGINT), device_id, CAST(:now AS BIGINT),"
                  + " CAST(:node AS TEXT), 0, 'Server stopped'"
                  + " FROM device_connection WHERE status = 'connected'"
                  + " AND node IS NOT NULL AND node NOT IN (SELECT id FROM broker_node)"
                  + " ON CONFLICT (part, device_id, time, id) DO NOTHING")
          .bind("part", ConnectionLogParts.current(transaction.handle().getConnection()))
          .bind("now", transaction.now())
          .bind("node", node)
          .execute();
    } catch (SQLException e) {
      throw new BatchFailure(e);
    }
  }

  private static @Nullable Long count(ResultSet row, String column) throws SQLException {
    long count = row.getLong(column);
    return row.wasNull() ? null : count;
  }
}
