package io.claviger.store.organization;

import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Role;
import io.claviger.store.Database;
import io.claviger.store.Fold;
import io.claviger.store.SqlTypes;
import io.claviger.store.Transaction;
import io.claviger.store.facts.SqlFacts;
import io.claviger.store.tenant.DirectoryRows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.SqlStatement;

/** The table of members. */
public final class MemberStore {
  /** What {@link #row} reads, of {@code member m} and {@code app_user u}. */
  static final String COLUMNS =
      "m.user_id, m.role, m.application_roles, m.dashboard_roles, u.email, u.first_name,"
          + " u.last_name, u.two_factor";

  private static final String SELECT =
      "SELECT " + COLUMNS + " FROM member m JOIN app_user u ON u.id = m.user_id";

  /**
   * A number that no tenure of before has: the log has grown since, by the entry of that change at
   * least.
   */
  private static final String NEXT_TENURE = "(SELECT sequence + 1 FROM change_head WHERE id = 1)";

  private final Database database;

  public MemberStore(Database database) {
    this.database = database;
  }

  /** All members, in the order in which they joined. */
  public List<MemberRow> list(OrganizationId organization) {
    return database.read(handle ->
        handle
            .createQuery(
                SELECT
                    + " WHERE m.organization_id = :organization ORDER BY m.created_at, m.user_id")
            .bind("organization", organization.text())
            .map((row, _) -> row(row))
            .list());
  }

  /** The user as a member of the organization. */
  public Optional<MemberRow> find(OrganizationId organization, UserId user) {
    return database.read(handle ->
        handle
            .createQuery(SELECT + " WHERE m.organization_id = :organization AND m.user_id = :user")
            .bind("organization", organization.text())
            .bind("user", user.text())
            .map((row, _) -> row(row))
            .findOne());
  }

  /** Whether one of the members has this address. */
  public boolean hasEmail(OrganizationId organization, String email) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT 1 FROM member m JOIN app_user u ON u.id = m.user_id"
                    + " WHERE m.organization_id = :organization AND u.email_folded = :email")
            .bind("organization", organization.text())
            .bind("email", Fold.fold(email))
            .mapTo(Integer.class)
            .findOne()
            .isPresent());
  }

  /** How many members there are. */
  public long count(OrganizationId organization) {
    return database.read(handle ->
        handle
            .createQuery("SELECT COUNT(*) FROM member WHERE organization_id = :organization")
            .bind("organization", organization.text())
            .mapTo(Long.class)
            .one());
  }

  /** How many members have this role over the organization. */
  public long count(OrganizationId organization, Role role) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT COUNT(*) FROM member"
                    + " WHERE organization_id = :organization AND role = :role")
            .bind("organization", organization.text())
            .bind("role", role.wireName())
            .mapTo(Long.class)
            .one());
  }

  /** Of how many organizations a user is a member. */
  public long count(UserId user) {
    return database.read(handle ->
        handle
            .createQuery("SELECT COUNT(*) FROM member WHERE user_id = :user")
            .bind("user", user.text())
            .mapTo(Long.class)
            .one());
  }

  /** Makes an existing user a member of an existing organization. */
  public void insert(
      Transaction transaction, OrganizationId organization, UserId user, Membership membership) {
    bind(
            transaction
                .handle()
                .createUpdate(
                    "INSERT INTO member (organization_id, user_id, role, application_roles,"
                        + " dashboard_roles, created_at, tenure) VALUES (:organization, :user,"
                        + " :role, :applicationRoles, :dashboardRoles, :createdAt, "
                        + NEXT_TENURE
                        + ")"),
            organization,
            user,
            membership)
        .bind("createdAt", transaction.now())
        .execute();
    DirectoryRows.joined(transaction, organization, user);
  }

  /** Writes what a member may do. */
  public void update(
      Transaction transaction, OrganizationId organization, UserId user, Membership membership) {
    bind(
            transaction
                .handle()
                .createUpdate(
                    "UPDATE member SET tenure = CASE WHEN role = 'admin' AND :role = 'admin'"
                        + " THEN tenure ELSE "
                        + NEXT_TENURE
                        + " END, role = :role, application_roles = :applicationRoles,"
                        + " dashboard_roles = :dashboardRoles"
                        + " WHERE organization_id = :organization AND user_id = :user"),
            organization,
            user,
            membership)
        .execute();
    DirectoryRows.touched(transaction, organization, user);
  }

  private static <S extends SqlStatement<S>> S bind(
      S statement, OrganizationId organization, UserId user, Membership membership) {
    return SqlFacts.bind(statement, membership)
        .bind("organization", organization.text())
        .bind("user", user.text());
  }

  /** Ends a membership. */
  public void delete(Transaction transaction, OrganizationId organization, UserId user) {
    transaction
        .handle()
        .createUpdate(
            "DELETE FROM member WHERE organization_id = :organization AND user_id = :user")
        .bind("organization", organization.text())
        .bind("user", user.text())
        .execute();
    DirectoryRows.left(transaction, organization, user);
  }

  static MemberRow row(ResultSet row) throws SQLException {
    return new MemberRow(
        new UserId(row.getString("user_id")),
        row.getString("email"),
        row.getString("first_name"),
        row.getString("last_name"),
        SqlFacts.membership(row),
        SqlTypes.flag(row, "two_factor"));
  }
}
