package io.claviger.server.account;

import io.claviger.core.secret.NewPassword;
import io.claviger.server.api.Api;
import io.claviger.server.api.Body;
import io.claviger.server.api.Call;
import io.claviger.server.api.Changes;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Response;
import io.claviger.server.security.PasswordHasher;
import io.claviger.store.Database;
import io.claviger.store.Fold;
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

  OwnAccount(
      Database database,
      UserStore users,
      PasswordCheck passwords,
      PasswordHasher hasher,
      Changes changes,
      MeView views) {
    this.database = database;
    this.users = users;
    this.passwords = passwords;
    this.hasher = hasher;
    this.changes = changes;
    this.views = views;
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
    Optional<UserRow> proved = prove(call, present(call));
    Optional<PasswordHash> newHash =
        newPassword.map(password -> new PasswordHash(hasher.hash(password)));
    UserRow patched =
        database.write(transaction -> {
          call.requireStillAllowed();
          UserRow before =
              proved
                  .map(user -> passwords.confirm(transaction, user))
                  .orElseGet(() -> present(call));
          if (proved.isEmpty() && needsProof(body, before)) {
            throw proofMissing();
          }
          UserRow after = patched(body, before, newHash, transaction.now());
          users.update(transaction, after);
          transaction.record(
              changes.updated(
                  call,
                  AccountJson.subject(after),
                  AccountJson.render(before),
                  AccountJson.render(after)));
          return after;
        });
    return Response.ok(views.render(call, view, patched));
  }

  /** A new address or password is a way to take the account over (USR-12). */
  private static boolean needsProof(JsonNode body, UserRow user) {
    return body.has("password")
        || (body.has("email") && !body.get("email").stringValue().equals(user.email()));
  }

  private Optional<UserRow> prove(Call call, UserRow user) {
    JsonNode body = call.body();
    if (!needsProof(body, user)) {
      return Optional.empty();
    }
    if (!body.has("currentCredentials")) {
      throw proofMissing();
    }
    String password = body.get("currentCredentials").get("password").stringValue();
    return Optional.of(
        passwords
            .check(call.question(), user.email(), password)
            .orElseThrow(() ->
                ApiException.validation(
                    "currentCredentials.password", "is not the password of the account")));
  }

  private static ApiException proofMissing() {
    return ApiException.validation(
        "currentCredentials", "must be given to change email or password");
  }

  private UserRow patched(
      JsonNode body, UserRow before, Optional<PasswordHash> newHash, Instant now) {
    String email = Body.text(body, "email").orElse(before.email());
    users
        .findByEmail(email)
        .filter(other -> !other.id().equals(before.id()))
        .ifPresent(_ -> {
          throw ApiException.validation("email", "has an account already");
        });
    return new UserRow(
        before.id(),
        email,
        before.emailVerified() && Fold.fold(email).equals(Fold.fold(before.email())),
        Body.text(body, "firstName").orElse(before.firstName()),
        Body.text(body, "lastName").orElse(before.lastName()),
        SignUp.profile(body, before.profile()),
        newHash.orElse(before.passwordHash()),
        newHash.isPresent() ? now : before.passwordChangedAt(),
        cutoff(body, before, now),
        before.mustVerify(),
        before.requestedEmail(),
        before.twoFactor(),
        before.createdAt(),
        now);
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
