package io.claviger.core.secret;

import io.claviger.core.Parsed;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
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

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  // Four numbers instead of an array: one place in memory less to go to.
  private final long first;
  private final long second;
  private final long third;
  private final long fourth;

  Digest(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a digest has 32 bytes");
    }
    this.first = (long) LONGS.get(bytes, 0);
    this.second = (long) LONGS.get(bytes, 8);
    this.third = (long) LONGS.get(bytes, 16);
    this.fourth = (long) LONGS.get(bytes, 24);
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
    return HexFormat.of().formatHex(toBytes());
  }

  /** The bytes. */
  public byte[] toBytes() {
    byte[] bytes = new byte[BYTES];
    LONGS.set(bytes, 0, first);
    LONGS.set(bytes, 8, second);
    LONGS.set(bytes, 16, third);
    LONGS.set(bytes, 24, fourth);
    return bytes;
  }

  /**
   * Eight of the bytes as a number, for who keeps very many digests and has no room for objects.
   *
   * @param index 0 to 3
   * @throws IndexOutOfBoundsException for another index
   */
  public long word(int index) {
    return switch (index) {
      case 0 -> first;
      case 1 -> second;
      case 2 -> third;
      case 3 -> fourth;
      default -> throw new IndexOutOfBoundsException(index);
    };
  }

  /** Whether it has these four words; takes the same time wherever they differ. */
  public boolean hasWords(long word0, long word1, long word2, long word3) {
    return ((first ^ word0) | (second ^ word1) | (third ^ word2) | (fourth ^ word3)) == 0;
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

  /** Takes the same time wherever two digests differ. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Digest digest
        && hasWords(digest.first, digest.second, digest.third, digest.fourth);
  }

  /** The first four bytes: a digest is evenly spread already. */
  @Override
  public int hashCode() {
    return (int) (first >>> Integer.SIZE);
  }

  /** The first digits only: enough to tell two apart in a log, too little to look one up. */
  @Override
  public String toString() {
    return "Digest[" + HexFormat.of().toHexDigits(first >>> Integer.SIZE, 8) + "]";
  }
}
