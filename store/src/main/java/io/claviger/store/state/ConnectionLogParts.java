package io.claviger.store.state;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The parts of the log of connections. Entries go to the last part until it is full, so that a
 * batch of them touches the few pages of that part, instead of a page for each device; whoever
 * reads the entries of a device looks for it in every part. Nodes that begin a part at once begin
 * the same one.
 */
final class ConnectionLogParts {
  /** Entries of a part; the batch that fills it may go beyond. */
  static final int FULL = 5_000;

  /**
   * All parts that have entries, as the common table {@code parts}, found by leaps along the key.
   */
  static final String ALL =
      "WITH RECURSIVE parts (part) AS (SELECT MIN(part) FROM device_connection_log"
          + " UNION ALL SELECT (SELECT MIN(n.part) FROM device_connection_log n"
          + " WHERE n.part > parts.part) FROM parts WHERE parts.part IS NOT NULL)";

  private ConnectionLogParts() {}

  /** The part for what is added now. */
  static long current(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT last.part, (SELECT COUNT(*) FROM (SELECT 1 FROM device_connection_log e"
                + " WHERE e.part = last.part LIMIT ?) AS counted)"
                + " FROM (SELECT COALESCE(MAX(part), 0) AS part FROM device_connection_log) last")) {
      statement.setInt(1, FULL);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getInt(2) < FULL ? row.getLong(1) : row.getLong(1) + 1;
      }
    }
  }
}
