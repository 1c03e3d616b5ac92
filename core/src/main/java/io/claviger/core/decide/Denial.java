package io.claviger.core.decide;

import io.claviger.core.role.Role;
import io.claviger.core.scope.Action;

/**
 * Why a question was answered with no. The reason is for logs and for those who may ask for an
 * explanation; the bearer learns its {@link #effect()} only.
 */
public sealed interface Denial {
  /** What the bearer is told. */
  enum Effect {
    /** The credential is no good: 401, one message for every cause (ERR-3). */
    UNAUTHENTICATED,
    /** Seen but not permitted: 403 (ERR-4). */
    FORBIDDEN,
    /** Answers as if it did not exist: 404 (ERR-5). */
    UNSEEN
  }

  /** No credential was presented, or none that exists. */
  record NoCredential() implements Denial {}

  /** The credential is switched off (UAT-5). */
  record CredentialInactive() implements Denial {}

  /** The credential has run out (UAT-15). */
  record CredentialExpired() implements Denial {}

  /** The log-in session is older than the user's cutoff (USR-11). */
  record CutOff() implements Denial {}

  /** The user, application, device or access key behind the credential is gone or switched off. */
  record OwnerGone() implements Denial {}

  /** The user behind the credential was deactivated by the organization that manages it. */
  record Deactivated() implements Denial {}

  /** The user behind a personal access token is not the administrator any more (LUC-14). */
  record NoAdministrator() implements Denial {}

  /** An access key does not admit the address (KEY-51, KEY-54). */
  record AddressRefused() implements Denial {}

  /** The secret is wrong (KEY-42). */
  record WrongSecret() implements Denial {}

  /**
   * The device is gone, of another application, or of a class that never authenticates (KEY-31,
   * KEY-32).
   */
  record DeviceCannotAuthenticate() implements Denial {}

  /** The access key is not for this device, with the tags it has now (KEY-26). */
  record DeviceNotSelected() implements Denial {}

  /** The user's address is not verified yet (USR-14). */
  record EmailUnverified() implements Denial {}

  /** No scope of the credential grants the action. */
  record ScopeMissing(Action action) implements Denial {}

  /** The action is never open to OAuth tokens (UAT-23). */
  record NotForOauth(Action action) implements Denial {}

  /** The action makes a log-in session, so it is open to log-in sessions alone (USR-16). */
  record SessionOnly(Action action) implements Denial {}

  /** The place does not exist, or the bearer has no role there. */
  record Unseen(String kind) implements Denial {}

  /** The bearer sees the place, but its role is too low. */
  record RoleTooLow(Role needed, Role had) implements Denial {}

  /** The device sees the other device, but may not do this to it (KEY-44). */
  record DeedRefused() implements Denial {}

  /** The device may not use the topic (KEY-60 to KEY-68). */
  record TopicRefused() implements Denial {}

  /** The organization is disabled: it refuses everything (ORG-17). */
  record OrganizationDisabled() implements Denial {}

  /** The organization may only be read: it refuses what changes something (ORG-17). */
  record OrganizationReadOnly() implements Denial {}

  /** The organization of the device is disabled: it lets no device in (ORG-17, KEY-42). */
  record OwnerDisabled() implements Denial {}

  /** The credential is of a kind that never vouches for a device (KEY-41). */
  record CannotVouch() implements Denial {}

  /** What the bearer is told. */
  default Effect effect() {
    return switch (this) {
      case NoCredential _,
          CredentialInactive _,
          CredentialExpired _,
          CutOff _,
          OwnerGone _,
          Deactivated _,
          NoAdministrator _,
          AddressRefused _,
          WrongSecret _,
          DeviceCannotAuthenticate _,
          DeviceNotSelected _,
          OwnerDisabled _ ->
          Effect.UNAUTHENTICATED;
      case EmailUnverified _,
          ScopeMissing _,
          NotForOauth _,
          SessionOnly _,
          RoleTooLow _,
          DeedRefused _,
          TopicRefused _,
          OrganizationDisabled _,
          OrganizationReadOnly _,
          CannotVouch _ ->
          Effect.FORBIDDEN;
      case Unseen _ -> Effect.UNSEEN;
    };
  }
}
