package io.claviger.store.user;

import io.claviger.core.id.UserId;
import io.claviger.store.Fold;
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
 * @param mustVerify whether all but a few actions wait for the address to be verified (USR-14)
 * @param requestedEmail takes the place of the address once it is verified (USR-12)
 * @param twoFactor whether a code is asked for beside the password (USR-15)
 * @param management what an organization has to do with it
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
    boolean mustVerify,
    Optional<String> requestedEmail,
    boolean twoFactor,
    Management management,
    Instant createdAt,
    Instant updatedAt) {
  /**
   * An account of nobody but its user, without a second factor, for which nothing waits to be
   * verified.
   */
  public UserRow(
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
    this(
        id,
        email,
        emailVerified,
        firstName,
        lastName,
        profile,
        passwordHash,
        passwordChangedAt,
        tokenCutoff,
        false,
        Optional.empty(),
        false,
        Management.NONE,
        createdAt,
        updatedAt);
  }

  /** First and last name, for people. */
  public String fullName() {
    return (firstName + " " + lastName).strip();
  }

  /** Whether all but a few actions wait for the address to be verified (USR-14). */
  public boolean needsToVerifyEmail() {
    return mustVerify && !emailVerified;
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
        mustVerify,
        requestedEmail,
        twoFactor,
        management,
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
        mustVerify,
        requestedEmail,
        twoFactor,
        management,
        createdAt,
        now);
  }

  /** The same account with a second factor or without. */
  public UserRow withTwoFactor(boolean enabled, Instant now) {
    return new UserRow(
        id,
        email,
        emailVerified,
        firstName,
        lastName,
        profile,
        passwordHash,
        passwordChangedAt,
        tokenCutoff,
        mustVerify,
        requestedEmail,
        enabled,
        management,
        createdAt,
        now);
  }

  /** The same account whose address must be verified before it can be used for much. */
  public UserRow withVerificationDemanded() {
    return new UserRow(
        id,
        email,
        emailVerified,
        firstName,
        lastName,
        profile,
        passwordHash,
        passwordChangedAt,
        tokenCutoff,
        true,
        requestedEmail,
        twoFactor,
        management,
        createdAt,
        updatedAt);
  }

  /** The same account that asks for another address, or for none. */
  public UserRow withRequestedEmail(Optional<String> wanted, Instant now) {
    return new UserRow(
        id,
        email,
        emailVerified,
        firstName,
        lastName,
        profile,
        passwordHash,
        passwordChangedAt,
        tokenCutoff,
        mustVerify,
        wanted,
        twoFactor,
        management,
        createdAt,
        now);
  }

  /**
   * The same account with an address that was shown to be its own, which is not asked for any more.
   */
  public UserRow withVerifiedEmail(String address, Instant now) {
    return new UserRow(
        id,
        address,
        true,
        firstName,
        lastName,
        profile,
        passwordHash,
        passwordChangedAt,
        tokenCutoff,
        mustVerify,
        requestedEmail.filter(wanted -> !Fold.fold(wanted).equals(Fold.fold(address))),
        twoFactor,
        management,
        createdAt,
        now);
  }

  /** The same account in other hands, or switched off or on. */
  public UserRow withManagement(Management changed, Instant now) {
    return new UserRow(
        id,
        email,
        emailVerified,
        firstName,
        lastName,
        profile,
        passwordHash,
        passwordChangedAt,
        tokenCutoff,
        mustVerify,
        requestedEmail,
        twoFactor,
        changed,
        createdAt,
        now);
  }
}
