package io.claviger.server.access;

import io.claviger.core.decide.Denial;
import io.claviger.core.role.Role;
import io.claviger.core.scope.Action;
import io.claviger.server.http.ApiException;

/**
 * What a refused bearer is told: as much as the interface documents, and not why a credential is no
 * good (ERR-3, ERR-5).
 */
public final class Refusals {
  private Refusals() {}

  /** The error for a denial. */
  public static Refused of(Denial denial) {
    ApiException error = error(denial);
    return new Refused(denial, error, error.headers());
  }

  private static ApiException error(Denial denial) {
    return switch (denial) {
      case Denial.NoCredential _,
          Denial.CredentialInactive _,
          Denial.CredentialExpired _,
          Denial.CutOff _,
          Denial.OwnerGone _,
          Denial.Deactivated _,
          Denial.NoAdministrator _,
          Denial.AddressRefused _,
          Denial.WrongSecret _,
          Denial.DeviceCannotAuthenticate _,
          Denial.DeviceNotSelected _,
          Denial.OwnerDisabled _ ->
          ApiException.unauthorized();
      case Denial.EmailUnverified _ ->
          ApiException.forbidden("The email address must be verified first");
      case Denial.ScopeMissing(Action action) ->
          ApiException.forbidden("The credential has no scope for " + action.id());
      case Denial.NotForOauth(Action action) ->
          ApiException.forbidden("OAuth tokens are never allowed " + action.id());
      case Denial.SessionOnly(Action action) ->
          ApiException.forbidden("Only a log-in session is allowed " + action.id());
      case Denial.RoleTooLow(Role needed, Role _) ->
          ApiException.forbidden("This needs the role " + needed.wireName());
      case Denial.TopicRefused _ -> ApiException.forbidden("This device may not use this topic");
      case Denial.DeedRefused _ -> ApiException.forbidden("This device may not do that to another");
      case Denial.CannotVouch _ ->
          ApiException.forbidden("This credential cannot vouch for a device");
      case Denial.OrganizationDisabled _ -> ApiException.forbidden("The organization is disabled");
      case Denial.OrganizationReadOnly _ ->
          ApiException.forbidden("The organization may only be read");
      case Denial.Unseen(String kind) -> ApiException.notFound(kind);
    };
  }

  /** A stable name for the reason, for metrics and for {@code POST /decisions}. */
  public static String code(Denial denial) {
    return switch (denial) {
      case Denial.AddressRefused _ -> "address_refused";
      case Denial.DeviceCannotAuthenticate _, Denial.DeviceNotSelected _ -> "device_refused";
      case Denial.NoCredential _,
          Denial.CredentialInactive _,
          Denial.CredentialExpired _,
          Denial.CutOff _,
          Denial.OwnerGone _,
          Denial.Deactivated _,
          Denial.NoAdministrator _,
          Denial.WrongSecret _ ->
          "invalid_credential";
      case Denial.EmailUnverified _ -> "email_unverified";
      case Denial.ScopeMissing _ -> "insufficient_scope";
      case Denial.NotForOauth _ -> "oauth_denied";
      case Denial.SessionOnly _ -> "session_only";
      case Denial.TopicRefused _ -> "topic_refused";
      case Denial.RoleTooLow _, Denial.DeedRefused _, Denial.CannotVouch _ -> "insufficient_role";
      case Denial.OrganizationDisabled _, Denial.OwnerDisabled _ -> "organization_disabled";
      case Denial.OrganizationReadOnly _ -> "organization_read_only";
      case Denial.Unseen _ -> "not_found";
    };
  }
}
