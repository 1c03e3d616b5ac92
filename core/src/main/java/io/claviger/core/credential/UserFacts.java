package io.claviger.core.credential;

import io.claviger.core.id.UserId;
import java.time.Instant;
import java.util.Optional;

/**
 * What the rules need to know of the user behind a credential.
 *
 * @param tokenCutoff log-in sessions made before it are dead (USR-11)
 * @param needsToVerifyEmail whether all but a few actions wait for the address to be verified
 *     (USR-14)
 * @param twoFactorEnabled whether the user proves a second factor at each log-in (USR-15)
 * @param deactivated whether the organization that manages the account has switched it off
 */
public record UserFacts(
    UserId id,
    Optional<Instant> tokenCutoff,
    boolean needsToVerifyEmail,
    boolean twoFactorEnabled,
    boolean deactivated) {
  /** A user who is active. */
  public UserFacts(
      UserId id,
      Optional<Instant> tokenCutoff,
      boolean needsToVerifyEmail,
      boolean twoFactorEnabled) {
    this(id, tokenCutoff, needsToVerifyEmail, twoFactorEnabled, false);
  }

  /** A user without a second factor. */
  public UserFacts(UserId id, Optional<Instant> tokenCutoff, boolean needsToVerifyEmail) {
    this(id, tokenCutoff, needsToVerifyEmail, false);
  }
}
