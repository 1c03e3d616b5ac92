package io.claviger.store.token;

import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.id.ApiTokenId;
import io.claviger.core.role.Ceiling;
import io.claviger.core.role.RoleCap;
import io.claviger.core.scope.ScopeNames;
import java.time.Instant;
import java.util.Optional;

/**
 * An API token as it is kept and shown; its value is nowhere (UAT-19).
 *
 * @param creator who made it, with the name of that time (UAT-2)
 * @param scope as it was granted; never changes (UAT-16, APT-10)
 * @param cap of a user token
 * @param ceiling of an application token (APT-14)
 * @param expiresAt never changes (UAT-15)
 */
public record ApiTokenRow(
    ApiTokenId id,
    TokenOwner owner,
    Creator creator,
    String name,
    Optional<String> description,
    CredentialStatus status,
    ScopeNames scope,
    Optional<RoleCap> cap,
    Optional<Ceiling> ceiling,
    Instant createdAt,
    Instant updatedAt,
    Optional<Instant> expiresAt) {
  /**
   * Who made something.
   *
   * @param type {@code user} or {@code apiToken}
   * @param id of the user or the token
   * @param name when it was made
   */
  public record Creator(String type, String id, String name) {}

  /** The same token with another cap. */
  public ApiTokenRow withCap(RoleCap newCap) {
    return new ApiTokenRow(
        id,
        owner,
        creator,
        name,
        description,
        status,
        scope,
        Optional.of(newCap),
        ceiling,
        createdAt,
        updatedAt,
        expiresAt);
  }
}
