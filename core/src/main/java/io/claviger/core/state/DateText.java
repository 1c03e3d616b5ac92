package io.claviger.core.state;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Dates as {@code Date.parse} of JavaScript reads them: ISO 8601 with everything behind the year
 * optional, RFC 2822, what {@code Date.prototype.toString} writes, and dates with slashes. A time
 * without a zone is UTC, as on a server.
 */
final class DateText {
  private static final int LENGTH_MAX = 80;

  /** Nine digits are March 1973 in seconds; fewer may be a year. */
  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{9,17}(?:\\.[0-9]{1,9})?");

  private static final Pattern ISO =
      Pattern.compile(
          "([0-9]{4}|[+-][0-9]{6})(?:-([0-9]{2})(?:-([0-9]{2}))?)?"
              + "(?:[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?"
              + " ?([Zz]|[+-][0-9]{2}:?[0-9]{2})?)?");

  private static final String CLOCK =
      "(?:,? +([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\\.([0-9]{1,9}))?)?(?: ?([AaPp][Mm]))?)?";
  private static final String ZONE = "(?: ?(Z|UTC|GMT|UT)?([+-][0-9]{2}:?[0-9]{2})?)?";
  private static final String COMMENT = "(?: ?\\([^()]*\\))?";
  private static final String WEEKDAY = "(?:[A-Za-z]{3,9},? +)?";

  private static final Pattern DAY_FIRST =
      Pattern.compile(
          WEEKDAY + "([0-9]{1,2})[ -]+([A-Za-z]{3,9})[ ,-]+([0-9]{4})" + CLOCK + ZONE + COMMENT);
  private static final Pattern MONTH_FIRST =
      Pattern.compile(
          WEEKDAY + "([A-Za-z]{3,9})\\.? +([0-9]{1,2}),? +([0-9]{4})" + CLOCK + ZONE + COMMENT);
  private static final Pattern SLASHES_YEAR_LAST =
      Pattern.compile("([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})" + CLOCK + ZONE);
  private static final Pattern SLASHES_YEAR_FIRST =
      Pattern.compile("([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})" + CLOCK + ZONE);

  private static final List<String> MONTHS =
      List.of(
          "january",
          "february",
          "march",
          "april",
          "may",
          "june",
          "july",
          "august",
          "september",
          "october",
          "november",
          "december");

  private DateText() {}

  /** The number that a text is, when it is long enough to be no year. */
  static Optional<Double> number(String text) {
    String trimmed = text.strip();
    return trimmed.length() <= LENGTH_MAX && NUMBER.matcher(trimmed).matches()
        ? Optional.of(Double.parseDouble(trimmed))
        : Optional.empty();
  }

  /** Milliseconds since 1970, or empty when it is no date that is known here. */
  static Optional<Double> parse(String text) {
    String trimmed = text.strip();
    if (trimmed.isEmpty() || trimmed.length() > LENGTH_MAX) {
      return Optional.empty();
    }
    try {
      return read(trimmed);
    } catch (DateTimeException _) {
      return Optional.empty(); // such as 30 February
    }
  }

  private static Optional<Double> read(String text) {
    Matcher iso = ISO.matcher(text);
    if (iso.matches()) {
      return iso(iso);
    }
    Matcher dayFirst = DAY_FIRST.matcher(text);
    if (dayFirst.matches()) {
      return month(dayFirst.group(2))
          .flatMap(month -> legacy(dayFirst, dayFirst.group(3), month, dayFirst.group(1)));
    }
    Matcher monthFirst = MONTH_FIRST.matcher(text);
    if (monthFirst.matches()) {
      return month(monthFirst.group(1))
          .flatMap(month -> legacy(monthFirst, monthFirst.group(3), month, monthFirst.group(2)));
    }
    Matcher yearLast = SLASHES_YEAR_LAST.matcher(text);
    if (yearLast.matches()) {
      return legacy(
          yearLast, yearLast.group(3), Integer.parseInt(yearLast.group(1)), yearLast.group(2));
    }
    Matcher yearFirst = SLASHES_YEAR_FIRST.matcher(text);
    return yearFirst.matches()
        ? legacy(
            yearFirst, yearFirst.group(1), Integer.parseInt(yearFirst.group(2)), yearFirst.group(3))
        : Optional.empty();
  }

  private static Optional<Double> iso(Matcher date) {
    LocalDate day =
        LocalDate.of(
            Integer.parseInt(date.group(1)), number(date.group(2), 1), number(date.group(3), 1));
    return moment(
        day,
        number(date.group(4), 0),
        number(date.group(5), 0),
        number(date.group(6), 0),
        date.group(7),
        offsetMinutes(date.group(8)));
  }

  /** The clock is in groups 4 to 8, the zone in 9 and 10. */
  private static Optional<Double> legacy(Matcher date, String year, int month, String day) {
    int hour = number(date.group(4), 0);
    @Nullable String half = date.group(8);
    if (half != null) {
      if (hour < 1 || hour > 12) {
        return Optional.empty();
      }
      hour = hour % 12 + (half.toLowerCase(Locale.ROOT).equals("pm") ? 12 : 0);
    }
    return moment(
        LocalDate.of(Integer.parseInt(year), month, Integer.parseInt(day)),
        hour,
        number(date.group(5), 0),
        number(date.group(6), 0),
        date.group(7),
        offsetMinutes(date.group(10)));
  }

  private static Optional<Double> moment(
      LocalDate day, int hour, int minute, int second, @Nullable String fraction, int offset) {
    boolean midnight = hour == 24 && minute == 0 && second == 0;
    if ((hour > 23 && !midnight) || minute > 59 || second > 59 || Math.abs(offset) >= 24 * 60) {
      return Optional.empty();
    }
    double seconds =
        day.atStartOfDay().toEpochSecond(ZoneOffset.UTC)
            + hour * 3600L
            + minute * 60L
            + second
            - offset * 60L;
    int millis = fraction == null ? 0 : Integer.parseInt((fraction + "00").substring(0, 3));
    return Optional.of(seconds * 1000 + millis);
  }

  private static int number(@Nullable String digits, int absent) {
    return digits == null ? absent : Integer.parseInt(digits);
  }

  /** Minutes east of Greenwich: {@code +02:00}, {@code -0700}; none and {@code Z} are 0. */
  private static int offsetMinutes(@Nullable String zone) {
    if (zone == null || zone.length() < 5) {
      return 0;
    }
    int hours = Integer.parseInt(zone.substring(1, 3));
    int minutes = Integer.parseInt(zone.substring(zone.length() - 2));
    int offset = hours * 60 + minutes;
    return zone.charAt(0) == '-' ? -offset : offset;
  }

  /** By its name or its first three letters. */
  private static Optional<Integer> month(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    for (int i = 0; i < MONTHS.size(); i++) {
      if (MONTHS.get(i).startsWith(lower)) {
        return Optional.of(i + 1);
      }
    }
    return Optional.empty();
  }
}
