package io.claviger.server.account;

import io.claviger.core.secret.NewPassword;
import io.claviger.server.api.Api;
import io.claviger.server.api.Body;
import io.claviger.server.api.Call;
import io.claviger.server.api.Changes;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Response;
import io.claviger.server.security.PasswordHasher;
import io.claviger.server.settings.MailSettings;
import io.claviger.store.Database;
import io.claviger.store.Transaction;
import io.claviger.store.mail.MailPurpose;
import io.claviger.store.user.PasswordHash;
import io.claviger.store.user.UserRow;
import io.claviger.store.user.UserStore;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** {@code GET} and {@code PATCH /me} (USR-11 to USR-13). */
final class OwnAccount {
  private final Database database;
  private final UserStore users;
  private final PasswordCheck passwords;
  private final PasswordHasher hasher;
  private final Changes changes;
  private final MeView views;
  private final EmailVerification verification;
  private final AccountMail mail;
  private final MailSettings settings;

  OwnAccount(
      Database database,
      UserStore users,
      PasswordCheck passwords,
      PasswordHasher hasher,
      Changes changes,
      MeView views,
      EmailVerification verification,
      AccountMail mail,
      MailSettings settings) {
    this.database = database;
    this.users = users;
    this.passwords = passwords;
    this.hasher = hasher;
    this.changes = changes;
    this.views = views;
    this.verification = verification;
    this.mail = mail;
    this.settings = settings;
  }

  void addTo(Api api) {
    api.handle("me.get", this::get);
    api.handle("me.patch", this::patch);
  }

  private Response get(Call call) {
    return Response.ok(views.render(call, MeView.Wanted.of(call.request().query()), present(call)));
  }

  private UserRow present(Call call) {
    return users.find(call.user()).orElseThrow(ApiException::unauthorized);
  }

  private Response patch(Call call) {
    MeView.Wanted view = MeView.Wanted.of(call.request().query());
    JsonNode body = call.body();
    Optional<NewPassword> newPassword =
        body.has("password") ? Optional.of(SignUp.newPassword(body, "password")) : Optional.empty();
    UserRow present = present(call);
    Optional<UserRow> proved =
        needsProof(body, present) ? Optional.of(prove(call, present)) : Optional.empty();
    Optional<PasswordHash> newHash =
        newPassword.map(password -> new PasswordHash(hasher.hash(password)));
    UserRow patched =
        proved.isPresent()
            ? passwords.write(
                proved.get(),
                PasswordCheck.Code.field(body, "currentCredentials.twoFactorCode"),
                (transaction, before) -> {
                  call.requireStillAllowed();
                  return patch(transaction, call, before, newHash);
                })
            : database.write(transaction -> {
              call.requireStillAllowed();
              return patchUnproved(transaction, call);
            });
    mail.wake();
    return Response.ok(views.render(call, view, patched));
  }

  private UserRow patchUnproved(Transaction transaction, Call call) {
    UserRow before = present(call);
    if (needsProof(call.body(), before)) {
      throw proofMissing();
    }
    return patch(transaction, call, before, Optional.empty());
  }

  private UserRow patch(
      Transaction transaction, Call call, UserRow before, Optional<PasswordHash> newHash) {
    UserRow after = patched(call.body(), before, newHash, transaction.now());
    users.update(transaction, after);
    transaction.record(AccountChanges.of(changes, call, before, after));
    write(transaction, before, after);
    return after;
  }

  /**
   * Tells the owner, at the old address and at the new one; ends links that were for the old state.
   */
  private void write(Transaction transaction, UserRow before, UserRow after) {
    if (!after.passwordHash().equals(before.passwordHash())) {
      mail.endLinks(transaction, before, MailPurpose.RESET);
      mail.notice(transaction, before, MailPurpose.PASSWORD_CHANGED);
    }
    if (!after.requestedEmail().equals(before.requestedEmail())) {
      mail.endLinks(transaction, before, MailPurpose.VERIFY);
      after.requestedEmail().ifPresent(email -> verification.ask(transaction, after, email));
    }
    if (!EmailVerification.sameAddress(before.email(), after.email())) {
      mail.endLinks(transaction, before, MailPurpose.RESET);
      mail.endLinks(transaction, before, MailPurpose.VERIFY);
      mail.notice(transaction, before, MailPurpose.EMAIL_CHANGED);
      if (settings.sendsUnasked()) {
        verification.ask(transaction, after, after.email());
      }
    }
  }

  /** A new address or password is a way to take the account over (USR-12). */
  private static boolean needsProof(JsonNode body, UserRow user) {
    return body.has("password")
        || (body.has("email") && !body.get("email").stringValue().equals(user.email()));
  }

  private UserRow prove(Call call, UserRow user) {
    if (!call.body().has("currentCredentials")) {
      throw proofMissing();
    }
    return passwords.checkOwn(call, user, call.body(), "currentCredentials.password");
  }

  private static ApiException proofMissing() {
    return ApiException.validation(
        "currentCredentials", "must be given to change email or password");
  }

  private UserRow patched(
      JsonNode body, UserRow before, Optional<PasswordHash> newHash, Instant now) {
    String wanted = Body.text(body, "email").orElse(before.email());
    boolean waits = settings.verifyAddresses() && isOther(wanted, before);
    String email = waits ? before.email() : wanted;
    users
        .findByEmail(wanted)
        .filter(other -> !other.id().equals(before.id()))
        .ifPresent(_ -> {
          throw ApiException.validation("email", "has an account already");
        });
    UserRow.Edit edit =
        before
            .edit()
            .email(email, before.emailVerified() && !isOther(email, before))
            .name(
                Body.text(body, "firstName").orElse(before.firstName()),
                Body.text(body, "lastName").orElse(before.lastName()))
            .profile(SignUp.profile(body, before.profile()))
            .tokenCutoff(cutoff(body, before, now))
            .requestedEmail(requested(body, before, waits));
    newHash.ifPresent(hash -> edit.password(hash, now));
    return edit.at(now);
  }

  private static boolean isOther(String email, UserRow user) {
    return !EmailVerification.sameAddress(email, user.email());
  }

  /** Asking for the present address takes back that another one was asked for (USR-12). */
  private static Optional<String> requested(JsonNode body, UserRow before, boolean waits) {
    return waits || !body.has("email")
        ? Body.text(body, "email").or(before::requestedEmail)
        : Optional.empty();
  }

  /**
   * The cutoff after a body. A time to come means now, since a cutoff ahead would end sessions that
   * have not begun; an earlier one is refused, since it would bring ended sessions back.
   */
  private static Optional<Instant> cutoff(JsonNode body, UserRow before, Instant now) {
    Optional<Instant> wanted = Body.time(body, "tokenCutoff");
    if (wanted.isEmpty()) {
      return before.tokenCutoff();
    }
    Instant earliest = before.tokenCutoff().orElse(Instant.MIN);
    if (wanted.get().isBefore(earliest)) {
      throw ApiException.validation("tokenCutoff", "must not be earlier than it is");
    }
    Instant cutoff = wanted.get().isAfter(now) ? now : wanted.get();
    return Optional.of(cutoff.isBefore(earliest) ? earliest : cutoff);
  }
}
