package io.claviger.server.account;

import io.claviger.store.user.LoginFailures;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When too many wrong passwords lock an account (USR-5): after {@link #FAILURES_MAX} in a row, each
 * within {@link #DURATION} of the one before, for {@link #DURATION} from the last. Attempts while
 * it is locked are not counted, so a lock is never prolonged.
 */
final class LockOut {
  /** So many failures lock. */
  static final int FAILURES_MAX = 10;

  /** How long a lock lasts, and after how long failures are forgotten. */
  static final Duration DURATION = Duration.ofMinutes(15);

  private LockOut() {}

  /** Whether an account with these failures is locked. */
  static boolean locked(Optional<LoginFailures> failures, Instant now) {
    return failures
        .filter(before -> counts(before, now))
        .filter(before -> before.count() >= FAILURES_MAX)
        .isPresent();
  }

  /** The failures after one more. */
  static LoginFailures afterFailure(Optional<LoginFailures> before, Instant now) {
    int count = before.filter(earlier -> counts(earlier, now)).map(LoginFailures::count).orElse(0);
    return new LoginFailures(count + 1, now);
  }

  private static boolean counts(LoginFailures failures, Instant now) {
    return now.isBefore(failures.lastAt().plus(DURATION));
  }
}
