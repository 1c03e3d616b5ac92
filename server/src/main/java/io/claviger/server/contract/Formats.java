package io.claviger.server.contract;

import com.networknt.schema.ExecutionContext;
import com.networknt.schema.format.Format;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.function.Predicate;

/**
 * The two formats whose meaning must be exactly what the rest of the server can read. Both take
 * time linear in the text.
 */
public final class Formats {

  /** Length of {@code 9999-12-31T23:59:59.123456789+23:59}, the longest text that makes sense. */
  private static final int DATE_TIME_LENGTH_MAX = 35;

  /** RFC 5321 section 4.5.3.1.1. */
  private static final int LOCAL_PART_LENGTH_MAX = 64;

  /** RFC 1035 section 2.3.4. */
  private static final int LABEL_LENGTH_MAX = 63;

  private static final String LOCAL_PART_SIGNS = ".!#$%&'*+/=?^_`{|}~-";

  private Formats() {}

  static List<Format> all() {
    return List.of(
        new Named("date-time", Formats::isDateTime), new Named("email", Formats::isEmail));
  }

  /** A point in time as {@link OffsetDateTime} reads it, with seconds and a year of four digits. */
  static boolean isDateTime(String text) {
    boolean shaped =
        text.length() >= "2026-01-01T00:00:00Z".length()
            && text.length() <= DATE_TIME_LENGTH_MAX
            && text.charAt(4) == '-'
            && text.charAt(16) == ':';
    if (!shaped) {
      return false;
    }
    try {
      OffsetDateTime.parse(text);
      return true;
    } catch (DateTimeException e) {
      return false;
    }
  }

  /** An address as people have it: unquoted ASCII local part, {@code @}, domain name. */
  public static boolean isEmail(String text) {
    int at = text.indexOf('@');
    return at >= 1
        && at <= LOCAL_PART_LENGTH_MAX
        && text.chars().limit(at).allMatch(Formats::isLocalPartCharacter)
        && isDomain(text.substring(at + 1));
  }

  private static boolean isLocalPartCharacter(int character) {
    return isAsciiLetterOrDigit(character) || LOCAL_PART_SIGNS.indexOf(character) >= 0;
  }

  private static boolean isDomain(String text) {
    for (String label : text.split("\\.", -1)) {
      boolean valid =
          !label.isEmpty()
              && label.length() <= LABEL_LENGTH_MAX
              && label.charAt(0) != '-'
              && label.charAt(label.length() - 1) != '-'
              && label.chars().allMatch(c -> c == '-' || isAsciiLetterOrDigit(c));
      if (!valid) {
        return false;
      }
    }
    return true;
  }

  private static boolean isAsciiLetterOrDigit(int character) {
    return (character >= '0' && character <= '9')
        || (character >= 'a' && character <= 'z')
        || (character >= 'A' && character <= 'Z');
  }

  private record Named(String name, Predicate<String> test) implements Format {
    @Override
    public String getName() {
      return name;
    }

    @Override
    public boolean matches(ExecutionContext context, String value) {
      return test.test(value);
    }
  }
}
