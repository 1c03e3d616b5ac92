package io.claviger.core.secret;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** Signatures with Ed25519 (RFC 8032). Public keys, in X.509 form, and signatures are base 64. */
public final class Ed25519 {
  /** Its name, in documents and in the JDK. */
  public static final String ALGORITHM = "Ed25519";

  private Ed25519() {}

  /**
   * Signs a message.
   *
   * @throws IllegalArgumentException when the key is of another algorithm
   */
  public static String sign(PrivateKey key, byte[] message) {
    try {
      Signature signing = Signature.getInstance(ALGORITHM);
      signing.initSign(key);
      signing.update(message);
      return Base64.getEncoder().encodeToString(signing.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("this is no key for " + ALGORITHM, e);
    }
  }

  /** Whether the signature is that of the key and the message; false for texts that are neither. */
  public static boolean verifies(String publicKey, byte[] message, String signature) {
    try {
      PublicKey key =
          KeyFactory.getInstance(ALGORITHM)
              .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(publicKey)));
      Signature checking = Signature.getInstance(ALGORITHM);
      checking.initVerify(key);
      checking.update(message);
      return checking.verify(Base64.getDecoder().decode(signature));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }
}
