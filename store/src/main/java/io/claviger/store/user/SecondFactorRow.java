package io.claviger.store.user;

import java.time.Instant;
import java.util.Optional;

/**
 * The second factor of a user as it is kept.
 *
 * @param offer a key that was shown and is not in force
 * @param key the key in force; empty while there is only an offer
 * @param lastStep of the last code that was accepted
 * @param wrongCodes since the last that was accepted
 */
public record SecondFactorRow(
    Optional<Offer> offer, Optional<SealedKey> key, long lastStep, int wrongCodes) {
  /** A key that was shown at a time. */
  public record Offer(SealedKey key, Instant at) {}
}
