package io.claviger.core.secret;

import io.claviger.core.Parsed;
import java.util.random.RandomGenerator;

/**
 * The text form of a token, for example of a user token:
 *
 * <pre>
 * cvu_ + 27 random characters + 6 check characters        37 characters in all
 * </pre>
 *
 * <p>All characters behind the prefix are of {@code 0-9A-Za-z}. 27 of them hold 160.7 random bits.
 * The check characters are the CRC-32 of everything before them, in base 62 with leading zeros: a
 * leak scanner recognises a token without asking anybody, and a mistyped or made-up one is refused
 * before anything is looked up. The checksum is no protection; the random bits are.
 */
public final class TokenText {
  private static final int PREFIX_LENGTH = 4;

  /** Length of every token value, in characters. */
  public static final int LENGTH = PREFIX_LENGTH + Base62.RANDOM_LENGTH + Base62.CHECK_LENGTH;

  private static final Parsed<Presented> REJECTED =
      Parsed.rejected("must be a token exactly as it was issued");

  private TokenText() {}

  /**
   * A token that somebody presents: well formed, which says nothing about whether it exists.
   *
   * @param kind what its prefix says
   * @param digest the SHA-256 of the whole text, under which it is looked up
   */
  public record Presented(TokenKind kind, Digest digest) {}

  /**
   * A new token value.
   *
   * @param random must be a cryptographic source outside tests
   */
  public static Secret issue(TokenKind kind, RandomGenerator random) {
    return Base62.issue(kind.prefix(), random);
  }

  /**
   * Reads a presented token: length, prefix, alphabet and checksum, without looking anything up.
   * Every wrong text gets the same rejection, which does not repeat it.
   */
  public static Parsed<Presented> parse(String text) {
    if (text.length() != LENGTH || !text.startsWith("cv") || text.charAt(3) != '_') {
      return REJECTED;
    }
    var bytes = new byte[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      char c = text.charAt(i);
      if (!Base62.isDigit(c) && i != PREFIX_LENGTH - 1) {
        return REJECTED;
      }
      bytes[i] = (byte) c;
    }
    if (!Base62.checks(bytes)) {
      return REJECTED;
    }
    return switch (text.charAt(2)) {
      case 'u' -> presented(TokenKind.USER, bytes);
      case 'a' -> presented(TokenKind.APPLICATION, bytes);
      case 's' -> presented(TokenKind.SESSION, bytes);
      case 'd' -> presented(TokenKind.DEVICE, bytes);
      case 'o' -> presented(TokenKind.OAUTH, bytes);
      default -> REJECTED;
    };
  }

  private static Parsed<Presented> presented(TokenKind kind, byte[] text) {
    return Parsed.ok(new Presented(kind, Digest.of(text)));
  }
}
