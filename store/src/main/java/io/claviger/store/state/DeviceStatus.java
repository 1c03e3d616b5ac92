package io.claviger.store.state;

import io.claviger.store.BatchFailure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Set;

/**
 * How devices are connected as their rows say it, by which lists sort and search. Whoever writes
 * {@code device_connection} calls this in the same transaction.
 */
public final class DeviceStatus {
  private static final String KNOWN =
      "(SELECT c.status FROM device_connection c WHERE c.device_id = device.id)";

  private DeviceStatus() {}

  /** Takes over what is known now; most devices that say something are as they were before. */
  public static void show(Connection connection, Set<String> devices) {
    if (devices.isEmpty()) {
      return;
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            "UPDATE device SET connection_status = "
                + KNOWN
                + " WHERE id = ? AND connection_status IS DISTINCT FROM "
                + KNOWN)) {
      for (String device : devices) {
        statement.setString(1, device);
        statement.addBatch();
      }
      statement.executeBatch();
    } catch (SQLException e) {
      throw new BatchFailure(e);
    }
  }
}
