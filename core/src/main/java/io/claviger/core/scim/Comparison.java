package io.claviger.core.scim;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How an attribute is compared with a value (RFC 7644 section 3.4.2.2). */
public enum Comparison {
  /** Equal. */
  EQ,
  /** Not equal. */
  NE,
  /** Contains the text. */
  CO,
  /** Starts with the text. */
  SW,
  /** Ends with the text. */
  EW,
  /** Greater. */
  GT,
  /** Greater or equal. */
  GE,
  /** Less. */
  LT,
  /** Less or equal. */
  LE;

  /** The comparison with this name, in whatever case. */
  static Optional<Comparison> of(String name) {
    return Arrays.stream(values())
        .filter(value -> value.name().equals(name.toUpperCase(Locale.ROOT)))
        .findFirst();
  }
}
