package io.claviger.store.user;

import io.claviger.core.id.UserId;
import java.time.Instant;
import java.util.Optional;

/**
 * An account as it is kept.
 *
 * @param email as it was written; unique without regard to case
 * @param emailVerified whether the user has shown to receive mail there
 * @param lastName may be empty
 * @param passwordChangedAt when the present password was set
 * @param tokenCutoff log-in sessions made before it are dead (USR-11); never moves back
 */
public record UserRow(
    UserId id,
    String email,
    boolean emailVerified,
    String firstName,
    String lastName,
    UserProfile profile,
    PasswordHash passwordHash,
    Instant passwordChangedAt,
    Optional<Instant> tokenCutoff,
    Instant createdAt,
    Instant updatedAt) {

  /** First and last name, for people. */
  public String fullName() {
    return (firstName + " " + lastName).strip();
  }

  /** The same account with a new password, set at that time. */
  public UserRow withPassword(PasswordHash hash, Instant now) {
    return new UserRow(
        id,
        email,
        emailVerified,
        firstName,
        lastName,
        profile,
        hash,
        now,
        tokenCutoff,
        createdAt,
        now);
  }

  /** The same account whose sessions made before that time are dead. */
  public UserRow withTokenCutoff(Instant cutoff, Instant now) {
    return new UserRow(
        id,
        email,
        emailVerified,
        firstName,
        lastName,
        profile,
        passwordHash,
        passwordChangedAt,
        Optional.of(cutoff),
        createdAt,
        now);
  }
}
