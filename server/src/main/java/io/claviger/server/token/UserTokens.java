package io.claviger.server.token;

import io.claviger.core.credential.UserCredential;
import io.claviger.core.decide.Bearer;
import io.claviger.core.decide.Minting;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DashboardId;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Role;
import io.claviger.core.role.RoleCap;
import io.claviger.core.role.RoleCap.OwnerCap;
import io.claviger.core.role.Standing;
import io.claviger.core.scope.Catalogue;
import io.claviger.core.scope.ScopeGroup;
import io.claviger.core.scope.ScopeNames;
import io.claviger.core.secret.TokenKind;
import io.claviger.server.api.Api;
import io.claviger.server.api.Body;
import io.claviger.server.api.Call;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.http.Response;
import io.claviger.server.token.ApiTokens.Permissions;
import io.claviger.store.facts.Facts;
import io.claviger.store.json.RoleDocuments;
import io.claviger.store.token.ApiTokenRow;
import io.claviger.store.token.TokenOwner;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** {@code /me/tokens} (UAT-1 to UAT-26). */
final class UserTokens {
  private static final List<String> DEFAULT_SCOPE = List.of("all.User");

  private final ApiTokens tokens;
  private final Catalogue catalogue;
  private final Minting minting;
  private final Facts facts;

  UserTokens(ApiTokens tokens, Catalogue catalogue, Minting minting, Facts facts) {
    this.tokens = tokens;
    this.catalogue = catalogue;
    this.minting = minting;
    this.facts = facts;
  }

  void addTo(Api api) {
    api.handle("userApiTokens.get", call -> tokens.list(call, owner(call)));
    api.handle("userApiTokens.post", this::create);
    api.handle("userApiToken.get", call -> tokens.get(call, owner(call)));
    api.handle("userApiTokenUses.get", call -> tokens.uses(call, owner(call), call.user()));
    api.handle("userApiToken.patch", this::patch);
    api.handle("userApiToken.delete", call -> tokens.delete(call, owner(call)));
  }

  private static TokenOwner owner(Call call) {
    return new TokenOwner.OfUser(call.user());
  }

  private Response create(Call call) {
    return tokens.create(call, TokenKind.USER, owner(call), this::permissions);
  }

  private Permissions permissions(Call call) {
    JsonNode body = call.body();
    ScopeNames scope =
        ApiTokens.scope(
            catalogue.parseGrant(
                Body.texts(body, "scope").orElse(DEFAULT_SCOPE), Set.of(ScopeGroup.values())));
    RoleCap cap = cap(call, Role.ADMIN, Json.emptyArray());
    Optional<Instant> expiresAt = Body.time(body, "expirationDate");
    ApiTokens.refuse(minting.userToken(creator(call), scope, cap, expiresAt));
    return new Permissions(scope, Optional.of(cap), Optional.empty());
  }

  private Response patch(Call call) {
    boolean changesCap = call.body().has("defaultRole") || call.body().has("orgRoles");
    return tokens.patch(
        call,
        owner(call),
        (now, before) -> changesCap ? withCap(now, before) : before,
        (now, token) ->
            ApiTokens.refuse(
                minting.userToken(
                    creator(now),
                    token.scope(),
                    token.cap().orElse(RoleCap.UNCAPPED),
                    token.expiresAt())));
  }

  private ApiTokenRow withCap(Call call, ApiTokenRow before) {
    RoleCap old = before.cap().orElse(RoleCap.UNCAPPED);
    RoleCap cap = cap(call, old.defaultRole(), RoleDocuments.orgRoles(old));
    ApiTokens.refuse(
        minting.changedCap(creator(call), before.scope(), before.expiresAt(), old, cap));
    return before.withCap(cap);
  }

  private static UserCredential creator(Call call) {
    if (call.bearer() instanceof Bearer.OfUser(UserCredential credential, var _)) {
      return credential;
    }
    throw ApiException.forbidden("Only a user can make user tokens");
  }

  /**
   * The cap that the body asks for, where it is silent the one given; checked against what exists
   * (UAT-9).
   */
  private RoleCap cap(Call call, Role absentRole, JsonNode absentOrgRoles) {
    JsonNode body = call.body();
    Role defaultRole =
        Body.text(body, "defaultRole").map(text -> Role.parse(text).orThrow()).orElse(absentRole);
    boolean given = body.path("orgRoles").isArray();
    RoleCap cap;
    try {
      cap = RoleDocuments.cap(defaultRole, given ? body.get("orgRoles") : absentOrgRoles);
    } catch (IllegalArgumentException e) {
      throw ApiException.validation("orgRoles", String.valueOf(e.getMessage()));
    }
    if (given) {
      requireKnown(call.user(), cap);
    }
    return cap;
  }

  private void requireKnown(UserId user, RoleCap cap) {
    cap.sandbox().ifPresent(sandbox -> requireResources(new Owner.Sandbox(user), sandbox));
    for (Map.Entry<OrganizationId, OwnerCap> entry : cap.organizations().entrySet()) {
      OrganizationId organization = entry.getKey();
      if (facts.granted(organization, user) instanceof Standing.Stranger) {
        throw ApiException.validation(
            "orgRoles", "names an organization that you are not a member of: " + organization);
      }
      requireResources(new Owner.Organization(organization), entry.getValue());
    }
  }

  private void requireResources(Owner owner, OwnerCap cap) {
    Overrides overrides = cap.overrides();
    for (ApplicationId id : overrides.applications().keySet()) {
      if (!facts.applicationOwner(id).equals(Optional.of(owner))) {
        throw unknown("applicationRoles", id.text());
      }
    }
    for (DashboardId id : overrides.dashboards().keySet()) {
      if (!facts.dashboard(id).map(found -> found.dashboard().owner()).equals(Optional.of(owner))) {
        throw unknown("dashboardRoles", id.text());
      }
    }
  }

  private static ApiException unknown(String field, String id) {
    return ApiException.validation(
        "orgRoles", field + " names what the owner does not have: " + id);
  }
}
