package io.claviger.store.device;

import io.claviger.core.device.AttributeDataType;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.store.Database;
import io.claviger.store.Fold;
import io.claviger.store.FoundIds;
import io.claviger.store.ListPage;
import io.claviger.store.ListPart;
import io.claviger.store.ListQuery;
import io.claviger.store.ListRequest;
import io.claviger.store.Transaction;
import io.claviger.store.query.DeviceKeySets;
import io.claviger.store.state.SeriesStore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.SqlStatement;

/** The table of devices, with what hangs on each. */
public final class DeviceStore {
  /**
   * System devices above a device, so that no chain is long to follow; an arrangement of sites,
   * buildings, floors and rooms needs a handful.
   */
  public static final int ANCESTORS_MAX = 16;

  /** The devices of a set. One that was never connected has no status, as in a query (QRY-7). */
  public static final ListQuery LIST =
      ListQuery.select(DeviceParts.COLUMNS)
          .from("device d")
          .id("d.id")
          .keyed()
          .sort("name", "d.name_folded")
          .sort("id", "d.id")
          .sort("creationDate", "d.created_at")
          .sort("lastUpdated", "d.updated_at")
          .sortNullable("connectionStatus", "d.connection_status")
          .sortNullable("deletedAt", "d.deleted_at")
          .filter("name", "d.name_folded");

  private final Database database;

  public DeviceStore(Database database) {
    this.database = database;
  }

  /** One page of a set. */
  public ListPage<DeviceRow> list(DeviceSet set, ListRequest request) {
    var sql = DeviceSql.of(database, set);
    ListQuery all = list(set.presence()).bindAll(sql.values());
    var part =
        new ListPart(
            database.dialect(), all.where(sql.condition()), all.where(sql.walking().condition()));
    boolean isWhole = request.filter().isEmpty();
    Optional<FoundIds> ids = isWhole ? sql.ids() : Optional.empty();
    Optional<String> others = isWhole ? sql.otherIds() : Optional.empty();
    return database.read(handle -> {
      RowMapper<DeviceRow> mapper = (row, _) -> DeviceParts.bare(row);
      ListPage<DeviceRow> page;
      if (ids.isPresent()) {
        page = part.pageOf(handle, request, mapper, ids.get(), all);
      } else if (others.isPresent()) {
        ListQuery present = all.where(sql.everything());
        page = part.pageWithout(handle, request, mapper, others.get(), present);
      } else {
        page = part.page(handle, request, mapper, sql.findsMost());
      }
      return new ListPage<>(DeviceParts.complete(handle, page.items()), page.totalCount());
    });
  }

  private static ListQuery list(DeviceSet.Presence presence) {
    return switch (presence) {
      case DeviceSet.Presence.Present _ -> LIST.within("d.deleted_at");
      case DeviceSet.Presence.Deleted _ -> LIST;
    };
  }

  /** The first devices of a set, in the order of their ids. */
  public List<DeviceRow> first(DeviceSet set, int limit) {
    var sql = DeviceSql.of(database, set);
    return database.read(handle ->
        rows(
            handle,
            sql.bind(
                    handle.createQuery(
                        "SELECT "
                            + DeviceParts.COLUMNS
                            + " FROM device d WHERE "
                            + sql.condition()
                            + " ORDER BY d.id LIMIT :limit"))
                .bind("limit", limit)));
  }

  /** The ids of the first devices of a set, in their order. */
  public List<DeviceId> ids(DeviceSet set, int limit) {
    var sql = DeviceSql.of(database, set);
    return database.read(handle ->
        sql.bind(
                handle.createQuery(
                    "SELECT d.id FROM device d WHERE "
                        + sql.condition()
                        + " ORDER BY d.id LIMIT :limit"))
            .bind("limit", limit)
            .map((row, _) -> new DeviceId(row.getString("id")))
            .list());
  }

  /**
   * Inserts a row for each device of a set, except those that are there already.
   *
   * @param insert SQL of the program, from {@code INSERT} to the columns that are selected of
   *     {@code device d}
   * @param values of its parameters; other names than those of {@link DeviceSql}
   * @return how many rows are new
   */
  public int insertOfEach(
      Transaction transaction, String insert, Map<String, String> values, DeviceSet set) {
    var sql = DeviceSql.of(database, set);
    return sql.bind(
            transaction
                .handle()
                .createUpdate(
                    insert + " FROM device d WHERE " + sql.condition() + " ON CONFLICT DO NOTHING"))
        .bindMap(values)
        .execute();
  }

