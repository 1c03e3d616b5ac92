package io.claviger.server.access;

import io.claviger.core.Parsed;
import io.claviger.core.credential.AccessKey;
import io.claviger.core.credential.DeviceSession;
import io.claviger.core.credential.TenantToken;
import io.claviger.core.credential.UserFacts;
import io.claviger.core.decide.Bearer;
import io.claviger.core.decide.Bearer.Warrant;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.id.AccessKeyId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.OwnerState;
import io.claviger.core.role.Standing;
import io.claviger.core.secret.TenantTokenText;
import io.claviger.core.secret.TokenText;
import io.claviger.core.secret.TokenText.Presented;
import io.claviger.store.facts.CredentialRef;
import io.claviger.store.facts.Facts;
import io.claviger.store.facts.StoredCredential;
import io.claviger.store.facts.StoredCredential.WarrantRef;
import io.claviger.store.tenant.TenantTokenStore;
import java.util.Optional;

/** Finds out who bears a token. */
public final class Bearers {
  private static final Bearer ANONYMOUS = new Bearer.Anonymous();

  private final Facts facts;

  public Bearers(Facts facts) {
    this.facts = facts;
  }

  /** The bearer of a token value; anonymous when the value is malformed or of no credential. */
  public Bearer of(String token) {
    if (token.startsWith(TenantTokenText.PREFIX)) {
      return switch (TenantTokenText.parse(token)) {
        case Parsed.Rejected<TenantTokenText.Presented> _ -> ANONYMOUS;
        case Parsed.Ok<TenantTokenText.Presented>(var presented) ->
            facts
                .tenantToken(presented.organization(), presented.digest())
                .map(this::of)
                .orElse(ANONYMOUS);
      };
    }
    return switch (TokenText.parse(token)) {
      case Parsed.Rejected<Presented> _ -> ANONYMOUS;
      case Parsed.Ok<Presented>(Presented presented) ->
          facts.presented(presented.kind(), presented.digest()).map(this::of).orElse(ANONYMOUS);
    };
  }

  private Bearer of(TenantTokenStore.Presented presented) {
    TenantToken token = presented.token();
    Optional<UserFacts> user = facts.user(token.user());
    Standing standing =
        facts.standing(
            token.organization(),
            facts.organization(token.organization()).orElse(OwnerState.CLOSED),
            token.user(),
            user.map(UserFacts::twoFactorEnabled).orElse(false));
    return new Bearer.OfTenant(token, user, presented.tenure(), standing);
  }

  /** The bearer of a credential by its name; anonymous when there is none. */
  public Bearer of(CredentialRef ref) {
    Optional<StoredCredential> stored = facts.credential(ref);
    return stored.isEmpty() ? ANONYMOUS : of(stored.get());
  }

  private Bearer of(StoredCredential stored) {
    return switch (stored) {
      case StoredCredential.OfUser(var credential) ->
          new Bearer.OfUser(credential, facts.user(credential.user()));
      case StoredCredential.OfApplication(var token) ->
          new Bearer.OfApplication(token, facts.applicationOwner(token.application()).isPresent());
      case StoredCredential.OfDevice(DeviceSession session, WarrantRef warrant) ->
          new Bearer.OfDevice(session, warrant(warrant), device(session.device()));
    };
  }

  private Warrant warrant(WarrantRef ref) {
    return switch (ref) {
      case WarrantRef.Key(AccessKeyId id) -> new Warrant.ByKey(key(id));
      case WarrantRef.Sponsor(CredentialRef sponsor) -> new Warrant.BySponsor(of(sponsor));
    };
  }

  /** The key, as long as the application it is for exists. */
  public Optional<AccessKey> key(AccessKeyId id) {
    return facts.accessKey(id).filter(key -> facts.applicationOwner(key.application()).isPresent());
  }

  /** The device, as long as the application it stands in exists. */
  public Optional<DeviceFacts> device(DeviceId id) {
    return facts
        .device(id)
        .filter(device -> facts.applicationOwner(device.application()).isPresent());
  }

  /** Whether the user for whom the bearer acts has a second factor. */
  public static boolean hasSecondFactor(Bearer bearer) {
    return switch (bearer) {
      case Bearer.OfUser user -> user.user().map(UserFacts::twoFactorEnabled).orElse(false);
      case Bearer.OfTenant tenant -> tenant.user().map(UserFacts::twoFactorEnabled).orElse(false);
      case Bearer.OfDevice device ->
          device.warrant() instanceof Warrant.BySponsor(Bearer sponsor) && hasSecondFactor(sponsor);
      case Bearer.OfApplication _, Bearer.Anonymous _ -> false;
    };
  }

  /** The user for whom the bearer acts; empty for an application, a device of a key, and nobody. */
  public static Optional<UserId> userOf(Bearer bearer) {
    return switch (bearer) {
      case Bearer.OfUser user -> Optional.of(user.credential().user());
      case Bearer.OfTenant tenant -> Optional.of(tenant.token().user());
      case Bearer.OfDevice device ->
          device.warrant() instanceof Warrant.BySponsor(Bearer sponsor)
              ? userOf(sponsor)
              : Optional.empty();
      case Bearer.OfApplication _, Bearer.Anonymous _ -> Optional.empty();
    };
  }
}
