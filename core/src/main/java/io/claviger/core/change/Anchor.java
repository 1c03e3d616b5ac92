package io.claviger.core.change;

import io.claviger.core.secret.Ed25519;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.time.Instant;

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
  /** Signs where the log begins; times are cut to the millisecond. */
  public static Anchor sign(
      ChainHead head, Instant until, Instant time, String publicKey, PrivateKey key) {
    Instant untilMillis = Instant.ofEpochMilli(until.toEpochMilli());
    Instant timeMillis = Instant.ofEpochMilli(time.toEpochMilli());
    return new Anchor(
        head,
        untilMillis,
        timeMillis,
        publicKey,
        Ed25519.sign(key, message(head, untilMillis, timeMillis)));
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
    return trustedKey.equals(publicKey)
        && Ed25519.verifies(publicKey, message(head, until, time), signature);
  }
}
