package io.claviger.core.query;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/** A value that a query compares with. */
public sealed interface Literal {
  /** Milliseconds of a second. */
  BigDecimal THOUSAND = BigDecimal.valueOf(1000);

  /**
   * A text, or an identifier in lower case.
   *
   * @param text well-formed Unicode without U+0000, which no field can hold
   */
  record Text(String text) implements Literal {}

  /** A number of any size. */
  record Numeric(BigDecimal number) implements Literal {}

  /** True or false; no field holds one, so it equals nothing (QRY-12). */
  record Bool(boolean value) implements Literal {}

  /** What a missing field has (QRY-7). */
  record Null() implements Literal {}

  /**
   * The moment that is meant, in milliseconds since 1970, UTC (QRY-9): a number as it is, a text in
   * the form of ISO 8601, either a day ({@code 2026-03-09}, its beginning in UTC) or a time with
   * its offset ({@code 2026-03-09T07:12:30.518Z}). Empty when the value means none; it then equals
   * no moment (QRY-12).
   */
  default Optional<BigDecimal> epochMillis() {
    return switch (this) {
      case Numeric(BigDecimal number) -> Optional.of(number);
      case Text(String text) -> instant(text).map(Literal::millis);
      case Bool _, Null _ -> Optional.empty();
    };
  }

  private static Optional<Instant> instant(String text) {
    // The longest form has a year of nine digits, nanoseconds and an offset with seconds.
    if (text.length() > "+999999999-12-31T23:59:59.999999999+18:00:00".length()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          text.indexOf('T') < 0
              ? LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC)
              : OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  private static BigDecimal millis(Instant instant) {
    return BigDecimal.valueOf(instant.getEpochSecond())
        .multiply(THOUSAND)
        .add(BigDecimal.valueOf(instant.getNano(), 6));
  }
}
