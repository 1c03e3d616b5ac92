package io.claviger.core.decide;

import io.claviger.core.credential.ApplicationToken;
import io.claviger.core.credential.UserCredential;
import io.claviger.core.credential.Validity;
import io.claviger.core.role.Ceiling;
import io.claviger.core.role.RoleCap;
import io.claviger.core.scope.ScopeCover;
import io.claviger.core.scope.ScopeNames;
import java.time.Instant;
import java.util.Optional;

/**
 * What a credential may give to a new one: never more than it has itself. The scope of a credential
 * under {@code all.User} is the documented exception, since that preset contains every name there
 * is (UAT-18).
 */
public final class Minting {
  private final ScopeCover cover;

  public Minting(ScopeCover cover) {
    this.cover = cover;
  }

  /**
   * Why a new credential would reach further than its creator; names the field of the request that
   * asks too much.
   */
  public sealed interface Excess {
    /** The field of the request. */
    String field();

    /** One clause for the person who asked. */
    String message();

    /** The scope asked for is not within the creator's. */
    record Scope(String name) implements Excess {
      @Override
      public String field() {
        return "scope";
      }

      @Override
      public String message() {
        return "must not go beyond the scope of the credential that creates it: " + name;
      }
    }

    /** The role cap asked for is higher than the creator's somewhere. */
    record Cap() implements Excess {
      @Override
      public String field() {
        return "defaultRole";
      }

      @Override
      public String message() {
        return "and orgRoles must not allow more than those of the token that creates it";
      }
    }

    /** The new credential would outlive its creator. */
    record Lifetime() implements Excess {
      @Override
      public String field() {
        return "expirationDate";
      }

      @Override
      public String message() {
        return "must not be later than that of the token that creates it";
      }
    }
  }

  /** Whether a user credential may make a user token of that scope, cap and lifetime. */
  public Optional<Excess> userToken(
      UserCredential creator, ScopeNames scope, RoleCap cap, Optional<Instant> expiresAt) {
    return scope(creator.grant().names(), scope)
        .or(() -> cap(creator, cap))
        .or(() -> lifetime(creator, expiresAt));
  }

  /**
   * Whether a user credential may change the cap of a token. To lower it takes no more than the
   * action; to raise it anywhere is to make a token anew, with the token's scope and lifetime.
   */
  public Optional<Excess> changedCap(
      UserCredential changer,
      ScopeNames scope,
      Optional<Instant> expiresAt,
      RoleCap before,
      RoleCap after) {
    return after.within(before) ? Optional.empty() : userToken(changer, scope, after, expiresAt);
  }

  private static Optional<Excess> cap(UserCredential creator, RoleCap cap) {
    return cap.within(creator.cap()) ? Optional.empty() : Optional.of(new Excess.Cap());
  }

  /**
   * The ceiling of an application token that this bearer makes at this place: what the bearer has
   * there itself. Empty for those who have no role, and so make no tokens.
   */
  public static Optional<Ceiling> ceiling(Bearer creator, Place.OfApplication place) {
    return switch (creator) {
      case Bearer.OfUser(UserCredential credential, var _) ->
          Optional.of(Ceiling.of(credential.cap(), place.standing(), place.owner(), place.id()));
      case Bearer.OfApplication(ApplicationToken token, boolean _) -> Optional.of(token.ceiling());
      case Bearer.OfDevice _, Bearer.OfTenant _, Bearer.Anonymous _ -> Optional.empty();
    };
  }

  /** Whether a user credential may make an application token of that scope and lifetime. */
  public Optional<Excess> applicationToken(
      UserCredential creator, ScopeNames scope, Optional<Instant> expiresAt) {
    return scope(creator.grant().names(), scope).or(() -> lifetime(creator, expiresAt));
  }

  /** Whether an application token may make another one of that scope and lifetime. */
  public Optional<Excess> applicationToken(
      ApplicationToken creator, ScopeNames scope, Optional<Instant> expiresAt) {
    return scope(creator.grant().names(), scope).or(() -> lifetime(creator.validity(), expiresAt));
  }

  /**
   * Whether a user credential may make a personal access token of an organization. Such a token has
   * no cap and reaches every member, so nothing that is held down anywhere makes one (LUC-13).
   */
  public static Optional<Excess> tenantToken(UserCredential creator, Optional<Instant> expiresAt) {
    return cap(creator, RoleCap.UNCAPPED).or(() -> lifetime(creator, expiresAt));
  }

  private Optional<Excess> scope(ScopeNames held, ScopeNames wanted) {
    return cover.beyond(held, wanted).map(Excess.Scope::new);
  }

  /**
   * A session is the user at work: what the user makes may outlive it. A token hands on no more
   * time than it has.
   */
  private static Optional<Excess> lifetime(UserCredential creator, Optional<Instant> expiresAt) {
    return switch (creator.kind()) {
      case SESSION -> Optional.empty();
      case API_TOKEN, OAUTH_TOKEN -> lifetime(creator.validity(), expiresAt);
    };
  }

  private static Optional<Excess> lifetime(Validity creator, Optional<Instant> expiresAt) {
    if (creator.expiresAt().isEmpty()) {
      return Optional.empty();
    }
    boolean within =
        expiresAt.map(wanted -> !wanted.isAfter(creator.expiresAt().get())).orElse(false);
    return within ? Optional.empty() : Optional.of(new Excess.Lifetime());
  }
}
