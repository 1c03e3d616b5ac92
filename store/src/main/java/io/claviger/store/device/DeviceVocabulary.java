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
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
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
    return words("device_tag", "tag_key", "", devices, List.of(), prefix);
  }

  /**
   * The names of attributes that begin so, whatever the case, in order.
   *
   * @param types only attributes of these types; at least one
   */
  public List<String> attributeNames(
      DeviceSet devices, Set<AttributeDataType> types, String prefix) {
    List<String> names = types.stream().map(AttributeDataType::wireName).toList();
    String parameters =
        IntStream.range(0, names.size())
            .mapToObj(i -> ":type" + i)
            .collect(Collectors.joining(", "));
    return words(
        "device_attribute",
        "name",
        " AND t.data_type IN (" + parameters + ")",
        devices,
        names,
        prefix);
  }

  /**
   * The different words in a column with an index behind {@code application_id}. Steps from each
   * word to the next, for there are few words and many rows; and asks of each whether a device of
   * the set has it. The words are ASCII, so the databases fold them alike.
   */
  private List<String> words(
      String table,
      String column,
      String condition,
      DeviceSet devices,
      List<String> types,
      String prefix) {
    var sql = new DeviceSql(devices, database.dialect());
    String text =
        "WITH RECURSIVE words (word) AS ("
            + "SELECT MIN(t.#column) FROM #table t WHERE t.application_id = :application"
            + " UNION ALL SELECT (SELECT MIN(t.#column) FROM #table t"
            + " WHERE t.application_id = :application AND t.#column > words.word)"
            + " FROM words WHERE words.word IS NOT NULL)"
            + " SELECT word FROM words WHERE word IS NOT NULL AND "
            + beginsWith("LOWER(word)", prefix)
            + " AND EXISTS (SELECT 1 FROM #table t JOIN device d ON d.id = t.device_id"
            + " WHERE t.application_id = :application AND t.#column = words.word"
            + condition
            + " AND "
            + sql.condition()
            + ") ORDER BY word LIMIT "
            + VALUES_MAX;
    return database.read(handle -> {
      Query query =
          sql.bind(handle.createQuery(text.replace("#table", table).replace("#column", column)));
      for (int i = 0; i < types.size(); i++) {
        query.bind("type" + i, types.get(i));
      }
      return bindPrefix(query, prefix).mapTo(String.class).list();
    });
  }

  /** The values of tags with that key that begin so, whatever the case, in order. */
  public List<String> tagValues(DeviceSet devices, String key, String prefix) {
    var sql = new DeviceSql(devices, database.dialect());
    return database.read(handle ->
        bindPrefix(
                sql.bind(
                        handle.createQuery(
                            "SELECT DISTINCT t.tag_value FROM device_tag t"
                                + " WHERE t.application_id = :application AND t.tag_key = :key"
                                + " AND "
                                + beginsWith("t.value_folded", prefix)
                                + " AND t.device_id IN (SELECT d.id FROM device d WHERE "
                                + sql.condition()
                                + ") ORDER BY t.tag_value LIMIT "
                                + VALUES_MAX))
                    .bind("key", key),
                prefix)
            .mapTo(String.class)
            .list());
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
    var sql = new DeviceSql(devices, database.dialect());
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

  private static String beginsWith(String foldedColumn, String prefix) {
    String from = foldedColumn + " >= :prefix";
    return Prefix.end(Fold.fold(prefix)).isPresent()
        ? "(" + from + " AND " + foldedColumn + " < :prefixEnd)"
        : from;
  }

  private static Query bindPrefix(Query query, String prefix) {
    String folded = Fold.fold(prefix);
    Prefix.end(folded).ifPresent(end -> query.bind("prefixEnd", end));
    return query.bind("prefix", folded);
  }
}
