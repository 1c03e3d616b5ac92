package io.claviger.core.credential;

import io.claviger.core.id.ApiTokenId;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.role.Ceiling;
import io.claviger.core.role.Role;

/**
 * An API token of one application, beyond which it never reaches (APT-1).
 *
 * @param ceiling what its creator had in the application: what that could not do, the token cannot
 *     do either, also after the creator has left (APT-14)
 */
public record ApplicationToken(
    ApiTokenId id, ApplicationId application, Validity validity, Grant grant, Ceiling ceiling) {
  /** A token whose creator had one role over everything in the application. */
  public ApplicationToken(
      ApiTokenId id, ApplicationId application, Validity validity, Grant grant, Role ceiling) {
    this(id, application, validity, grant, Ceiling.of(ceiling));
  }
}
