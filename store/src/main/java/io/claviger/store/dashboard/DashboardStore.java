package io.claviger.store.dashboard;

import io.claviger.core.Parsed;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DashboardId;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Visibility;
import io.claviger.store.Database;
import io.claviger.store.Fold;
import io.claviger.store.ListPage;
import io.claviger.store.ListQuery;
import io.claviger.store.ListRequest;
import io.claviger.store.SqlTypes;
import io.claviger.store.Transaction;
import io.claviger.store.application.Author;
import io.claviger.store.application.BoundedPage;
import io.claviger.store.application.Memberships;
import io.claviger.store.application.OrganizationLabel;
import io.claviger.store.application.Viewer;
import io.claviger.store.application.VisibleRows;
import io.claviger.store.dashboard.DashboardRow.ApplicationLabel;
import io.claviger.store.facts.SqlFacts;
import io.claviger.store.json.JsonColumn;
import io.claviger.store.ownership.OwnedResourceStore.NamedDashboard;
import io.claviger.store.ownership.OwnedResourceStore.OwnerColumns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.SqlStatement;
import tools.jackson.databind.node.ObjectNode;

/** The table of dashboards. */
public final class DashboardStore {
  private static final String COLUMNS =
      "r.id, r.owner_type, r.owner_id, r.application_id, r.name, r.description, r.is_public,"
          + " r.password_hash, r.details, r.created_by_type, r.created_by_id, r.updated_by_type,"
          + " r.updated_by_id, r.created_at, r.updated_at, a.name AS application_name, "
          + OrganizationLabel.COLUMNS;
  private static final String TABLE =
      "dashboard r"
          + OrganizationLabel.JOIN
          + " LEFT JOIN application a ON a.id = r.application_id";

  /** Sorts and filters of the dashboards of one application. */
  public static final ListQuery IN_APPLICATION =
      ListQuery.select(COLUMNS)
          .from(TABLE)
          .id("r.id")
          .sort("name", "r.name_folded")
          .sort("id", "r.id")
          .sort("creationDate", "r.created_at")
          .sort("lastUpdated", "r.updated_at")
          .filter("name", "r.name_folded");

  /** Sorts and filters of all dashboards (APP-5). */
  public static final ListQuery LIST =
      IN_APPLICATION
          .sort("ownerId", "r.owner_id")
          .sortNullable("applicationId", "r.application_id");

  private final Database database;

  public DashboardStore(Database database) {
    this.database = database;
  }

  /**
   * One page of the dashboards that somebody sees, or the reason why it is too long.
   *
   * @param viewer who sees them
   * @param only the owner whose dashboards are wanted; empty for all owners
   */
  public Parsed<ListPage<DashboardRow>> list(
      Viewer viewer, Optional<Owner> only, ApplicationFilter filter, ListRequest request) {
    return database.read(handle -> {
      Visibility all = Memberships.visibility(handle, viewer);
      ListQuery query =
          VisibleRows.dashboards(database, only.map(all::only).orElse(all)).in(filtered(filter));
      return BoundedPage.read(handle, query, request, (row, _) -> row(row));
    });
  }

  /**
   * Dashboards of an application that somebody sees, by a part of their name without regard to
   * case, or by their id; in the order of their names.
   *
   * @param limit how many at most
   */
  public List<NamedDashboard> search(
      Viewer viewer, ApplicationId application, String part, Optional<String> id, int limit) {
    return database.read(handle -> {
      VisibleRows visible =
          VisibleRows.dashboards(database, Memberships.visibility(handle, viewer));
      return handle
          .createQuery(
              "SELECT r.id, r.name FROM dashboard r WHERE r.application_id = :application AND ("
                  + database.dialect().contains("r.name_folded", ":part")
                  + " OR r.id = :id) AND ("
                  + visible.sql()
                  + ") ORDER BY r.name_folded, r.id LIMIT :limit")
          .bindMap(visible.values())
          .bind("application", application.text())
          .bind("part", Fold.fold(part))
          .bind("id", id.orElse(""))
          .bind("limit", limit)
          .map((row, _) ->
              new NamedDashboard(new DashboardId(row.getString("id")), row.getString("name")))
          .list();
    });
  }

  private static ListQuery filtered(ApplicationFilter filter) {
    return switch (filter) {
      case ApplicationFilter.Any _ -> LIST;
      case ApplicationFilter.None _ -> LIST.where("r.application_id IS NULL");
      case ApplicationFilter.Of(ApplicationId id) ->
          LIST.where("r.application_id = :inApplication").bind("inApplication", id.text());
    };
  }

