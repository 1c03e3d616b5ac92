package io.claviger.store.facts;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.credential.UserFacts;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.id.AccessKeyId;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DashboardId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Owner;
import io.claviger.core.role.OwnerState;
import io.claviger.core.role.Standing;
import io.claviger.core.secret.Digest;
import io.claviger.core.secret.TokenKind;
import io.claviger.store.tenant.TenantTokenStore;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Looks up what a decision needs. Every answer reflects all writes that had returned when the
 * question was asked. All methods throw {@link io.claviger.store.StoreUnavailable} when the truth
 * cannot be known.
 */
public interface Facts {
  /**
   * The credential whose value has this digest; empty when there is none. A credential never
   * changes its digest.
   */
  Optional<CredentialRef> credential(TokenKind kind, Digest digest);

  /** The credential that is presented, by the digest of its value; empty when there is none. */
  default Optional<StoredCredential> presented(TokenKind kind, Digest digest) {
    return credential(kind, digest).flatMap(this::credential);
  }

  /**
   * The personal access token of an organization whose value has this digest, with what its maker
   * is there; empty when there is none. Never remembered: who manages users asks the tables anyway.
   */
  Optional<TenantTokenStore.Presented> tenantToken(OrganizationId organization, Digest digest);

  /** What is kept of a credential. */
  Optional<StoredCredential> credential(CredentialRef ref);

  /** The user. */
  Optional<UserFacts> user(UserId id);

  /** How the organization is at the moment; empty when there is none. */
  Optional<OwnerState> organization(OrganizationId id);

  /**
   * What was granted to the user in the organization; a stranger also where either does not exist.
   * What it is worth depends on the organization and on the user (ORG-13), which change by
   * themselves: see {@link #standing(OrganizationId, OwnerState, UserId, boolean)}.
   */
  Standing granted(OrganizationId organization, UserId user);

  /**
   * What the user is in the organization.
   *
   * @param state of the organization
   * @param secondFactor whether the user has one
   */
  default Standing standing(
      OrganizationId organization, OwnerState state, UserId user, boolean secondFactor) {
    return switch (granted(organization, user)) {
      case Standing.Member(Membership membership) ->
          Standing.of(Optional.of(membership), state.mfaMode(), secondFactor);
      case Standing.Stranger stranger -> stranger;
      case Standing.SandboxOwner owner -> owner;
    };
  }

  /** Whom the application belongs to; empty when there is none. */
  Optional<Owner> applicationOwner(ApplicationId id);

  /** The dashboard. */
  Optional<DashboardFacts> dashboard(DashboardId id);

  /** The device, softly deleted or not. */
  Optional<DeviceFacts> device(DeviceId id);

  /** The access key by its own id. */
  Optional<AccessKey> accessKey(AccessKeyId id);

  /** The id of the access key that a device names; empty when there is none. */
  Optional<AccessKeyId> accessKey(String key);

  /**
   * Runs a decision that must not wait: with facts in memory alone.
   *
   * @return what it returned; empty when a fact is missing in memory, whatever the decision did
   *     until it asked for it
   */
  default <T> Optional<T> fromMemory(Supplier<T> decision) {
    return Optional.empty();
  }
}
