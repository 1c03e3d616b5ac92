package io.claviger.store.state;

import io.claviger.core.id.DeviceId;
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

  /** The entries of a device by time. */
  public List<Deposit.Connection> entries(DeviceId device, Slice slice) {
    return database.read(handle ->
        handle
            .createQuery(
                // CROSS: the parts first, then in each of them the device.
                ConnectionLogParts.ALL
                    + " SELECT e.time, e.id, e.connected, e.reason, e.from_client, e.to_client,"
                    + " e.address FROM parts CROSS JOIN device_connection_log e"
                    + " WHERE e.part = parts.part AND e.device_id = :device"
                    + " AND e.time >= :start AND e.time <= :end ORDER BY e.time "
                    + slice.order()
                    + ", e.id "
                    + slice.order()
                    + " LIMIT :limit")
            .bind("device", device.text())
            .bind("start", slice.range().startMillis())
            .bind("end", slice.range().endMillis())
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

  /**
   * Adds to the log, and only to that; devices that are gone are left out.
   *
   * @param entries with ids that no entry has
   */
  public static void append(Transaction transaction, List<Deposit.Connection> entries) {
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
