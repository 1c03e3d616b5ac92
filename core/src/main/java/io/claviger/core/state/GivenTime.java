package io.claviger.core.state;

import java.util.Optional;

/** The time of a report or a command, as it was given (STA-2). */
public sealed interface GivenTime {
  /** The latest moment that JavaScript knows, in milliseconds, on either side of 1970. */
  long MILLIS_MAX = 8_640_000_000_000_000L;

  /** A number below this is seconds: as milliseconds it would be March 1973. */
  double SECONDS_BELOW = 1e11;

  /** None. */
  record Absent() implements GivenTime {}

  /**
   * A number: seconds or milliseconds since 1970, or, when it is negative, milliseconds before now.
   *
   * @param value any, also too large to be a time
   */
  record Amount(double value) implements GivenTime {}

  /** Milliseconds since 1970, as {@code {"$date": ...}} has them. */
  record Millis(double value) implements GivenTime {}

  /** A text that {@code Date.parse} of JavaScript may know. */
  record Text(String value) implements GivenTime {}

  /**
   * The moment that is meant.
   *
   * @param nowMillis the time of the arrival, which counts when none is given or it is not legible
   * @return milliseconds since 1970, at most {@link #MILLIS_MAX} before or after
   */
  default long resolve(long nowMillis) {
    return switch (this) {
      case Absent() -> nowMillis;
      case Amount(double value) -> ofNumber(value, nowMillis);
      case Millis(double value) -> bounded(value);
      case Text(String text) -> {
        Optional<Double> number = DateText.number(text);
        yield number.isPresent()
            ? ofNumber(number.get(), nowMillis)
            : DateText.parse(text).map(GivenTime::bounded).orElse(nowMillis);
      }
    };
  }

  private static long ofNumber(double value, long nowMillis) {
    if (value < 0) {
      return bounded(nowMillis + value);
    }
    return bounded(value < SECONDS_BELOW ? value * 1000 : value);
  }

  private static long bounded(double millis) {
    return Math.round(Math.clamp(millis, -(double) MILLIS_MAX, (double) MILLIS_MAX));
  }
}
