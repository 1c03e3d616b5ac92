package io.claviger.store.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** Writes commands. */
final class CommandRows {
  private CommandRows() {}

  static void write(Connection connection, List<Deposit.Command> commands) throws SQLException {
    if (commands.isEmpty()) {
      return;
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO device_command (device_id, time, id, name, payload)"
                + " VALUES (?, ?, ?, ?, ?)"
                // Written once more when nobody could tell whether it had been committed.
                + " ON CONFLICT DO NOTHING")) {
      for (Deposit.Command command : commands) {
        statement.setString(1, command.device().text());
        statement.setLong(2, command.time().toEpochMilli());
        statement.setString(3, command.id());
        statement.setString(4, command.name());
        statement.setString(5, command.payload().orElse(null));
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }
}
