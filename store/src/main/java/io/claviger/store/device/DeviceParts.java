package io.claviger.store.device;

import io.claviger.core.device.AttributeDataType;
import io.claviger.core.device.DeviceClass;
import io.claviger.core.device.Tag;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.store.Fold;
import io.claviger.store.SqlTypes;
import io.claviger.store.json.JsonColumn;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.PreparedBatch;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Puts devices together from their rows: a few statements for a whole page. */
final class DeviceParts {
  /** For {@link #bare}, of a table {@code device d}. */
  static final String COLUMNS =
      "d.id, d.application_id, d.name, d.description, d.device_class, d.gateway_id, d.parent_id,"
          + " d.system_interval, d.keep_duplicates, d.created_at, d.updated_at, d.deleted_at";

  private DeviceParts() {}

  private record Part<T>(String device, T value) {}

  /** A device with its parent for its only ancestor, and without tags and attributes. */
  static DeviceRow bare(ResultSet row) throws SQLException {
    int interval = row.getInt("system_interval");
    Optional<Integer> systemInterval = row.wasNull() ? Optional.empty() : Optional.of(interval);
    return new DeviceRow(
        new DeviceId(row.getString("id")),
        new ApplicationId(row.getString("application_id")),
        row.getString("name"),
        SqlTypes.optionalText(row, "description"),
        DeviceClass.parse(row.getString("device_class")).orThrow(),
        SqlTypes.optionalText(row, "gateway_id").map(DeviceId::new),
        SqlTypes.optionalText(row, "parent_id").map(DeviceId::new).stream().toList(),
        systemInterval,
        SqlTypes.flag(row, "keep_duplicates"),
        List.of(),
        List.of(),
        SqlTypes.instant(row, "created_at"),
        SqlTypes.instant(row, "updated_at"),
        SqlTypes.optionalInstant(row, "deleted_at"));
  }

  /** The same devices with all that belongs to them. */
  static List<DeviceRow> complete(Handle handle, List<DeviceRow> bare) {
    if (bare.isEmpty()) {
      return bare;
    }
    List<String> ids = bare.stream().map(device -> device.id().text()).toList();
    Map<String, List<Tag>> tags =
        parts(
            handle,
            ids,
            "SELECT device_id, tag_key, tag_value FROM device_tag"
                + " WHERE device_id IN (<ids>) ORDER BY device_id, place",
            (row, _) -> new Tag(row.getString("tag_key"), row.getString("tag_value")));
    Map<String, List<AttributeRow>> attributes =
        parts(
            handle,
            ids,
            "SELECT device_id, name, data_type, content_type, description, attribute_tags,"
                + " aggregation FROM device_attribute"
                + " WHERE device_id IN (<ids>) ORDER BY device_id, place",
            (row, _) -> attribute(row));
    Map<String, List<DeviceId>> ancestors = ancestors(handle, bare);
    return bare.stream()
        .map(device ->
            complete(
                device,
                tags.getOrDefault(device.id().text(), List.of()),
                attributes.getOrDefault(device.id().text(), List.of()),
                ancestors))
        .toList();
  }

  private static <T> Map<String, List<T>> parts(
      Handle handle, List<String> ids, String sql, RowMapper<T> mapper) {
    Map<String, List<T>> parts = new HashMap<>();
    handle
        .createQuery(sql)
        .bindList("ids", ids)
        .map((row, context) -> new Part<>(row.getString("device_id"), mapper.map(row, context)))
        .forEach(
            part -> parts.computeIfAbsent(part.device(), _ -> new ArrayList<>()).add(part.value()));
    return parts;
  }

