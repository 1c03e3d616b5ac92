package io.claviger.core.decide;

import io.claviger.core.role.Role;
import io.claviger.core.scope.Action;

/**
 * A {@link Denial} in words, for logs and for those who may ask why. What the bearer itself is told
 * is another matter.
 *
 * @param code a stable name for programs, lower case with underscores
 * @param text one sentence for people
 */
public record Reason(String code, String text) {
  /** Describes a denial. */
  public static Reason describe(Denial denial) {
    return switch (denial) {
      case Denial.NoCredential _ ->
          new Reason("no_credential", "No credential was presented, or none that exists.");
      case Denial.CredentialInactive _ ->
          new Reason("credential_inactive", "The credential is switched off.");
      case Denial.CredentialExpired _ ->
          new Reason("credential_expired", "The credential has expired.");
      case Denial.CutOff _ ->
          new Reason("cut_off", "The log-in session began before all sessions were ended.");
      case Denial.OwnerGone _ ->
          new Reason(
              "owner_gone",
              "The user, application, device or access key behind the credential is gone or"
                  + " switched off.");
      case Denial.Deactivated _ ->
          new Reason("deactivated", "The organization of the user has switched the account off.");
      case Denial.NoAdministrator _ ->
          new Reason(
              "no_administrator",
              "Whoever made the token has not been an administrator without a break since then.");
      case Denial.AddressRefused _ ->
          new Reason("address_refused", "The access key does not admit this address.");
      case Denial.WrongSecret _ -> new Reason("wrong_secret", "The secret is wrong.");
      case Denial.DeviceCannotAuthenticate _ ->
          new Reason(
              "device_cannot_authenticate",
              "The device is gone, of another application, or of a class that never"
                  + " authenticates.");
      case Denial.DeviceNotSelected _ ->
          new Reason("device_not_selected", "The access key is not for this device.");
      case Denial.OwnerDisabled _ ->
          new Reason("owner_disabled", "The organization of the device is disabled.");
      case Denial.EmailUnverified _ ->
          new Reason("email_unverified", "The e-mail address of the user is not verified.");
      case Denial.ScopeMissing(Action action) ->
          new Reason("scope_missing", "No scope of the credential grants " + action.id() + ".");
      case Denial.NotForOauth(Action action) ->
          new Reason("oauth_denied", "OAuth tokens are never allowed " + action.id() + ".");
      case Denial.SessionOnly(Action action) ->
          new Reason("session_only", "Only a log-in session is allowed " + action.id() + ".");
      case Denial.Unseen(String kind) ->
          new Reason("unseen", kind + ": there is none, or the credential has no role there.");
      case Denial.RoleTooLow(Role needed, Role had) ->
          new Reason(
              "role_too_low",
              "This needs the role "
                  + needed.wireName()
                  + "; the credential has "
                  + had.wireName()
                  + " there.");
      case Denial.OrganizationDisabled _ ->
          new Reason("organization_disabled", "The organization is disabled.");
      case Denial.OrganizationReadOnly _ ->
          new Reason("organization_read_only", "The organization may only be read.");
      case Denial.CannotVouch _ ->
          new Reason("cannot_vouch", "A credential of this kind never vouches for a device.");
      case Denial.TopicRefused _ ->
          new Reason("topic_refused", "The device may not use this topic.");
      case Denial.DeedRefused _ ->
          new Reason("deed_refused", "The device may not do this to the other device.");
    };
  }
}
