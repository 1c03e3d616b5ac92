package io.claviger.store.device;

import io.claviger.core.device.AttributeDataType;
import io.claviger.core.device.DeviceClass;
import io.claviger.core.id.DeviceId;
import io.claviger.store.Database;
import io.claviger.store.Fold;
import io.claviger.store.ListPage;
import io.claviger.store.ListQuery;
import io.claviger.store.ListRequest;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
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

  private final Database database;

  public DeviceVocabulary(Database database) {
    this.database = database;
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
    return distinct(
        devices, "t.tag_key", "device_tag t", beginsWith("LOWER(t.tag_key)"), prefix, List.of());
  }

  /** The values of tags with that key that begin so, whatever the case, in order. */
  public List<String> tagValues(DeviceSet devices, String key, String prefix) {
    return distinct(
        devices,
        "t.tag_value",
        "device_tag t",
        beginsWith("t.value_folded") + " AND t.tag_key IN (:key0)",
        prefix,
        List.of(key));
  }

  /**
   * The names of attributes that begin so, whatever the case, in order.
   *
   * @param types only attributes of these types; at least one
   */
  public List<String> attributeNames(
      DeviceSet devices, Set<AttributeDataType> types, String prefix) {
    List<String> names = types.stream().map(AttributeDataType::wireName).toList();
    List<String> parameters = IntStream.range(0, names.size()).mapToObj(i -> ":key" + i).toList();
    return distinct(
        devices,
        "t.name",
        "device_attribute t",
        beginsWith("LOWER(t.name)") + " AND t.data_type IN (" + String.join(", ", parameters) + ")",
        prefix,
        names);
  }

  private List<String> distinct(
      DeviceSet devices,
      String column,
      String table,
      String condition,
      String prefix,
      List<String> keys) {
    var sql = new DeviceSql(devices);
    return database.read(handle -> {
      Query query =
          handle.createQuery(
              "SELECT DISTINCT "
                  + column
                  + " FROM "
                  + table
                  + " WHERE t.application_id = :application AND "
                  + condition
                  + " AND t.device_id IN (SELECT d.id FROM device d WHERE "
                  + sql.condition()
                  + ") ORDER BY "
                  + column
                  + " LIMIT "
                  + VALUES_MAX);
      for (int i = 0; i < keys.size(); i++) {
        query.bind("key" + i, keys.get(i));
      }
      return bindPrefix(sql.bind(query), prefix).mapTo(String.class).list();
    });
  }

  /** The devices whose name begins so, whatever the case, by name. */
  public List<DeviceName> deviceNames(DeviceSet devices, String prefix) {
    var sql = new DeviceSql(devices);
    return database.read(handle ->
        bindPrefix(
                sql.bind(
                    handle.createQuery(
                        "SELECT d.id, d.name, d.device_class FROM device d WHERE "
                            + sql.condition()
                            + " AND "
                            + beginsWith("d.name_folded")
                            + " ORDER BY d.name_folded, d.id LIMIT "
                            + VALUES_MAX)),
                prefix)
            .map((row, _) ->
                new DeviceName(
                    new DeviceId(row.getString("id")),
                    row.getString("name"),
                    DeviceClass.parse(row.getString("device_class")).orThrow()))
            .list());
  }

  private static String beginsWith(String foldedColumn) {
    return "SUBSTR(" + foldedColumn + ", 1, :prefixLength) = :prefix";
  }

  private static Query bindPrefix(Query query, String prefix) {
    String folded = Fold.fold(prefix);
    return query
        .bind("prefix", folded)
        .bind("prefixLength", folded.codePointCount(0, folded.length()));
  }
}
