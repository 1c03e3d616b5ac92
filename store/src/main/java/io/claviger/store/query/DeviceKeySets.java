package io.claviger.store.query;

import io.claviger.core.device.Tag;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.secret.Digest;
import io.claviger.store.Database;
import io.claviger.store.OwnPlan;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/**
 * Which keys the tags of devices have. Devices with the same keys share a set of them, and a fleet
 * has few sets, so that what a query asks of keys alone is decided once for each set. The store of
 * the devices calls this in the transaction that writes the tags.
 */
public final class DeviceKeySets implements TagFacts {
  /** Rows of sets, one for each key, that are looked through in no time. */
  private static final int FEW = 4_000;

  /** Tags that are found in no time. */
  private static final int FEW_TAGS = 4_000;

  /** Of so many lists of values it is found out whether they are few. */
  private static final int ASKED_MAX = 4;

  /** Hexadecimal digits of a digest that nobody can find twice. */
  private static final int NAME_LENGTH = 32;

  private final Database database;
  private final ApplicationId application;
  private final Map<Asked, Boolean> asked = new HashMap<>();
  private @Nullable Boolean few;

  private record Asked(List<String> keys, List<String> values) {}

  /** Those of an application, for the time of one question. */
  public DeviceKeySets(Database database, ApplicationId application) {
    this.database = database;
    this.application = application;
  }

  /**
   * Whether there are so few that they are worth while. Tags themselves tell the same: where each
   * device has keys of its own, sooner.
   */
  @Override
  public boolean keySetsAreFew() {
    if (few == null) {
      few =
          database.read(handle ->
              handle
                      .createQuery(
                          "SELECT COUNT(*) FROM (SELECT 1 FROM device_key_set"
                              + " WHERE application_id = :application LIMIT :most) s")
                      .bind("application", application.text())
                      .bind("most", FEW + 1)
                      .mapTo(Long.class)
                      .one()
                  <= FEW);
    }
    return few;
  }

  @Override
  public boolean areFew(List<String> keys, List<String> values) {
    var these = new Asked(keys, values);
    if (!asked.containsKey(these)) {
      asked.put(these, asked.size() < ASKED_MAX && isFew(keys, values));
    }
    return asked.get(these);
  }

  private boolean isFew(List<String> keys, List<String> values) {
    if (keys.isEmpty() || values.isEmpty()) {
      return true;
    }
    return database.read(handle ->
        OwnPlan.of(
                    handle.createQuery(
                        "SELECT COUNT(*) FROM (SELECT 1 FROM device_tag"
                            + " WHERE application_id = :application AND tag_key IN (<keys>)"
                            + " AND tag_value IN (<values>) LIMIT :most) t"))
                .bindList("keys", keys)
                .bindList("values", values)
                .bind("application", application.text())
                .bind("most", FEW_TAGS + 1)
                .mapTo(Long.class)
                .one()
            <= FEW_TAGS);
  }

  /** What the row of a device with such tags names its set; empty for a device without tags. */
  public static String name(ApplicationId application, Collection<Tag> tags) {
    return tags.isEmpty()
        ? ""
        : Digest.of(
                tags.stream()
                    .map(Tag::key)
                    .distinct()
                    .sorted()
                    .collect(Collectors.joining(",", application.text() + ":", "")))
            .hex()
            .substring(0, NAME_LENGTH);
  }

  /** Adds the set of these tags unless it is there. */
  public static void add(Handle handle, ApplicationId application, Collection<Tag> tags) {
    String name = name(application, tags);
    PreparedBatch batch =
        handle.prepareBatch(
            "INSERT INTO device_key_set (id, application_id, tag_key)"
                + " VALUES (:id, :application, :key) ON CONFLICT DO NOTHING");
    for (String key : tags.stream().map(Tag::key).collect(Collectors.toCollection(TreeSet::new))) {
      batch.bind("id", name).bind("application", application.text()).bind("key", key).add();
    }
    if (batch.size() > 0) {
      batch.execute();
    }
  }

  /** Gives a device that is there the set of these tags instead of the one it has. */
  public static void replace(
      Handle handle, DeviceId device, ApplicationId application, Collection<Tag> tags) {
    String before = nameOf(handle, device);
    add(handle, application, tags);
    handle
        .createUpdate("UPDATE device SET tag_keys = :keys WHERE id = :device")
        .bind("keys", name(application, tags))
        .bind("device", device.text())
        .execute();
    removeUnused(handle, before);
  }

  /** The name of the set that a device has; empty when it has none. */
  public static String nameOf(Handle handle, DeviceId device) {
    return handle
        .createQuery("SELECT tag_keys FROM device WHERE id = :device")
        .bind("device", device.text())
        .mapTo(String.class)
        .findOne()
        .orElse("");
  }

  /** Removes a set that a device had, unless another device has it. */
  public static void removeUnused(Handle handle, String name) {
    handle
        .createUpdate(
            "DELETE FROM device_key_set WHERE id = :id AND NOT EXISTS (SELECT 1 FROM device d"
                + " WHERE d.application_id = device_key_set.application_id"
                + " AND d.tag_keys = device_key_set.id)")
        .bind("id", name)
        .execute();
  }
}
