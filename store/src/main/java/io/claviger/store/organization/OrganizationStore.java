package io.claviger.store.organization;

import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.MfaMode;
import io.claviger.core.role.VisibleOrganizations;
import io.claviger.store.Database;
import io.claviger.store.Fold;
import io.claviger.store.ListPage;
import io.claviger.store.ListQuery;
import io.claviger.store.ListRequest;
import io.claviger.store.SqlTypes;
import io.claviger.store.Transaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.statement.SqlStatement;

/** The table of organizations. */
public final class OrganizationStore {
  private static final String COLUMNS =
      "o.id, o.name, o.description, o.billing_email, o.icon_color, o.mfa_mode, o.is_read_only,"
          + " o.disabled_at, o.created_at, o.updated_at";

  /**
   * The organizations that a user sees as a member; sorts and filters as ORG-15 says. Where a
   * second factor is missing nothing is seen (ORG-13); that an organization is disabled is.
   */
  public static final ListQuery LIST =
      ListQuery.select(COLUMNS + ", " + MemberStore.COLUMNS)
          .from(
              "member m JOIN organization o ON o.id = m.organization_id"
                  + " JOIN app_user u ON u.id = m.user_id")
          .id("o.id")
          .where("m.user_id = :user AND m.role <> 'none'")
          .where(
              "(:secondFactor = 1 OR o.mfa_mode = 'notRequired'"
                  + " OR (o.mfa_mode = 'adminRequired' AND m.role <> 'admin'))")
          .sort("name", "o.name_folded")
          .sort("id", "o.id")
          .sort("creationDate", "o.created_at")
          .sort("lastUpdated", "o.updated_at")
          .filter("name", "o.name_folded");

  private final Database database;

  public OrganizationStore(Database database) {
    this.database = database;
  }

  /**
   * One page of the organizations that a user is a member of and sees through a cap (UAT-13).
   *
   * @param secondFactor whether the user has one
   * @param visible what the cap leaves visible
   */
  public ListPage<ListedOrganization> list(
      UserId user, boolean secondFactor, VisibleOrganizations visible, ListRequest request) {
    return database.read(handle ->
        visible(LIST, visible)
            .bind("user", user.text())
            .bind("secondFactor", secondFactor ? 1 : 0)
            .page(
                handle,
                request,
                (row, _) -> new ListedOrganization(row(row), MemberStore.row(row))));
  }

  private static ListQuery visible(ListQuery list, VisibleOrganizations visible) {
    return switch (visible) {
      case VisibleOrganizations.Only(Set<OrganizationId> ids) ->
          ids.isEmpty() ? list.where("1 = 0") : among(list, "o.id IN (", ids);
      case VisibleOrganizations.AllBut(Set<OrganizationId> ids) ->
          ids.isEmpty() ? list : among(list, "o.id NOT IN (", ids);
    };
  }

  /** A condition with one parameter for each id; there are few. */
  private static ListQuery among(ListQuery list, String start, Set<OrganizationId> ids) {
    var condition = new StringBuilder(start);
    ListQuery bound = list;
    int number = 0;
    for (OrganizationId id : ids) {
      String name = "organization" + number;
      condition.append(number == 0 ? ":" : ", :").append(name);
      bound = bound.bind(name, id.text());
      number++;
    }
    return bound.where(condition.append(')').toString());
  }

  /** The organization. */
  public Optional<OrganizationRow> find(OrganizationId id) {
    return database.read(handle ->
        handle
            .createQuery("SELECT " + COLUMNS + " FROM organization o WHERE o.id = :id")
            .bind("id", id.text())
            .map((row, _) -> row(row))
            .findOne());
  }

  /** How much there is in an organization at that moment. */
  public OrganizationSummary summary(OrganizationId id, Instant now) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT (SELECT COUNT(*) FROM application"
                    + " WHERE owner_type = 'organization' AND owner_id = :id) AS applications,"
                    + " (SELECT COUNT(*) FROM dashboard"
                    + " WHERE owner_type = 'organization' AND owner_id = :id) AS dashboards,"
                    + " (SELECT COUNT(*) FROM member WHERE organization_id = :id) AS members,"
                    + " (SELECT COUNT(*) FROM invitation"
                    + " WHERE organization_id = :id AND expires_at > :now) AS invitations")
            .bind("id", id.text())
            .bind("now", now)
            .map((row, _) ->
                new OrganizationSummary(
                    row.getLong("applications"),
                    row.getLong("dashboards"),
                    row.getLong("members"),
                    row.getLong("invitations")))
            .one());
  }

  /** Adds an organization, which has no members yet. */
  public void insert(Transaction transaction, OrganizationRow organization) {
    bind(
            transaction
                .handle()
                .createUpdate(
                    "INSERT INTO organization (id, name, name_folded, description, billing_email,"
                        + " icon_color, mfa_mode, is_read_only, disabled_at, created_at, updated_at)"
                        + " VALUES (:id, :name, :nameFolded, :description, :billingEmail,"
                        + " :iconColor, :mfaMode, :readOnly, :disabledAt, :createdAt, :updatedAt)"),
            organization)
        .bind("createdAt", organization.createdAt())
        .execute();
  }

  /** Writes what may change. */
  public void update(Transaction transaction, OrganizationRow organization) {
    bind(
            transaction
                .handle()
                .createUpdate(
                    "UPDATE organization SET name = :name, name_folded = :nameFolded,"
                        + " description = :description, billing_email = :billingEmail,"
                        + " icon_color = :iconColor, mfa_mode = :mfaMode,"
                        + " is_read_only = :readOnly, disabled_at = :disabledAt, updated_at = :updatedAt WHERE id = :id"),
            organization)
        .execute();
  }

  private static <S extends SqlStatement<S>> S bind(S statement, OrganizationRow organization) {
    return statement
        .bind("id", organization.id().text())
        .bind("name", organization.name())
        .bind("nameFolded", Fold.fold(organization.name()))
        .bind("description", organization.description())
        .bind("billingEmail", organization.billingEmail())
        .bind("iconColor", organization.iconColor())
        .bind("mfaMode", organization.mfaMode().wireName())
        .bind("readOnly", organization.readOnly())
        .bind("disabledAt", organization.disabledAt())
        .bind("updatedAt", organization.updatedAt());
  }

  /** Removes an organization with its members and invitations, but not what it owns. */
  public void delete(Transaction transaction, OrganizationId id) {
    transaction
        .handle()
        .createUpdate("DELETE FROM organization WHERE id = :id")
        .bind("id", id.text())
        .execute();
  }

  private static OrganizationRow row(ResultSet row) throws SQLException {
    return new OrganizationRow(
        new OrganizationId(row.getString("id")),
        row.getString("name"),
        SqlTypes.optionalText(row, "description"),
        SqlTypes.optionalText(row, "billing_email"),
        SqlTypes.optionalText(row, "icon_color"),
        MfaMode.parse(row.getString("mfa_mode")).orThrow(),
        SqlTypes.flag(row, "is_read_only"),
        SqlTypes.optionalInstant(row, "disabled_at"),
        SqlTypes.instant(row, "created_at"),
        SqlTypes.instant(row, "updated_at"));
  }
}
