package io.claviger.store.tenant;

import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.store.Database;
import io.claviger.store.Dialect;
import io.claviger.store.Fold;
import io.claviger.store.SqlTypes;
import io.claviger.store.Transaction;
import io.claviger.store.facts.SqlFacts;
import io.claviger.store.json.JsonColumn;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.SqlStatement;
import tools.jackson.databind.node.ObjectNode;

/** The people of an organization as its identity system sees them. */
public final class DirectoryStore {
  private static final String SELECT =
      "SELECT t.id, t.user_id, t.user_name, t.external_id, t.email, t.given_name, t.family_name,"
          + " t.details, t.follows, t.active, COALESCE(m.role, t.role) AS role,"
          + " COALESCE(m.application_roles, t.application_roles) AS application_roles,"
          + " COALESCE(m.dashboard_roles, t.dashboard_roles) AS dashboard_roles,"
          + " CASE WHEN m.user_id IS NULL THEN 0 ELSE 1 END AS member,"
          + " CASE WHEN u.owner_organization_id = t.organization_id AND NOT EXISTS"
          + " (SELECT 1 FROM member x WHERE x.user_id = t.user_id"
          + " AND x.organization_id <> t.organization_id) THEN 1 ELSE 0 END AS owned,"
          + " t.created_at, t.updated_at FROM tenant_user t"
          + " LEFT JOIN member m ON m.organization_id = t.organization_id"
          + " AND m.user_id = t.user_id LEFT JOIN app_user u ON u.id = t.user_id";

  /** Columns by which a directory is sorted, by the folded path of the attribute. */
  private static final Map<String, String> SORT =
      Map.of(
          "id",
          "t.id",
          "username",
          "t.user_name_folded",
          "externalid", // Who has none comes last upwards (RFC 7644 section 3.4.2.3).
          "CASE WHEN t.external_id IS NULL THEN '1' ELSE '0' || t.external_id END",
          "meta.created",
          "t.created_at",
          "meta.lastmodified",
          "t.updated_at",
          "active",
          "t.active");

  private static final int AT_A_TIME = 200;

  private final Database database;

  public DirectoryStore(Database database) {
    this.database = database;
  }

  /** The column that holds an attribute, if a directory is sorted by it. */
  public static Optional<String> sortColumn(String foldedPath) {
    return Optional.ofNullable(SORT.get(foldedPath));
  }

  /**
   * What was found.
   *
   * @param rows of the page; none where the filter means less than was found
   * @param total that match; 0 where the filter means less than would be found
   * @param exact false when the filter means less than was found: then {@link #candidates} says
   *     among whom it is to be looked for
   */
  public record Found(List<DirectoryRow> rows, long total, boolean exact) {}

  /** Looks for people. */
  public Found find(OrganizationId organization, DirectoryQuery query) {
    Selection selection = Selection.of(query, database.dialect());
    if (!selection.exact()) {
      return new Found(List.of(), 0, false);
    }
    return database.read(handle -> {
      long total =
          bind(
                  handle.createQuery("SELECT COUNT(*) FROM tenant_user t" + selection.where()),
                  organization,
                  selection.values())
              .mapTo(Long.class)
              .one();
      if (query.limit() == 0 || query.offset() >= total) {
        return new Found(List.of(), total, true);
      }
      // The page first, by the narrow columns; what belongs to its rows is looked up for them
      // alone.
      List<String> ids = ids(handle, organization, selection, query.limit(), query.offset());
      return new Found(rows(handle, organization, ids), total, true);
    });
  }

  /**
   * Shows everybody whom SQL cannot tell from those who are meant, in the order of the query. They
   * are read some at a time, since nobody knows how much there is of each.
   *
   * @param most how many at most
   * @return whether there are no more than that; otherwise nobody is shown
   */
  public boolean candidates(
      OrganizationId organization, DirectoryQuery query, int most, Consumer<DirectoryRow> shown) {
    Selection selection = Selection.of(query, database.dialect());
    List<String> ids = database.read(handle -> ids(handle, organization, selection, most + 1, 0));
    if (ids.size() > most) {
      return false;
    }
    for (int from = 0; from < ids.size(); from += AT_A_TIME) {
      rows(organization, ids.subList(from, Math.min(ids.size(), from + AT_A_TIME))).forEach(shown);
    }
    return true;
  }

