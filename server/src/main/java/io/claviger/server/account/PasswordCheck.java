package io.claviger.server.account;

import io.claviger.core.decide.Question;
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

/**
 * Checks a password that somebody presents, wherever one is asked for: limited per client (429),
 * counted per e-mail address (USR-5), and alike in answer and time whether or not there is such an
 * account.
 *
 * <p>Hashing takes long, so it is done outside of writes; {@link #confirm} looks inside the write
 * whether what was checked still holds.
 */
final class PasswordCheck {
  private final Database database;
  private final UserStore users;
  private final LoginFailureStore failures;
  private final PasswordHasher hasher;
  private final RateLimiter limit;

  PasswordCheck(Database database, UserStore users, PasswordHasher hasher, RateLimiter limit) {
    this.database = database;
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
   * The account as it is now, if the password that was checked is still its password, and the
   * account was not locked meanwhile: however many attempts run at once, no more than ten are
   * answered. Forgets the failures before.
   *
   * @throws ApiException 401
   */
  UserRow confirm(Transaction transaction, UserRow checked) {
    UserRow user =
        users
            .find(checked.id())
            .filter(now -> now.passwordHash().equals(checked.passwordHash()))
            .orElseThrow(PasswordCheck::refused);
    Optional<LoginFailures> before = failures.find(checked.email());
    if (LockOut.locked(before, transaction.now())) {
      throw locked();
    }
    if (before.isPresent()) {
      failures.remove(transaction, checked.email());
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
}
