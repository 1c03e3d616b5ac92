package io.claviger.core.id;

import io.claviger.core.Parsed;
import java.util.Locale;

/**
 * The text form that all objects share: 24 hexadecimal digits. Either case is read, lower case is
 * what is stored, compared and shown (WIR-7).
 */
public final class ObjectId {
  /** Number of digits: 4 bytes of time, 5 of the process, 3 of a counter, two digits each. */
  public static final int LENGTH = 24;

  private static final Parsed<String> REJECTED =
      Parsed.rejected("must be an id of 24 hexadecimal digits");

  private ObjectId() {}

  /** Whether the text is 24 hexadecimal digits of either case. */
  public static boolean isValid(String text) {
    if (text.length() != LENGTH) {
      return false;
    }
    for (int i = 0; i < LENGTH; i++) {
      char c = text.charAt(i);
      boolean hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
      if (!hex) {
        return false;
      }
    }
    return true;
  }

  /** Reads an id that somebody wrote and returns its lower-case form. */
  public static Parsed<String> parse(String text) {
    return isValid(text) ? Parsed.ok(text.toLowerCase(Locale.ROOT)) : REJECTED;
  }

  /**
   * The lower-case form of an id that is known to be valid.
   *
   * @throws IllegalArgumentException when it is not
   */
  public static String normalise(String text) {
    return parse(text).orThrow();
  }
}
