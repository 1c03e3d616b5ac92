package io.claviger.store;

import io.claviger.core.change.ChangeEntry;
import io.claviger.core.change.SubjectType;
import io.claviger.core.id.OrganizationId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/**
 * How many entries the log of each organization has. Kept beside the log, in the same transactions,
 * because both databases would count a million rows for each page that is looked at.
 */
public final class ChangeLogCount {
  private ChangeLogCount() {}

  /** The entries of an organization, without log-ins of devices (AUD-5). */
  public static long of(Handle handle, OrganizationId organization) {
    return handle
        .createQuery("SELECT entries FROM change_count WHERE organization_id = :organization")
        .bind("organization", organization.text())
        .mapTo(Long.class)
        .findOne()
        .orElse(0L);
  }

  static void add(Handle handle, List<ChangeEntry> recorded) {
    byOrganization(recorded)
        .forEach((organization, entries) ->
            handle
                .createUpdate(
                    "INSERT INTO change_count (organization_id, entries)"
                        + " VALUES (:organization, :entries) ON CONFLICT (organization_id)"
                        + " DO UPDATE SET entries = change_count.entries + excluded.entries")
                .bind("organization", organization)
                .bind("entries", entries)
                .execute());
  }

  /** Takes entries off that are removed in the same transaction. */
  public static void subtract(Transaction transaction, List<ChangeEntry> removed) {
    byOrganization(removed)
        .forEach((organization, entries) ->
            transaction
                .handle()
                .createUpdate(
                    "UPDATE change_count SET entries = entries - :entries"
                        + " WHERE organization_id = :organization")
                .bind("organization", organization)
                .bind("entries", entries)
                .execute());
  }

  private static Map<String, Long> byOrganization(List<ChangeEntry> entries) {
    Map<String, Long> counts = new TreeMap<>();
    for (ChangeEntry entry : entries) {
      if (entry.change().subject().type() != SubjectType.SESSION) {
        entry.change().organizationId().ifPresent(id -> counts.merge(id, 1L, Long::sum));
      }
    }
    return counts;
  }
}
