package io.claviger.store.device;

import io.claviger.core.device.AttributeDataType;
import io.claviger.core.device.DeviceClass;
import io.claviger.core.id.DeviceId;
import io.claviger.store.Database;
import io.claviger.store.Fold;
import io.claviger.store.ListPage;
import io.claviger.store.ListQuery;
import io.claviger.store.ListRequest;
import io.claviger.store.Prefix;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.statement.Query;

/** What devices, their tags and their attributes are called (DEV-8). */
public final class DeviceVocabulary {
  /** The most values of one answer. */
  public static final int VALUES_MAX = 1000;

  /** The attributes of one device. Their names are ASCII, so the databases fold them alike. */
  public static final ListQuery ATTRIBUTES =
      ListQuery.select(
              "a.name, a.data_type, a.content_type, a.description, a.attribute_tags, a.aggregation")
          .from("device_attribute a")
          .id("a.name")
          .where("a.device_id = :device")
          .sort("name", "LOWER(a.name)")
          .sort("dataType", "a.data_type")
          .filter("name", "LOWER(a.name)")
          .filter("dataType", "a.data_type");

  /** Devices or parts of which all are looked at: what takes some ten milliseconds. */
  private static final int FEW = 12_000;

  private final Database database;
  private final int few;

  public DeviceVocabulary(Database database) {
    this(database, FEW);
  }

  /** With another opinion on how many are few. */
  DeviceVocabulary(Database database, int few) {
    this.database = database;
    this.few = few;
  }

  /** A device in brief. */
  public record DeviceName(DeviceId id, String name, DeviceClass deviceClass) {}

  /** The attributes of a device. */
  public ListPage<AttributeRow> attributes(DeviceId device, ListRequest request) {
    return database.read(handle ->
        ATTRIBUTES
            .bind("device", device.text())
            .page(handle, request, (row, _) -> DeviceParts.attribute(row)));
  }

  /** The keys of tags that begin so, whatever the case, in order. */
  public List<String> tagKeys(DeviceSet devices, String prefix) {
    return new DeviceWords(
            database, "device_tag", "tag_key", "LOWER(#text)", false, "", "", Map.of(), few)
        .find(devices, prefix, VALUES_MAX);
  }

  /**
   * The names of attributes that begin so, whatever the case, in order.
   *
   * @param types only attributes of these types; at least one
   */
  public List<String> attributeNames(
      DeviceSet devices, Set<AttributeDataType> types, String prefix) {
    Map<String, Object> names = new LinkedHashMap<>();
    for (AttributeDataType type : types) {
      names.put("type" + names.size(), type.wireName());
    }
    String parameters =
        names.keySet().stream().map(":"::concat).collect(Collectors.joining(", ", " IN (", ")"));
    return new DeviceWords(
            database,
            "device_attribute",
            "name",
            "LOWER(#text)",
            true,
            "",
            " AND t.data_type" + parameters,
            names,
            few)
        .find(devices, prefix, VALUES_MAX);
  }

  /** The values of tags with that key that begin so, whatever the case, in order. */
  public List<String> tagValues(DeviceSet devices, String key, String prefix) {
    return new DeviceWords(
            database,
            "device_tag",
            "tag_value",
            "t.value_folded",
            true,
            " AND t.tag_key = :tagKey",
            "",
            Map.of("tagKey", key),
            few)
        .find(devices, prefix, VALUES_MAX);
  }

  /** The devices whose name begins so, whatever the case, by name. */
  public List<DeviceName> deviceNames(DeviceSet devices, String prefix) {
    return deviceNames(devices, prefix, VALUES_MAX);
  }

  /**
   * The first of them.
   *
   * @param limit how many at most
   */
  public List<DeviceName> deviceNames(DeviceSet devices, String prefix, int limit) {
    var sql = DeviceSql.of(database, devices);
    return database.read(handle ->
        bindPrefix(
                sql.bind(
                    handle.createQuery(
                        "SELECT d.id, d.name, d.device_class FROM device d WHERE "
                            + sql.condition()
                            + " AND "
                            + beginsWith("d.name_folded", prefix)
                            + " ORDER BY d.name_folded, d.id LIMIT "
                            + limit)),
                prefix)
            .map((row, _) ->
                new DeviceName(
                    new DeviceId(row.getString("id")),
                    row.getString("name"),
                    DeviceClass.parse(row.getString("device_class")).orThrow()))
            .list());
  }

  static String beginsWith(String foldedColumn, String prefix) {
    String from = foldedColumn + " >= :prefix";
    return Prefix.end(Fold.fold(prefix)).isPresent()
        ? "(" + from + " AND " + foldedColumn + " < :prefixEnd)"
        : from;
  }

  static Query bindPrefix(Query query, String prefix) {
    String folded = Fold.fold(prefix);
    Prefix.end(folded).ifPresent(end -> query.bind("prefixEnd", end));
    return query.bind("prefix", folded);
  }
}
