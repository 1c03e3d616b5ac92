package io.claviger.server.decision;

import io.claviger.core.Parsed;
import io.claviger.core.explain.TopicDeed;
import io.claviger.core.id.AccessKeyId;
import io.claviger.core.network.IpAddress;
import io.claviger.core.scope.Action;
import io.claviger.core.scope.Catalogue;
import io.claviger.core.topic.TopicName;
import io.claviger.core.topic.TopicSubscription;
import io.claviger.server.api.Body;
import io.claviger.server.http.ApiException;
import io.claviger.store.usage.Refusal;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * What is to be explained.
 *
 * @param deed what is asked about; empty for whether a device is let in with its key
 * @param topic what a device wants to do with which topic once it is connected, instead of a deed
 * @param address from where
 * @param at the past moment that is meant; empty for now
 * @param refusal the refusal from which the rest was taken
 */
record Inquiry(
    Claim claim,
    Optional<Deed> deed,
    Optional<TopicDeed> topic,
    Optional<IpAddress> address,
    Optional<Instant> at,
    Optional<Refusal> refusal) {
  private static final String REQUEST = "requestId";
  private static final String CREDENTIAL = "credential";
  private static final String ACTION = "action";
  private static final String RESOURCE = "resource";
  private static final String TOPIC = "topic";
  private static final String OPERATION = "operation";
  private static final String ACCESS_KEY = "accessKey";
  private static final String WRONG_SECRET = "wrong_secret";

  /**
   * Reads a body that the API document has found valid.
   *
   * @param refusals finds a refusal by the number of its request
   * @throws ApiException 400 that names the field; 404 for a refusal that is not known
   */
  static Inquiry read(
      JsonNode body, Catalogue catalogue, Function<String, Optional<Refusal>> refusals) {
    Optional<String> request = Body.text(body, REQUEST);
    if (request.isEmpty()) {
      return ofBody(body, catalogue);
    }
    if (body.size() > 1) {
      throw ApiException.validation(REQUEST, "stands alone: the question is taken from there");
    }
    return refusals
        .apply(request.get())
        .flatMap(refusal -> of(refusal, catalogue))
        .orElseThrow(() -> notFound(true));
  }

  /** The one answer to whatever cannot be asked about. */
  ApiException notFound() {
    return notFound(refusal.isPresent());
  }

  private static ApiException notFound(boolean refusal) {
    return ApiException.notFound(refusal ? "Refusal" : "Credential");
  }

  private static Inquiry ofBody(JsonNode body, Catalogue catalogue) {
    if (!body.has(CREDENTIAL)) {
      throw ApiException.validation(CREDENTIAL, "is required without a requestId");
    }
    Claim claim = Claim.read(body.get(CREDENTIAL));
    Optional<Action> action = Body.text(body, ACTION).map(id -> action(catalogue, id));
    if (action.isEmpty()) {
      requireKey(claim, body);
    }
    return new Inquiry(
        claim,
        action.map(found -> Deed.read(found, body.path(RESOURCE))),
        topic(body, claim),
        Decisions.address(body),
        Body.time(body, "at"),
        Optional.empty());
  }

  private static Optional<TopicDeed> topic(JsonNode body, Claim claim) {
    Optional<String> topic = Body.text(body, TOPIC);
    Optional<String> operation = Body.text(body, OPERATION);
    if (topic.isEmpty() && operation.isEmpty()) {
      return Optional.empty();
    }
    if (topic.isEmpty() || operation.isEmpty()) {
      throw ApiException.validation(topic.isEmpty() ? TOPIC : OPERATION, "is required too");
    }
    boolean keyed =
        switch (claim) {
          case Claim.Key _, Claim.NamedKey _ -> true;
          case Claim.Token _, Claim.Named _ -> false;
        };
    if (!keyed || body.has(ACTION)) {
      throw ApiException.validation(TOPIC, "stands instead of an action, with an access key only");
    }
    Parsed<? extends TopicDeed> deed =
        operation.get().equals("publish")
            ? TopicName.parse(topic.get()).map(TopicDeed.Publish::new)
            : TopicSubscription.parse(topic.get()).map(TopicDeed.Subscribe::new);
    return switch (deed) {
      case Parsed.Ok<? extends TopicDeed>(TopicDeed found) -> Optional.of(found);
      case Parsed.Rejected<? extends TopicDeed>(String reason) ->
          throw ApiException.validation(TOPIC, reason);
    };
  }

  private static void requireKey(Claim claim, JsonNode body) {
    switch (claim) {
      case Claim.Token _, Claim.Named _ ->
          throw ApiException.validation(ACTION, "is required with this credential");
      case Claim.Key _, Claim.NamedKey _ -> {
        if (body.has(RESOURCE)) {
          throw ApiException.validation(ACTION, "is required with a resource");
        }
      }
    }
  }

  private static Action action(Catalogue catalogue, String id) {
    return catalogue
        .action(id)
        .orElseThrow(() -> ApiException.validation(ACTION, "is not in the catalogue"));
  }

  private static Optional<Inquiry> of(Refusal refusal, Catalogue catalogue) {
    Map<String, String> ids = refusal.resource().orElse(Map.of());
    Optional<Claim> claim = claim(refusal, ids);
    Optional<Action> action = catalogue.action(refusal.action());
    if (refusal.resource().isEmpty() || claim.isEmpty() || action.isEmpty()) {
      return Optional.empty();
    }
    Optional<Deed> deed =
        claim.get() instanceof Claim.NamedKey
            ? Optional.empty()
            : Optional.of(Deed.refused(action.get(), ids));
    return Optional.of(
        new Inquiry(
            claim.get(),
            deed,
            Optional.empty(),
            refusal.address().map(text -> IpAddress.parse(text).orThrow()),
            Optional.of(refusal.at()),
            Optional.of(refusal)));
  }

  private static Optional<Claim> claim(Refusal refusal, Map<String, String> ids) {
    String id = refusal.party().credential();
    String kind = refusal.party().kind();
    return kind.equals(ACCESS_KEY)
        ? Optional.of(
            new Claim.NamedKey(
                new AccessKeyId(id),
                ids.getOrDefault("deviceId", ""),
                !refusal.reason().equals(WRONG_SECRET)))
        : Claim.NamedKind.of(kind).map(found -> new Claim.Named(found, id));
  }
}
