package io.claviger.server.decision;

import io.claviger.core.decide.Denial;
import io.claviger.core.scope.Action;
import io.claviger.server.access.Refusals;
import io.claviger.server.http.Json;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is answered.
 *
 * @param holder whose credential it is; empty when it is no good, whatever was asked
 * @param denial why not; empty when it is allowed
 * @param unknown whether no such credential exists, so that presenting it may have been a guess
 */
record Verdict(Optional<Holder> holder, Optional<Denial> denial, boolean unknown) {
  /** As JSON. The status is that of the answer which the API itself would give. */
  ObjectNode render(Optional<Action> action) {
    ObjectNode object = Json.emptyObject();
    object.put("allowed", denial.isEmpty());
    action.ifPresent(asked -> object.put("action", asked.id()));
    holder.ifPresent(found -> {
      ObjectNode credential = object.putObject("credential");
      credential.put("kind", found.kind());
      credential.put("id", found.id().text());
      credential.put("ownerId", found.ownerId().text());
      credential.put("ownerType", found.ownerType());
    });
    object.put("status", denial.map(reason -> Refusals.of(reason).status()).orElse(200));
    object.put("reason", denial.map(Refusals::code).orElse("ok"));
    return object;
  }
}
