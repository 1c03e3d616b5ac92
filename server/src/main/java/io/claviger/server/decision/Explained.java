package io.claviger.server.decision;

import io.claviger.core.decide.Authorizer;
import io.claviger.core.decide.Bearer;
import io.claviger.core.decide.Decision;
import io.claviger.core.decide.Denial;
import io.claviger.core.decide.Reason;
import io.claviger.core.explain.Audience;
import io.claviger.core.explain.Explanation;
import io.claviger.core.explain.Finding;
import io.claviger.core.explain.Remedy;
import io.claviger.core.explain.TopicDeed;
import io.claviger.server.access.Refusals;
import io.claviger.server.api.Wire;
import io.claviger.server.http.Json;
import io.claviger.store.facts.LoggedFacts;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An explanation on its way out.
 *
 * @param holder whose credential it was at that moment; empty when nobody's
 */
record Explained(
    Inquiry inquiry,
    Scene scene,
    Audience audience,
    Explanation explanation,
    Optional<Holder> holder) {
  /** Whoever only bears a credential is not told whose it was once it is no good. */
  Explained hidingInvalid(Bearer bearer) {
    boolean invalid = Authorizer.invalid(bearer, inquiry.address(), scene.moment()).isPresent();
    return invalid && audience == Audience.BEARER
        ? new Explained(inquiry, scene, audience, explanation, Optional.empty())
        : this;
  }

  /** As JSON. */
  ObjectNode render() {
    ObjectNode object = Json.emptyObject();
    boolean open = explanation.open() || elsewhere();
    if (open) {
      object.put("reason", "unknown");
    } else {
      object.put("allowed", explanation.decision().allowed());
      putReason(object);
    }
    inquiry.deed().ifPresent(deed -> object.put("action", deed.action().id()));
    inquiry.topic().ifPresent(deed -> put(object, deed));
    putCredential(object);
    explanation.refusedBy().ifPresent(layer -> object.put("refusedBy", layer.wireName()));
    ArrayNode layers = object.putArray("layers");
    for (Finding finding : explanation.findings()) {
      layers
          .addObject()
          .put("layer", finding.layer().wireName())
          .put("outcome", finding.outcome().wireName())
          .put("detail", finding.detail());
    }
    ArrayNode remedies = object.putArray("remedies");
    for (Remedy remedy : explanation.remedies()) {
      remedies
          .addObject()
          .put("layer", remedy.layer().wireName())
          .put("change", remedy.change())
          .put("by", remedy.by().wireName());
    }
    object.put("at", Wire.time(scene.moment()));
    putUnknown(object);
    return object;
  }

  private static void put(ObjectNode object, TopicDeed deed) {
    switch (deed) {
      case TopicDeed.Publish(var topic) ->
          object.put("operation", "publish").put("topic", topic.text());
      case TopicDeed.Subscribe(var wanted) ->
          object
              .put("operation", "subscribe")
              .put(
                  "topic",
                  wanted.group().map(group -> "$share/" + group + "/").orElse("")
                      + wanted.filter().text());
    }
  }

  /** The same names as in other decisions; in full for who may know what a bearer may not. */
  private void putReason(ObjectNode object) {
    switch (explanation.decision()) {
      case Decision.Allowed _ -> object.put("status", 200).put("reason", "ok");
      case Decision.Denied(Denial reason) -> {
        object.put("status", Refusals.of(reason).status());
        object.put("reason", Refusals.code(reason));
        if (audience != Audience.BEARER) {
          object.put("explanation", Reason.describe(reason).text());
        }
      }
    }
  }

  private void putCredential(ObjectNode object) {
    if (holder.isPresent()) {
      object
          .putObject("credential")
          .put("kind", holder.get().kind())
          .put("id", holder.get().id().text())
          .put("ownerId", holder.get().ownerId().text())
          .put("ownerType", holder.get().ownerType());
      return;
    }
    switch (inquiry.claim()) {
      case Claim.Named(Claim.NamedKind kind, String id) ->
          object.putObject("credential").put("kind", kind.wireName()).put("id", id);
      case Claim.NamedKey named ->
          object.putObject("credential").put("kind", "accessKey").put("id", named.id().text());
      case Claim.Token _, Claim.Key _ -> {
        // Whose it would be is what is not told.
      }
    }
  }

  /** Whether the request was refused for something that neither its path nor its body told of. */
  private boolean elsewhere() {
    return inquiry
        .refusal()
        .filter(refusal -> !refusal.reason().equals(code(explanation.decision())))
        .isPresent();
  }

  private static String code(Decision decision) {
    return switch (decision) {
      case Decision.Allowed _ -> "ok";
      case Decision.Denied(Denial reason) -> Reason.describe(reason).code();
    };
  }

  private void putUnknown(ObjectNode object) {
    TreeSet<String> unknown = new TreeSet<>();
    for (LoggedFacts.Unknown fact : scene.unknown()) {
      unknown.add(fact.name().toLowerCase(Locale.ROOT));
    }
    if (elsewhere()) {
      unknown.add("resource");
    }
    if (!unknown.isEmpty()) {
      unknown.forEach(object.putArray("unknown")::add);
    }
  }
}
