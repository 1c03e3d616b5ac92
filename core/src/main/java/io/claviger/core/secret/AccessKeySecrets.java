package io.claviger.core.secret;

import java.util.HexFormat;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** The two texts of a device access key: its public name and its secret (KEY-2). */
public final class AccessKeySecrets {
  /** Length of a secret in characters: 32 random bytes in hexadecimal. */
  public static final int SECRET_LENGTH = 64;

  private static final Pattern KEY = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  private AccessKeySecrets() {}

  /** Whether a text can be the name of a key; what devices present may be any text at all. */
  public static boolean isKey(String presented) {
    return KEY.matcher(presented).matches();
  }

  /** A new key name: the text of a random UUID (version 4, RFC 9562). Not secret. */
  public static String newKey(RandomGenerator random) {
    long high = (random.nextLong() & ~0xf000L) | 0x4000L;
    long low = (random.nextLong() >>> 2) | Long.MIN_VALUE;
    return new UUID(high, low).toString();
  }

  /**
   * A new secret of 64 lower-case hexadecimal characters.
   *
   * @param random must be a cryptographic source outside tests
   */
  public static Secret newSecret(RandomGenerator random) {
    var bytes = new byte[SECRET_LENGTH / 2];
    random.nextBytes(bytes);
    return new Secret(HexFormat.of().formatHex(bytes));
  }

  /** The digest of what a device presents, whatever it is. */
  public static Digest digestOf(String presented) {
    return Digest.of(presented);
  }

  /**
   * Whether what a device presents is the secret of the stored digest. Takes the same time wherever
   * they differ, and compares digests, so nothing about the secret can be learned from the time.
   */
  public static boolean matches(Digest stored, String presented) {
    return stored.equals(Digest.of(presented));
  }
}
