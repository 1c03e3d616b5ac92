package io.claviger.server.security;

import io.claviger.core.secret.Digest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keeps from the reader of a database what cannot be kept as a digest: AES-256-GCM under the secret
 * key of the installation. A sealed text is one byte of version, 12 bytes of nonce, the ciphertext
 * and 16 bytes of tag.
 */
public final class SecretBox {
  /** Bytes of a secret key. */
  public static final int KEY_BYTES = 32;

  private static final byte VERSION = 1;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final String CIPHER = "AES/GCM/NoPadding";

  private final SecretKeySpec key;
  private final Digest fingerprint;
  private final RandomGenerator random;

  /**
   * Seals and opens with a key.
   *
   * @param random for nonces; must be a cryptographic source outside tests
   * @throws IllegalArgumentException for a key that has not {@link #KEY_BYTES} bytes
   */
  public SecretBox(byte[] key, RandomGenerator random) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException("a secret key has " + KEY_BYTES + " bytes");
    }
    this.key = new SecretKeySpec(key, "AES");
    this.fingerprint = Digest.of("claviger secret key " + HexFormat.of().formatHex(key));
    this.random = random;
  }

  /** Tells this key from others; it says nothing about the key. */
  public Digest fingerprint() {
    return fingerprint;
  }

  /**
   * Seals bytes.
   *
   * @param context what they belong to; a sealed text that is moved elsewhere does not open
   */
  public byte[] seal(byte[] plain, String context) {
    byte[] sealed = new byte[1 + NONCE_BYTES];
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    sealed[0] = VERSION;
    System.arraycopy(nonce, 0, sealed, 1, NONCE_BYTES);
    byte[] encrypted = run(Cipher.ENCRYPT_MODE, nonce, plain, context);
    byte[] whole = Arrays.copyOf(sealed, sealed.length + encrypted.length);
    System.arraycopy(encrypted, 0, whole, sealed.length, encrypted.length);
    return whole;
  }

  /**
   * Opens what was sealed.
   *
   * @throws IllegalStateException when it was sealed with another key or for another context, or
   *     was changed
   */
  public byte[] open(byte[] sealed, String context) {
    if (sealed.length < 1 + NONCE_BYTES || sealed[0] != VERSION) {
      throw new IllegalStateException("this was not sealed here");
    }
    byte[] nonce = Arrays.copyOfRange(sealed, 1, 1 + NONCE_BYTES);
    byte[] encrypted = Arrays.copyOfRange(sealed, 1 + NONCE_BYTES, sealed.length);
    return run(Cipher.DECRYPT_MODE, nonce, encrypted, context);
  }

  private byte[] run(int mode, byte[] nonce, byte[] input, String context) {
    try {
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
      return cipher.doFinal(input);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a sealed text does not open", e);
    }
  }

  @Override
  public String toString() {
    return "SecretBox[" + fingerprint + "]";
  }
}