  /** The device, if it is in that application and not deleted. */
  public Optional<DeviceRow> find(ApplicationId application, DeviceId id) {
    return database
        .read(handle ->
            rows(
                handle,
                handle
                    .createQuery(
                        "SELECT "
                            + DeviceParts.COLUMNS
                            + " FROM device d WHERE d.id = :id AND d.application_id = :application"
                            + " AND d.deleted_at IS NULL")
                    .bind("id", id.text())
                    .bind("application", application.text())))
        .stream()
        .findFirst();
  }

  /** Devices of all applications that were deleted at that moment or before, the oldest first. */
  public List<DeviceRow> deletedUntil(Instant moment, int limit) {
    return database.read(handle ->
        rows(
            handle,
            handle
                .createQuery(
                    "SELECT "
                        + DeviceParts.COLUMNS
                        + " FROM device d WHERE d.deleted_at <= :moment"
                        + " ORDER BY d.deleted_at, d.id LIMIT :limit")
                .bind("moment", moment)
                .bind("limit", limit)));
  }

  private static List<DeviceRow> rows(Handle handle, Query query) {
    return DeviceParts.complete(handle, query.map((row, _) -> DeviceParts.bare(row)).list());
  }

  /** How many devices of an application are not deleted. */
  public long count(ApplicationId application) {
    return database.read(handle ->
        handle
            .createQuery("SELECT devices FROM device_tally WHERE application_id = :application")
            .bind("application", application.text())
            .mapTo(Long.class)
            .findOne()
            .orElse(0L));
  }

  /**
   * How many levels of devices are beneath a device, at most {@link #ANCESTORS_MAX}; deleted ones
   * count, since they may come back.
   */
  public int levelsBeneath(DeviceId id) {
    return database.read(handle ->
        handle
            .createQuery(
                "WITH RECURSIVE down (id, level) AS ("
                    + "SELECT d.id, 1 FROM device d WHERE d.parent_id = :id"
                    + " UNION ALL SELECT d.id, down.level + 1 FROM down"
                    + " JOIN device d ON d.parent_id = down.id WHERE down.level < :most)"
                    + " SELECT COALESCE(MAX(level), 0) FROM down")
            .bind("id", id.text())
            .bind("most", ANCESTORS_MAX)
            .mapTo(Integer.class)
            .one());
  }

  /** Adds a device. */
  public void insert(Transaction transaction, DeviceRow device) {
    bind(
            transaction
                .handle()
                .createUpdate(
                    "INSERT INTO device (id, application_id, name, name_folded, description,"
                        + " device_class, gateway_id, parent_id, system_interval, keep_duplicates,"
                        + " tag_keys, created_at, updated_at) VALUES (:id, :application, :name,"
                        + " :folded, :description, :class, :gateway, :parent, :interval,"
                        + " :keepDuplicates, :tagKeys, :createdAt, :updatedAt)"),
            device)
        .bind("application", device.application().text())
        .bind("tagKeys", DeviceKeySets.name(device.application(), device.tags()))
        .bind("createdAt", device.createdAt())
        .execute();
    DeviceParts.insertTags(transaction.handle(), device);
    DeviceKeySets.add(transaction.handle(), device.application(), device.tags());
    DeviceParts.insertAttributes(transaction.handle(), device);
    tally(transaction, device.application(), 1);
  }

  /** Writes what may change of a device that is there; attributes are the same by their names. */
  public void update(Transaction transaction, DeviceRow before, DeviceRow after) {
    update(transaction, before, after, sameNames(after));
  }

  private static Map<String, String> sameNames(DeviceRow device) {
    return device.attributes().stream()
        .collect(Collectors.toMap(AttributeRow::name, AttributeRow::name));
  }

