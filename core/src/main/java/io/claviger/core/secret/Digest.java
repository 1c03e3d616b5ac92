package io.claviger.core.secret;

import io.claviger.core.Parsed;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The SHA-256 of a secret: all that is stored of it, and the key under which a presented one is
 * found. Comparing takes the same time wherever the difference is.
 */
public final class Digest {
  /** Size in bytes. */
  public static final int BYTES = 32;

  private static final Parsed<Digest> NOT_HEX =
      Parsed.rejected("must be 64 lower-case hexadecimal digits");

  // Cloned for each use and never fed itself, so threads may share it. A clone is
  // cheaper than looking the algorithm up, and one instance for each thread would keep memory alive
  // for very many threads.
  private static final MessageDigest SHA_256 = newSha256();

  private final byte[] bytes;

  Digest(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a digest has 32 bytes");
    }
    this.bytes = bytes.clone();
  }

  /** The digest of the UTF-8 form of a text. */
  public static Digest of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  static Digest of(byte[] text) {
    return new Digest(sha256(text));
  }

  /**
   * A digest as it was stored.
   *
   * @throws IllegalArgumentException when there are not exactly {@link #BYTES} bytes
   */
  public static Digest ofBytes(byte[] bytes) {
    return new Digest(bytes);
  }

  /** Reads what {@link #hex()} wrote; capitals are refused, so that a digest has one spelling. */
  public static Parsed<Digest> ofHex(String text) {
    if (text.length() != 2 * BYTES) {
      return NOT_HEX;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
        return NOT_HEX;
      }
    }
    return Parsed.ok(new Digest(HexFormat.of().parseHex(text)));
  }

  /** 64 lower-case hexadecimal digits. */
  public String hex() {
    return HexFormat.of().formatHex(bytes);
  }

  /** A copy of the bytes. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  private static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static byte[] sha256(byte[] text) {
    try {
      return ((MessageDigest) SHA_256.clone()).digest(text);
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("SHA-256 of this platform cannot be cloned", e);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Digest digest && MessageDigest.isEqual(bytes, digest.bytes);
  }

  /** The first four bytes: a digest is evenly spread already. */
  @Override
  public int hashCode() {
    return (bytes[0] & 0xff) << 24
        | (bytes[1] & 0xff) << 16
        | (bytes[2] & 0xff) << 8
        | (bytes[3] & 0xff);
  }

  /** The first digits only: enough to tell two apart in a log, too little to look one up. */
  @Override
  public String toString() {
    return "Digest[" + HexFormat.of().formatHex(bytes, 0, 4) + "]";
  }
}
