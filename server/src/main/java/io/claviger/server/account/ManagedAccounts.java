package io.claviger.server.account;

import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.server.api.Call;
import io.claviger.server.api.Changes;
import io.claviger.server.api.Wire;
import io.claviger.server.mail.Mail;
import io.claviger.store.Database;
import io.claviger.store.Fold;
import io.claviger.store.Transaction;
import io.claviger.store.mail.MailPurpose;
import io.claviger.store.mail.MailRequestStore;
import io.claviger.store.user.Management;
import io.claviger.store.user.PasswordHash;
import io.claviger.store.user.UserBelongings;
import io.claviger.store.user.UserProfile;
import io.claviger.store.user.UserRow;
import io.claviger.store.user.UserStore;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Accounts that an organization has made and writes in its people's stead. Whether it may is
 * settled by the caller: it owns the account, and the user is a member of no other organization.
 * Once he is, or when the organization is deleted, it is his own ({@link AccountRelease}).
 */
public final class ManagedAccounts {
  private final UserStore users;
  private final UserBelongings belongings;
  private final Changes changes;
  private final AccountMail mail;
  private final MailRequests requests;
  private final boolean verifyAddresses;

  /**
   * Accounts of organizations.
   *
   * @param verifyAddresses whether an account can be used for much before its address is verified
   *     (USR-14), whoever made it
   */
  public ManagedAccounts(
      Database database, Changes changes, AccountMail mail, boolean verifyAddresses) {
    this.users = new UserStore(database);
    this.belongings = new UserBelongings(database);
    this.changes = changes;
    this.mail = mail;
    this.requests = new MailRequests(new MailRequestStore(database));
    this.verifyAddresses = verifyAddresses;
  }

  /**
   * What an organization says of an account.
   *
   * @param password a new one; empty to leave it as it is
   */
  public record Profile(
      String email, String firstName, String lastName, Optional<PasswordHash> password) {}

  /** The account with an address. */
  public Optional<UserRow> byEmail(String email) {
    return users.findByEmail(email);
  }

  /** The organization that manages an account. */
  public Optional<OrganizationId> owner(UserId user) {
    return users.find(user).flatMap(row -> row.management().owner());
  }

  /**
   * Makes an account. Who gets no password is sent a link with which to set one; the address counts
   * as unverified until then. An organization can name any address: it proves it no more than
   * somebody who signs up does, so where addresses are to be verified this one is, too. Otherwise
   * it could answer the invitations of others to that address.
   */
  public void create(Transaction transaction, Call call, UserId id, Profile profile) {
    Instant now = transaction.now();
    UserRow drafted =
        new UserRow(
            id,
            profile.email(),
            false,
            profile.firstName(),
            profile.lastName(),
            UserProfile.EMPTY,
            profile.password().orElse(new PasswordHash("")),
            now,
            Optional.empty(),
            now,
            now);
    UserRow owned =
        drafted.withManagement(Management.of(call.owningOrganization().orElseThrow()), now);
    UserRow user = verifyAddresses ? owned.withVerificationDemanded() : owned;
    users.insert(transaction, user);
    transaction.record(changes.created(call, AccountJson.subject(user), AccountJson.render(user)));
    welcome(transaction, user);
  }

  /** Sends the link that the account waits for, as often as an address may be sent one. */
  private void welcome(Transaction transaction, UserRow user) {
    boolean waits = user.passwordHash().isNone() || user.needsToVerifyEmail();
    MailPurpose purpose = user.passwordHash().isNone() ? MailPurpose.RESET : MailPurpose.VERIFY;
    if (waits
        && user.email().length() <= Mail.ADDRESS_LENGTH_MAX
        && requests.within(transaction, purpose, user.email())) {
      mail.link(transaction, user, purpose, user.email());
    }
  }

  /** Writes name, address and password of an account. An address that is taken is left alone. */
  public void describe(Transaction transaction, Call call, UserId id, Profile profile) {
    UserRow before = users.find(id).orElseThrow();
    boolean free =
        users.findByEmail(profile.email()).filter(other -> !other.id().equals(id)).isEmpty();
    String email = free ? profile.email() : before.email();
    boolean sameAddress = Fold.fold(email).equals(Fold.fold(before.email()));
    Instant now = transaction.now();
    UserRow.Edit edit =
        before
            .edit()
            .email(email, before.emailVerified() && sameAddress)
            .name(profile.firstName(), profile.lastName())
            .mustVerify(before.mustVerify() || (verifyAddresses && !sameAddress))
            .requestedEmail(sameAddress ? before.requestedEmail() : Optional.empty());
    // Whoever knew the old password has nothing from it any more.
    profile.password().ifPresent(hash -> edit.password(hash, now).endSessions(now));
    UserRow after = edit.at(now);
    if (profile.password().isEmpty()
        && AccountJson.render(before).equals(renderAs(after, before))) {
      return;
    }
    if (!sameAddress) {
      mail.endLinks(transaction, before, MailPurpose.RESET);
      mail.endLinks(transaction, before, MailPurpose.VERIFY);
    }
    users.update(transaction, after);
    record(transaction, call, before, after);
    if (!sameAddress) {
      welcome(transaction, after);
    }
  }

  private ObjectNode renderAs(UserRow after, UserRow before) {
    return AccountJson.render(after).put("lastUpdated", Wire.time(before.updatedAt()));
  }

  private void record(Transaction transaction, Call call, UserRow before, UserRow after) {
    transaction.record(AccountChanges.of(changes, call, before, after));
  }

  /** Switches an account off, log-in included, or on again. */
  public void deactivate(Transaction transaction, Call call, UserId id, boolean off) {
    UserRow before = users.find(id).orElseThrow();
    Management was = before.management();
    if (was.deactivated() == off) {
      return;
    }
    Instant now = transaction.now();
    UserRow after = before.withManagement(off ? was.switchedOff(now) : was.switchedOn(), now);
    users.update(transaction, after);
    record(transaction, call, before, after);
  }

  /** Switches an account off, and ends for good every credential that its user has made. */
  public void retire(Transaction transaction, Call call, UserId id) {
    UserRow before = users.find(id).orElseThrow();
    EndedTokens.end(transaction, belongings, changes, call, id);
    Instant now = transaction.now();
    UserRow after =
        before.edit().endSessions(now).management(before.management().switchedOff(now)).at(now);
    users.update(transaction, after);
    record(transaction, call, before, after);
    mail.endLinks(transaction, before, MailPurpose.RESET);
    mail.endLinks(transaction, before, MailPurpose.VERIFY);
  }

  /** Has messages sent that a committed transaction has left. */
  public void wake() {
    mail.wake();
  }
}
