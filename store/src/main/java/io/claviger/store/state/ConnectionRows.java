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
    log(connection, changes);
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

  /** Only the log; changes of devices that are gone are left out. */
  static void log(Connection connection, List<Deposit.Connection> changes) throws SQLException {
    if (changes.isEmpty()) {
      return;
    }
    long part = ConnectionLogParts.current(connection);
    // Half of them only say that a connection began: fewer values to hand over.
    logPlain(connection, part, changes.stream().filter(ConnectionRows::plain).toList());
    logFull(connection, part, changes.stream().filter(change -> !plain(change)).toList());
  }

  private static boolean plain(Deposit.Connection change) {
    return change.connected()
        && change.reason().isEmpty()
        && change.messagesFromClient() == null
        && change.messagesToClient() == null;
  }

  private static void logPlain(Connection connection, long part, List<Deposit.Connection> changes)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO device_connection_log (part, device_id, time, id, connected, address)"
                + " SELECT CAST(? AS BIGINT), id, CAST(? AS BIGINT), CAST(? AS TEXT), 1,"
                + " CAST(? AS TEXT)"
                + " FROM device WHERE id = ?")) {
      for (Deposit.Connection change : changes) {
        statement.setLong(1, part);
        statement.setLong(2, change.time().toEpochMilli());
        statement.setString(3, change.id());
        statement.setString(4, change.address().orElse(null));
        statement.setString(5, change.device().text());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  private static void logFull(Connection connection, long part, List<Deposit.Connection> changes)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO device_connection_log (part, device_id, time, id, connected, reason,"
                + " from_client, to_client, address)"
                + " SELECT CAST(? AS BIGINT), id, CAST(? AS BIGINT), CAST(? AS TEXT), CAST(? AS SMALLINT),"
                + " CAST(? AS TEXT), CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS TEXT)"
                + " FROM device WHERE id = ? ON CONFLICT DO NOTHING")) {
      for (Deposit.Connection change : changes) {
        statement.setLong(1, part);
        statement.setLong(2, change.time().toEpochMilli());
        statement.setString(3, change.id());
        statement.setInt(4, change.connected() ? 1 : 0);
        statement.setString(5, change.reason().orElse(null));
        setNumber(statement, 6, change.messagesFromClient());
        setNumber(statement, 7, change.messagesToClient());
        statement.setString(8, change.address().orElse(null));
        statement.setString(9, change.device().text());
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
