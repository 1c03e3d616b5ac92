package io.claviger.store.tenant;

import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.store.Transaction;

/**
 * Keeps the directory of an organization in step with its members, by whichever way they come, go
 * and change their names. Called by the tables of members and accounts alone, so that nothing gets
 * past it.
 */
public final class DirectoryRows {
  private DirectoryRows() {}

  /**
   * A user has become a member. The entry that waited for him is his now; who was suspended is so
   * no more; who is new gets an entry that shows name and address of the account.
   */
  public static void joined(Transaction transaction, OrganizationId organization, UserId user) {
    String waiting =
        "UPDATE tenant_user SET user_id = :user, active = 1, updated_at = :now"
            + " WHERE organization_id = :organization AND user_id IS NULL AND email_folded ="
            + " (SELECT email_folded FROM app_user WHERE id = :user) AND NOT EXISTS"
            + " (SELECT 1 FROM tenant_user o WHERE o.organization_id = :organization"
            + " AND o.user_id = :user)";
    String suspended =
        "UPDATE tenant_user SET active = 1, updated_at = :now"
            + " WHERE organization_id = :organization AND user_id = :user";
    if (run(transaction, waiting, organization, user) == 0
        && run(transaction, suspended, organization, user) == 0) {
      run(
          transaction,
          "INSERT INTO tenant_user (id, organization_id, user_id, user_name, user_name_folded,"
              + " external_id, email, email_folded, given_name, family_name, details, follows,"
              + " active, role, application_roles, dashboard_roles, created_at, updated_at)"
              + " SELECT u.id, :organization, u.id, "
              + freeName("u.email")
              + ", "
              + freeName("u.email_folded")
              + ", NULL, u.email, u.email_folded, u.first_name, u.last_name, '{}', 1, 1, 'none',"
              + " '[]', '[]', CAST(:now AS BIGINT), CAST(:now AS BIGINT) FROM app_user u"
              + " WHERE u.id = :user",
          organization,
          user);
      search(transaction, user);
    }
  }

  /** The databases cannot fold, so what is looked through is made here. */
  private static void search(Transaction transaction, UserId user) {
    transaction
        .handle()
        .createQuery("SELECT first_name, last_name, email FROM app_user WHERE id = :user")
        .bind("user", user.text())
        .map((row, _) ->
            SearchText.ofAccount(
                row.getString("first_name"), row.getString("last_name"), row.getString("email")))
        .findOne()
        .ifPresent(text ->
            transaction
                .handle()
                .createUpdate(
                    "UPDATE tenant_user SET search_text = :text"
                        + " WHERE user_id = :user AND follows = 1")
                .bind("text", text)
                .bind("user", user.text())
                .execute());
  }

  /** The address, or the id where another entry has it as its user name. */
  private static String freeName(String column) {
    return "CASE WHEN EXISTS (SELECT 1 FROM tenant_user o WHERE o.organization_id = :organization"
        + " AND o.user_name_folded = u.email_folded) THEN u.id ELSE "
        + column
        + " END";
  }

  /** What a member may do has changed. */
  public static void touched(Transaction transaction, OrganizationId organization, UserId user) {
    run(
        transaction,
        "UPDATE tenant_user SET updated_at = :now"
            + " WHERE organization_id = :organization AND user_id = :user",
        organization,
        user);
  }

  /** A membership has ended. Who was suspended before keeps his entry. */
  public static void left(Transaction transaction, OrganizationId organization, UserId user) {
    transaction
        .handle()
        .createUpdate(
            "DELETE FROM tenant_user WHERE organization_id = :organization AND user_id = :user"
                + " AND active = 1")
        .bind("organization", organization.text())
        .bind("user", user.text())
        .execute();
  }

  /** An account has changed: entries that show its name and address show the new ones. */
  public static void renamed(Transaction transaction, UserId user) {
    transaction
        .handle()
        .createUpdate(
            "UPDATE tenant_user SET email = (SELECT email FROM app_user WHERE id = :user),"
                + " email_folded = (SELECT email_folded FROM app_user WHERE id = :user),"
                + " given_name = (SELECT first_name FROM app_user WHERE id = :user),"
                + " family_name = (SELECT last_name FROM app_user WHERE id = :user),"
                + " updated_at = :now WHERE user_id = :user AND follows = 1"
                + " AND EXISTS (SELECT 1 FROM app_user u WHERE u.id = :user"
                + " AND (u.email <> tenant_user.email OR u.first_name <> tenant_user.given_name"
                + " OR u.last_name <> tenant_user.family_name))")
        .bind("user", user.text())
        .bind("now", transaction.now())
        .execute();
    transaction
        .handle()
        .createUpdate(
            "UPDATE tenant_user SET user_name = email, user_name_folded = email_folded"
                + " WHERE user_id = :user AND follows = 1 AND user_name <> email"
                + " AND NOT EXISTS (SELECT 1 FROM tenant_user o WHERE o.id <> tenant_user.id"
                + " AND o.organization_id = tenant_user.organization_id"
                + " AND o.user_name_folded = tenant_user.email_folded)")
        .bind("user", user.text())
        .execute();
    search(transaction, user);
  }

  private static int run(
      Transaction transaction, String sql, OrganizationId organization, UserId user) {
    return transaction
        .handle()
        .createUpdate(sql)
        .bind("organization", organization.text())
        .bind("user", user.text())
        .bind("now", transaction.now())
        .execute();
  }
}
