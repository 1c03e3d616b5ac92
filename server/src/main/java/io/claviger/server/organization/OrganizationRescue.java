package io.claviger.server.organization;

import io.claviger.core.change.Actor;
import io.claviger.core.change.Change;
import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.Role;
import io.claviger.server.account.AccountRelease;
import io.claviger.server.api.Changes;
import io.claviger.store.Database;
import io.claviger.store.Transaction;
import io.claviger.store.organization.MemberRow;
import io.claviger.store.organization.MemberStore;
import io.claviger.store.organization.OrganizationRow;
import io.claviger.store.organization.OrganizationStore;
import io.claviger.store.user.UserRow;
import io.claviger.store.user.UserStore;
import java.util.Optional;

/**
 * How the operator of the installation gives an organization another administrator, when those that
 * it has cannot log in any more. Not part of the API.
 */
public final class OrganizationRescue {
  private static final Membership ADMINISTRATOR = new Membership(Role.ADMIN, Overrides.NONE);

  private final Database database;
  private final OrganizationStore organizations;
  private final MemberStore members;
  private final UserStore users;
  private final AccountRelease release;

  /**
   * Works in a database.
   *
   * @param release of accounts that another organization owns
   */
  public OrganizationRescue(Database database, AccountRelease release) {
    this.release = release;
    this.database = database;
    this.organizations = new OrganizationStore(database);
    this.members = new MemberStore(database);
    this.users = new UserStore(database);
  }

  /** What became of it. */
  public sealed interface Outcome {
    /** The account is an administrator now, or was one before. */
    record Done(String organization, String email) implements Outcome {}

    /** There is no such organization. */
    record NoOrganization() implements Outcome {}

    /** There is no account with that address. */
    record NoAccount() implements Outcome {}
  }

  /**
   * Makes an account an administrator, a member or not. No limit keeps it from that. One that is an
   * administrator already is left as it is, without an entry in the log.
   */
  public Outcome addAdministrator(OrganizationId id, String email) {
    return database.write(transaction -> {
      Optional<OrganizationRow> organization = organizations.find(id);
      Optional<UserRow> user = users.findByEmail(email);
      if (organization.isEmpty()) {
        return new Outcome.NoOrganization();
      }
      if (user.isEmpty()) {
        return new Outcome.NoAccount();
      }
      give(transaction, id, user.get().id());
      return new Outcome.Done(organization.get().name(), user.get().email());
    });
  }

  private void give(Transaction transaction, OrganizationId id, UserId user) {
    Optional<MemberRow> before = members.find(id, user);
    if (before.filter(member -> member.membership().role() == Role.ADMIN).isPresent()) {
      return;
    }
    if (before.isPresent()) {
      members.update(transaction, id, user, ADMINISTRATOR);
    } else {
      members.insert(transaction, id, user, ADMINISTRATOR);
    }
    MemberRow after = members.find(id, user).orElseThrow();
    transaction.record(
        new Change(
            Actor.system(),
            "operator.add-admin",
            new Subject(SubjectType.MEMBER, user.text(), after.fullName()),
            Optional.of(id.text()),
            Optional.empty(),
            before.map(OrganizationJson::member).map(Changes::text),
            Optional.of(Changes.text(OrganizationJson.member(after)))));
    release.joined(transaction, Actor.system(), "operator.add-admin", user, id);
  }
}
