package io.claviger.store.state;

import io.claviger.core.id.DeviceId;
import io.claviger.store.Transaction;

/** Orders to remove what devices have reported, which are carried out in small steps. */
public final class RemovalStore {
  private RemovalStore() {}

  /**
   * Gives an order. It outlives the process.
   *
   * @param id of the order, free
   * @param range of the states that are to go
   */
  public static void order(Transaction transaction, String id, DeviceId device, TimeRange range) {
    transaction
        .handle()
        .createUpdate(
            "INSERT INTO state_removal (id, device_id, start_at, end_at)"
                + " VALUES (:id, :device, :start, :end)")
        .bind("id", id)
        .bind("device", device.text())
        .bind("start", range.startMillis())
        .bind("end", range.endMillis())
        .execute();
  }
}
