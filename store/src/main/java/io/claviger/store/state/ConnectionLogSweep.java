package io.claviger.store.state;

import io.claviger.store.Database;
import io.claviger.store.Transaction;
import java.util.List;
import java.util.Map;

/** Removes from the log of connections, a part after the other and some entries at a time. */
final class ConnectionLogSweep {
  private final Database database;

  /** Entries of one transaction. */
  private final int step;

  ConnectionLogSweep(Database database, int step) {
    this.database = database;
    this.step = step;
  }

  /**
   * Removes what is too old, and what belongs to devices that are gone for good.
   *
   * @param oldest time that stays, in milliseconds since 1970
   */
  void run(long oldest) {
    List<Long> parts =
        database.read(handle ->
            handle
                .createQuery(
                    ConnectionLogParts.ALL + " SELECT part FROM parts WHERE part IS NOT NULL")
                .mapTo(Long.class)
                .list());
    for (long part : parts) {
      remove(
          part,
          "(time < :oldest OR NOT EXISTS"
              + " (SELECT 1 FROM device d WHERE d.id = device_connection_log.device_id))",
          Map.of("oldest", oldest));
    }
  }

  /** Removes what a device has in a range of time. */
  void remove(String device, TimeRange range) {
    Map<String, Object> values =
        Map.of("device", device, "start", range.startMillis(), "end", range.endMillis());
    List<Long> parts =
        database.read(handle ->
            handle
                .createQuery(
                    ConnectionLogParts.ALL
                        + " SELECT DISTINCT e.part FROM parts CROSS JOIN device_connection_log e"
                        + " WHERE e.part = parts.part AND e.device_id = :device"
                        + " AND e.time >= :start AND e.time <= :endOfWhole")
                .bindMap(values)
                .bind("endOfWhole", ConnectionLogStore.endOfWhole(range))
                .mapTo(Long.class)
                .list());
    for (long part : parts) {
      database.run(transaction -> divide(transaction, part, values));
      remove(part, "device_id = :device AND time >= :start AND time <= :end", values);
    }
  }

  /** Of a connection that is one row, only its beginning or only its end may be in the range. */
  private static void divide(Transaction transaction, long part, Map<String, ?> values) {
    for (String change :
        List.of(
            "time = began, connected = 1, began = NULL, reason = NULL, from_client = NULL,"
                + " to_client = NULL WHERE began < :start AND time >= :start AND time <= :end",
            "began = NULL WHERE began >= :start AND began <= :end AND time > :end")) {
      transaction
          .handle()
          .createUpdate(
              "UPDATE device_connection_log SET "
                  + change
                  + " AND part = :part AND device_id = :device")
          .bind("part", part)
          .bindMap(values)
          .execute();
    }
  }

  /** Looks before it writes: in most parts there is nothing to remove. */
  private void remove(long part, String which, Map<String, ?> values) {
    String found = " FROM device_connection_log WHERE part = :part AND " + which;
    boolean any =
        database.read(handle ->
            handle
                .createQuery("SELECT EXISTS (SELECT 1" + found + ")")
                .bind("part", part)
                .bindMap(values)
                .mapTo(Boolean.class)
                .one());
    int removed = any ? step : 0;
    while (removed == step) {
      removed =
          database.write(transaction ->
              transaction
                  .handle()
                  .createUpdate(
                      "DELETE FROM device_connection_log WHERE part = :part"
                          + " AND (device_id, time, id) IN (SELECT device_id, time, id"
                          + found
                          + " LIMIT :step)")
                  .bind("part", part)
                  .bind("step", step)
                  .bindMap(values)
                  .execute());
    }
  }
}
