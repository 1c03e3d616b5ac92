package io.claviger.core.change;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;

/**
 * Where a log begins whose oldest entries were removed because of their age (AUD-1), signed:
 * whoever has not the key of the installation cannot remove anything and make it look like that.
 *
 * <p>What is signed, with Ed25519 (RFC 8032), is this text in ASCII:
 *
 * <pre>
 * claviger/anchor/1
 * sequence of the last entry that was removed, in decimal digits
 * its hash in 64 hexadecimal digits
 * the latest time of all that was removed, milliseconds since 1970-01-01T00:00:00Z
 * the time of the signature, likewise
 * </pre>
 *
 * with a line feed behind each line.
 *
 * @param head the last entry that was removed: the first that is kept follows it
 * @param until the latest time of all that was ever removed: of moments before it the log does not
 *     tell everything. Not always that of the last entry, since clocks are set back
 * @param time when it was signed, to the millisecond
 * @param publicKey in X.509 form and base 64
 * @param signature in base 64
 */
public record Anchor(
    ChainHead head, Instant until, Instant time, String publicKey, String signature) {
  private static final String ALGORITHM = "Ed25519";

  /** Signs where the log begins; times are cut to the millisecond. */
  public static Anchor sign(
      ChainHead head, Instant until, Instant time, String publicKey, PrivateKey key) {
    Instant untilMillis = Instant.ofEpochMilli(until.toEpochMilli());
    Instant timeMillis = Instant.ofEpochMilli(time.toEpochMilli());
    try {
      Signature signing = Signature.getInstance(ALGORITHM);
      signing.initSign(key);
      signing.update(message(head, untilMillis, timeMillis));
      return new Anchor(
          head,
          untilMillis,
          timeMillis,
          publicKey,
          Base64.getEncoder().encodeToString(signing.sign()));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("this is no key for " + ALGORITHM, e);
    }
  }

  private static byte[] message(ChainHead head, Instant until, Instant time) {
    return String.join(
            "\n",
            "claviger/anchor/1",
            Long.toString(head.sequence()),
            head.hash().hex(),
            Long.toString(until.toEpochMilli()),
            Long.toString(time.toEpochMilli()),
            "")
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** Whether the signature is that of a key, and of this anchor. */
  public boolean isSignedWith(String trustedKey) {
    if (!trustedKey.equals(publicKey)) {
      return false;
    }
    try {
      PublicKey key =
          KeyFactory.getInstance(ALGORITHM)
              .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(publicKey)));
      Signature checking = Signature.getInstance(ALGORITHM);
      checking.initVerify(key);
      checking.update(message(head, until, time));
      return checking.verify(Base64.getDecoder().decode(signature));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }
}
