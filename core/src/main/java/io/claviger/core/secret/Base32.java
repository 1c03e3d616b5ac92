package io.claviger.core.secret;

/** The text form of keys that people copy by hand (RFC 4648 section 6), without padding. */
public final class Base32 {
  private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int BITS = 5;
  private static final int MASK = 31;

  private Base32() {}

  /** Eight characters for five bytes; the bits that the last character lacks are zero. */
  public static String encode(byte[] bytes) {
    var text = new StringBuilder((bytes.length * Byte.SIZE + BITS - 1) / BITS);
    int pending = 0;
    int bits = 0;
    for (byte next : bytes) {
      pending = (pending << Byte.SIZE) | (next & 0xFF);
      bits += Byte.SIZE;
      while (bits >= BITS) {
        bits -= BITS;
        text.append(ALPHABET.charAt((pending >> bits) & MASK));
      }
      pending &= (1 << bits) - 1;
    }
    if (bits > 0) {
      text.append(ALPHABET.charAt((pending << (BITS - bits)) & MASK));
    }
    return text.toString();
  }
}
