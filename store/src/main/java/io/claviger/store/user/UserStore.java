package io.claviger.store.user;

import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.store.Database;
import io.claviger.store.Fold;
import io.claviger.store.SqlTypes;
import io.claviger.store.Transaction;
import io.claviger.store.json.JsonColumn;
import io.claviger.store.tenant.DirectoryRows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.statement.SqlStatement;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The table of accounts. */
public final class UserStore {
  private static final String COLUMNS =
      "id, email, email_verified, first_name, last_name, profile, password_hash,"
          + " password_changed_at, token_cutoff, must_verify, requested_email, two_factor,"
          + " owner_organization_id, deactivated_at, created_at, updated_at";

  private final Database database;

  public UserStore(Database database) {
    this.database = database;
  }

  /** The account. */
  public Optional<UserRow> find(UserId id) {
    return one("id", id.text());
  }

  /** The account with this e-mail address, in whatever case it is written. */
  public Optional<UserRow> findByEmail(String email) {
    return one("email_folded", Fold.fold(email));
  }

  private Optional<UserRow> one(String column, String value) {
    return database.read(handle ->
        handle
            .createQuery("SELECT " + COLUMNS + " FROM app_user WHERE " + column + " = :value")
            .bind("value", value)
            .map((row, _) -> row(row))
            .findOne());
  }

  /** Whether there is no account at all. */
  public boolean isEmpty() {
    return database.read(handle ->
        handle
            .createQuery("SELECT id FROM app_user LIMIT 1")
            .mapTo(String.class)
            .findOne()
            .isEmpty());
  }

  /**
   * Adds an account.
   *
   * @throws io.claviger.store.StoreConflict if the e-mail address has one already
   */
  public void insert(Transaction transaction, UserRow user) {
    bind(
            transaction
                .handle()
                .createUpdate(
                    "INSERT INTO app_user ("
                        + COLUMNS
                        + ", email_folded) VALUES (:id, :email, :emailVerified, :firstName,"
                        + " :lastName, :profile, :passwordHash, :passwordChangedAt, :tokenCutoff,"
                        + " :mustVerify, :requestedEmail, :twoFactor, :owner, :deactivatedAt,"
                        + " :createdAt, :updatedAt, :emailFolded)"),
            user)
        .bind("createdAt", user.createdAt())
        .execute();
  }

  /**
   * Writes everything but id and time of creation.
   *
   * @throws io.claviger.store.StoreConflict if another account has the e-mail address
   */
  public void update(Transaction transaction, UserRow user) {
    bind(
            transaction
                .handle()
                .createUpdate(
                    "UPDATE app_user SET email = :email, email_folded = :emailFolded,"
                        + " email_verified = :emailVerified, first_name = :firstName,"
                        + " last_name = :lastName, profile = :profile,"
                        + " password_hash = :passwordHash,"
                        + " password_changed_at = :passwordChangedAt,"
                        + " token_cutoff = :tokenCutoff, must_verify = :mustVerify,"
                        + " requested_email = :requestedEmail, two_factor = :twoFactor,"
                        + " owner_organization_id = :owner, deactivated_at = :deactivatedAt,"
                        + " updated_at = :updatedAt WHERE id = :id"),
            user)
        .execute();
    DirectoryRows.renamed(transaction, user.id());
  }

  private static <S extends SqlStatement<S>> S bind(S statement, UserRow user) {
    return statement
        .bind("id", user.id().text())
        .bind("email", user.email())
        .bind("emailFolded", Fold.fold(user.email()))
        .bind("emailVerified", user.emailVerified())
        .bind("firstName", user.firstName())
        .bind("lastName", user.lastName())
        .bind("profile", JsonColumn.write(profile(user.profile())))
        .bind("passwordHash", user.passwordHash().text())
        .bind("passwordChangedAt", user.passwordChangedAt())
        .bind("tokenCutoff", user.tokenCutoff())
        .bind("mustVerify", user.mustVerify())
        .bind("requestedEmail", user.requestedEmail())
        .bind("twoFactor", user.twoFactor())
        .bind("owner", user.management().owner().map(OrganizationId::text))
        .bind("deactivatedAt", user.management().deactivatedAt())
        .bind("updatedAt", user.updatedAt());
  }

  /**
   * Accounts that an organization owns: those that work first, then by id.
   *
   * @param most how many at most
   */
  public List<UserRow> ownedBy(OrganizationId organization, int most) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT "
                    + COLUMNS
                    + " FROM app_user WHERE owner_organization_id = :organization"
                    + " ORDER BY CASE WHEN deactivated_at IS NULL THEN 0 ELSE 1 END, id"
                    + " LIMIT :most")
            .bind("organization", organization.text())
            .bind("most", most)
            .map((row, _) -> row(row))
            .list());
  }

  /**
   * The same of those whose owner is gone.
   *
   * @param most how many at most
   */
  public List<UserRow> ownedByNobody(int most) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT "
                    + COLUMNS
                    + " FROM app_user WHERE owner_organization_id IS NOT NULL AND NOT EXISTS"
                    + " (SELECT 1 FROM organization o"
                    + " WHERE o.id = app_user.owner_organization_id)"
                    + " ORDER BY CASE WHEN deactivated_at IS NULL THEN 0 ELSE 1 END, id"
                    + " LIMIT :most")
            .bind("most", most)
            .map((row, _) -> row(row))
            .list());
  }

  /** Removes an account with its memberships and sessions. */
  public void delete(Transaction transaction, UserId id) {
    transaction
        .handle()
        .createUpdate("DELETE FROM app_user WHERE id = :id")
        .bind("id", id.text())
        .execute();
  }

  private static UserRow row(ResultSet row) throws SQLException {
    return new UserRow(
        new UserId(row.getString("id")),
        row.getString("email"),
        SqlTypes.flag(row, "email_verified"),
        row.getString("first_name"),
        row.getString("last_name"),
        profile(row.getString("profile")),
        new PasswordHash(row.getString("password_hash")),
        SqlTypes.instant(row, "password_changed_at"),
        SqlTypes.optionalInstant(row, "token_cutoff"),
        SqlTypes.flag(row, "must_verify"),
        SqlTypes.optionalText(row, "requested_email"),
        SqlTypes.flag(row, "two_factor"),
        new Management(
            SqlTypes.optionalText(row, "owner_organization_id").map(OrganizationId::new),
            SqlTypes.optionalInstant(row, "deactivated_at")),
        SqlTypes.instant(row, "created_at"),
        SqlTypes.instant(row, "updated_at"));
  }

  private static ObjectNode profile(UserProfile profile) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    profile.fields().forEach(object::put);
    return object;
  }

  private static UserProfile profile(String column) {
    Map<String, String> fields = new HashMap<>();
    JsonColumn.read(column)
        .properties()
        .forEach(field -> fields.put(field.getKey(), field.getValue().stringValue()));
    return new UserProfile(fields);
  }
}
