package io.claviger.store.ownership;

import io.claviger.core.change.SubjectType;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DashboardId;
import io.claviger.core.role.Owner;
import io.claviger.store.Transaction;
import java.util.List;

/** Applications and dashboards by their owner, to be removed together with it. */
public final class OwnedResourceStore {
  /** An application with its name. */
  public record NamedApplication(ApplicationId id, String name) {}

  /** A dashboard with its name. */
  public record NamedDashboard(DashboardId id, String name) {}

  /** A credential that goes with its application: an API token or an access key. */
  public record NamedCredential(SubjectType type, String id, String name) {}

  /** How an owner stands in the columns {@code owner_type} and {@code owner_id}. */
  public record OwnerColumns(String type, String id) {
    /** The columns of an owner. */
    public static OwnerColumns of(Owner owner) {
      return switch (owner) {
        case Owner.Sandbox(var user) -> new OwnerColumns("user", user.text());
        case Owner.Organization(var id) -> new OwnerColumns("organization", id.text());
      };
    }
  }

  /** The applications of an owner. */
  public List<NamedApplication> applications(Transaction transaction, Owner owner) {
    OwnerColumns columns = OwnerColumns.of(owner);
    return transaction
        .handle()
        .createQuery(
            "SELECT id, name FROM application WHERE owner_type = :type AND owner_id = :id"
                + " ORDER BY id")
        .bind("type", columns.type())
        .bind("id", columns.id())
        .map((row, _) ->
            new NamedApplication(new ApplicationId(row.getString("id")), row.getString("name")))
        .list();
  }

  /** The dashboards of an owner, those of its applications included. */
  public List<NamedDashboard> dashboards(Transaction transaction, Owner owner) {
    OwnerColumns columns = OwnerColumns.of(owner);
    return transaction
        .handle()
        .createQuery(
            "SELECT id, name FROM dashboard WHERE owner_type = :type AND owner_id = :id"
                + " ORDER BY id")
        .bind("type", columns.type())
        .bind("id", columns.id())
        .map((row, _) ->
            new NamedDashboard(new DashboardId(row.getString("id")), row.getString("name")))
        .list();
  }

  /** The API tokens and access keys of an application; an access key without a name by its key. */
  public List<NamedCredential> credentials(Transaction transaction, ApplicationId id) {
    return transaction
        .handle()
        .createQuery(
            "SELECT 0 AS kind, id, name FROM api_token"
                + " WHERE owner_type = 'application' AND owner_id = :id"
                + " UNION ALL SELECT 1 AS kind, id, COALESCE(name, access_key) AS name"
                + " FROM access_key WHERE application_id = :id ORDER BY id")
        .bind("id", id.text())
        .map((row, _) ->
            new NamedCredential(
                row.getInt("kind") == 0 ? SubjectType.API_TOKEN : SubjectType.ACCESS_KEY,
                row.getString("id"),
                row.getString("name")))
        .list();
  }

  /**
   * Removes an application with everything beneath it (APP-3), and when and from where its
   * credentials were last used.
   */
  public void delete(Transaction transaction, ApplicationId id) {
    String tokens = "api_token WHERE owner_type = 'application' AND owner_id = :id";
    for (String sql :
        List.of(
            "DELETE FROM credential_use WHERE credential_id IN (SELECT id FROM " + tokens + ")",
            "DELETE FROM credential_use WHERE credential_id IN"
                + " (SELECT id FROM device_session WHERE application_id = :id)",
            "DELETE FROM credential_use WHERE credential_id IN"
                + " (SELECT id FROM access_key WHERE application_id = :id)",
            "DELETE FROM " + tokens,
            "DELETE FROM application WHERE id = :id")) {
      transaction.handle().createUpdate(sql).bind("id", id.text()).execute();
    }
  }

  /** Removes a dashboard. */
  public void delete(Transaction transaction, DashboardId id) {
    transaction
        .handle()
        .createUpdate("DELETE FROM dashboard WHERE id = :id")
        .bind("id", id.text())
        .execute();
  }
}