  /** The dashboard. */
  public Optional<DashboardRow> find(DashboardId id) {
    return database.read(handle ->
        handle
            .createQuery("SELECT " + COLUMNS + " FROM " + TABLE + " WHERE r.id = :id")
            .bind("id", id.text())
            .map((row, _) -> row(row))
            .findOne());
  }

  /** All dashboards of an application, without their blocks. */
  public List<NamedDashboard> of(Transaction transaction, ApplicationId application) {
    return transaction
        .handle()
        .createQuery("SELECT id, name FROM dashboard WHERE application_id = :id ORDER BY id")
        .bind("id", application.text())
        .map((row, _) ->
            new NamedDashboard(new DashboardId(row.getString("id")), row.getString("name")))
        .list();
  }

  /** How many dashboards an owner has, those of its applications included. */
  public long count(Owner owner) {
    OwnerColumns columns = OwnerColumns.of(owner);
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT COUNT(*) FROM dashboard WHERE owner_type = :type AND owner_id = :owner")
            .bind("type", columns.type())
            .bind("owner", columns.id())
            .mapTo(Long.class)
            .one());
  }

  /** Adds a dashboard. */
  public void insert(Transaction transaction, DashboardRow dashboard) {
    OwnerColumns columns = OwnerColumns.of(dashboard.owner());
    bind(
            transaction
                .handle()
                .createUpdate(
                    "INSERT INTO dashboard (id, owner_type, owner_id, application_id, name,"
                        + " name_folded, description, is_public, password_hash, details,"
                        + " created_by_type, created_by_id, updated_by_type, updated_by_id,"
                        + " created_at, updated_at) VALUES (:id, :ownerType, :ownerId,"
                        + " :applicationId, :name, :nameFolded, :description, :isPublic,"
                        + " :passwordHash, :details, :createdByType, :createdById, :updatedByType,"
                        + " :updatedById, :createdAt, :updatedAt)"),
            dashboard)
        .bind("ownerType", columns.type())
        .bind("ownerId", columns.id())
        .bind("applicationId", dashboard.application().map(application -> application.id().text()))
        .bind("createdByType", dashboard.createdBy().map(Author::type))
        .bind("createdById", dashboard.createdBy().map(Author::id))
        .bind("createdAt", dashboard.createdAt())
        .execute();
  }

  /** Writes what may change. */
  public void update(Transaction transaction, DashboardRow dashboard) {
    bind(
            transaction
                .handle()
                .createUpdate(
                    "UPDATE dashboard SET name = :name, name_folded = :nameFolded,"
                        + " description = :description, is_public = :isPublic,"
                        + " password_hash = :passwordHash, details = :details,"
                        + " updated_by_type = :updatedByType, updated_by_id = :updatedById,"
                        + " updated_at = :updatedAt WHERE id = :id"),
            dashboard)
        .execute();
  }

  private static <S extends SqlStatement<S>> S bind(S statement, DashboardRow dashboard) {
    return statement
        .bind("id", dashboard.id().text())
        .bind("name", dashboard.name())
        .bind("nameFolded", Fold.fold(dashboard.name()))
        .bind("description", dashboard.description())
        .bind("isPublic", dashboard.isPublic())
        .bind("passwordHash", dashboard.passwordHash())
        .bind("details", JsonColumn.write(dashboard.details()))
        .bind("updatedByType", dashboard.updatedBy().map(Author::type))
        .bind("updatedById", dashboard.updatedBy().map(Author::id))
        .bind("updatedAt", dashboard.updatedAt());
  }

  private static DashboardRow row(ResultSet row) throws SQLException {
    Optional<String> application = SqlTypes.optionalText(row, "application_id");
    String applicationName = SqlTypes.optionalText(row, "application_name").orElse("");
    return new DashboardRow(
        new DashboardId(row.getString("id")),
        SqlFacts.owner(row),
        OrganizationLabel.read(row),
        application.map(id -> new ApplicationLabel(new ApplicationId(id), applicationName)),
        row.getString("name"),
        SqlTypes.optionalText(row, "description"),
        SqlTypes.flag(row, "is_public"),
        SqlTypes.optionalText(row, "password_hash"),
        (ObjectNode) JsonColumn.read(row.getString("details")),
        Author.read(row, "created_by_type", "created_by_id"),
        Author.read(row, "updated_by_type", "updated_by_id"),
        SqlTypes.instant(row, "created_at"),
        SqlTypes.instant(row, "updated_at"));
  }
}
