package io.claviger.core.credential;

import io.claviger.core.id.ApiTokenId;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.role.Role;

/**
 * An API token of one application, beyond which it never reaches (APT-1).
 *
 * @param ceiling the role its creator had on the application: what that role could not do, the
 *     token cannot do either, also after the creator has left (APT-14)
 */
public record ApplicationToken(
    ApiTokenId id, ApplicationId application, Validity validity, Grant grant, Role ceiling) {}