  /** The people with these ids, in their order; without those who are not there any more. */
  public List<DirectoryRow> rows(OrganizationId organization, List<String> ids) {
    return database.read(handle -> rows(handle, organization, ids));
  }

  /** Which rows a query is about, and in which order. */
  private record Selection(String where, Map<String, Object> values, boolean exact, String order) {
    static Selection of(DirectoryQuery query, Dialect dialect) {
      Optional<FilterSql.Compiled> filter =
          query.filter().map(asked -> FilterSql.compile(asked, dialect));
      String direction = query.descending() ? " DESC" : " ASC";
      return new Selection(
          " WHERE t.organization_id = :organization"
              + filter.map(compiled -> " AND " + compiled.condition()).orElse(""),
          filter.map(FilterSql.Compiled::values).orElse(Map.of()),
          filter.map(FilterSql.Compiled::exact).orElse(true),
          " ORDER BY " + query.sort() + direction + ", t.id" + direction);
    }
  }

  private static List<String> ids(
      Handle handle, OrganizationId organization, Selection selection, int limit, long offset) {
    return bind(
            handle.createQuery(
                "SELECT t.id FROM tenant_user t"
                    + selection.where()
                    + selection.order()
                    + " LIMIT :limit OFFSET :offset"),
            organization,
            selection.values())
        .bind("limit", limit)
        .bind("offset", offset)
        .mapTo(String.class)
        .list();
  }

  /** In the order of the ids; some at a time, each found by the key of the table. */
  private static List<DirectoryRow> rows(
      Handle handle, OrganizationId organization, List<String> ids) {
    Map<String, DirectoryRow> found = new HashMap<>();
    for (int from = 0; from < ids.size(); from += AT_A_TIME) {
      handle
          .createQuery(SELECT + " WHERE t.organization_id = :organization AND t.id IN (<ids>)")
          .bind("organization", organization.text())
          .bindList("ids", ids.subList(from, Math.min(ids.size(), from + AT_A_TIME)))
          .map((row, _) -> row(row))
          .forEach(row -> found.put(row.id(), row));
    }
    return ids.stream().filter(found::containsKey).map(found::get).toList();
  }

  private static Query bind(Query query, OrganizationId organization, Map<String, Object> values) {
    query.bind("organization", organization.text());
    values.forEach(query::bind);
    return query;
  }

  /** The person with this id in the directory. */
  public Optional<DirectoryRow> find(OrganizationId organization, String id) {
    return one(organization, "t.id = :value", id);
  }

  /** The person with this user name, in whatever case. */
  public Optional<DirectoryRow> findByUserName(OrganizationId organization, String userName) {
    return one(organization, "t.user_name_folded = :value", Fold.fold(userName));
  }

  /** The person whose account it is. */
  public Optional<DirectoryRow> find(OrganizationId organization, UserId user) {
    return one(organization, "t.user_id = :value", user.text());
  }

  /** The person whose address it is. */
  public Optional<DirectoryRow> findByEmail(OrganizationId organization, String email) {
    return database.read(handle ->
        handle
            .createQuery(
                SELECT
                    + " WHERE t.organization_id = :organization AND t.email_folded = :email"
                    + " ORDER BY t.id LIMIT 1")
            .bind("organization", organization.text())
            .bind("email", Fold.fold(email))
            .map((row, _) -> row(row))
            .findOne());
  }

  private Optional<DirectoryRow> one(OrganizationId organization, String condition, String value) {
    return database.read(handle ->
        handle
            .createQuery(SELECT + " WHERE t.organization_id = :organization AND " + condition)
            .bind("organization", organization.text())
            .bind("value", value)
            .map((row, _) -> row(row))
            .findOne());
  }

  /** All people of a directory who have a role, in the organization or in an application. */
  public List<DirectoryRow> withRights(OrganizationId organization) {
    return database.read(handle ->
        handle
            .createQuery(
                SELECT
                    + " WHERE t.organization_id = :organization AND (COALESCE(m.role, t.role)"
                    + " <> 'none' OR COALESCE(m.application_roles, t.application_roles) <> '[]')"
                    + " ORDER BY t.id")
            .bind("organization", organization.text())
            .map((row, _) -> row(row))
            .list());
  }

