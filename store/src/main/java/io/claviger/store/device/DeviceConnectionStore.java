package io.claviger.store.device;

import io.claviger.core.id.DeviceId;
import io.claviger.store.Database;
import io.claviger.store.SqlTypes;
import io.claviger.store.Transaction;
import io.claviger.store.json.JsonColumn;
import io.claviger.store.state.ConnectionLogEntry;
import io.claviger.store.state.ConnectionLogStore;
import io.claviger.store.state.DeviceStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * How devices are connected. Not a change: it is no part of the change log, and it is written in
 * batches.
 */
public final class DeviceConnectionStore {
  /** A node that was not seen for so long has stopped without a word. */
  public static final Duration GONE = Duration.ofSeconds(60);

  private final Database database;
  private final String node;

  /**
   * The connections of a node.
   *
   * @param node its name, new at each start
   */
  public DeviceConnectionStore(Database database, String node) {
    this.database = database;
    this.node = node;
  }

  /**
   * The last connection of a device.
   *
   * @param connected whether it lasts
   * @param connectedAt when it began; empty to leave what is known
   * @param disconnectedAt when it ended; empty to leave what is known
   * @param reason why it ended
   * @param address of the client
   */
  public record Connection(
      boolean connected,
      Optional<Instant> connectedAt,
      Optional<Instant> disconnectedAt,
      Optional<String> reason,
      Optional<String> address) {}

  /**
   * The node begins: nothing is connected to it yet.
   *
   * @param alone whether no other node has the database, so that nothing at all is connected
   */
  public void begin(boolean alone) {
    database.run(transaction -> {
      if (alone) {
        transaction.handle().execute("DELETE FROM broker_node");
      }
      beat(transaction);
      disconnectLost(transaction);
    });
  }

  /**
   * The node is there, and others may be gone. To be called several times within {@link #GONE}.
   *
   * @return whether this node had been given up meanwhile, and its connections with it
   */
  public boolean beat() {
    return database.write(transaction -> {
      boolean known = beat(transaction);
      transaction
          .handle()
          .createUpdate("DELETE FROM broker_node WHERE seen_at < :before")
          .bind("before", transaction.now().minus(GONE))
          .execute();
      disconnectLost(transaction);
      return !known;
    });
  }

  /** The node ends, and its connections have ended. */
  public void end() {
    database.run(transaction -> {
      transaction
          .handle()
          .createUpdate("DELETE FROM broker_node WHERE id = :node")
          .bind("node", node)
          .execute();
      disconnectLost(transaction);
    });
  }

  /** Whether the node was there already. */
  private boolean beat(Transaction transaction) {
    int rows =
        transaction
            .handle()
            .createUpdate("UPDATE broker_node SET seen_at = :now WHERE id = :node")
            .bind("node", node)
            .bind("now", transaction.now())
            .execute();
    if (rows == 0) {
      transaction
          .handle()
          .createUpdate("INSERT INTO broker_node (id, seen_at) VALUES (:node, :now)")
          .bind("node", node)
          .bind("now", transaction.now())
          .execute();
    }
    return rows > 0;
  }

  private void disconnectLost(Transaction transaction) {
    ConnectionLogStore.appendLost(transaction, node);
    int lost =
        transaction
            .handle()
            .createUpdate(
                "UPDATE device_connection SET status = 'disconnected', disconnected_at = :now,"
                    + " reason = 'Server stopped' WHERE status = 'connected'"
                    + " AND node IS NOT NULL AND node NOT IN (SELECT id FROM broker_node)")
            .bind("now", transaction.now())
            .execute();
    if (lost > 0) {
      transaction
          .handle()
          .execute(
              "UPDATE device SET connection_status = 'disconnected'"
                  + " WHERE connection_status = 'connected' AND id IN"
                  + " (SELECT device_id FROM device_connection WHERE status = 'disconnected')");
    }
  }

  /** Writes the connections of devices, in one transaction; devices that are gone are left out. */
  public void write(Map<DeviceId, Connection> connections) {
    write(connections, List.of());
  }

  /** As {@link #write(Map)}, and adds entries to the log of connections. */
  public void write(Map<DeviceId, Connection> connections, List<ConnectionLogEntry> entries) {
    if (connections.isEmpty() && entries.isEmpty()) {
      return;
    }
    database.run(transaction -> {
      ConnectionLogStore.append(transaction, entries);
      PreparedBatch batch =
          transaction
              .handle()
              .prepareBatch(
                  "INSERT INTO device_connection (device_id, application_id, status, connected_at,"
                      + " disconnected_at, reason, address, node)"
                      + " SELECT id, application_id, CAST(:status AS TEXT),"
                      + " CAST(:connectedAt AS BIGINT), CAST(:disconnectedAt AS BIGINT),"
                      + " CAST(:reason AS TEXT), CAST(:address AS TEXT), CAST(:node AS TEXT)"
                      + " FROM device WHERE id = :device"
                      + " ON CONFLICT (device_id) DO UPDATE SET status = excluded.status,"
                      + " connected_at ="
                      + " COALESCE(excluded.connected_at, device_connection.connected_at),"
                      + " disconnected_at ="
                      + " COALESCE(excluded.disconnected_at, device_connection.disconnected_at),"
                      + " reason = excluded.reason,"
                      + " address = COALESCE(excluded.address, device_connection.address),"
                      + " node = excluded.node"
                      // The end of one that another node has taken over is no news.
                      + " WHERE excluded.status = 'connected'"
                      + " OR device_connection.status <> 'connected'"
                      + " OR device_connection.node IS NULL"
                      + " OR device_connection.node = excluded.node");
      connections.forEach((device, connection) ->
          batch
              .bind("device", device.text())
              .bind("status", connection.connected() ? "connected" : "disconnected")
              .bind("connectedAt", connection.connectedAt())
              .bind("disconnectedAt", connection.disconnectedAt())
              .bind("reason", connection.reason())
              .bind("address", connection.address())
              .bind("node", node)
              .add());
      if (batch.size() > 0) {
        batch.execute();
      }
      DeviceStatus.show(
          transaction.handle().getConnection(),
          connections.keySet().stream().map(DeviceId::text).collect(Collectors.toSet()));
    });
  }

  /** The last connection of each of some devices, as far as one is known. */
  public static Map<DeviceId, Connection> find(Database database, Collection<DeviceId> devices) {
    return database.read(handle -> {
      Map<DeviceId, Connection> found = new HashMap<>();
      handle
          .createQuery(
              "SELECT device_id, status, connected_at, disconnected_at, reason, address"
                  + " FROM device_connection WHERE "
                  + database.isOneOf("device_id", "ids"))
          .bind("ids", JsonColumn.write(devices.stream().map(DeviceId::text).toList()))
          .map((row, _) -> Map.entry(new DeviceId(row.getString("device_id")), connection(row)))
          .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
      return found;
    });
  }

  private static Connection connection(ResultSet row) throws SQLException {
    return new Connection(
        row.getString("status").equals("connected"),
        SqlTypes.optionalInstant(row, "connected_at"),
        SqlTypes.optionalInstant(row, "disconnected_at"),
        SqlTypes.optionalText(row, "reason"),
        SqlTypes.optionalText(row, "address"));
  }
}
