package io.claviger.server.decision;

import io.claviger.core.Parsed;
import io.claviger.core.credential.AccessKey;
import io.claviger.core.decide.Authorizer;
import io.claviger.core.decide.Bearer;
import io.claviger.core.decide.Decision;
import io.claviger.core.decide.Denial;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.network.IpAddress;
import io.claviger.core.scope.Action;
import io.claviger.core.scope.Catalogue;
import io.claviger.server.access.Access;
import io.claviger.server.api.Api;
import io.claviger.server.api.Body;
import io.claviger.server.api.Call;
import io.claviger.server.devicelogin.DeviceLogins;
import io.claviger.server.devicelogin.DeviceLogins.Outcome;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Response;
import io.claviger.server.security.RateLimiter;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * {@code POST /decisions}: what the API would say to a request with the credential that the body
 * presents. It asks the same rules with the same facts, and does nothing else. That a credential is
 * no good is an answer here and not an error.
 */
public final class Decisions {
  private final Access access;
  private final Catalogue catalogue;
  private final DeviceLogins logins;
  private final RateLimiter failures;
  private final FullSession sessions;

  /**
   * Makes the feature.
   *
   * @param failures how often a client may present a credential that does not exist
   */
  public Decisions(Access access, Catalogue catalogue, DeviceLogins logins, RateLimiter failures) {
    this.access = access;
    this.catalogue = catalogue;
    this.logins = logins;
    this.failures = failures;
    this.sessions = new FullSession(catalogue);
  }

  /** Adds {@code decisions.post}. */
  public void addTo(Api api) {
    api.handle("decisions.post", this::answer);
  }

  /** Answers one question. */
  Response answer(Call call) {
    JsonNode body = call.body();
    Presented presented = new Presented(address(body), call.question().now());
    Optional<Action> action = Body.text(body, "action").map(this::action);
    Optional<Deed> deed = deed(action, body);
    Client client = Client.of(call.question(), presented.address());
    failures.check(client.party(), client.address());
    Verdict verdict = verdict(body.get("credential"), deed, presented);
    if (verdict.unknown()) {
      failures.spend(client.party(), client.address());
    }
    return Response.ok(verdict.render(action));
  }

  /** From where and when the credential is presented. */
  private record Presented(Optional<IpAddress> address, Instant now) {}

  /** Left out, it is not known, and a rule that names addresses refuses (KEY-53). */
  static Optional<IpAddress> address(JsonNode body) {
    return Body.text(body, "address")
        .map(text ->
            switch (IpAddress.parse(text)) {
              case Parsed.Ok<IpAddress>(IpAddress address) -> address;
              case Parsed.Rejected<IpAddress>(String reason) ->
                  throw ApiException.validation("address", reason);
            });
  }

  private Action action(String id) {
    return catalogue
        .action(id)
        .orElseThrow(() -> ApiException.validation("action", "is not in the catalogue"));
  }

  private static Optional<Deed> deed(Optional<Action> action, JsonNode body) {
    if (action.isEmpty() && body.has("resource")) {
      throw ApiException.validation("action", "is required with a resource");
    }
    return action.map(found -> Deed.read(found, body.path("resource")));
  }

  private Verdict verdict(JsonNode credential, Optional<Deed> deed, Presented presented) {
    Optional<String> token = Body.text(credential, "token");
    if (token.isPresent()) {
      return ofToken(access.bearers().of(token.get()), deed.orElseThrow(), presented);
    }
    Outcome outcome =
        logins.attempt(
            credential.get("key").stringValue(),
            credential.get("secret").stringValue(),
            credential.get("deviceId").stringValue(),
            presented.address());
    return switch (outcome) {
      case Outcome.TurnedAway(Denial reason) -> turnedAway(reason);
      case Outcome.LetIn(AccessKey key, DeviceFacts device) ->
          new Verdict(
              Optional.of(Holder.of(key)),
              deed.flatMap(wanted -> denial(wanted, sessions.of(key, device), presented)),
              false);
    };
  }

  private Verdict ofToken(Bearer bearer, Deed deed, Presented presented) {
    boolean valid = Authorizer.invalid(bearer, presented.address(), presented.now()).isEmpty();
    return new Verdict(
        Holder.of(bearer).filter(_ -> valid),
        denial(deed, bearer, presented),
        bearer instanceof Bearer.Anonymous);
  }

  private static Verdict turnedAway(Denial reason) {
    boolean unknown = reason instanceof Denial.NoCredential || reason instanceof Denial.WrongSecret;
    return new Verdict(Optional.empty(), Optional.of(reason), unknown);
  }

  private Optional<Denial> denial(Deed deed, Bearer bearer, Presented presented) {
    return switch (deed.ask(access.places(), bearer, presented.address(), presented.now())) {
      case Decision.Allowed _ -> Optional.empty();
      case Decision.Denied(Denial reason) -> Optional.of(reason);
    };
  }
}
