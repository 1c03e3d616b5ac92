package io.claviger.core.credential;

import java.time.Instant;
import java.util.Optional;

/**
 * Whether a credential is switched on and until when it lasts.
 *
 * @param status the switch
 * @param expiresAt the first instant at which it is refused (UAT-15), or empty for never
 */
public record Validity(CredentialStatus status, Optional<Instant> expiresAt) {
  /** Switched on, for ever. */
  public static final Validity UNLIMITED = new Validity(CredentialStatus.ACTIVE, Optional.empty());

  /** Whether it has run out at that moment. */
  public boolean expired(Instant now) {
    return expiresAt.isPresent() && !now.isBefore(expiresAt.get());
  }
}
