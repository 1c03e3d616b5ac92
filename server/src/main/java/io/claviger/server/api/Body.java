package io.claviger.server.api;

import io.claviger.server.http.ApiException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** Takes values out of a body that the API document has found valid. */
public final class Body {
  private Body() {}

  /** The text of a property; empty when it is absent or null. */
  public static Optional<String> text(JsonNode body, String name) {
    JsonNode value = body.path(name);
    return value.isString() ? Optional.of(value.stringValue()) : Optional.empty();
  }

  /** The texts of an array; empty when it is absent or null. */
  public static Optional<List<String>> texts(JsonNode body, String name) {
    JsonNode value = body.path(name);
    if (!value.isArray()) {
      return Optional.empty();
    }
    List<String> texts = new ArrayList<>();
    value.forEach(text -> texts.add(text.stringValue()));
    return Optional.of(List.copyOf(texts));
  }

  /**
   * A time to the millisecond; empty when it is absent or null.
   *
   * @throws ApiException 400 when it lies outside what can be kept
   */
  public static Optional<Instant> time(JsonNode body, String name) {
    return text(body, name)
        .map(text -> {
          try {
            return Instant.ofEpochMilli(OffsetDateTime.parse(text).toInstant().toEpochMilli());
          } catch (DateTimeException | ArithmeticException e) {
            throw ApiException.validation(name, "must be a date-time of RFC 3339");
          }
        });
  }

  /**
   * What a patch makes of an optional property: null clears it, absence keeps it.
   *
   * @param value reads the new value out of the property
   */
  public static <T> Optional<T> patched(
      JsonNode body, String name, Optional<T> before, Function<JsonNode, T> value) {
    if (!body.has(name)) {
      return before;
    }
    JsonNode property = body.get(name);
    return property.isNull() ? Optional.empty() : Optional.of(value.apply(property));
  }
}
