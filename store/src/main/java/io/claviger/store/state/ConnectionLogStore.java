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
                "SELECT time, id, connected, reason, from_client, to_client, address"
                    + " FROM device_connection_log WHERE device_id = :device"
                    + " AND time >= :start AND time <= :end ORDER BY time "
                    + slice.order()
                    + ", id "
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

  private static @Nullable Long count(ResultSet row, String column) throws SQLException {
    long count = row.getLong(column);
    return row.wasNull() ? null : count;
  }
}
