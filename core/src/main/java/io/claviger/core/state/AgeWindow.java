package io.claviger.core.state;

import java.time.Duration;

/**
 * How old and how far ahead a state may be (STA-3).
 *
 * @param past the oldest that is kept
 */
public record AgeWindow(Duration past) {
  /** A clock that is a day ahead may be in another time zone; one further ahead is wrong. */
  public static final Duration AHEAD = Duration.ofDays(1);

  /** Whether a state of that time is kept. */
  public boolean admits(long timeMillis, long nowMillis) {
    return timeMillis >= nowMillis - past.toMillis() && timeMillis <= nowMillis + AHEAD.toMillis();
  }
}
