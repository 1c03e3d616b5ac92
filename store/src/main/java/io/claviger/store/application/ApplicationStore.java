package io.claviger.store.application;

import io.claviger.core.Parsed;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Visibility;
import io.claviger.store.Database;
import io.claviger.store.Fold;
import io.claviger.store.ListPage;
import io.claviger.store.ListQuery;
import io.claviger.store.ListRequest;
import io.claviger.store.SqlTypes;
import io.claviger.store.Transaction;
import io.claviger.store.facts.SqlFacts;
import io.claviger.store.json.JsonColumn;
import io.claviger.store.ownership.OwnedResourceStore.OwnerColumns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jdbi.v3.core.statement.SqlStatement;
import tools.jackson.databind.node.ObjectNode;

/** The table of applications. */
public final class ApplicationStore {
  private static final String COLUMNS =
      "r.id, r.owner_type, r.owner_id, r.name, r.description, r.details, r.created_at,"
          + " r.updated_at, "
          + OrganizationLabel.COLUMNS;
  private static final String TABLE = "application r" + OrganizationLabel.JOIN;

  /** Sorts and filters of a list (APP-2). */
  public static final ListQuery LIST =
      ListQuery.select(COLUMNS)
          .from(TABLE)
          .id("r.id")
          .sort("name", "r.name_folded")
          .sort("id", "r.id")
          .sort("creationDate", "r.created_at")
          .sort("ownerId", "r.owner_id")
          .sort("lastUpdated", "r.updated_at")
          .filter("name", "r.name_folded");

  private final Database database;

  public ApplicationStore(Database database) {
    this.database = database;
  }

  /**
   * One page of the applications that somebody sees, or the reason why it is too long.
   *
   * @param only the owner whose applications are wanted; empty for all owners
   */
  public Parsed<ListPage<ApplicationRow>> list(
      Viewer viewer, Optional<Owner> only, ListRequest request) {
    return database.read(handle -> {
      Visibility all = Memberships.visibility(handle, viewer);
      Visibility visibility = only.map(all::only).orElse(all);
      ListQuery query = VisibleRows.applications(database, visibility).in(LIST);
      return BoundedPage.read(handle, query, request, (row, _) -> row(row));
    });
  }

  /** The application. */
  public Optional<ApplicationRow> find(ApplicationId id) {
    return database.read(handle ->
        handle
            .createQuery("SELECT " + COLUMNS + " FROM " + TABLE + " WHERE r.id = :id")
            .bind("id", id.text())
            .map((row, _) -> row(row))
            .findOne());
  }

  /** How many applications an owner has. */
  public long count(Owner owner) {
    OwnerColumns columns = OwnerColumns.of(owner);
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT COUNT(*) FROM application WHERE owner_type = :type AND owner_id = :owner")
            .bind("type", columns.type())
            .bind("owner", columns.id())
            .mapTo(Long.class)
            .one());
  }

  /** Adds an application without a readme. */
  public void insert(Transaction transaction, ApplicationRow application) {
    OwnerColumns columns = OwnerColumns.of(application.owner());
    bind(
            transaction
                .handle()
                .createUpdate(
                    "INSERT INTO application (id, owner_type, owner_id, name, name_folded,"
                        + " description, details, created_at, updated_at) VALUES (:id, :ownerType,"
                        + " :ownerId, :name, :nameFolded, :description, :details, :createdAt,"
                        + " :updatedAt)"),
            application)
        .bind("ownerType", columns.type())
        .bind("ownerId", columns.id())
        .bind("createdAt", application.createdAt())
        .execute();
  }

  /** Writes what may change: name, description and details. */
  public void update(Transaction transaction, ApplicationRow application) {
    bind(
            transaction
                .handle()
                .createUpdate(
                    "UPDATE application SET name = :name, name_folded = :nameFolded,"
                        + " description = :description, details = :details,"
                        + " updated_at = :updatedAt WHERE id = :id"),
            application)
        .execute();
  }

  private static <S extends SqlStatement<S>> S bind(S statement, ApplicationRow application) {
    return statement
        .bind("id", application.id().text())
        .bind("name", application.name())
        .bind("nameFolded", Fold.fold(application.name()))
        .bind("description", application.description())
        .bind("details", JsonColumn.write(application.details()))
        .bind("updatedAt", application.updatedAt());
  }

  /** The readme; empty when there is no such application. */
  public Optional<Readme> readme(ApplicationId id) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT readme, readme_updated_at, readme_updated_by_type, readme_updated_by_id"
                    + " FROM application WHERE id = :id")
            .bind("id", id.text())
            .map((row, _) -> readme(row))
            .findOne());
  }

  private static Readme readme(ResultSet row) throws SQLException {
    Optional<Author> author = Author.read(row, "readme_updated_by_type", "readme_updated_by_id");
    var at = SqlTypes.optionalInstant(row, "readme_updated_at");
    return new Readme(
        SqlTypes.optionalText(row, "readme").orElse(""),
        at.flatMap(time -> author.map(by -> new Readme.Written(time, by))));
  }

  /** Writes the readme. */
  public void writeReadme(
      Transaction transaction, ApplicationId id, String content, Readme.Written written) {
    transaction
        .handle()
        .createUpdate(
            "UPDATE application SET readme = :readme, readme_updated_at = :at,"
                + " readme_updated_by_type = :byType, readme_updated_by_id = :byId WHERE id = :id")
        .bind("id", id.text())
        .bind("readme", content)
        .bind("at", written.at())
        .bind("byType", written.by().type())
        .bind("byId", written.by().id())
        .execute();
  }

  private static ApplicationRow row(ResultSet row) throws SQLException {
    return new ApplicationRow(
        new ApplicationId(row.getString("id")),
        SqlFacts.owner(row),
        OrganizationLabel.read(row),
        row.getString("name"),
        SqlTypes.optionalText(row, "description"),
        (ObjectNode) JsonColumn.read(row.getString("details")),
        SqlTypes.instant(row, "created_at"),
        SqlTypes.instant(row, "updated_at"));
  }
}
