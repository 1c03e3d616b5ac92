package io.claviger.core.secret;

import io.claviger.core.Parsed;
import io.claviger.core.id.OrganizationId;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/**
 * The text form of a personal access token of an organization (LUC-2):
 *
 * <pre>
 * pat_ + organization, 24 hexadecimal digits + _ + 27 random characters + 6 check characters
 * </pre>
 *
 * <p>62 characters in all. The check characters are those of {@link TokenText}, over everything
 * before them, so that a value whose organization was exchanged is refused without a look-up.
 */
public final class TenantTokenText {
  /** What every value begins with. */
  public static final String PREFIX = "pat_";

  private static final int ORGANIZATION_END = PREFIX.length() + 24;
  private static final int SECRET_START = ORGANIZATION_END + 1;

  /** Length of every value, in characters. */
  public static final int LENGTH = SECRET_START + Base62.RANDOM_LENGTH + Base62.CHECK_LENGTH;

  private static final Parsed<Presented> REJECTED =
      Parsed.rejected("must be a token exactly as it was issued");

  private TenantTokenText() {}

  /**
   * A token that somebody presents: well formed, which says nothing about whether it exists.
   *
   * @param organization that it names
   * @param digest the SHA-256 of the whole text, under which it is looked up
   */
  public record Presented(OrganizationId organization, Digest digest) {}

  /**
   * A new value.
   *
   * @param random must be a cryptographic source outside tests
   */
  public static Secret issue(OrganizationId organization, RandomGenerator random) {
    return Base62.issue(PREFIX + organization.text() + "_", random);
  }

  /**
   * Reads a presented token: length, form, alphabet and checksum, without looking anything up.
   * Every wrong text gets the same rejection, which does not repeat it.
   */
  public static Parsed<Presented> parse(String text) {
    if (text.length() != LENGTH
        || !text.startsWith(PREFIX)
        || text.charAt(ORGANIZATION_END) != '_'
        || !hexadecimal(text)
        || !alphabetical(text)) {
      return REJECTED;
    }
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return Base62.checks(bytes)
        ? Parsed.ok(
            new Presented(
                new OrganizationId(text.substring(PREFIX.length(), ORGANIZATION_END)),
                Digest.of(bytes)))
        : REJECTED;
  }

  private static boolean hexadecimal(String text) {
    for (int i = PREFIX.length(); i < ORGANIZATION_END; i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  private static boolean alphabetical(String text) {
    for (int i = SECRET_START; i < LENGTH; i++) {
      if (!Base62.isDigit(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }
}
