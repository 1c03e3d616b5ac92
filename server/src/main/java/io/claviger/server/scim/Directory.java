package io.claviger.server.scim;

import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.Role;
import io.claviger.server.account.ManagedAccounts;
import io.claviger.server.account.ManagedAccounts.Profile;
import io.claviger.server.api.Call;
import io.claviger.server.api.Changes;
import io.claviger.server.http.ApiException;
import io.claviger.server.organization.ProvisionedMembers;
import io.claviger.server.scim.UserJson.Said;
import io.claviger.store.Transaction;
import io.claviger.store.tenant.DirectoryRow;
import io.claviger.store.tenant.DirectoryStore;
import io.claviger.store.user.PasswordHash;
import io.claviger.store.user.UserRow;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * What happens when an identity system writes a person. All of it inside a write.
 *
 * <p>The directory is the organization's own record. The account behind it is written only when the
 * organization made it and no other has the user as a member; so nothing that one organization
 * writes is seen by another. Somebody who has an account of his own is invited, and joins if he
 * wants to; what the identity system sees does not tell him from others.
 */
final class Directory {
  private final DirectoryStore store;
  private final ManagedAccounts accounts;
  private final ProvisionedMembers members;
  private final Changes changes;
  private final ObjectIdSource ids;

  Directory(
      DirectoryStore store,
      ManagedAccounts accounts,
      ProvisionedMembers members,
      Changes changes,
      ObjectIdSource ids) {
    this.store = store;
    this.accounts = accounts;
    this.members = members;
    this.changes = changes;
    this.ids = ids;
  }

  static OrganizationId organization(Call call) {
    return call.owningOrganization().orElseThrow();
  }

  DirectoryRow find(Call call, String id) {
    return store.find(organization(call), id).orElseThrow(() -> ApiException.notFound("User"));
  }

  /** Adds a person; the record as it is then. */
  DirectoryRow create(
      Transaction transaction, Call call, Said said, Optional<PasswordHash> password) {
    OrganizationId organization = organization(call);
    requireFree(organization, said, "");
    members.requireRoom(transaction, organization, said.email());
    Membership membership = new Membership(said.role().orElse(Role.NONE), Overrides.NONE);
    Optional<UserRow> account = accounts.byEmail(said.email());
    boolean own =
        account.flatMap(user -> accounts.owner(user.id())).filter(organization::equals).isPresent();
    Profile profile = profile(said, password);
    Optional<UserId> user = Optional.empty();
    if (account.isEmpty()) {
      user = Optional.of(new UserId(ids.next()));
      accounts.create(transaction, call, user.get(), profile);
    } else if (own) {
      user = Optional.of(account.get().id());
    }
    String id = user.filter(_ -> account.isEmpty()).map(UserId::text).orElseGet(ids::next);
    DirectoryRow row =
        new DirectoryRow(
            id,
            user,
            said.userName(),
            said.externalId(),
            said.email(),
            said.givenName(),
            said.familyName(),
            said.details(),
            false,
            said.active(),
            membership,
            false,
            user.isPresent(),
            transaction.now(),
            transaction.now());
    store.insert(transaction, organization, row);
    DirectoryRow inserted = find(call, id);
    if (own && inserted.owned()) {
      accounts.describe(transaction, call, user.get(), profile);
    }
    if (said.active()) {
      activate(transaction, call, inserted);
    } else if (user.isPresent() && inserted.owned()) {
      accounts.deactivate(transaction, call, user.get(), true);
    }
    DirectoryRow made = find(call, id);
    transaction.record(changes.created(call, subject(made), render(made)));
    return made;
  }

  /** Makes a person what the identity system says of him; the record as it is then. */
  DirectoryRow replace(
      Transaction transaction,
      Call call,
      DirectoryRow before,
      Said said,
      Optional<PasswordHash> password) {
    OrganizationId organization = organization(call);
    if (before.active() && !said.active()) {
      before.user().ifPresent(user -> members.requireDispensable(organization, user));
    }
    boolean described =
        !said.details().equals(saidOf(before).details())
            || !said.userName().equals(before.userName())
            || !said.externalId().equals(before.externalId())
            || !said.email().equals(before.email());
    if (described) {
      requireFree(organization, said, before.id());
      store.update(
          transaction,
          organization,
          before.described(
              said.userName(),
              said.externalId(),
              said.email(),
              said.givenName(),
              said.familyName(),
              said.details()));
    }
    if (before.owned() && before.user().isPresent() && (described || password.isPresent())) {
      accounts.describe(transaction, call, before.user().get(), profile(said, password));
    }
    if (described && before.user().isEmpty() && before.active()) {
      members.withdraw(transaction, call, before.email());
    }
    rights(transaction, call, before, described, said.active(), said.role());
    DirectoryRow after = find(call, before.id());
    ObjectNode was = render(before);
    ObjectNode is = render(after);
    if (!was.equals(is)) {
      transaction.record(changes.updated(call, subject(after), was, is));
    }
    return after;
  }

  private static Said saidOf(DirectoryRow row) {
    return UserJson.read(Canonical.resource(ResourceSchema.USER, UserJson.writable(row)));
  }

