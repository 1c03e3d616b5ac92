package io.claviger.store.key;

import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.id.AccessKeyId;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.network.Cidr;
import io.claviger.core.query.AccessKeyField;
import io.claviger.core.query.Query;
import io.claviger.core.secret.Digest;
import io.claviger.core.topic.TopicFilter;
import io.claviger.store.Database;
import io.claviger.store.Fold;
import io.claviger.store.ListPage;
import io.claviger.store.ListPart;
import io.claviger.store.ListQuery;
import io.claviger.store.ListRequest;
import io.claviger.store.SqlTypes;
import io.claviger.store.Transaction;
import io.claviger.store.json.JsonColumn;
import io.claviger.store.json.TagDocuments;
import io.claviger.store.query.AccessKeyLists;
import io.claviger.store.query.QueryCompiler;
import io.claviger.store.query.SqlCondition;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.SqlStatement;

/** The table of access keys. */
public final class AccessKeyStore {
  private static final String COLUMNS =
      "id, application_id, access_key, name, description, status, restricted, device_ids,"
          + " device_tags, filter_type, pub_topics, sub_topics, address_filter_type, addresses,"
          + " created_by_type, created_by_id, updated_by_type, updated_by_id, created_at,"
          + " updated_at";

  /** The keys of one application; sorts and filters as KEY-10 says. */
  public static final ListQuery LIST =
      ListQuery.select(COLUMNS)
          .from("access_key")
          .keyed()
          .where("application_id = :applicationId")
          .sort("key", "access_key")
          .sort("status", "status")
          .sort("id", "id")
          .sort("creationDate", "created_at")
          .sort("lastUpdated", "updated_at")
          .sortNullable("name", "name_folded")
          .filter("key", "access_key")
          .filter("status", "status")
          .filter("name", "name_folded");

  private final Database database;

  public AccessKeyStore(Database database) {
    this.database = database;
  }

  /** One page of the keys of an application. */
  public ListPage<AccessKeyRow> list(ApplicationId application, ListRequest request) {
    return list(application, new Query.All<>(List.of()), request);
  }

  /** One page of the keys of an application that a query finds (QRY-1). */
  public ListPage<AccessKeyRow> list(
      ApplicationId application, Query<AccessKeyField> query, ListRequest request) {
    SqlCondition condition = QueryCompiler.accessKeys(query, application, database.dialect());
    ListQuery all = LIST.bind("applicationId", application.text()).bindAll(condition.parameters());
    var part =
        new ListPart(
            database.dialect(), all.where(condition.sql()), all.where(condition.walking()));
    RowMapper<AccessKeyRow> mapper = (row, _) -> row(row);
    boolean isWhole = request.filter().isEmpty();
    return database.read(handle -> {
      if (isWhole && condition.owners().isPresent()) {
        return part.pageOf(handle, request, mapper, condition.owners().get(), all);
      }
      if (isWhole && condition.others().isPresent()) {
        return part.pageWithout(handle, request, mapper, condition.others().get(), all);
      }
      return part.page(handle, request, mapper, condition.findsMost());
    });
  }

