package io.claviger.server.organization;

import io.claviger.core.change.Actor;
import io.claviger.core.change.Change;
import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.core.id.OrganizationId;
import io.claviger.server.api.Changes;
import io.claviger.store.Database;
import io.claviger.store.Transaction;
import io.claviger.store.organization.OrganizationRow;
import io.claviger.store.organization.OrganizationStore;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * How the operator of the installation closes an organization and opens it again (ORG-17). Not part
 * of the API: nobody who is inside an organization decides whether it is closed.
 */
public final class OrganizationSwitches {
  private final Database database;
  private final OrganizationStore organizations;

  public OrganizationSwitches(Database database) {
    this.database = database;
    this.organizations = new OrganizationStore(database);
  }

  /** What can be done to an organization. */
  public enum Switch {
    /** Everything is refused from then on. */
    DISABLE("disable", "disabled"),
    /** Undoes {@link #DISABLE}. */
    ENABLE("enable", "enabled"),
    /** Everything that changes something is refused from then on. */
    READ_ONLY("read-only", "read-only"),
    /** Undoes {@link #READ_ONLY}. */
    WRITABLE("writable", "writable");

    private final String command;
    private final String state;

    Switch(String command, String state) {
      this.command = command;
      this.state = state;
    }

    /** The switch with that name on the command line, or empty. */
    public static Optional<Switch> parse(String command) {
      return Arrays.stream(values()).filter(it -> it.command.equals(command)).findFirst();
    }

    /** What an organization is afterwards, for people. */
    public String state() {
      return state;
    }

    private OrganizationRow applied(OrganizationRow before, Instant now) {
      return switch (this) {
        case DISABLE ->
            with(before, before.readOnly(), before.disabledAt().or(() -> Optional.of(now)));
        case ENABLE -> with(before, before.readOnly(), Optional.empty());
        case READ_ONLY -> with(before, true, before.disabledAt());
        case WRITABLE -> with(before, false, before.disabledAt());
      };
    }
  }

  private static OrganizationRow with(
      OrganizationRow row, boolean readOnly, Optional<Instant> disabledAt) {
    return new OrganizationRow(
        row.id(),
        row.name(),
        row.description(),
        row.billingEmail(),
        row.iconColor(),
        row.mfaMode(),
        readOnly,
        disabledAt,
        row.createdAt(),
        row.updatedAt());
  }

  /**
   * Switches an organization. One that is so already is left as it is, without an entry in the log.
   *
   * @return the name of the organization, or empty when there is none
   */
  public Optional<String> apply(OrganizationId id, Switch wanted) {
    return database.write(
        transaction -> organizations.find(id).map(before -> apply(transaction, before, wanted)));
  }

  private String apply(Transaction transaction, OrganizationRow before, Switch wanted) {
    OrganizationRow after = wanted.applied(before, transaction.now());
    if (!after.equals(before)) {
      organizations.update(transaction, after);
      transaction.record(
          new Change(
              Actor.system(),
              "operator." + wanted.command,
              new Subject(SubjectType.ORGANIZATION, after.id().text(), after.name()),
              Optional.of(after.id().text()),
              Optional.empty(),
              Optional.of(Changes.text(OrganizationJson.organization(before))),
              Optional.of(Changes.text(OrganizationJson.organization(after)))));
    }
    return after.name();
  }
}