  /** What stands above each parent of these devices, the nearest first. */
  private static Map<String, List<DeviceId>> ancestors(Handle handle, List<DeviceRow> devices) {
    List<String> parents =
        devices.stream().flatMap(d -> d.parent().stream()).map(DeviceId::text).distinct().toList();
    if (parents.isEmpty()) {
      return Map.of();
    }
    return parts(
        handle,
        parents,
        "WITH RECURSIVE up (device_id, ancestor_id, level) AS ("
            + "SELECT d.id, d.parent_id, 1 FROM device d"
            + " WHERE d.id IN (<ids>) AND d.parent_id IS NOT NULL"
            + " UNION ALL SELECT up.device_id, d.parent_id, up.level + 1 FROM up"
            + " JOIN device d ON d.id = up.ancestor_id"
            + " WHERE d.parent_id IS NOT NULL AND up.level < "
            + DeviceStore.ANCESTORS_MAX
            + ") SELECT device_id, ancestor_id FROM up ORDER BY device_id, level",
        (row, _) -> new DeviceId(row.getString("ancestor_id")));
  }

  private static DeviceRow complete(
      DeviceRow bare,
      List<Tag> tags,
      List<AttributeRow> attributes,
      Map<String, List<DeviceId>> above) {
    List<DeviceId> ancestors = new ArrayList<>(bare.ancestors());
    bare.parent()
        .ifPresent(parent -> ancestors.addAll(above.getOrDefault(parent.text(), List.of())));
    return new DeviceRow(
        bare.id(),
        bare.application(),
        bare.name(),
        bare.description(),
        bare.deviceClass(),
        bare.gateway(),
        ancestors,
        bare.systemInterval(),
        bare.keepDuplicates(),
        tags,
        attributes,
        bare.createdAt(),
        bare.updatedAt(),
        bare.deletedAt());
  }

  static AttributeRow attribute(ResultSet row) throws SQLException {
    Map<String, String> tags = new LinkedHashMap<>();
    JsonColumn.read(row.getString("attribute_tags"))
        .forEachEntry((name, value) -> tags.put(name, value.stringValue()));
    return new AttributeRow(
        row.getString("name"),
        AttributeDataType.parse(row.getString("data_type")).orThrow(),
        SqlTypes.optionalText(row, "content_type"),
        SqlTypes.optionalText(row, "description"),
        tags,
        SqlTypes.optionalText(row, "aggregation"));
  }

  static void insertTags(Handle handle, DeviceRow device) {
    if (device.tags().isEmpty()) {
      return;
    }
    PreparedBatch batch =
        handle.prepareBatch(
            "INSERT INTO device_tag"
                + " (device_id, application_id, place, tag_key, tag_value, value_folded)"
                + " VALUES (:device, :application, :place, :key, :value, :folded)");
    int place = 0;
    for (Tag tag : device.tags()) {
      batch
          .bind("device", device.id().text())
          .bind("application", device.application().text())
          .bind("place", place++)
          .bind("key", tag.key())
          .bind("value", tag.value())
          .bind("folded", Fold.fold(tag.value()))
          .add();
    }
    batch.execute();
  }

  static void insertAttributes(Handle handle, DeviceRow device) {
    if (device.attributes().isEmpty()) {
      return;
    }
    PreparedBatch batch =
        handle.prepareBatch(
            "INSERT INTO device_attribute (device_id, application_id, place, name, data_type,"
                + " content_type, description, attribute_tags, aggregation) VALUES (:device,"
                + " :application, :place, :name, :dataType, :contentType, :description, :tags,"
                + " :aggregation)");
    int place = 0;
    for (AttributeRow attribute : device.attributes()) {
      batch
          .bind("device", device.id().text())
          .bind("application", device.application().text())
          .bind("place", place++)
          .bind("name", attribute.name())
          .bind("dataType", attribute.dataType().wireName())
          .bind("contentType", attribute.contentType())
          .bind("description", attribute.description())
          .bind("tags", JsonColumn.write(object(attribute.tags())))
          .bind("aggregation", attribute.aggregation())
          .add();
    }
    batch.execute();
  }

  private static ObjectNode object(Map<String, String> texts) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    texts.forEach(object::put);
    return object;
  }
}
