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

  /** The same account with a second factor or without. */
  public UserRow withTwoFactor(boolean enabled, Instant now) {
    Edit edit = edit();
    edit.twoFactor = enabled;
    return edit.at(now);
  }

  /** The same account whose address must be verified before it can be used for much. */
  public UserRow withVerificationDemanded() {
    return edit().mustVerify(true).at(updatedAt);
  }

  /**
   * The same account with an address that was shown to be its own, which is not asked for any more.
   */
  public UserRow withVerifiedEmail(String address, Instant now) {
    return edit()
        .email(address, true)
        .requestedEmail(
            requestedEmail.filter(wanted -> !Fold.fold(wanted).equals(Fold.fold(address))))
        .at(now);
  }

  /** The same account in other hands, or switched off or on. */
  public UserRow withManagement(Management changed, Instant now) {
    return edit().management(changed).at(now);
  }

  /** Begins a changed copy: what is not said stays as it is. */
  public Edit edit() {
    return new Edit(this);
  }

  /** A changed copy of an account in the making. */
  public static final class Edit {
    private final UserRow before;
    private String email;
    private boolean emailVerified;
    private String firstName;
    private String lastName;
    private UserProfile profile;
    private PasswordHash passwordHash;
    private Instant passwordChangedAt;
    private Optional<Instant> tokenCutoff;
    private boolean mustVerify;
    private Optional<String> requestedEmail;
    private boolean twoFactor;
    private Management management;

    private Edit(UserRow before) {
      this.before = before;
      this.email = before.email;
      this.emailVerified = before.emailVerified;
      this.firstName = before.firstName;
      this.lastName = before.lastName;
      this.profile = before.profile;
      this.passwordHash = before.passwordHash;
      this.passwordChangedAt = before.passwordChangedAt;
      this.tokenCutoff = before.tokenCutoff;
      this.mustVerify = before.mustVerify;
      this.requestedEmail = before.requestedEmail;
      this.twoFactor = before.twoFactor;
      this.management = before.management;
    }

    /** The address, and whether it was shown to be the user's. */
    public Edit email(String address, boolean verified) {
      email = address;
      emailVerified = verified;
      return this;
    }

    /** First and last name. */
    public Edit name(String first, String last) {
      firstName = first;
      lastName = last;
      return this;
    }

    /** All that is optional. */
    public Edit profile(UserProfile changed) {
      profile = changed;
      return this;
    }

    /** A password that is set at that time. */
    public Edit password(PasswordHash hash, Instant now) {
      passwordHash = hash;
      passwordChangedAt = now;
      return this;
    }

    /** Sessions made before it are dead. */
    public Edit tokenCutoff(Optional<Instant> cutoff) {
      tokenCutoff = cutoff;
      return this;
    }

    /** All sessions made so far are dead, those of this very millisecond as well. */
    public Edit endSessions(Instant now) {
      return tokenCutoff(Optional.of(now.plusMillis(1)));
    }

    /** Whether the address must be verified before the account can be used for much. */
    public Edit mustVerify(boolean demanded) {
      mustVerify = demanded;
      return this;
    }

    /** The address that is asked for in place of the present one. */
    public Edit requestedEmail(Optional<String> wanted) {
      requestedEmail = wanted;
      return this;
    }

    /** In whose hands it is, and whether it is switched off. */
    public Edit management(Management changed) {
      management = changed;
      return this;
    }

    /** The copy, changed at that time. */
    public UserRow at(Instant now) {
      return new UserRow(
          before.id,
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
          management,
          before.createdAt,
          now);
    }
  }
}
