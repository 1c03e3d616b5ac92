package io.claviger.server.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.store.user.LoginFailures;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** When wrong passwords lock (USR-5). */
class LockOutTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void theTenthFailureLocksForAQuarterOfAnHour() {
    Optional<LoginFailures> failures = Optional.empty();
    for (int i = 0; i < 10; i++) {
      assertThat(LockOut.locked(failures, START)).as("after %d", i).isFalse();
      failures = Optional.of(LockOut.afterFailure(failures, START));
    }
    assertThat(LockOut.locked(failures, START)).isTrue();
    Instant end = START.plus(Duration.ofMinutes(15));
    assertThat(LockOut.locked(failures, end.minusMillis(1))).isTrue();
    assertThat(LockOut.locked(failures, end)).isFalse();
    assertThat(LockOut.afterFailure(failures, end).count()).isEqualTo(1);
  }

  /** Against a model that keeps every failure since the last pause. */
  @Test
  void agreesWithAListOfFailures() {
    for (long seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      Optional<LoginFailures> failures = Optional.empty();
      Deque<Instant> model = new ArrayDeque<>();
      Instant now = START;
      for (int step = 0; step < 100; step++) {
        now = now.plusSeconds(random.nextInt(10) == 0 ? random.nextInt(1200) : random.nextInt(60));
        if (!model.isEmpty() && !now.isBefore(model.getLast().plus(LockOut.DURATION))) {
          model.clear();
        }
        boolean locked = model.size() >= 10;
        assertThat(LockOut.locked(failures, now))
            .as("seed %d step %d", seed, step)
            .isEqualTo(locked);
        if (!locked) {
          failures = Optional.of(LockOut.afterFailure(failures, now));
          model.addLast(now);
        }
      }
    }
  }
}
