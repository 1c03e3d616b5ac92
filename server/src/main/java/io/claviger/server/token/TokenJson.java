package io.claviger.server.token;

import io.claviger.core.role.RoleCap;
import io.claviger.server.api.Call;
import io.claviger.server.api.Wire;
import io.claviger.server.usage.UsageJson;
import io.claviger.store.facts.CredentialUses.Use;
import io.claviger.store.json.RoleDocuments;
import io.claviger.store.token.ApiTokenRow;
import io.claviger.store.token.TokenOwner;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** API tokens as JSON; never with their value. */
final class TokenJson {
  private TokenJson() {}

  /**
   * For an answer.
   *
   * @param last when it was used last
   */
  static ObjectNode render(ApiTokenRow token, Optional<Use> last, Call call) {
    String tokens =
        switch (token.owner()) {
          case TokenOwner.OfUser _ -> "/me/tokens";
          case TokenOwner.OfApplication(var id) -> "/applications/" + id.text() + "/tokens";
        };
    ObjectNode object = plain(token);
    last.ifPresent(use -> object.set("lastUsed", UsageJson.last(use)));
    return Wire.withLinks(
        object,
        call.request().query(),
        Map.of("self", tokens + "/" + token.id().text(), "apiTokens", tokens));
  }

  /** For the change log, with what the token never shows but which decides: its ceiling. */
  static ObjectNode render(ApiTokenRow token) {
    ObjectNode object = plain(token);
    token.ceiling().ifPresent(ceiling -> object.set("ceiling", RoleDocuments.ceiling(ceiling)));
    return object;
  }

  private static ObjectNode plain(ApiTokenRow token) {
    ObjectNode object = Wire.object("apiToken", token.id().text());
    object.put("ownerId", token.owner().id().text());
    object.put("ownerType", token.owner().type());
    object.put("creatorId", token.creator().id());
    object.put("creatorType", token.creator().type());
    object.put("creatorName", token.creator().name());
    object.put("name", token.name());
    Wire.put(object, "description", token.description());
    object.put("creationDate", Wire.time(token.createdAt()));
    object.put("lastUpdated", Wire.time(token.updatedAt()));
    Wire.putTime(object, "expirationDate", token.expiresAt());
    token.scope().names().forEach(object.putArray("scope")::add);
    object.put("status", token.status().wireName());
    token.cap().ifPresent(cap -> putCap(object, cap));
    return object;
  }

  private static void putCap(ObjectNode object, RoleCap cap) {
    object.put("defaultRole", cap.defaultRole().wireName());
    object.set("orgRoles", RoleDocuments.orgRoles(cap));
  }
}
