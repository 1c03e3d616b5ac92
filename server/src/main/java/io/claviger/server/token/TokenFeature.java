package io.claviger.server.token;

import io.claviger.core.decide.Minting;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.scope.Catalogue;
import io.claviger.server.api.Api;
import io.claviger.server.api.Changes;
import io.claviger.server.settings.ResourceLimits;
import io.claviger.server.usage.Usages;
import io.claviger.store.Database;
import io.claviger.store.facts.Facts;
import io.claviger.store.token.ApiTokenStore;
import java.util.random.RandomGenerator;

/** API tokens, put together. */
public final class TokenFeature {
  private final UserTokens userTokens;
  private final ApplicationTokens applicationTokens;

  public TokenFeature(
      Database database,
      Facts facts,
      Catalogue catalogue,
      Minting minting,
      Changes changes,
      ObjectIdSource ids,
      RandomGenerator random,
      ResourceLimits limits,
      Usages usages) {
    ApiTokens tokens =
        new ApiTokens(
            database,
            new ApiTokenStore(database),
            changes,
            ids,
            random,
            limits.apiTokens(),
            usages);
    this.userTokens = new UserTokens(tokens, catalogue, minting, facts);
    this.applicationTokens = new ApplicationTokens(tokens, catalogue, minting);
  }

  /** Adds the actions of {@code userApiToken(s)} and {@code applicationApiToken(s)}. */
  public void addTo(Api api) {
    userTokens.addTo(api);
    applicationTokens.addTo(api);
  }
}
