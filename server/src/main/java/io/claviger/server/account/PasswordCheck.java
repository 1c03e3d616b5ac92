package io.claviger.server.account;

import io.claviger.core.decide.Question;
import io.claviger.server.api.Body;
import io.claviger.server.api.Call;
import io.claviger.server.http.ApiException;
import io.claviger.server.security.PasswordHasher;
import io.claviger.server.security.RateLimiter;
import io.claviger.store.Database;
import io.claviger.store.Transaction;
import io.claviger.store.user.LoginFailureStore;
import io.claviger.store.user.LoginFailures;
import io.claviger.store.user.UserRow;
import io.claviger.store.user.UserStore;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import tools.jackson.databind.JsonNode;

/**
 * Checks a password that somebody presents, wherever one is asked for: limited per client (429),
 * counted per e-mail address (USR-5), and alike in answer and time whether or not there is such an
 * account.
 *
 * <p>Hashing takes long, so it is done outside of writes; {@link #write} looks inside the write
 * whether what was checked still holds, and at the second factor (USR-4).
 */
final class PasswordCheck {
  private final Database database;
  private final UserStore users;
  private final LoginFailureStore failures;
  private final PasswordHasher hasher;
  private final SecondFactors factors;
  private final RateLimiter limit;

  PasswordCheck(
      Database database,
      UserStore users,
      PasswordHasher hasher,
      SecondFactors factors,
      RateLimiter limit) {
    this.database = database;
    this.factors = factors;
    this.users = users;
    this.failures = new LoginFailureStore(database);
    this.hasher = hasher;
    this.limit = limit;
  }

  /**
   * The account that the password opens; empty when it opens none.
   *
   * @param attempt where the attempt comes from, and when
   * @throws ApiException 429 when the client tries too often, 401 of type AccountLocked when the
   *     address had too many failures, with the right password too
   */
  Optional<UserRow> check(Question attempt, String email, String password) {
    limit.check(attempt.address());
    limit.spend(attempt.address());
    if (LockOut.locked(failures.find(email), attempt.now())) {
      throw locked();
    }
    Optional<UserRow> user = users.findByEmail(email);
    if (matches(user, password)) {
      return user;
    }
    boolean locked = database.write(transaction -> !countFailure(transaction, email));
    if (locked) {
      throw locked();
    }
    return Optional.empty();
  }

  private boolean matches(Optional<UserRow> user, String password) {
    if (user.isEmpty() || user.get().passwordHash().isNone()) {
      hasher.takeAsLong(password);
      return false;
    }
    return hasher.matches(user.get().passwordHash().text(), password);
  }

  /** Whether the failure was counted; not when others have locked the account by now. */
  private boolean countFailure(Transaction transaction, String email) {
    Optional<LoginFailures> before = failures.find(email);
    if (LockOut.locked(before, transaction.now())) {
      return false;
    }
    failures.put(transaction, email, LockOut.afterFailure(before, transaction.now()));
    return true;
  }

  /**
   * The account behind a call, whose password stands in the body once more.
   *
   * @param field of the password; {@code object.field} for one inside of an object
   * @throws ApiException 400 that names the field when it is wrong
   */
  UserRow checkOwn(Call call, UserRow user, JsonNode body, String field) {
    String password = body.at("/" + field.replace('.', '/')).stringValue();
    return check(call.question(), user.email(), password)
        .filter(opened -> opened.id().equals(user.id()))
        .orElseThrow(() -> ApiException.validation(field, "is not the password of the account"));
  }

  /**
   * The code of the second factor that came with a password.
   *
   * @param text as it came
   * @param asked false where none is asked for
   * @param field to be named when it is refused; empty at a log-in, where the answer is 401
   */
  record Code(Optional<String> text, boolean asked, Optional<String> field) {
    /** None is asked for. */
    static final Code NOT_ASKED = new Code(Optional.empty(), false, Optional.empty());

    static Code atLogin(JsonNode body) {
      return new Code(Body.text(body, "twoFactorCode"), true, Optional.empty());
    }

    /**
     * A code in a field of the body.
     *
     * @param field {@code object.field} for one inside of an object
     */
    static Code field(JsonNode body, String field) {
      JsonNode value = body.at("/" + field.replace('.', '/'));
      return new Code(
          value.isString() ? Optional.of(value.stringValue()) : Optional.empty(),
          true,
          Optional.of(field));
    }

    @Override
    public String toString() {
      return "Code[redacted]";
    }

    private ApiException missing() {
      return field
          .map(name ->
              ApiException.validation(name, "must be given: the account has a second factor"))
          .orElseGet(() ->
              new ApiException(
                  401, "TwoFactorRequired", "A two-factor code is required", Map.of()));
    }

    private ApiException wrong() {
      return field
          .map(name -> ApiException.validation(name, "is not a code that can be used now"))
          .orElseGet(PasswordCheck::refused);
    }
  }

  private sealed interface Outcome<T> {
    record Done<T>(T result) implements Outcome<T> {}

    record Refused<T>(ApiException problem) implements Outcome<T> {}
  }

  /**
   * Writes for somebody whose password was checked before, if it is still the password, the account
   * was not locked meanwhile, and the second factor is proved. However many attempts run at once,
   * no more than ten wrong passwords or codes are answered, and each code works once: a wrong code
   * is counted in the very write that looks at it. Forgets the failures before.
   *
   * @param work gets the account as it is now; when it throws, nothing is kept and the code can be
   *     used again
   * @throws ApiException 401 or, where the code has a field, 400
   */
  <T> T write(UserRow checked, Code code, BiFunction<Transaction, UserRow, T> work) {
    Outcome<T> outcome =
        database.write(transaction -> {
          UserRow user = present(transaction, checked);
          SecondFactors.Verdict verdict =
              code.asked()
                  ? factors.verify(transaction, user, code.text())
                  : SecondFactors.Verdict.ACCEPTED;
          return switch (verdict) {
            case ACCEPTED -> {
              failures.remove(transaction, checked.email());
              yield new Outcome.Done<>(work.apply(transaction, user));
            }
            case MISSING -> new Outcome.Refused<>(code.missing());
            case WRONG -> {
              countFailure(transaction, checked.email());
              yield new Outcome.Refused<>(code.wrong());
            }
            case EXHAUSTED -> new Outcome.Refused<>(exhausted());
          };
        });
    return switch (outcome) {
      case Outcome.Done<T>(T result) -> result;
      case Outcome.Refused<T>(ApiException problem) -> throw problem;
    };
  }

  /** The account as it is now, if what was checked still holds. */
  private UserRow present(Transaction transaction, UserRow checked) {
    UserRow user =
        users
            .find(checked.id())
            .filter(now -> now.passwordHash().equals(checked.passwordHash()))
            // Who is switched off is told no more than anybody who errs.
            .filter(now -> !now.management().deactivated())
            .orElseThrow(PasswordCheck::refused);
    if (LockOut.locked(failures.find(checked.email()), transaction.now())) {
      throw locked();
    }
    return user;
  }

  /** The one answer to a log-in that fails, whatever was wrong with it. */
  static ApiException refused() {
    return new ApiException(401, "Unauthorized", "Invalid credentials", Map.of());
  }

  private static ApiException locked() {
    return ApiException.locked("Too many failed attempts. Try again later.");
  }

  private static ApiException exhausted() {
    return ApiException.locked("Too many wrong two-factor codes. Use a recovery code.");
  }
}
