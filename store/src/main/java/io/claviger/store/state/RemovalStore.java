package io.claviger.store.state;

import io.claviger.core.id.DeviceId;
import io.claviger.store.Transaction;
import io.claviger.store.json.JsonColumn;
import java.util.Optional;
import java.util.Set;

/** Orders to remove what is kept of devices, which are carried out in small steps. */
public final class RemovalStore {
  private RemovalStore() {}

  /**
   * What is to go.
   *
   * @param range of the time that it is of
   * @param attributes whose values go; empty for all
   * @param commands whether commands go too
   * @param connections whether the log of connections goes too
   */
  public record Removal(
      TimeRange range, Optional<Set<String>> attributes, boolean commands, boolean connections) {
    public Removal {
      attributes = attributes.map(Set::copyOf);
    }

    /** Everything of that time. */
    public static Removal everything(TimeRange range) {
      return new Removal(range, Optional.empty(), true, true);
    }
  }

  /**
   * Gives an order. It outlives the process.
   *
   * @param id of the order, free
   */
  public static void order(Transaction transaction, String id, DeviceId device, Removal removal) {
    transaction
        .handle()
        .createUpdate(
            "INSERT INTO state_removal (id, device_id, start_at, end_at, attributes, commands,"
                + " connections) VALUES (:id, :device, :start, :end, :attributes, :commands,"
                + " :connections)")
        .bind("id", id)
        .bind("device", device.text())
        .bind("start", removal.range().startMillis())
        .bind("end", removal.range().endMillis())
        .bind("attributes", removal.attributes().map(JsonColumn::write).orElse(null))
        .bind("commands", removal.commands() ? 1 : 0)
        .bind("connections", removal.connections() ? 1 : 0)
        .execute();
  }
}
