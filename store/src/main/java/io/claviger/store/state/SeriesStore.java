package io.claviger.store.state;

import io.claviger.core.device.AttributeDataType;
import io.claviger.core.id.DeviceId;
import io.claviger.store.Transaction;
import java.util.LinkedHashMap;
import java.util.Map;

/** Keeps what was reported in step with the attributes that a device has (DEV-2). */
public final class SeriesStore {
  private SeriesStore() {}

  /**
   * What was reported follows its attribute to the name that it has now. Forgets what was reported
   * for attributes that a device no longer has, or has with another type: from now on nobody can
   * read it, and in time it is removed.
   *
   * @param names what each attribute that was not removed was called before, and is called now
   */
  public static void adapt(
      Transaction transaction,
      DeviceId device,
      Map<String, AttributeDataType> before,
      Map<String, AttributeDataType> after,
      Map<String, String> names) {
    Map<String, String> renamed = new LinkedHashMap<>();
    before.forEach((name, type) -> {
      String now = names.get(name);
      if (now == null || after.get(now) != type) {
        drop(transaction, device, name);
      } else if (!now.equals(name)) {
        renamed.put(name, now);
      }
    });
    // In two steps, since they may change names among each other; no name has a blank.
    renamed.forEach((from, to) -> rename(transaction, device, from, " " + to));
    renamed.forEach((_, to) -> rename(transaction, device, " " + to, to));
  }

  private static void drop(Transaction transaction, DeviceId device, String attribute) {
    transaction
        .handle()
        .createUpdate(
            "UPDATE state_series SET dropped = 1"
                + " WHERE device_id = :device AND attribute = :attribute AND dropped = 0")
        .bind("device", device.text())
        .bind("attribute", attribute)
        .execute();
  }

  /** What was reported under the old name is there under the new one, which must be free. */
  public static void rename(Transaction transaction, DeviceId device, String from, String to) {
    transaction
        .handle()
        .createUpdate(
            "UPDATE state_series SET attribute = :to"
                + " WHERE device_id = :device AND attribute = :from AND dropped = 0")
        .bind("device", device.text())
        .bind("from", from)
        .bind("to", to)
        .execute();
  }
}