  /** The key, if it is that application's. */
  public Optional<AccessKeyRow> find(ApplicationId application, AccessKeyId id) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT "
                    + COLUMNS
                    + " FROM access_key WHERE id = :id AND application_id = :applicationId")
            .bind("id", id.text())
            .bind("applicationId", application.text())
            .map((row, _) -> row(row))
            .findOne());
  }

  /** How many keys an application has. */
  public long count(ApplicationId application) {
    return database.read(handle ->
        handle
            .createQuery("SELECT COUNT(*) FROM access_key WHERE application_id = :applicationId")
            .bind("applicationId", application.text())
            .mapTo(Long.class)
            .one());
  }

  /** Which of these devices stand in the application and are not deleted. */
  public Set<DeviceId> presentDevices(ApplicationId application, List<DeviceId> ids) {
    if (ids.isEmpty()) {
      return Set.of();
    }
    return database.read(handle ->
        new HashSet<>(
            handle
                .createQuery(
                    "SELECT id FROM device WHERE application_id = :applicationId"
                        + " AND deleted_at IS NULL AND id IN (<ids>)")
                .bind("applicationId", application.text())
                .bindList("ids", ids.stream().map(DeviceId::text).toList())
                .map((row, _) -> new DeviceId(row.getString("id")))
                .list()));
  }

  /** Adds a key with the digest of its secret. */
  public void insert(Transaction transaction, AccessKeyRow key, Digest secret) {
    bind(
            transaction
                .handle()
                .createUpdate(
                    "INSERT INTO access_key ("
                        + COLUMNS
                        + ", name_folded, digest) VALUES (:id, :applicationId, :key, :name,"
                        + " :description, :status, :restricted, :deviceIds, :deviceTags,"
                        + " :filterType, :pubTopics, :subTopics, :addressFilterType, :addresses,"
                        + " :createdByType, :createdById, :updatedByType, :updatedById,"
                        + " :createdAt, :updatedAt, :nameFolded, :digest)"),
            key)
        .bind("applicationId", key.application().text())
        .bind("key", key.key())
        .bind("restricted", key.devices().restricted())
        .bind("deviceIds", JsonColumn.write(texts(key.devices().ids())))
        .bind("deviceTags", JsonColumn.write(TagDocuments.array(key.devices().tags())))
        .bind("createdByType", key.createdBy().type())
        .bind("createdById", key.createdBy().id())
        .bind("createdAt", key.createdAt())
        .bind("digest", secret.toBytes())
        .execute();
    AccessKeyLists.insert(
        transaction,
        key.id(),
        key.application(),
        new AccessKeyLists.Devices(key.devices().ids(), key.devices().tags()),
        lists(key));
  }

  private static AccessKeyLists.Texts lists(AccessKeyRow key) {
    return new AccessKeyLists.Texts(
        key.description(),
        written(key.topics().publish()),
        written(key.topics().subscribe()),
        key.addresses().ranges().stream().map(Cidr::toString).toList());
  }

  private static List<String> texts(List<DeviceId> ids) {
    return ids.stream().map(DeviceId::text).toList();
  }

  /** Writes what may change: all but the devices (KEY-6). */
  public void update(Transaction transaction, AccessKeyRow key) {
    bind(
            transaction
                .handle()
                .createUpdate(
                    "UPDATE access_key SET name = :name, name_folded = :nameFolded,"
                        + " description = :description, status = :status,"
                        + " filter_type = :filterType, pub_topics = :pubTopics,"
                        + " sub_topics = :subTopics, address_filter_type = :addressFilterType,"
                        + " addresses = :addresses, updated_by_type = :updatedByType,"
                        + " updated_by_id = :updatedById, updated_at = :updatedAt"
                        + " WHERE id = :id"),
            key)
        .execute();
    AccessKeyLists.replace(transaction, key.id(), key.application(), lists(key));
  }

  private static <S extends SqlStatement<S>> S bind(S statement, AccessKeyRow key) {
    return statement
        .bind("id", key.id().text())
        .bind("name", key.name())
        .bind("nameFolded", key.name().map(Fold::fold))
        .bind("description", key.description())
        .bind("status", key.status().wireName())
        .bind("filterType", key.topics().type().wireName())
        .bind("pubTopics", JsonColumn.write(written(key.topics().publish())))
        .bind("subTopics", JsonColumn.write(written(key.topics().subscribe())))
        .bind("addressFilterType", key.addresses().type().wireName())
        .bind(
            "addresses",
            JsonColumn.write(key.addresses().ranges().stream().map(Cidr::toString).toList()))
        .bind("updatedByType", key.updatedBy().type())
        .bind("updatedById", key.updatedBy().id())
        .bind("updatedAt", key.updatedAt());
  }

  private static List<String> written(List<TopicFilter> filters) {
    return filters.stream().map(TopicFilter::text).toList();
  }

  /** Removes a key for good, and when and from where it was last used. */
  public void delete(Transaction transaction, AccessKeyId id) {
    for (String sql :
        List.of(
            "DELETE FROM credential_use WHERE credential_id = :id",
            "DELETE FROM access_key WHERE id = :id")) {
      transaction.handle().createUpdate(sql).bind("id", id.text()).execute();
    }
  }

  private static AccessKeyRow row(ResultSet row) throws SQLException {
    return new AccessKeyRow(
        new AccessKeyId(row.getString("id")),
        new ApplicationId(row.getString("application_id")),
        row.getString("access_key"),
        SqlTypes.optionalText(row, "name"),
        SqlTypes.optionalText(row, "description"),
        CredentialStatus.parse(row.getString("status")).orThrow(),
        new AccessKeyRow.Devices(
            SqlTypes.flag(row, "restricted"),
            JsonColumn.texts(row.getString("device_ids")).stream().map(DeviceId::new).toList(),
            TagDocuments.selectors(JsonColumn.read(row.getString("device_tags")))),
        new AccessKeyRow.Topics(
            TopicFilterType.parse(row.getString("filter_type")).orThrow(),
            filters(row, "pub_topics"),
            filters(row, "sub_topics")),
        new AccessKeyRow.Addresses(
            AddressFilterType.parse(row.getString("address_filter_type")).orThrow(),
            JsonColumn.texts(row.getString("addresses")).stream()
                .map(text -> Cidr.parse(text).orThrow())
                .toList()),
        new AccessKeyRow.Author(row.getString("created_by_type"), row.getString("created_by_id")),
        new AccessKeyRow.Author(row.getString("updated_by_type"), row.getString("updated_by_id")),
        SqlTypes.instant(row, "created_at"),
        SqlTypes.instant(row, "updated_at"));
  }

  private static List<TopicFilter> filters(ResultSet row, String column) throws SQLException {
    return JsonColumn.texts(row.getString(column)).stream()
        .map(text -> TopicFilter.parse(text).orThrow())
        .toList();
  }
}
