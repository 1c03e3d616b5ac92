package io.claviger.store.audit;

import io.claviger.core.change.ChangeEntry;
import java.util.Optional;

/**
 * An entry of the change log with the names that go with it.
 *
 * @param entry as it stands in the log; in a list without what was before and after
 * @param applicationName of the application that it is in, at that time; empty when it is in none
 * @param userName of the user behind a token, now; empty when there is none or the account is gone
 */
public record AuditRow(
    ChangeEntry entry, Optional<String> applicationName, Optional<String> userName) {
  /** Hexadecimal digits of an entry's id. */
  public static final int ID_LENGTH = 24;

  /** The beginning of the entry's hash. */
  public String id() {
    return entry.hash().hex().substring(0, ID_LENGTH);
  }
}
