package io.claviger.core.secret;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.OptionalLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Codes that change with the time (RFC 6238): HMAC-SHA-1, six digits, steps of 30 seconds from
 * 1970. These are the parameters that every authenticator app takes for granted.
 */
public final class Totp {
  /** Digits of a code. */
  public static final int DIGITS = 6;

  /** Seconds of a step. */
  public static final int STEP_SECONDS = 30;

  /** Clocks may differ, and people are slow: one step to each side (RFC 6238 section 5.2). */
  private static final int STEPS_ASIDE = 1;

  private static final int MODULUS = 1_000_000;
  private static final String ALGORITHM = "HmacSHA1";

  private Totp() {}

  /**
   * The step whose code was presented; empty when the code is of no step that counts. Takes the
   * same time whatever the code is.
   *
   * @param key shared with the authenticator
   * @param code what the user typed
   * @param lastStep of the last code that was accepted: neither it nor an earlier one is accepted
   *     again, so that each code works once
   */
  public static OptionalLong accept(byte[] key, String code, Instant now, long lastStep) {
    byte[] presented = code.getBytes(StandardCharsets.UTF_8);
    long present = step(now);
    OptionalLong found = OptionalLong.empty();
    for (long step = present - STEPS_ASIDE; step <= present + STEPS_ASIDE; step++) {
      byte[] expected = code(key, step).getBytes(StandardCharsets.UTF_8);
      boolean matches = MessageDigest.isEqual(expected, presented);
      if (matches && step > lastStep) {
        found = OptionalLong.of(step);
      }
    }
    return found;
  }

  /** The number of the step at a time. */
  public static long step(Instant time) {
    return Math.floorDiv(time.getEpochSecond(), STEP_SECONDS);
  }

  /** The code of a step: HOTP with the step as counter (RFC 4226 section 5.3). */
  public static String code(byte[] key, long step) {
    byte[] hash = hmac(key, ByteBuffer.allocate(Long.BYTES).putLong(step).array());
    int offset = hash[hash.length - 1] & 0xF;
    int truncated = ByteBuffer.wrap(hash).getInt(offset) & 0x7FFF_FFFF;
    String digits = Integer.toString(truncated % MODULUS);
    return "0".repeat(DIGITS - digits.length()) + digits;
  }

  private static byte[] hmac(byte[] key, byte[] message) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return mac.doFinal(message);
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java platform has HMAC-SHA-1", e);
    }
  }
}
