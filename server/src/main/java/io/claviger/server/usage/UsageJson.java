package io.claviger.server.usage;

import io.claviger.server.api.Wire;
import io.claviger.server.http.Json;
import io.claviger.store.facts.CredentialUses.Use;
import io.claviger.store.usage.CredentialParty;
import io.claviger.store.usage.Refusal;
import io.claviger.store.usage.Usage;
import io.claviger.store.usage.UsageStore;
import tools.jackson.databind.node.ObjectNode;

/** Uses and refusals as JSON. */
public final class UsageJson {
  private UsageJson() {}

  /** The last use of a credential, as part of the credential. */
  public static ObjectNode last(Use use) {
    ObjectNode object = Json.emptyObject().put("time", Wire.time(use.at()));
    Wire.put(object, "address", use.address());
    Wire.put(object, "userAgent", use.userAgent());
    return object;
  }

  static ObjectNode render(UsageStore.Row row) {
    Usage usage = row.usage();
    Usage.Key key = usage.key();
    ObjectNode object = Wire.object("credentialUse", row.id());
    putParty(object, key.party());
    Wire.put(object, "action", key.action());
    object.put("outcome", key.outcome());
    Wire.put(object, "address", key.address());
    Wire.put(object, "userAgent", key.userAgent());
    if (key.asked()) {
      object.put("asked", true);
    }
    object.put("uses", usage.uses());
    object.put("firstUsed", Wire.time(usage.first()));
    object.put("lastUsed", Wire.time(usage.last()));
    return object;
  }

  static ObjectNode render(Refusal refusal) {
    ObjectNode object = Json.emptyObject().put("_type", "refusal");
    object.put("requestId", refusal.requestId());
    object.put("time", Wire.time(refusal.at()));
    putParty(object, refusal.party());
    object.put("action", refusal.action());
    object.put("status", refusal.status());
    object.put("reason", refusal.reason());
    object.put("explanation", refusal.explanation());
    Wire.put(object, "address", refusal.address());
    Wire.put(object, "userAgent", refusal.userAgent());
    return object;
  }

  private static void putParty(ObjectNode object, CredentialParty party) {
    object.put("credentialId", party.credential());
    object.put("credentialKind", party.kind());
    Wire.put(object, "userId", party.account());
    Wire.put(object, "orgId", party.organization());
    Wire.put(object, "applicationId", party.application());
  }
}
