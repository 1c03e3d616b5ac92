package io.claviger.store;

import io.claviger.core.change.Change;
import io.claviger.core.change.ChangeEntry;
import io.claviger.core.change.SubjectType;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/**
 * How many entries the log of each organization and of each account has. Kept beside the log, in
 * the same transactions, because both databases would count a million rows for each page that is
 * looked at.
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

  /**
   * The entries of an account, without log-ins of devices (AUD-5).
   *
   * @param sandbox whether those of the sandbox count too
   */
  public static long of(Handle handle, UserId account, boolean sandbox) {
    return handle
        .createQuery(
            "SELECT "
                + (sandbox ? "entries" : "outside")
                + " FROM change_account_count WHERE account_id = :account")
        .bind("account", account.text())
        .mapTo(Long.class)
        .findOne()
        .orElse(0L);
  }

  static void add(Handle handle, List<ChangeEntry> recorded) {
    count(handle, recorded, 1);
  }

  /** Takes entries off that are removed in the same transaction. */
  public static void subtract(Transaction transaction, List<ChangeEntry> removed) {
    count(transaction.handle(), removed, -1);
  }

  private static void count(Handle handle, List<ChangeEntry> changed, int sign) {
    byOrganization(changed)
        .forEach((organization, entries) ->
            handle
                .createUpdate(
                    "INSERT INTO change_count (organization_id, entries)"
                        + " VALUES (:organization, :entries) ON CONFLICT (organization_id)"
                        + " DO UPDATE SET entries = change_count.entries + excluded.entries")
                .bind("organization", organization)
                .bind("entries", sign * entries)
                .execute());
    byAccount(changed)
        .forEach((account, entries) ->
            handle
                .createUpdate(
                    "INSERT INTO change_account_count (account_id, entries, outside)"
                        + " VALUES (:account, :entries, :outside) ON CONFLICT (account_id)"
                        + " DO UPDATE SET entries = change_account_count.entries"
                        + " + excluded.entries, outside = change_account_count.outside"
                        + " + excluded.outside")
                .bind("account", account)
                .bind("entries", sign * entries.all())
                .bind("outside", sign * entries.outside())
                .execute());
  }

  /**
   * Entries of an account.
   *
   * @param outside of the sandbox
   */
  private record Entries(long all, long outside) {
    Entries plus(Entries other) {
      return new Entries(all + other.all, outside + other.outside);
    }
  }

  /** As the list of an account has it: see the conditions of the audit log. */
  private static Map<String, Entries> byAccount(List<ChangeEntry> entries) {
    Map<String, Entries> counts = new TreeMap<>();
    for (ChangeEntry entry : entries) {
      Change change = entry.change();
      SubjectType type = change.subject().type();
      boolean inApplication = change.applicationId().isPresent();
      if (type == SubjectType.SESSION && inApplication) {
        continue;
      }
      boolean isInside =
          inApplication || type == SubjectType.APPLICATION || type == SubjectType.DASHBOARD;
      change
          .accountId()
          .or(() -> change.organizationId().isEmpty() ? change.actor().userId() : Optional.empty())
          .ifPresent(
              account -> counts.merge(account, new Entries(1, isInside ? 0 : 1), Entries::plus));
    }
    return counts;
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
