package io.claviger.store.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes how devices are connected: each change to the log, the last one to the device. */
final class ConnectionRows {
  private ConnectionRows() {}

  static void write(Connection connection, List<Deposit.Connection> changes) throws SQLException {
    if (changes.isEmpty()) {
      return;
    }
    log(connection, changes.stream().map(ConnectionLogEntry::of).toList());
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO device_connection"
                + " (device_id, application_id, status, connected_at, disconnected_at)"
                + " SELECT id, application_id, CAST(? AS TEXT), CAST(? AS BIGINT),"
                + " CAST(? AS BIGINT) FROM device WHERE id = ?"
                + " ON CONFLICT (device_id) DO UPDATE SET status = excluded.status, connected_at ="
                + " COALESCE(excluded.connected_at, device_connection.connected_at),"
                + " disconnected_at ="
                + " COALESCE(excluded.disconnected_at, device_connection.disconnected_at),"
                // It is no connection to a broker of ours, so it does not end with one.
                + " node = NULL")) {
      for (Deposit.Connection change : changes) {
        statement.setString(1, change.connected() ? "connected" : "disconnected");
        setNumber(
            statement,
            2,
            change.connected()
                ? Long.valueOf(change.time().toEpochMilli())
                : change.connectedAt().map(Instant::toEpochMilli).orElse(null));
        setNumber(statement, 3, change.connected() ? null : change.time().toEpochMilli());
        statement.setString(4, change.device().text());
        statement.addBatch();
      }
      statement.executeBatch();
    }
    DeviceStatus.show(
        connection,
        changes.stream().map(change -> change.device().text()).collect(Collectors.toSet()));
  }

  /** Only the log; entries of devices that are gone are left out. */
  static void log(Connection connection, List<ConnectionLogEntry> entries) throws SQLException {
    if (entries.isEmpty()) {
      return;
    }
    long part = ConnectionLogParts.current(connection);
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO device_connection_log (part, device_id, time, id, connected, began,"
                + " reason, from_client, to_client, address)"
                + " SELECT CAST(? AS BIGINT), id, CAST(? AS BIGINT), CAST(? AS TEXT),"
                + " CAST(? AS SMALLINT), CAST(? AS BIGINT), CAST(? AS TEXT), CAST(? AS BIGINT),"
                + " CAST(? AS BIGINT), CAST(? AS TEXT)"
                + " FROM device WHERE id = ? ON CONFLICT DO NOTHING")) {
      for (ConnectionLogEntry entry : entries) {
        statement.setLong(1, part);
        statement.setLong(2, entry.time().toEpochMilli());
        statement.setString(3, entry.id());
        statement.setInt(4, entry.connected() ? 1 : 0);
        setNumber(statement, 5, entry.began() == null ? null : entry.began().toEpochMilli());
        statement.setString(6, entry.reason());
        setNumber(statement, 7, entry.messagesFromClient());
        setNumber(statement, 8, entry.messagesToClient());
        statement.setString(9, entry.address());
        statement.setString(10, entry.device().text());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private static void setNumber(PreparedStatement statement, int place, @Nullable Long value)
      throws SQLException {
    if (value == null) {
      statement.setNull(place, Types.BIGINT);
    } else {
      statement.setLong(place, value);
    }
  }
}
