package io.claviger.server.changelog;

import io.claviger.core.change.Anchor;
import io.claviger.core.change.ChainHead;
import io.claviger.core.change.HashChain;
import io.claviger.core.secret.Ed25519;
import io.claviger.server.security.SecretBox;
import io.claviger.store.retention.ChangeLogPruning;
import io.claviger.store.tenant.CheckpointKeyStore.CheckpointKey;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import tools.jackson.databind.node.ObjectNode;

/**
 * The key that signs where the change log ends ({@link Checkpoint}) and begins ({@link Anchor}),
 * opened with the secret key of the installation.
 */
public final class InstallationSigner implements ChangeLogPruning.Signer {
  private static final String CONTEXT = "checkpoint";

  private final String publicKey;
  private final PrivateKey privateKey;

  private InstallationSigner(String publicKey, PrivateKey privateKey) {
    this.publicKey = publicKey;
    this.privateKey = privateKey;
  }

  /** Makes a key. */
  static CheckpointKey generate(SecretBox box, SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(Ed25519.ALGORITHM);
      generator.initialize(255, random);
      KeyPair pair = generator.generateKeyPair();
      byte[] secret = pair.getPrivate().getEncoded();
      CheckpointKey key =
          new CheckpointKey(pair.getPublic().getEncoded(), box.seal(secret, CONTEXT));
      Arrays.fill(secret, (byte) 0);
      return key;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has Ed25519", impossible);
    }
  }

  /**
   * Opens a key.
   *
   * @throws IllegalStateException when it was sealed with another secret key, or its two parts do
   *     not belong together
   */
  public static InstallationSigner open(CheckpointKey key, SecretBox box) {
    byte[] secret = box.open(key.sealedKey(), CONTEXT);
    try {
      InstallationSigner signer =
          new InstallationSigner(
              text(key),
              KeyFactory.getInstance(Ed25519.ALGORITHM)
                  .generatePrivate(new PKCS8EncodedKeySpec(secret)));
      signer.requirePair();
      return signer;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the key of checkpoints is damaged", e);
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  private void requirePair() {
    ChainHead anything = HashChain.genesis();
    if (!sign(anything, Instant.EPOCH, Instant.EPOCH).isSignedWith(publicKey)) {
      throw new IllegalStateException("the public key of checkpoints is not that of this secret");
    }
  }

  /** The public part of a key in base 64. */
  static String text(CheckpointKey key) {
    return Base64.getEncoder().encodeToString(key.publicKey());
  }

  @Override
  public String publicKey() {
    return publicKey;
  }

  @Override
  public Anchor sign(ChainHead head, Instant until, Instant time) {
    return Anchor.sign(head, until, time, publicKey, privateKey);
  }

  /** Signs the end of the log; the document. */
  public ObjectNode checkpoint(ChainHead head, Instant time) {
    return Checkpoint.sign(head, time, publicKey, privateKey).render();
  }

  @Override
  public String toString() {
    return "InstallationSigner[" + publicKey + "]";
  }
}
