package io.claviger.server.event;

import io.claviger.server.http.ApiException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** When an event happened: text of RFC 3339, milliseconds since 1970, or {@code {$date: text}}. */
final class CreationDate {
  private static final String NAME = "creationDate";
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");

  private CreationDate() {}

  /**
   * The time in a body, from 1970 to the year 9999; empty when there is none.
   *
   * @throws ApiException 400 for anything else
   */
  static Optional<Instant> of(JsonNode body) {
    if (!body.has(NAME)) {
      return Optional.empty();
    }
    JsonNode given = body.get(NAME);
    JsonNode value = given.isObject() ? given.path("$date") : given;
    Instant time = value.isNumber() ? millis(value.decimalValue()) : text(value.stringValue());
    if (time.isBefore(Instant.EPOCH) || time.isAfter(LAST)) {
      throw refused();
    }
    return Optional.of(Instant.ofEpochMilli(time.toEpochMilli()));
  }

  private static Instant millis(BigDecimal number) {
    if (number.signum() < 0 || number.compareTo(BigDecimal.valueOf(LAST.toEpochMilli())) > 0) {
      throw refused();
    }
    return Instant.ofEpochMilli(number.longValue());
  }

  private static Instant text(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw refused();
    }
  }

  private static ApiException refused() {
    return ApiException.validation(
        NAME, "must be a date-time of RFC 3339 or milliseconds, from 1970 to the year 9999");
  }
}
