package io.claviger.core.secret;

import io.claviger.core.Parsed;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * A code for somebody whose authenticator is lost, to be written down and used once: {@code
 * abcde-fghij-klmno-pqrst}, 20 characters of base 32, 100 bits. Too many to be guessed from a
 * digest, so a digest is all that is kept.
 */
public final class RecoveryCode {
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
  private static final int LENGTH = 20;
  private static final int GROUP = 5;

  private RecoveryCode() {}

  /**
   * A new code. Its digest is that of the text without hyphens.
   *
   * @param random must be a cryptographic source outside tests
   */
  public static Issued issue(RandomGenerator random) {
    var text = new StringBuilder();
    for (int i = 0; i < LENGTH; i++) {
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    String plain = text.toString();
    for (int i = LENGTH - GROUP; i > 0; i -= GROUP) {
      text.insert(i, '-');
    }
    return new Issued(new Secret(text.toString()), Digest.of(plain));
  }

  /**
   * A code that was just made.
   *
   * @param text to be shown once
   * @param digest to be kept; the digest of {@code text} itself is of no use
   */
  public record Issued(Secret text, Digest digest) {}

  /** The digest of a code as somebody types it: hyphens, blanks and capitals do not matter. */
  public static Parsed<Digest> parse(String typed) {
    if (typed.length() > 2 * LENGTH) {
      return Parsed.rejected("must be a recovery code");
    }
    String plain = typed.replace("-", "").replace(" ", "").toLowerCase(Locale.ROOT);
    boolean shaped =
        plain.length() == LENGTH && plain.chars().allMatch(c -> ALPHABET.indexOf(c) >= 0);
    return shaped ? Parsed.ok(Digest.of(plain)) : Parsed.rejected("must be a recovery code");
  }
}
