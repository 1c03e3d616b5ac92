package io.claviger.core.secret;

import io.claviger.core.Parsed;
import java.util.ArrayList;

/**
 * What a new password must be (USR-9). Only for new ones: a password that is presented to log in is
 * judged by its hash alone.
 */
public final class PasswordPolicy {
  /** Fewest characters. */
  public static final int LENGTH_MIN = 12;

  /** Most characters: bounds the work of the hash that follows. */
  public static final int LENGTH_MAX = 2048;

  private PasswordPolicy() {}

  /**
   * Checks a wanted password: {@link #LENGTH_MIN} to {@link #LENGTH_MAX} Unicode characters with at
   * least one of each of {@code A-Z}, {@code a-z}, {@code 0-9} and anything else.
   *
   * @return a rejection that lists everything that is missing and does not repeat the password
   */
  public static Parsed<NewPassword> check(String wanted) {
    // A character is one or two chars, so this bounds the work before any of it is done.
    if (wanted.length() > 2 * LENGTH_MAX || characters(wanted) > LENGTH_MAX) {
      return Parsed.rejected("must have at most " + LENGTH_MAX + " characters");
    }
    var missing = new ArrayList<String>();
    if (characters(wanted) < LENGTH_MIN) {
      missing.add(LENGTH_MIN + " characters");
    }
    if (wanted.chars().noneMatch(PasswordPolicy::isUpper)) {
      missing.add("an upper-case letter");
    }
    if (wanted.chars().noneMatch(PasswordPolicy::isLower)) {
      missing.add("a lower-case letter");
    }
    if (wanted.chars().noneMatch(PasswordPolicy::isDigit)) {
      missing.add("a digit");
    }
    if (wanted.chars().allMatch(c -> isUpper(c) || isLower(c) || isDigit(c))) {
      missing.add("another character");
    }
    return missing.isEmpty()
        ? Parsed.ok(new NewPassword(wanted))
        : Parsed.rejected("must have at least " + String.join(", ", missing));
  }

  private static int characters(String text) {
    return text.codePointCount(0, text.length());
  }

  private static boolean isUpper(int c) {
    return c >= 'A' && c <= 'Z';
  }

  private static boolean isLower(int c) {
    return c >= 'a' && c <= 'z';
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }
}
