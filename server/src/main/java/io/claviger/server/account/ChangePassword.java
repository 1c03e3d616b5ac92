package io.claviger.server.account;

import io.claviger.core.credential.UserCredential;
import io.claviger.core.decide.Bearer;
import io.claviger.core.role.RoleCap;
import io.claviger.core.secret.NewPassword;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.api.Changes;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Response;
import io.claviger.server.security.PasswordHasher;
import io.claviger.store.Transaction;
import io.claviger.store.mail.MailPurpose;
import io.claviger.store.user.PasswordHash;
import io.claviger.store.user.UserRow;
import io.claviger.store.user.UserStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * {@code PATCH /me/changePassword} (USR-10). The new session has the scope of the credential that
 * asks, and ends with it where that is a token, so that a narrow one does not widen itself. A
 * session has no role cap: a capped token gets none, and therefore changes nothing.
 */
final class ChangePassword {
  private final UserStore users;
  private final PasswordCheck passwords;
  private final PasswordHasher hasher;
  private final Sessions sessions;
  private final Changes changes;
  private final AccountMail mail;

  ChangePassword(
      UserStore users,
      PasswordCheck passwords,
      PasswordHasher hasher,
      Sessions sessions,
      Changes changes,
      AccountMail mail) {
    this.users = users;
    this.passwords = passwords;
    this.hasher = hasher;
    this.sessions = sessions;
    this.changes = changes;
    this.mail = mail;
  }

  void addTo(Api api) {
    api.handle("me.changePassword", this::change);
  }

  private Response change(Call call) {
    if (!(call.bearer() instanceof Bearer.OfUser bearer)) {
      throw ApiException.forbidden("Only a user can do this");
    }
    UserCredential credential = bearer.credential();
    if (!RoleCap.UNCAPPED.within(credential.cap())) {
      throw ApiException.forbidden(
          "A token with a maximum role cannot change the password: the answer is a log-in token,"
              + " which has none");
    }
    JsonNode body = call.body();
    NewPassword newPassword = SignUp.newPassword(body, "newPassword");
    UserRow user = users.find(credential.user()).orElseThrow(ApiException::unauthorized);
    UserRow checked = passwords.checkOwn(call, user, body, "password");
    PasswordHash hash = new PasswordHash(hasher.hash(newPassword));
    Sessions.Wanted wanted =
        new Sessions.Wanted(
            credential.grant().names(), lifetime(credential, body, call.question().now()));
    Sessions.Begun begun =
        passwords.write(
            checked,
            PasswordCheck.Code.field(body, "twoFactorCode"),
            (transaction, before) -> {
              call.requireStillAllowed();
              UserRow after = change(transaction, call, before, hash);
              return sessions.begin(transaction, after, wanted, call.question().action().id());
            });
    mail.wake();
    return Response.ok(Sessions.answer(begun));
  }

  /** A token that ends makes no session that outlives it; a session is the user at work. */
  private static Duration lifetime(UserCredential credential, JsonNode body, Instant now) {
    Duration wanted = Sessions.lifetime(body);
    Optional<Duration> most =
        credential.kind() == UserCredential.Kind.SESSION
            ? Optional.empty()
            : credential.validity().expiresAt().map(end -> left(now, end));
    return most.filter(left -> wanted.isZero() || left.compareTo(wanted) < 0).orElse(wanted);
  }

  /** At least one millisecond, since none would mean that there is no end. */
  private static Duration left(Instant now, Instant end) {
    return Duration.ofMillis(Math.max(1, Duration.between(now, end).toMillis()));
  }

  private UserRow change(Transaction transaction, Call call, UserRow before, PasswordHash hash) {
    Instant now = transaction.now();
    UserRow.Edit edit = before.edit().password(hash, now);
    if (call.body().path("invalidateExistingTokens").asBoolean(false)) {
      edit.endSessions(now);
    }
    UserRow after = edit.at(now);
    users.update(transaction, after);
    transaction.record(AccountChanges.of(changes, call, before, after));
    mail.endLinks(transaction, before, MailPurpose.RESET);
    mail.notice(transaction, before, MailPurpose.PASSWORD_CHANGED);
    return after;
  }
}
