package io.claviger.store.ownership;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DashboardId;
import io.claviger.core.id.Id;
import io.claviger.core.role.Owner;
import io.claviger.store.Database;
import io.claviger.store.SqlTypes;
import io.claviger.store.Transaction;
import io.claviger.store.json.JsonColumn;
import io.claviger.store.ownership.OwnedResourceStore.NamedApplication;
import io.claviger.store.ownership.OwnedResourceStore.OwnerColumns;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Applications and dashboards on their way from one owner to another (ORG-16). */
public final class TransferStore {
  /** As {@link JsonColumn} writes it; a client may have written the id in capitals. */
  private static final Pattern SHOWN_APPLICATION =
      Pattern.compile("\"applicationId\"\\s*:\\s*\"([0-9A-Fa-f]{24})\"");

  private final Database database;

  public TransferStore(Database database) {
    this.database = database;
  }

  /** A dashboard with its name and the application in which it stands. */
  public record PlacedDashboard(DashboardId id, String name, Optional<ApplicationId> application) {}

  /** A dashboard with the applications that its blocks name, whether or not there are any such. */
  public record ShowingDashboard(DashboardId id, String name, Set<ApplicationId> shown) {}

  /** Those of the applications that belong to the owner. */
  public List<NamedApplication> applications(
      Transaction transaction, Owner owner, Collection<ApplicationId> ids) {
    return transaction
        .handle()
        .createQuery(
            "SELECT id, name FROM application WHERE owner_type = :type AND owner_id = :owner AND "
                + database.isOneOf("id", "ids")
                + " ORDER BY id")
        .bind("type", OwnerColumns.of(owner).type())
        .bind("owner", OwnerColumns.of(owner).id())
        .bind("ids", texts(ids))
        .map((row, _) ->
            new NamedApplication(new ApplicationId(row.getString("id")), row.getString("name")))
        .list();
  }

  /** Those of the owner's dashboards that are named or stand in a named application. */
  public List<PlacedDashboard> dashboards(
      Transaction transaction,
      Owner owner,
      Collection<DashboardId> ids,
      Collection<ApplicationId> applications) {
    return transaction
        .handle()
        .createQuery(
            "SELECT id, name, application_id FROM dashboard"
                + " WHERE owner_type = :type AND owner_id = :owner AND ("
                + database.isOneOf("id", "ids")
                + " OR "
                + database.isOneOf("application_id", "applications")
                + ") ORDER BY id")
        .bind("type", OwnerColumns.of(owner).type())
        .bind("owner", OwnerColumns.of(owner).id())
        .bind("ids", texts(ids))
        .bind("applications", texts(applications))
        .map((row, _) ->
            new PlacedDashboard(
                new DashboardId(row.getString("id")),
                row.getString("name"),
                SqlTypes.optionalText(row, "application_id").map(ApplicationId::new)))
        .list();
  }

  /** All dashboards of an owner that show anything of an application. */
  public List<ShowingDashboard> showing(Transaction transaction, Owner owner) {
    return transaction
        .handle()
        .createQuery(
            "SELECT id, name, details FROM dashboard"
                + " WHERE owner_type = :type AND owner_id = :owner"
                + " AND details LIKE '%\"applicationId\"%' ORDER BY id")
        .bind("type", OwnerColumns.of(owner).type())
        .bind("owner", OwnerColumns.of(owner).id())
        .map((row, _) ->
            new ShowingDashboard(
                new DashboardId(row.getString("id")),
                row.getString("name"),
                shown(row.getString("details"))))
        .list();
  }

  private static Set<ApplicationId> shown(String details) {
    Set<ApplicationId> shown = new HashSet<>();
    Matcher matcher = SHOWN_APPLICATION.matcher(details);
    while (matcher.find()) {
      shown.add(new ApplicationId(matcher.group(1).toLowerCase(Locale.ROOT)));
    }
    return shown;
  }

  /** What an application brings along that has a limit. */
  public record Load(ApplicationId id, long devices, long keys) {}

  /** How much is in each of the applications, deleted devices not counted. */
  public List<Load> loads(Transaction transaction, Collection<ApplicationId> ids) {
    return transaction
        .handle()
        .createQuery(
            "SELECT a.id, (SELECT COUNT(*) FROM access_key k WHERE k.application_id = a.id)"
                + " AS access_keys, COALESCE((SELECT t.devices FROM device_tally t"
                + " WHERE t.application_id = a.id), 0) AS devices FROM application a WHERE "
                + database.isOneOf("a.id", "ids")
                + " ORDER BY a.id")
        .bind("ids", texts(ids))
        .map((row, _) ->
            new Load(
                new ApplicationId(row.getString("id")),
                row.getLong("devices"),
                row.getLong("access_keys")))
        .list();
  }

  /** Gives applications and dashboards to another owner. */
  public void move(
      Transaction transaction,
      Owner to,
      Collection<ApplicationId> applications,
      Collection<DashboardId> dashboards) {
    move(transaction, to, "application", applications);
    move(transaction, to, "dashboard", dashboards);
  }

  private void move(Transaction transaction, Owner to, String table, Collection<? extends Id> ids) {
    transaction
        .handle()
        .createUpdate(
            "UPDATE "
                + table
                + " SET owner_type = :type, owner_id = :owner, updated_at = :now WHERE "
                + database.isOneOf("id", "ids"))
        .bind("type", OwnerColumns.of(to).type())
        .bind("owner", OwnerColumns.of(to).id())
        .bind("now", transaction.now())
        .bind("ids", texts(ids))
        .execute();
  }

  private static String texts(Collection<? extends Id> ids) {
    return JsonColumn.write(ids.stream().map(Id::text).toList());
  }
}
