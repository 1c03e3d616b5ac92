package io.claviger.store.user;

import io.claviger.core.id.ApiTokenId;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Role;
import io.claviger.store.Database;
import io.claviger.store.Transaction;
import java.util.List;

/** What hangs on an account across the features: counts for people, and what ends with it. */
public final class UserBelongings {
  private final Database database;

  public UserBelongings(Database database) {
    this.database = database;
  }

  /**
   * How many things of each kind a user has.
   *
   * @param apiTokens of the user
   * @param applications in the sandbox
   * @param dashboards in the sandbox
   * @param devices in the applications of the sandbox, without deleted ones
   * @param keys access keys of the applications of the sandbox
   * @param organizations of which the user is a member
   */
  public record Counts(
      long apiTokens,
      long applications,
      long dashboards,
      long devices,
      long keys,
      long organizations) {}

  /** Counts what a user has. */
  public Counts count(UserId user) {
    String sandbox = " WHERE owner_type = 'user' AND owner_id = :user";
    String within = " WHERE application_id IN (SELECT id FROM application" + sandbox + ")";
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT (SELECT COUNT(*) FROM api_token"
                    + sandbox
                    + ") AS api_tokens, (SELECT COUNT(*) FROM application"
                    + sandbox
                    + ") AS applications, (SELECT COUNT(*) FROM dashboard"
                    + sandbox
                    + ") AS dashboards, (SELECT COUNT(*) FROM device"
                    + within
                    + " AND deleted_at IS NULL) AS devices, (SELECT COUNT(*) FROM access_key"
                    + within
                    + ") AS access_keys, (SELECT COUNT(*) FROM member WHERE user_id = :user)"
                    + " AS organizations")
            .bind("user", user.text())
            .map((row, _) ->
                new Counts(
                    row.getLong("api_tokens"),
                    row.getLong("applications"),
                    row.getLong("dashboards"),
                    row.getLong("devices"),
                    row.getLong("access_keys"),
                    row.getLong("organizations")))
            .one());
  }

  /**
   * A membership of a user.
   *
   * @param name of the organization
   * @param members of the organization, this one counted
   * @param administrators among them
   */
  public record Membership(
      OrganizationId organization, String name, Role role, long members, long administrators) {}

  /** The memberships of a user, by organization id. */
  public List<Membership> memberships(UserId user) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT o.id, o.name, m.role, (SELECT COUNT(*) FROM member a"
                    + " WHERE a.organization_id = o.id) AS members, (SELECT COUNT(*) FROM member a"
                    + " WHERE a.organization_id = o.id AND a.role = 'admin') AS administrators"
                    + " FROM member m JOIN organization o ON o.id = m.organization_id"
                    + " WHERE m.user_id = :user ORDER BY o.id")
            .bind("user", user.text())
            .map((row, _) ->
                new Membership(
                    new OrganizationId(row.getString("id")),
                    row.getString("name"),
                    Role.parse(row.getString("role")).orThrow(),
                    row.getLong("members"),
                    row.getLong("administrators")))
            .list());
  }

  /** An API token with its name. */
  public record NamedToken(ApiTokenId id, String name) {}

  /** The API tokens of a user. */
  public List<NamedToken> apiTokens(UserId user) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT id, name FROM api_token WHERE owner_type = 'user' AND owner_id = :user"
                    + " ORDER BY id")
            .bind("user", user.text())
            .map((row, _) ->
                new NamedToken(new ApiTokenId(row.getString("id")), row.getString("name")))
            .list());
  }

  /**
   * Removes the API tokens of a user, and when and from where they and the sessions were last used.
   */
  public void removeCredentials(Transaction transaction, UserId user) {
    String tokens = "api_token WHERE owner_type = 'user' AND owner_id = :user";
    for (String sql :
        List.of(
            "DELETE FROM credential_use WHERE credential_id IN (SELECT id FROM " + tokens + ")",
            "DELETE FROM credential_use WHERE credential_id IN"
                + " (SELECT id FROM user_session WHERE user_id = :user)",
            "DELETE FROM " + tokens)) {
      transaction.handle().createUpdate(sql).bind("user", user.text()).execute();
    }
  }
}
