package io.claviger.store.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.device.Tag;
import io.claviger.core.device.TagSelector;
import io.claviger.core.id.AccessKeyId;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.store.Database;
import io.claviger.store.Fold;
import io.claviger.store.FoundIds;
import io.claviger.store.ListPage;
import io.claviger.store.ListPart;
import io.claviger.store.ListQuery;
import io.claviger.store.ListRequest;
import io.claviger.store.ListRequest.SortDirection;
import io.claviger.store.Transaction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/** Devices and keys in a database, and the lists of them with a query. */
final class QueryWorld {
  private static final ListQuery DEVICES =
      ListQuery.select("d.id")
          .from("device d")
          .id("d.id")
          .where("d.application_id = :applicationId")
          .sort("id", "d.id");

  private static final ListQuery KEYS =
      ListQuery.select("id")
          .from("access_key")
          .where("application_id = :applicationId")
          .sort("id", "id");

  private static final ListRequest ALL_BY_ID =
      new ListRequest(0, ListRequest.PER_PAGE_MAX, "id", SortDirection.ASCENDING, Optional.empty());

  private final Database database;

  QueryWorld(Database database) {
    this.database = database;
  }

  /** The ids of the devices that match, as the list of an application would show them. */
  Set<String> devices(ApplicationId application, SqlCondition condition) {
    checkOwners(DEVICES, DEVICES.where("d.deleted_at IS NULL"), application, condition);
    return ids(DEVICES, application, condition);
  }

  /** The ids of the keys that match. */
  Set<String> accessKeys(ApplicationId application, SqlCondition condition) {
    checkOwners(KEYS, KEYS, application, condition);
    return ids(KEYS, application, condition);
  }

  /**
   * What finds ids alone finds the same, however few are few.
   *
   * @param part the rows that may be found: of devices those that are not deleted
   */
  private void checkOwners(
      ListQuery list, ListQuery part, ApplicationId application, SqlCondition condition) {
    if (condition.others().isPresent()) {
      checkOthers(part, application, condition);
    }
    if (condition.owners().isEmpty()) {
      return;
    }
    FoundIds owners = condition.owners().get();
    List<String> expected = List.copyOf(ids(part, application, condition));
    for (int few : List.of(0, 3, ListRequest.PER_PAGE_MAX)) {
      var found = new FoundIds(owners.all(), owners.later(), few);
      ListPage<String> page =
          database.read(handle ->
              part(part, application, condition)
                  .pageOf(handle, ALL_BY_ID, (row, _) -> row.getString("id"), found, list));
      assertThat(page).as("%s", found).isEqualTo(new ListPage<>(expected, expected.size()));
    }
  }

  /** What finds the ids of all others leaves the same. */
  private void checkOthers(ListQuery part, ApplicationId application, SqlCondition condition) {
    List<String> expected = List.copyOf(ids(part, application, condition));
    ListPage<String> page =
        database.read(handle ->
            part(part, application, condition)
                .pageWithout(
                    handle,
                    ALL_BY_ID,
                    (row, _) -> row.getString("id"),
                    condition.others().get(),
                    with(part, application, condition, "1 = 1")));
    assertThat(page)
        .as("%s", condition.others())
        .isEqualTo(new ListPage<>(expected, expected.size()));
  }

  private ListPart part(ListQuery list, ApplicationId application, SqlCondition condition) {
    return new ListPart(
        database.dialect(),
        with(list, application, condition, condition.sql()),
        with(list, application, condition, condition.walking()));
  }

  private static ListQuery with(
      ListQuery list, ApplicationId application, SqlCondition condition, String sql) {
    return list.bind("applicationId", application.text())
        .bindAll(condition.parameters())
        .where(sql);
  }

  private Set<String> ids(ListQuery list, ApplicationId application, SqlCondition condition) {
    ListPart part = part(list, application, condition);
    RowMapper<String> id = (row, _) -> row.getString("id");
    return database.read(handle -> {
      ListPage<String> page = part.page(handle, ALL_BY_ID, id, condition.findsMost());
      assertThat(part.walking().page(handle, ALL_BY_ID, id))
          .as(condition.walking())
          .isEqualTo(page);
      return new TreeSet<>(page.items());
    });
  }

  static void addApplication(Transaction transaction, ApplicationId application) {
    var rows = new TestRows(transaction.handle());
    rows.insert("application", Map.of("id", application.text()));
    rows.flush();
  }

  /** With all that belongs to it. */
  static void removeApplication(Transaction transaction, ApplicationId application) {
    transaction
        .handle()
        .createUpdate("DELETE FROM application WHERE id = :id")
        .bind("id", application.text())
        .execute();
  }

