package io.claviger.server.account;

import io.claviger.core.Parsed;
import io.claviger.core.change.Actor;
import io.claviger.core.change.Change;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.id.UserId;
import io.claviger.core.secret.NewPassword;
import io.claviger.core.secret.PasswordPolicy;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.api.Changes;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Response;
import io.claviger.server.security.PasswordHasher;
import io.claviger.server.security.RateLimiter;
import io.claviger.server.settings.MailSettings;
import io.claviger.server.settings.Settings;
import io.claviger.store.Database;
import io.claviger.store.Transaction;
import io.claviger.store.user.PasswordHash;
import io.claviger.store.user.UserProfile;
import io.claviger.store.user.UserRow;
import io.claviger.store.user.UserStore;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * {@code POST /users}: makes an account and logs it in. Where addresses are to be verified, almost
 * everything waits for that (USR-14).
 */
final class SignUp {
  private final Database database;
  private final UserStore users;
  private final PasswordHasher hasher;
  private final RateLimiter limit;
  private final Sessions sessions;
  private final ObjectIdSource ids;
  private final EmailVerification verification;
  private final boolean open;
  private final MailSettings mail;

  SignUp(
      Database database,
      UserStore users,
      PasswordHasher hasher,
      RateLimiter limit,
      Sessions sessions,
      ObjectIdSource ids,
      EmailVerification verification,
      Settings settings) {
    this.database = database;
    this.users = users;
    this.hasher = hasher;
    this.limit = limit;
    this.sessions = sessions;
    this.ids = ids;
    this.verification = verification;
    this.open = settings.signUp();
    this.mail = settings.mail();
  }

  void addTo(Api api) {
    api.handle("users.post", this::signUp);
  }

  private Response signUp(Call call) {
    if (!open) {
      throw ApiException.forbidden("Sign-up is switched off");
    }
    Sessions.Wanted wanted = sessions.wanted(call.body());
    NewPassword password = newPassword(call.body(), "password");
    limit.check(call.question().address());
    limit.spend(call.question().address());
    String email = call.body().get("email").stringValue();
    if (mail.verifyAddresses()) {
      EmailVerification.requireDeliverable(email);
    }
    requireFree(users, email);
    PasswordHash hash = new PasswordHash(hasher.hash(password));
    Sessions.Begun begun =
        database.write(transaction -> {
          requireFree(users, email);
          UserRow drafted = draft(call.body(), hash, transaction.now());
          UserRow user = mail.verifyAddresses() ? drafted.withVerificationDemanded() : drafted;
          String action = call.question().action().id();
          insert(transaction, user, Actor.user(user.id().text(), user.fullName()), action);
          if (mail.sendsUnasked()) {
            var _ = verification.askIfPossible(transaction, user, email);
          }
          return sessions.begin(transaction, user, wanted, action);
        });
    verification.wake();
    return Response.created(Sessions.answer(begun));
  }

  private void insert(Transaction transaction, UserRow user, Actor actor, String action) {
    users.insert(transaction, user);
    transaction.record(
        new Change(
            actor,
            action,
            AccountJson.subject(user),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(Changes.text(AccountJson.render(user)))));
  }

  private UserRow draft(JsonNode body, PasswordHash hash, Instant now) {
    return new UserRow(
        new UserId(ids.next()),
        body.get("email").stringValue(),
        false,
        body.get("firstName").stringValue(),
        body.get("lastName").stringValue(),
        profile(body, UserProfile.EMPTY),
        hash,
        now,
        Optional.empty(),
        now,
        now);
  }

  /** The profile after a body: a blank text clears a field, absence keeps it. */
  static UserProfile profile(JsonNode body, UserProfile before) {
    Map<String, String> fields = new HashMap<>(before.fields());
    for (String name : UserProfile.NAMES) {
      if (body.path(name).isString()) {
        fields.put(name, body.get(name).stringValue());
      }
    }
    return new UserProfile(fields);
  }

  /**
   * A password that satisfies the policy (USR-9).
   *
   * @throws ApiException 400 that says what is missing
   */
  static NewPassword newPassword(JsonNode body, String field) {
    return switch (PasswordPolicy.check(body.get(field).stringValue())) {
      case Parsed.Ok<NewPassword>(NewPassword password) -> password;
      case Parsed.Rejected<NewPassword>(String reason) ->
          throw ApiException.validation(field, reason);
    };
  }

  /**
   * Refuses an address that has an account.
   *
   * @throws ApiException 400
   */
  static void requireFree(UserStore users, String email) {
    if (users.findByEmail(email).isPresent()) {
      throw ApiException.validation("email", "has an account already");
    }
  }
}
