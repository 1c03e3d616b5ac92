package io.claviger.core.change;

import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * One link of the chain: a SHA-256 value.
 *
 * @param hex 64 lower-case hex digits
 */
public record ChainHash(String hex) {
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

  public ChainHash {
    if (!HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException("a chain hash is 64 lower-case hex digits");
    }
  }

  /**
   * The hash with these bytes.
   *
   * @throws IllegalArgumentException unless there are exactly 32
   */
  public static ChainHash ofBytes(byte[] bytes) {
    return new ChainHash(HexFormat.of().formatHex(bytes));
  }

  /** The 32 bytes, a fresh copy. */
  public byte[] toBytes() {
    return HexFormat.of().parseHex(hex);
  }
}
