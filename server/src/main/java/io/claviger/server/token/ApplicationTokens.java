package io.claviger.server.token;

import io.claviger.core.decide.Bearer;
import io.claviger.core.decide.Minting;
import io.claviger.core.decide.Place;
import io.claviger.core.role.Ceiling;
import io.claviger.core.scope.Catalogue;
import io.claviger.core.scope.ScopeGroup;
import io.claviger.core.scope.ScopeNames;
import io.claviger.core.secret.TokenKind;
import io.claviger.server.api.Api;
import io.claviger.server.api.Body;
import io.claviger.server.api.Call;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Response;
import io.claviger.server.token.ApiTokens.Permissions;
import io.claviger.store.token.ApiTokenRow;
import io.claviger.store.token.TokenOwner;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code /applications/{applicationId}/tokens} (APT-1 to APT-17). */
final class ApplicationTokens {
  private static final List<String> DEFAULT_SCOPE = List.of("all.Application");

  private final ApiTokens tokens;
  private final Catalogue catalogue;
  private final Minting minting;

  ApplicationTokens(ApiTokens tokens, Catalogue catalogue, Minting minting) {
    this.tokens = tokens;
    this.catalogue = catalogue;
    this.minting = minting;
  }

  void addTo(Api api) {
    api.handle("applicationApiTokens.get", call -> tokens.list(call, owner(call)));
    api.handle("applicationApiTokens.post", this::create);
    api.handle("applicationApiToken.get", call -> tokens.get(call, owner(call)));
    api.handle("applicationApiTokenUses.get", call -> tokens.uses(call, owner(call)));
    api.handle(
        "applicationApiToken.patch",
        call -> tokens.patch(call, owner(call), (_, token) -> token, this::requireRevivable));
    api.handle("applicationApiToken.delete", call -> tokens.delete(call, owner(call)));
  }

  private static TokenOwner owner(Call call) {
    return new TokenOwner.OfApplication(call.application());
  }

  private Response create(Call call) {
    return tokens.create(call, TokenKind.APPLICATION, owner(call), this::permissions);
  }

  private Permissions permissions(Call call) {
    List<String> wanted = Body.texts(call.body(), "scope").orElse(DEFAULT_SCOPE);
    ScopeNames scope =
        ApiTokens.scope(catalogue.parseGrant(wanted, Set.of(ScopeGroup.APPLICATION)));
    Optional<Instant> expiresAt = Body.time(call.body(), "expirationDate");
    ApiTokens.refuse(excess(call.bearer(), scope, expiresAt));
    return new Permissions(scope, Optional.empty(), Optional.of(ceiling(call)));
  }

  /** What the creator has in the application at this moment (APT-14). */
  private static Ceiling ceiling(Call call) {
    return Optional.of(call.place())
        .filter(Place.OfApplication.class::isInstance)
        .map(Place.OfApplication.class::cast)
        .flatMap(place -> Minting.ceiling(call.bearer(), place))
        .orElseThrow(ApplicationTokens::noMaker);
  }

  private void requireRevivable(Call call, ApiTokenRow token) {
    ApiTokens.refuse(excess(call.bearer(), token.scope(), token.expiresAt()));
    if (!token.ceiling().map(ceiling -> ceiling.within(ceiling(call))).orElse(false)) {
      throw ApiException.forbidden(
          "status must not give back more than the role of the credential that switches it on");
    }
  }

  private static ApiException noMaker() {
    return ApiException.forbidden("A device cannot make tokens");
  }

  private Optional<Minting.Excess> excess(
      Bearer bearer, ScopeNames scope, Optional<Instant> expiresAt) {
    return switch (bearer) {
      case Bearer.OfUser user -> minting.applicationToken(user.credential(), scope, expiresAt);
      case Bearer.OfApplication application ->
          minting.applicationToken(application.token(), scope, expiresAt);
      case Bearer.OfDevice _, Bearer.OfTenant _, Bearer.Anonymous _ -> throw noMaker();
    };
  }
}