  /**
   * Writes what may change of a device that is there.
   *
   * @param names what each attribute that stays was called before, and is called now
   */
  public void update(
      Transaction transaction, DeviceRow before, DeviceRow after, Map<String, String> names) {
    bind(
            transaction
                .handle()
                .createUpdate(
                    "UPDATE device SET name = :name, name_folded = :folded,"
                        + " description = :description, device_class = :class,"
                        + " gateway_id = :gateway, parent_id = :parent,"
                        + " system_interval = :interval, keep_duplicates = :keepDuplicates,"
                        + " updated_at = :updatedAt WHERE id = :id"),
            after)
        .execute();
    if (!before.tags().equals(after.tags())) {
      remove(transaction, "device_tag", after.id());
      DeviceParts.insertTags(transaction.handle(), after);
      DeviceKeySets.replace(transaction.handle(), after.id(), after.application(), after.tags());
    }
    if (!before.attributes().equals(after.attributes())) {
      remove(transaction, "device_attribute", after.id());
      SeriesStore.adapt(transaction, after.id(), types(before), types(after), names);
      DeviceParts.insertAttributes(transaction.handle(), after);
    }
  }

  private static Map<String, AttributeDataType> types(DeviceRow device) {
    return device.attributes().stream()
        .collect(Collectors.toMap(AttributeRow::name, AttributeRow::dataType));
  }

  private static <S extends SqlStatement<S>> S bind(S statement, DeviceRow device) {
    return statement
        .bind("id", device.id().text())
        .bind("name", device.name())
        .bind("folded", Fold.fold(device.name()))
        .bind("description", device.description())
        .bind("class", device.deviceClass().wireName())
        .bind("gateway", device.gateway().map(DeviceId::text))
        .bind("parent", device.parent().map(DeviceId::text))
        .bind("interval", device.systemInterval())
        .bind("keepDuplicates", device.keepDuplicates())
        .bind("updatedAt", device.updatedAt());
  }

  private static void remove(Transaction transaction, String table, DeviceId device) {
    transaction
        .handle()
        .createUpdate("DELETE FROM " + table + " WHERE device_id = :id")
        .bind("id", device.text())
        .execute();
  }

  /** Deletes or restores a device, as {@link DeviceRow#deletedAt} of the row says (DEV-5). */
  public void updateDeletion(Transaction transaction, DeviceRow device) {
    transaction
        .handle()
        .createUpdate(
            "UPDATE device SET deleted_at = :deletedAt, updated_at = :updatedAt WHERE id = :id")
        .bind("id", device.id().text())
        .bind("deletedAt", device.deletedAt())
        .bind("updatedAt", device.updatedAt())
        .execute();
    tally(transaction, device.application(), device.deletedAt().isPresent() ? -1 : 1);
  }

  /**
   * Removes a deleted device for good, with all that hangs on it. That it was made and deleted is
   * counted still.
   */
  public void erase(Transaction transaction, DeviceId id) {
    remember(transaction, id, "created");
    remember(transaction, id, "deleted");
    String keys = DeviceKeySets.nameOf(transaction.handle(), id);
    transaction
        .handle()
        .createUpdate("DELETE FROM device WHERE id = :id AND deleted_at IS NOT NULL")
        .bind("id", id.text())
        .execute();
    DeviceKeySets.removeUnused(transaction.handle(), keys);
  }

  private static void remember(Transaction transaction, DeviceId id, String what) {
    boolean made = what.equals("created");
    transaction
        .handle()
        .createUpdate(
            "INSERT INTO device_day (application_id, day, created, deleted)"
                + " SELECT application_id, "
                + what
                + "_at / 86400000, "
                + (made ? "1, 0" : "0, 1")
                + " FROM device WHERE id = :id AND deleted_at IS NOT NULL"
                + " ON CONFLICT (application_id, day) DO UPDATE"
                + " SET created = device_day.created + excluded.created,"
                + " deleted = device_day.deleted + excluded.deleted")
        .bind("id", id.text())
        .execute();
  }

  private static void tally(Transaction transaction, ApplicationId application, long more) {
    transaction
        .handle()
        .createUpdate(
            "INSERT INTO device_tally (application_id, devices) VALUES (:application, :more)"
                + " ON CONFLICT (application_id) DO UPDATE"
                + " SET devices = device_tally.devices + :more")
        .bind("application", application.text())
        .bind("more", more)
        .execute();
  }
}
