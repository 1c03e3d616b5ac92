package io.claviger.core.secret;

import java.util.regex.Pattern;

/**
 * Takes values of credentials out of a text that a client chose freely and that is kept, such as
 * its {@code User-Agent}: it is not supposed to hold one, and sometimes does.
 */
public final class Redaction {
  // From the prefix to the end of the word, whatever the rest looks like: a part of a value, or one
  // with a letter too many, is not to be kept either.
  private static final Pattern CREDENTIAL =
      Pattern.compile("(cv[a-z]_|" + TenantTokenText.PREFIX + ")\\w+");

  private Redaction() {}

  /** The text with what follows the prefix of each credential replaced by three stars. */
  public static String of(String text) {
    // Nearly every text has none; looking for the prefixes is cheaper than the expression.
    return text.contains("cv") || text.contains(TenantTokenText.PREFIX)
        ? CREDENTIAL.matcher(text).replaceAll("$1***")
        : text;
  }
}
