package io.claviger.core.secret;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;

/**
 * The part that every token value ends with: random characters and a checksum over all that stands
 * before it. The checksum tells mistyped and made-up values from issued ones without a look-up; it
 * is no protection, the random characters are.
 */
final class Base62 {
  /** 62^26 &lt; 2^160 &lt; 62^27. */
  static final int RANDOM_LENGTH = 27;

  /** 62^5 &lt; 2^32 &lt; 62^6. */
  static final int CHECK_LENGTH = 6;

  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int BASE = 62;
  private static final byte[] VALUE_OF = new byte[128];

  static {
    Arrays.fill(VALUE_OF, (byte) -1);
    for (int i = 0; i < BASE; i++) {
      VALUE_OF[ALPHABET.charAt(i)] = (byte) i;
    }
  }

  private Base62() {}

  /** Whether a character is one of {@code 0-9A-Za-z}. */
  static boolean isDigit(char c) {
    return c < VALUE_OF.length && VALUE_OF[c] >= 0;
  }

  /** A new value that begins with a prefix of ASCII characters. */
  static Secret issue(String prefix, RandomGenerator random) {
    var text = new StringBuilder(prefix);
    for (int i = 0; i < RANDOM_LENGTH; i++) {
      text.append(ALPHABET.charAt(random.nextInt(BASE)));
    }
    int start = text.length();
    long check = crc(text.toString().getBytes(StandardCharsets.US_ASCII), start);
    text.setLength(start + CHECK_LENGTH);
    for (int i = text.length() - 1; i >= start; i--) {
      text.setCharAt(i, ALPHABET.charAt((int) (check % BASE)));
      check /= BASE;
    }
    return new Secret(text.toString());
  }

  /**
   * Whether the last characters are the checksum of those before.
   *
   * @param text whose last characters are of {@code 0-9A-Za-z}
   */
  static boolean checks(byte[] text) {
    int start = text.length - CHECK_LENGTH;
    long check = 0;
    for (int i = start; i < text.length; i++) {
      check = check * BASE + VALUE_OF[text[i]];
    }
    return check == crc(text, start);
  }

  private static long crc(byte[] text, int length) {
    var crc = new CRC32();
    crc.update(text, 0, length);
    return crc.getValue();
  }
}