  static void addDevices(Transaction transaction, ApplicationId application, List<Item> devices) {
    var rows = new TestRows(transaction.handle());
    devices.forEach(device -> addDevice(rows, application, device));
    rows.flush();
    devices.forEach(
        device -> DeviceKeySets.add(transaction.handle(), application, deviceTags(device)));
  }

  private static void addDevice(TestRows rows, ApplicationId id, Item device) {
    String application = id.text();
    String name = device.text("name").orElse("nameless");
    Map<String, @Nullable Object> row = new HashMap<>();
    row.put("id", device.id());
    row.put("application_id", application);
    row.put("name", name);
    row.put("name_folded", Fold.fold(name));
    row.put("device_class", device.text("deviceClass").orElse("standalone"));
    row.put("gateway_id", device.text("gatewayId").orElse(null));
    row.put("parent_id", device.text("parentId").orElse(null));
    row.put("created_at", device.millis("creationDate").orElse(0L));
    row.put("updated_at", device.millis("lastUpdated").orElse(0L));
    row.put("deleted_at", device.millis("deletedAt").orElse(null));
    row.put("connection_status", device.text("connectionStatus").orElse(null));
    row.put("tag_keys", DeviceKeySets.name(id, deviceTags(device)));
    rows.insert("device", row);
    int place = 0;
    for (Tag tag : deviceTags(device)) {
      rows.insert(
          "device_tag",
          Map.of(
              "device_id", device.id(),
              "application_id", application,
              "place", place++,
              "tag_key", tag.key(),
              "tag_value", tag.value()));
    }
    for (String attribute : device.texts("attributeName")) {
      rows.insert(
          "device_attribute",
          Map.of("device_id", device.id(), "application_id", application, "name", attribute));
    }
    device
        .text("connectionStatus")
        .ifPresent(status -> {
          Map<String, @Nullable Object> connection = new HashMap<>();
          connection.put("device_id", device.id());
          connection.put("application_id", application);
          connection.put("status", status);
          connection.put("connected_at", device.millis("connectedAt").orElse(null));
          connection.put("disconnected_at", device.millis("disconnectedAt").orElse(null));
          rows.insert("device_connection", connection);
        });
  }

  private static List<Tag> deviceTags(Item device) {
    return device.tags("tags").stream()
        .map(tag -> new Tag(required(tag, "key"), required(tag, "value")))
        .toList();
  }

  private static String required(Map<?, ?> tag, String part) {
    Object text = tag.get(part);
    if (text == null) {
      throw new IllegalArgumentException("a tag of a device has a " + part);
    }
    return text.toString();
  }

  static void addAccessKeys(Transaction transaction, ApplicationId application, List<Item> keys) {
    var rows = new TestRows(transaction.handle());
    keys.forEach(key -> addAccessKey(rows, application, key));
    rows.flush();
    keys.forEach(key -> addLists(transaction, application, key));
  }

  private static void addAccessKey(TestRows rows, ApplicationId application, Item key) {
    Map<String, @Nullable Object> row = new HashMap<>();
    row.put("id", key.id());
    row.put("application_id", application.text());
    row.put("access_key", key.text("key").orElse(key.id()));
    row.put("name", key.text("name").orElse(null));
    row.put("name_folded", key.text("name").map(Fold::fold).orElse(null));
    row.put("description", key.text("description").orElse(null));
    row.put("status", key.text("status").orElse("active"));
    row.put("filter_type", key.text("filterType").orElse("none"));
    row.put("address_filter_type", key.text("addressFilterType").orElse("all"));
    row.put("created_at", key.millis("creationDate").orElse(0L));
    row.put("updated_at", key.millis("lastUpdated").orElse(0L));
    rows.insert("access_key", row);
  }

  private static void addLists(Transaction transaction, ApplicationId application, Item key) {
    AccessKeyLists.insert(
        transaction,
        new AccessKeyId(key.id()),
        application,
        new AccessKeyLists.Devices(
            key.texts("deviceIds").stream().map(DeviceId::new).toList(),
            key.tags("deviceTags").stream().map(QueryWorld::selector).toList()),
        texts(key));
  }

  static AccessKeyLists.Texts texts(Item key) {
    return new AccessKeyLists.Texts(
        key.text("description"),
        key.texts("pubTopics"),
        key.texts("subTopics"),
        key.texts("addresses"));
  }

  private static TagSelector selector(Map<?, ?> tag) {
    return new TagSelector(
        Optional.ofNullable(tag.get("key")).map(Object::toString),
        Optional.ofNullable(tag.get("value")).map(Object::toString));
  }
}