  /** Role, and whether the person is active at all. */
  private void rights(
      Transaction transaction,
      Call call,
      DirectoryRow before,
      boolean described,
      boolean active,
      Optional<Role> role) {
    DirectoryRow row = find(call, before.id());
    Membership wanted = role.map(it -> with(row.membership(), it)).orElse(row.membership());
    boolean changed = !wanted.equals(row.membership());
    if (row.active() && !active) {
      suspend(transaction, call, row.withMembership(wanted));
    } else if (active && (!row.active() || (row.user().isEmpty() && (changed || described)))) {
      activate(transaction, call, row.withMembership(wanted));
    } else if (changed) {
      member(transaction, call, row, wanted);
    }
  }

  /** Changes what somebody may do, or will do as a member. */
  private void member(Transaction transaction, Call call, DirectoryRow row, Membership membership) {
    if (row.member()) {
      members.change(transaction, call, row.user().orElseThrow(), membership);
    } else {
      store.update(transaction, organization(call), row.withMembership(membership));
    }
  }

  /** Who becomes an administrator needs no overrides: they would be idle (ORG-3). */
  static Membership with(Membership before, Role role) {
    return new Membership(role, role == Role.ADMIN ? Overrides.NONE : before.overrides());
  }

  /** Writes the rights of a person alone, as a group does. */
  void grant(Transaction transaction, Call call, DirectoryRow before, Membership membership) {
    if (before.membership().equals(membership)) {
      return;
    }
    if (before.active() && before.user().isEmpty()) {
      activate(transaction, call, before.withMembership(membership));
    } else {
      member(transaction, call, before, membership);
    }
    DirectoryRow after = find(call, before.id());
    transaction.record(changes.updated(call, subject(after), render(before), render(after)));
  }

  /** Gives somebody the membership that the record says, or an invitation to it. */
  private void activate(Transaction transaction, Call call, DirectoryRow row) {
    store.update(transaction, organization(call), row.withActive(true));
    if (row.user().isEmpty()) {
      members.invite(transaction, call, row.email(), row.membership());
      return;
    }
    if (accounts.owner(row.user().get()).equals(Optional.of(organization(call)))) {
      accounts.deactivate(transaction, call, row.user().get(), false);
    }
    if (!row.member()) {
      members.begin(transaction, call, row.user().get(), row.membership());
    }
  }

  /**
   * Takes everything from somebody that he has in the organization, until he is made active again;
   * what the record says of his rights stays. Every session and token of his is without a role here
   * from then on, and good for nothing at all where the account is the organization's.
   */
  private void suspend(Transaction transaction, Call call, DirectoryRow row) {
    // First the record: whoever leaves as an active member leaves the directory too.
    store.update(transaction, organization(call), row.withActive(false));
    if (row.user().isEmpty()) {
      members.withdraw(transaction, call, row.email());
      return;
    }
    members.end(transaction, call, row.user().get());
    if (row.owned()) {
      accounts.deactivate(transaction, call, row.user().get(), true);
    }
  }

  /** Removes a person; an account that is the organization's is switched off for good. */
  void delete(Transaction transaction, Call call, DirectoryRow row) {
    OrganizationId organization = organization(call);
    ObjectNode was = render(row);
    if (row.user().isPresent()) {
      members.end(transaction, call, row.user().get());
      if (row.owned()) {
        accounts.retire(transaction, call, row.user().get());
      }
    } else {
      members.withdraw(transaction, call, row.email());
    }
    store.delete(transaction, organization, row.id());
    transaction.record(changes.deleted(call, subject(row), was));
  }

  /** RFC 7644 section 3.3.1: a user name is given once; and an address is one person's. */
  private void requireFree(OrganizationId organization, Said said, String except) {
    Optional<DirectoryRow> sameName = store.findByUserName(organization, said.userName());
    if (sameName.filter(other -> !other.id().equals(except)).isPresent()) {
      throw ScimErrors.uniqueness("userName is that of another user");
    }
    Optional<DirectoryRow> sameAddress = store.findByEmail(organization, said.email());
    if (sameAddress.filter(other -> !other.id().equals(except)).isPresent()) {
      throw ScimErrors.uniqueness("emails has the address of another user");
    }
    // Somebody of this directory whose account has the address that his record does not show.
    boolean another =
        accounts
            .byEmail(said.email())
            .flatMap(user -> store.find(organization, user.id()))
            .filter(other -> !other.id().equals(except))
            .isPresent();
    if (another) {
      throw ScimErrors.uniqueness("emails has the address of another user");
    }
  }

  private static Profile profile(Said said, Optional<PasswordHash> password) {
    return new Profile(said.email(), said.givenName(), said.familyName(), password);
  }

  private static Subject subject(DirectoryRow row) {
    return new Subject(SubjectType.TENANT_USER, row.id(), row.userName());
  }

  /** For the change log: without what changes by itself. */
  private static ObjectNode render(DirectoryRow row) {
    ObjectNode object = UserJson.render(row, Map.of());
    object.remove("meta");
    object.remove("schemas");
    row.user().ifPresent(user -> object.put("userId", user.text()));
    return object;
  }
}
