package io.claviger.server.account;

import io.claviger.core.change.Actor;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.server.mail.Mail;
import io.claviger.store.Database;
import io.claviger.store.Transaction;
import io.claviger.store.mail.MailLinkStore;
import io.claviger.store.mail.MailPurpose;
import io.claviger.store.mail.OutboxStore;
import io.claviger.store.organization.OrganizationStore;
import io.claviger.store.user.Management;
import io.claviger.store.user.PasswordHash;
import io.claviger.store.user.UserBelongings;
import io.claviger.store.user.UserRow;
import io.claviger.store.user.UserStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An account that an organization made becomes its user's own: when he joins another organization,
 * when his own is deleted, or when an operator says so. It is so for good.
 *
 * <p>As long as the organization owned the account it could set its password, log in with it and
 * make sessions and tokens, and nobody can tell which of them are the user's. So all of them end,
 * the password too, and the mailbox decides who has the account from now on. Whoever was switched
 * off stays switched off.
 */
public final class AccountRelease {
  /** Accounts of one transaction: about a second for which other writes wait. */
  static final int BATCH = 1_000;

  private static final String LEFT_OVER = "account.release";

  private final Database database;
  private final UserStore users;
  private final OrganizationStore organizations;
  private final UserBelongings belongings;
  private final MailLinkStore links;
  private final OutboxStore outbox;
  private final ObjectIdSource ids;

  /**
   * Releases accounts.
   *
   * @param ids for messages
   */
  public AccountRelease(Database database, ObjectIdSource ids) {
    this.database = database;
    this.users = new UserStore(database);
    this.organizations = new OrganizationStore(database);
    this.belongings = new UserBelongings(database);
    this.links = new MailLinkStore(database);
    this.outbox = new OutboxStore(database);
    this.ids = ids;
  }

  /** Whether an organization manages an account, or did so until it was deleted. */
  public boolean owned(UserId user) {
    return users.find(user).flatMap(row -> row.management().owner()).isPresent();
  }

  /** Releases the account of somebody who has joined another organization than the one it is of. */
  public void joined(
      Transaction transaction, Actor actor, String action, UserId user, OrganizationId joined) {
    users
        .find(user)
        .filter(row -> row.management().owner().filter(owner -> !owner.equals(joined)).isPresent())
        .ifPresent(row -> release(transaction, actor, action, row, row.management().released()));
  }

  /**
   * Releases the accounts of an organization that is being deleted: those that work before the
   * others, and no more than one transaction bears. What is left is done by {@link #leftOver};
   * until then it is of nobody who could use it, and whoever joins another organization is released
   * by that.
   */
  public void deleted(
      Transaction transaction, Actor actor, String action, OrganizationId organization) {
    for (UserRow row : users.ownedBy(organization, BATCH)) {
      release(transaction, actor, action, row, row.management().released());
    }
  }

  /**
   * Releases some of the accounts whose organization is gone.
   *
   * @return whether there may be more
   */
  boolean leftOver() {
    if (users.ownedByNobody(1).isEmpty()) {
      return false;
    }
    return database.write(transaction -> {
      List<UserRow> rows = users.ownedByNobody(BATCH);
      rows.forEach(
          row -> release(transaction, Actor.system(), LEFT_OVER, row, row.management().released()));
      return rows.size() == BATCH;
    });
  }

  /** What became of it. */
  public sealed interface Outcome {
    /** The account is its user's own, and works. */
    record Released() implements Outcome {}

    /** There is no account with that address. */
    record NoAccount() implements Outcome {}

    /** It was so before. */
    record Free() implements Outcome {}

    /** The organization that owns it is there, and says itself who works. */
    record Owned(String organization, OrganizationId id) implements Outcome {}
  }

  /** Releases an account that nobody manages any more, and switches it on. */
  public Outcome byOperator(String email) {
    return database.write(transaction -> {
      Optional<UserRow> found = users.findByEmail(email);
      if (found.isEmpty()) {
        return new Outcome.NoAccount();
      }
      UserRow row = found.get();
      var owner = row.management().owner().flatMap(organizations::find);
      if (owner.isPresent()) {
        return new Outcome.Owned(owner.get().name(), owner.get().id());
      }
      if (row.management().equals(Management.NONE)) {
        return new Outcome.Free();
      }
      release(transaction, Actor.system(), "operator.release", row, Management.NONE);
      return new Outcome.Released();
    });
  }

  private void release(
      Transaction transaction, Actor actor, String action, UserRow before, Management after) {
    Instant now = transaction.now();
    EndedTokens.end(transaction, belongings, actor, action, before.id());
    UserRow released =
        before
            .edit()
            .password(PasswordHash.ENDED, now)
            .endSessions(now)
            // It may have been asked for by the organization, and would lead the account there.
            .requestedEmail(Optional.empty())
            .management(after)
            .at(now);
    for (MailPurpose purpose : MailPurpose.LINKS) {
      links.removeAll(transaction, before.id(), purpose);
      outbox.remove(transaction, before.id(), purpose);
    }
    users.update(transaction, released);
    transaction.record(AccountChanges.of(actor, action, before, released));
    if (!after.deactivated() && before.email().length() <= Mail.ADDRESS_LENGTH_MAX) {
      outbox.put(transaction, ids.next(), before.id(), MailPurpose.RELEASED, before.email());
    }
  }
}
