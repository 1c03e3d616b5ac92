package io.claviger.server.account;

import io.claviger.core.change.Actor;
import io.claviger.core.change.Change;
import io.claviger.core.secret.Digest;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Response;
import io.claviger.server.mail.Mail;
import io.claviger.server.security.RateLimiter;
import io.claviger.store.Database;
import io.claviger.store.Fold;
import io.claviger.store.Transaction;
import io.claviger.store.mail.MailLinkStore;
import io.claviger.store.mail.MailLinkStore.MailLink;
import io.claviger.store.mail.MailPurpose;
import io.claviger.store.user.UserRow;
import io.claviger.store.user.UserStore;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Addresses that are shown to be one's own (USR-12, USR-14): {@code POST /me/verify-email} sends a
 * link, {@code POST /users/verifyEmail} takes what stands in it.
 */
final class EmailVerification {
  private final Database database;
  private final UserStore users;
  private final MailLinkStore links;
  private final MailRequests requests;
  private final AccountMail mail;
  private final RateLimiter limit;

  EmailVerification(
      Database database,
      UserStore users,
      MailRequests requests,
      AccountMail mail,
      RateLimiter limit) {
    this.database = database;
    this.users = users;
    this.links = new MailLinkStore(database);
    this.requests = requests;
    this.mail = mail;
    this.limit = limit;
  }

  void addTo(Api api) {
    api.handle("me.verifyEmail", this::resend);
    api.handle("users.verifyEmail", this::verify);
  }

  /**
   * Has a link sent to an address, for an account that asks for it.
   *
   * @throws ApiException 400 when no mail can be sent there, 429 when too much was sent there
   */
  void ask(Transaction transaction, UserRow user, String email) {
    requireDeliverable(email);
    if (!askIfPossible(transaction, user, email)) {
      throw ApiException.tooMany(MailRequests.WINDOW.toSeconds());
    }
  }

  /**
   * As {@link #ask}, for somebody who signs up: others who have asked for links to the address must
   * not keep its owner from doing so. False when nothing is sent.
   */
  boolean askIfPossible(Transaction transaction, UserRow user, String email) {
    boolean possible =
        email.length() <= Mail.ADDRESS_LENGTH_MAX
            && requests.within(transaction, MailPurpose.VERIFY, email);
    if (possible) {
      mail.link(transaction, user, MailPurpose.VERIFY, email);
    }
    return possible;
  }

  /**
   * Refuses an address that is valid and yet too long for mail.
   *
   * @throws ApiException 400
   */
  static void requireDeliverable(String email) {
    if (email.length() > Mail.ADDRESS_LENGTH_MAX) {
      throw ApiException.validation(
          "email", "must have at most " + Mail.ADDRESS_LENGTH_MAX + " characters");
    }
  }

  /** Has what {@link #ask} put sent now that its transaction is committed. */
  void wake() {
    mail.wake();
  }

  /** Sends once more what waits: the link for the address asked for, or for the present one. */
  private Response resend(Call call) {
    database.run(transaction -> {
      call.requireStillAllowed();
      UserRow user = users.find(call.user()).orElseThrow(ApiException::unauthorized);
      if (user.emailVerified() && user.requestedEmail().isEmpty()) {
        throw ApiException.badRequest("The email address is verified already");
      }
      String email = user.requestedEmail().orElse(user.email());
      ask(transaction, user, email);
    });
    mail.wake();
    return Api.success();
  }

  private Response verify(Call call) {
    JsonNode body = call.body();
    String email = body.get("email").stringValue();
    Digest digest = Digest.of(body.get("token").stringValue());
    limit.check(call.question().address());
    if (valid(links.find(digest, MailPurpose.VERIFY), email, call.question().now()).isEmpty()) {
      limit.spend(call.question().address());
      throw refused();
    }
    database.run(transaction -> {
      MailLink link =
          valid(links.find(digest, MailPurpose.VERIFY), email, transaction.now())
              .orElseThrow(EmailVerification::refused);
      UserRow before = users.find(link.user()).orElseThrow(EmailVerification::refused);
      UserRow after = verified(before, link.email(), transaction.now());
      mail.endLinks(transaction, before, MailPurpose.VERIFY);
      users.update(transaction, after);
      transaction.record(byOwner(call, before, after));
      if (!sameAddress(before.email(), after.email())) {
        mail.notice(transaction, before, MailPurpose.EMAIL_CHANGED);
      }
    });
    mail.wake();
    return Api.success();
  }

  /** The link, if it was sent to this address and has not expired. */
  static Optional<MailLink> valid(Optional<MailLink> link, String email, Instant now) {
    return link.filter(it -> sameAddress(it.email(), email))
        .filter(it -> now.isBefore(it.expiresAt()));
  }

  static boolean sameAddress(String one, String other) {
    return Fold.fold(one).equals(Fold.fold(other));
  }

  /** The one answer to a link that does not work, whatever is wrong with it. */
  static ApiException refused() {
    return ApiException.validation("token", "is not of a link that works: ask for another");
  }

  /**
   * The account when somebody reads mail to an address: that is its own address, or the one that it
   * asked for. For an address that it had once, the link is dead.
   */
  private UserRow verified(UserRow user, String email, Instant now) {
    if (sameAddress(user.email(), email)) {
      return user.withVerifiedEmail(user.email(), now);
    }
    String wanted =
        user.requestedEmail()
            .filter(requested -> sameAddress(requested, email))
            .orElseThrow(EmailVerification::refused);
    SignUp.requireFree(users, wanted);
    return user.withVerifiedEmail(wanted, now);
  }

  /** Whoever has the link is the owner of the account, without a session. */
  static Change byOwner(Call call, UserRow before, UserRow after) {
    return AccountChanges.of(
        Actor.user(after.id().text(), after.fullName()),
        call.question().action().id(),
        before,
        after);
  }
}
