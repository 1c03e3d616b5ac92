package io.claviger.server.state;

import io.claviger.server.http.ApiException;
import io.claviger.server.http.Query;
import io.claviger.store.state.Slice;
import io.claviger.store.state.TimeRange;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/** Reads the query parameters that name a range of time (STA-7). */
public final class RangeParameters {
  /** The most entries of an answer. */
  static final int LIMIT_MAX = 1000;

  /** Milliseconds that a text may stand for: beyond the years that are written with four digits. */
  private static final long MILLIS_MAX = 253_402_300_799_999L;

  private RangeParameters() {}

  /** The entries wanted: {@code limit}, {@code sortDirection} and the range. */
  static Slice slice(Query query, Instant now) {
    return new Slice(range(query, now), limit(query), descending(query));
  }

  private static int limit(Query query) {
    OptionalLong limit = number(query, "limit");
    if (limit.isPresent() && (limit.getAsLong() < 1 || limit.getAsLong() > LIMIT_MAX)) {
      throw ApiException.validation("limit", "must be a whole number from 1 to " + LIMIT_MAX);
    }
    return (int) limit.orElse(1);
  }

  private static boolean descending(Query query) {
    return switch (query.text("sortDirection").orElse("").toLowerCase(Locale.ROOT)) {
      case "", "desc" -> true;
      case "asc" -> false;
      default -> throw ApiException.validation("sortDirection", "must be one of asc, desc");
    };
  }

  /** From {@code start} to {@code end}; without an end, to whatever there is. */
  static TimeRange range(Query query, Instant now) {
    OptionalLong given = number(query, "start");
    return range(
        given.isPresent() ? given : number(query, "since"),
        number(query, "end"),
        number(query, "duration"),
        now,
        TimeRange.EVER);
  }

  /**
   * A range out of its three numbers, of which the duration counts where one of the others is
   * absent.
   *
   * @param absent the beginning and the end where nothing is said of them
   */
  public static TimeRange range(
      OptionalLong start, OptionalLong end, OptionalLong duration, Instant now, TimeRange absent) {
    if (duration.isPresent() && duration.getAsLong() < 0) {
      throw ApiException.validation("duration", "must be 0 or more");
    }
    if (start.isPresent()) {
      long from = moment(start.getAsLong(), now);
      if (end.isPresent()) {
        return new TimeRange(from, moment(end.getAsLong(), now));
      }
      return new TimeRange(
          from, duration.isPresent() ? from + duration.getAsLong() : absent.endMillis());
    }
    if (duration.isPresent()) {
      long to = moment(end.orElse(0), now);
      return new TimeRange(to - duration.getAsLong(), to);
    }
    return new TimeRange(
        absent.startMillis(), end.isPresent() ? moment(end.getAsLong(), now) : absent.endMillis());
  }

  /** 0 is now, and what is below is before now. */
  static long moment(long millis, Instant now) {
    return millis > 0 ? millis : now.toEpochMilli() + millis;
  }

  /** A whole number of milliseconds; blank is absent. */
  public static OptionalLong number(Query query, String name) {
    Optional<String> text = query.text(name).filter(given -> !given.isEmpty());
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      long number = Long.parseLong(text.get());
      if (number >= -MILLIS_MAX && number <= MILLIS_MAX) {
        return OptionalLong.of(number);
      }
    } catch (NumberFormatException _) {
      // Answered below.
    }
    throw ApiException.validation(name, "must be a whole number");
  }

  /** A whole number in a body; the API document holds it to its range. */
  static OptionalLong number(JsonNode body, String name) {
    return body.has(name) ? OptionalLong.of(body.get(name).longValue()) : OptionalLong.empty();
  }
}
