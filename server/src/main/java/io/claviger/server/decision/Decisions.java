package io.claviger.server.decision;

import io.claviger.core.Parsed;
import io.claviger.core.credential.AccessKey;
import io.claviger.core.decide.Authorizer;
import io.claviger.core.decide.Bearer;
import io.claviger.core.decide.Decision;
import io.claviger.core.decide.Denial;
import io.claviger.core.decide.Question;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.network.IpAddress;
import io.claviger.core.scope.Action;
import io.claviger.core.scope.Catalogue;
import io.claviger.server.access.Access;
import io.claviger.server.access.CredentialUse;
import io.claviger.server.api.Api;
import io.claviger.server.api.Body;
import io.claviger.server.api.Call;
import io.claviger.server.devicelogin.DeviceLogins;
import io.claviger.server.devicelogin.DeviceLogins.Outcome;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Response;
import io.claviger.server.security.RateLimiter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * {@code POST /decisions}: what the API would say to a request with the credential that the body
 * presents. It asks the same rules with the same facts, and does nothing else but to put down that
 * the credential was used. That a credential is no good is an answer here and not an error.
 */
public final class Decisions {
  /** What a key is used for that nothing more is asked about. */
  private static final String LOGIN = "auth.authenticateDevice";

  private final Access access;
  private final Catalogue catalogue;
  private final DeviceLogins logins;
  private final RateLimiter failures;
  private final FullSession sessions;
  private final CredentialUse use;

  /**
   * Makes the feature.
   *
   * @param failures how often a client may present a credential that does not exist
   * @param use is told of what was answered: for the credential it is a use
   */
  public Decisions(
      Access access,
      Catalogue catalogue,
      DeviceLogins logins,
      RateLimiter failures,
      CredentialUse use) {
    this.use = use;
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
    String action = deed.map(wanted -> wanted.action().id()).orElse(LOGIN);
    String key = credential.get("key").stringValue();
    Outcome outcome =
        logins.attempt(
            key,
            credential.get("secret").stringValue(),
            credential.get("deviceId").stringValue(),
            presented.address());
    return switch (outcome) {
      case Outcome.TurnedAway(Denial reason) -> {
        note(logins.key(key), action, Optional.of(reason), presented);
        yield turnedAway(reason);
      }
      case Outcome.LetIn(AccessKey known, DeviceFacts device) -> {
        Optional<Denial> denial =
            deed.flatMap(
                wanted -> denial(questions(wanted, sessions.of(known, device), presented)));
        note(Optional.of(known), action, denial, presented);
        yield new Verdict(Optional.of(Holder.of(known)), denial, false);
      }
    };
  }

  private Verdict ofToken(Bearer bearer, Deed deed, Presented presented) {
    List<Question> questions = questions(deed, bearer, presented);
    Optional<Denial> denial = denial(questions);
    use.asked(questions.getFirst(), denial);
    boolean valid = Authorizer.invalid(bearer, presented.address(), presented.now()).isEmpty();
    return new Verdict(
        Holder.of(bearer).filter(_ -> valid), denial, bearer instanceof Bearer.Anonymous);
  }

  private static Verdict turnedAway(Denial reason) {
    boolean unknown = reason instanceof Denial.NoCredential || reason instanceof Denial.WrongSecret;
    return new Verdict(Optional.empty(), Optional.of(reason), unknown);
  }

  private void note(
      Optional<AccessKey> key, String action, Optional<Denial> denial, Presented presented) {
    use.asked(key, action, denial, presented.now(), presented.address());
  }

  private List<Question> questions(Deed deed, Bearer bearer, Presented presented) {
    return deed.questions(access.places(), bearer, presented.address(), presented.now());
  }

  private static Optional<Denial> denial(List<Question> questions) {
    return switch (Deed.answer(questions)) {
      case Decision.Allowed _ -> Optional.empty();
      case Decision.Denied(Denial reason) -> Optional.of(reason);
    };
  }
}
