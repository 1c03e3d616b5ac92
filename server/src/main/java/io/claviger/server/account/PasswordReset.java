package io.claviger.server.account;

import io.claviger.core.change.Actor;
import io.claviger.core.secret.Digest;
import io.claviger.core.secret.NewPassword;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.http.Json;
import io.claviger.server.http.Response;
import io.claviger.server.mail.Mail;
import io.claviger.server.security.PasswordHasher;
import io.claviger.server.security.RateLimiter;
import io.claviger.store.Database;
import io.claviger.store.Transaction;
import io.claviger.store.mail.MailLinkStore;
import io.claviger.store.mail.MailLinkStore.MailLink;
import io.claviger.store.mail.MailPurpose;
import io.claviger.store.user.LoginFailureStore;
import io.claviger.store.user.PasswordHash;
import io.claviger.store.user.UserBelongings;
import io.claviger.store.user.UserRow;
import io.claviger.store.user.UserStore;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A forgotten password: {@code POST /users/passwordReset} sends a link, {@code POST
 * /users/passwordReset/finish} takes what stands in it and a new password.
 *
 * <p>Asking is answered alike, and takes one write, whether or not there is such an account. A link
 * proves the mailbox and nothing else: a second factor stays, and is asked for at the next log-in.
 */
final class PasswordReset {
  private final Database database;
  private final UserStore users;
  private final MailLinkStore links;
  private final LoginFailureStore failures;
  private final UserBelongings belongings;
  private final MailRequests requests;
  private final AccountMail mail;
  private final PasswordHasher hasher;
  private final RateLimiter limit;

  PasswordReset(
      Database database,
      UserStore users,
      MailRequests requests,
      AccountMail mail,
      PasswordHasher hasher,
      RateLimiter limit) {
    this.database = database;
    this.users = users;
    this.links = new MailLinkStore(database);
    this.failures = new LoginFailureStore(database);
    this.belongings = new UserBelongings(database);
    this.requests = requests;
    this.mail = mail;
    this.hasher = hasher;
    this.limit = limit;
  }

  void addTo(Api api) {
    api.handle("users.requestPasswordReset", this::request);
    api.handle("users.finishPasswordReset", this::finish);
  }

  /**
   * An account without a password has none to forget, and does not get one this way; unless an
   * organization made it, and this is how its owner sets the first.
   */
  private Response request(Call call) {
    limit.check(call.question().address());
    limit.spend(call.question().address());
    String email = call.body().get("email").stringValue();
    database.run(transaction -> {
      boolean within = requests.within(transaction, MailPurpose.RESET, email);
      users
          .findByEmail(email)
          .filter(_ -> within)
          .filter(user -> user.passwordHash().canBeReset() || user.management().owner().isPresent())
          .filter(user -> user.email().length() <= Mail.ADDRESS_LENGTH_MAX)
          .ifPresent(user -> mail.link(transaction, user, MailPurpose.RESET, user.email()));
    });
    mail.wake();
    return Api.success();
  }

  private Response finish(Call call) {
    JsonNode body = call.body();
    NewPassword password = SignUp.newPassword(body, "password");
    String email = body.get("email").stringValue();
    Digest digest = Digest.of(body.get("token").stringValue());
    limit.check(call.question().address());
    limit.spend(call.question().address());
    // Looked at before hashing, so that made-up links do not cost a hash each.
    if (valid(digest, email, call.question().now()).isEmpty()) {
      throw EmailVerification.refused();
    }
    PasswordHash hash = new PasswordHash(hasher.hash(password));
    ObjectNode answer =
        database.write(transaction -> finish(transaction, call, digest, email, hash));
    mail.wake();
    return Response.ok(answer);
  }

  private Optional<MailLink> valid(Digest digest, String email, Instant now) {
    return EmailVerification.valid(links.find(digest, MailPurpose.RESET), email, now);
  }

  private ObjectNode finish(
      Transaction transaction, Call call, Digest digest, String email, PasswordHash hash) {
    Instant now = transaction.now();
    UserRow before =
        valid(digest, email, now)
            .flatMap(link -> users.find(link.user()))
            // A link that went to an address which the account has given up is dead.
            .filter(user -> EmailVerification.sameAddress(user.email(), email))
            .orElseThrow(EmailVerification::refused);
    UserRow after =
        before
            .edit()
            .password(hash, now)
            .endSessions(now)
            .email(before.email(), true)
            // It may have been asked for by whoever the owner wants to get rid of.
            .requestedEmail(Optional.empty())
            .at(now);
    mail.endLinks(transaction, before, MailPurpose.RESET);
    mail.endLinks(transaction, before, MailPurpose.VERIFY);
    users.update(transaction, after);
    transaction.record(EmailVerification.byOwner(call, before, after));
    if (before.needsToVerifyEmail()) {
      // Nobody had proved the address until now: the tokens are of whoever had the account before
      // an organization gave it this address (ManagedAccounts).
      EndedTokens.end(
          transaction,
          belongings,
          Actor.user(after.id().text(), after.fullName()),
          call.question().action().id(),
          after.id());
    }
    mail.notice(transaction, before, MailPurpose.PASSWORD_CHANGED);
    if (!before.twoFactor()) {
      failures.remove(transaction, before.email());
    }
    return Json.emptyObject()
        .put("success", true)
        .put("accountIsLocked", LockOut.locked(failures.find(before.email()), now))
        .put("twoFactorAuthEnabled", after.twoFactor());
  }
}
