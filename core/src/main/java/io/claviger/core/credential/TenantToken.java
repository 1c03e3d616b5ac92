package io.claviger.core.credential;

import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.TenantTokenId;
import io.claviger.core.id.UserId;
import java.util.Set;

/**
 * A personal access token: with it a program manages the users of one organization, in the name of
 * the administrator who made it (LUC-1).
 *
 * @param user who made it, and to whom everything done with it is attributed (LUC-11)
 * @param tenure of the maker as administrator when the token was made. Every time somebody becomes
 *     an administrator another one begins, so a token never outlives the one that it was made in
 *     (LUC-14)
 * @param validity switched off once it is revoked
 */
public record TenantToken(
    TenantTokenId id,
    OrganizationId organization,
    UserId user,
    long tenure,
    Validity validity,
    Set<TenantScope> scopes) {
  public TenantToken {
    scopes = Set.copyOf(scopes);
  }
}