  /** The names of the applications of an organization by their id, in the order of the ids. */
  public Map<String, String> applications(OrganizationId organization) {
    Map<String, String> names = new LinkedHashMap<>();
    database.read(handle -> {
      handle
          .createQuery(
              "SELECT id, name FROM application WHERE owner_type = 'organization'"
                  + " AND owner_id = :organization ORDER BY id")
          .bind("organization", organization.text())
          .map((row, _) -> names.put(row.getString("id"), row.getString("name")))
          .list();
      return names;
    });
    return names;
  }

  /** Adds a person. */
  public void insert(Transaction transaction, OrganizationId organization, DirectoryRow row) {
    bind(
            transaction
                .handle()
                .createUpdate(
                    "INSERT INTO tenant_user (id, organization_id, user_id, user_name,"
                        + " user_name_folded, external_id, email, email_folded, given_name,"
                        + " family_name, details, search_text, follows, active, role,"
                        + " application_roles, dashboard_roles, created_at, updated_at) VALUES (:id, :organization,"
                        + " :user, :userName, :userNameFolded, :externalId, :email, :emailFolded,"
                        + " :givenName, :familyName, :details, :searchText, :follows, :active, :role,"
                        + " :applicationRoles, :dashboardRoles, :createdAt, :updatedAt)"),
            organization,
            row)
        .bind("createdAt", row.createdAt())
        .bind("updatedAt", transaction.now())
        .execute();
  }

  /** Writes all but id and time of creation. */
  public void update(Transaction transaction, OrganizationId organization, DirectoryRow row) {
    bind(
            transaction
                .handle()
                .createUpdate(
                    "UPDATE tenant_user SET user_id = :user, user_name = :userName,"
                        + " user_name_folded = :userNameFolded, external_id = :externalId,"
                        + " search_text = :searchText, email = :email,"
                        + " email_folded = :emailFolded, given_name = :givenName,"
                        + " family_name = :familyName, details = :details, follows = :follows,"
                        + " active = :active, role = :role,"
                        + " application_roles = :applicationRoles,"
                        + " dashboard_roles = :dashboardRoles, updated_at = :updatedAt"
                        + " WHERE organization_id = :organization AND id = :id"),
            organization,
            row)
        .bind("updatedAt", transaction.now())
        .execute();
  }

  private static <S extends SqlStatement<S>> S bind(
      S statement, OrganizationId organization, DirectoryRow row) {
    return SqlFacts.bind(statement, row.membership())
        .bind("id", row.id())
        .bind("organization", organization.text())
        .bind("user", row.user().map(UserId::text))
        .bind("userName", row.userName())
        .bind("userNameFolded", Fold.fold(row.userName()))
        .bind("externalId", row.externalId())
        .bind("email", row.email())
        .bind("emailFolded", Fold.fold(row.email()))
        .bind("givenName", row.givenName())
        .bind("familyName", row.familyName())
        .bind("details", JsonColumn.write(row.details()))
        .bind("searchText", SearchText.of(row))
        .bind("follows", row.follows() ? 1 : 0)
        .bind("active", row.active() ? 1 : 0);
  }

  /** Removes a person from the directory. */
  public void delete(Transaction transaction, OrganizationId organization, String id) {
    transaction
        .handle()
        .createUpdate("DELETE FROM tenant_user WHERE organization_id = :organization AND id = :id")
        .bind("organization", organization.text())
        .bind("id", id)
        .execute();
  }

  private static DirectoryRow row(ResultSet row) throws SQLException {
    return new DirectoryRow(
        row.getString("id"),
        SqlTypes.optionalText(row, "user_id").map(UserId::new),
        row.getString("user_name"),
        SqlTypes.optionalText(row, "external_id"),
        row.getString("email"),
        row.getString("given_name"),
        row.getString("family_name"),
        (ObjectNode) JsonColumn.read(row.getString("details")),
        SqlTypes.flag(row, "follows"),
        SqlTypes.flag(row, "active"),
        SqlFacts.membership(row),
        SqlTypes.flag(row, "member"),
        SqlTypes.flag(row, "owned"),
        SqlTypes.instant(row, "created_at"),
        SqlTypes.instant(row, "updated_at"));
  }
}
