package io.claviger.server.devicelogin;

import io.claviger.core.Parsed;
import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.credential.DeviceSession;
import io.claviger.core.credential.Grant;
import io.claviger.core.credential.Validity;
import io.claviger.core.decide.Bearer;
import io.claviger.core.decide.Bearer.Warrant;
import io.claviger.core.decide.Place;
import io.claviger.core.decide.Question;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.ObjectId;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.id.SessionId;
import io.claviger.core.network.IpAddress;
import io.claviger.core.scope.Catalogue;
import io.claviger.core.scope.ScopeNames;
import io.claviger.core.secret.Secret;
import io.claviger.core.secret.TokenKind;
import io.claviger.core.secret.TokenText;
import io.claviger.server.access.Access;
import io.claviger.server.access.CredentialUse;
import io.claviger.server.access.Places;
import io.claviger.server.access.Refusals;
import io.claviger.server.access.Refused;
import io.claviger.server.api.Api;
import io.claviger.server.api.Body;
import io.claviger.server.api.Call;
import io.claviger.server.api.Changes;
import io.claviger.server.devicelogin.DeviceLogins.Outcome;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Response;
import io.claviger.server.security.RateLimiter;
import io.claviger.store.Database;
import io.claviger.store.Transaction;
import io.claviger.store.devicesession.DeviceSessionStore;
import io.claviger.store.facts.StoredCredential.WarrantRef;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code POST /auth/device} (KEY-40 to KEY-46). With a key and a secret every failure has the same
 * answer; without them the caller vouches for the device.
 */
public final class DeviceAuthentication {
  /** KEY-43. */
  private static final List<String> DEFAULT_SCOPE = List.of("all.Device");

  private static final Duration DEFAULT_LIFETIME = Duration.ofHours(24);

  private final Database database;
  private final Access access;
  private final Catalogue catalogue;
  private final DeviceLogins logins;
  private final Sponsors sponsors;
  private final DeviceSessionStore store = new DeviceSessionStore();
  private final Changes changes;
  private final ObjectIdSource ids;
  private final RandomGenerator random;
  private final RateLimiter failures;
  private final CredentialUse use;

  /**
   * Makes the feature.
   *
   * @param random for tokens
   * @param failures how often a client address may present a wrong key or secret
   * @param use where it is put down when a key was used last
   */
  public DeviceAuthentication(
      Database database,
      Access access,
      Catalogue catalogue,
      DeviceLogins logins,
      Changes changes,
      ObjectIdSource ids,
      RandomGenerator random,
      RateLimiter failures,
      CredentialUse use) {
    this.database = database;
    this.access = access;
    this.catalogue = catalogue;
    this.logins = logins;
    this.sponsors = new Sponsors(access, catalogue);
    this.changes = changes;
    this.ids = ids;
    this.random = random;
    this.failures = failures;
    this.use = use;
  }

  /** Adds {@code auth.authenticateDevice}. */
  public void addTo(Api api) {
    api.handle("auth.authenticateDevice", this::authenticate);
  }

  private Response authenticate(Call call) {
    JsonNode body = call.body();
    DeviceId device = new DeviceId(ObjectId.normalise(body.get("deviceId").stringValue()));
    ScopeNames scope = scope(body);
    Optional<String> key = Body.text(body, "key");
    Optional<String> secret = Body.text(body, "secret");
    if (key.isPresent() != secret.isPresent()) {
      throw ApiException.validation(
          key.isPresent() ? "secret" : "key", "must be given: a key and a secret, or neither");
    }
    if (key.isEmpty() || secret.isEmpty()) {
      return mint(call, scope, () -> sponsors.admit(call, device, scope));
    }
    Optional<IpAddress> address = call.question().address();
    failures.check(address);
    return mint(call, scope, () -> admit(call, key.get(), secret.get(), device));
  }

  private ScopeNames scope(JsonNode body) {
    List<String> names = Body.texts(body, "requestedScopes").orElse(DEFAULT_SCOPE);
    return switch (catalogue.parseGrantOf(names, Catalogue.DEVICE_SCOPES)) {
      case Parsed.Ok<ScopeNames>(ScopeNames scope) -> scope;
      case Parsed.Rejected<ScopeNames>(String reason) ->
          throw ApiException.validation("requestedScopes", reason);
    };
  }

  private Admission admit(Call call, String key, String secret, DeviceId device) {
    Optional<IpAddress> address = call.question().address();
    return switch (logins.attempt(key, secret, device.text(), address)) {
      case Outcome.TurnedAway(var reason) -> {
        failures.spend(address);
        Refused refused = Refusals.of(reason);
        logins
            .key(key)
            .ifPresentOrElse(
                known -> use.refuse(known, call.question(), refused, call.request()),
                () -> use.unknown(call.question(), reason));
        throw refused;
      }
      case Outcome.LetIn(var known, var found) ->
          new Admission(
              found,
              new Warrant.ByKey(Optional.of(known)),
              new WarrantRef.Key(known.id()),
              Optional.empty(),
              known.topics());
    };
  }

  /**
   * Makes a session; its token is in this answer and nowhere else.
   *
   * @param admission asked twice: before, so that who is turned away never holds up those who
   *     write, and once more inside the write, where nothing can change any more
   */
  private Response mint(Call call, ScopeNames scope, Supplier<Admission> admission) {
    Warrant warrant = admission.get().warrant();
    Secret token = TokenText.issue(TokenKind.DEVICE, random);
    ObjectNode answer =
        database.write(transaction -> {
          Admission admitted = admission.get();
          DeviceSession session = session(call, admitted, scope, transaction.now());
          Call attributed = attributed(call, admitted, session);
          store.insert(transaction, session, admitted.warrantRef(), token.digest());
          record(transaction, attributed, session, admitted);
          return SessionJson.answer(session, admitted, attributed.owner().orElseThrow());
        });
    if (warrant instanceof Warrant.ByKey(var key)) {
      key.ifPresent(known -> use.note(known, call.question(), call.request()));
    }
    return Response.ok(answer.put("token", token.revealOnce()));
  }

  private DeviceSession session(Call call, Admission admitted, ScopeNames scope, Instant now) {
    return new DeviceSession(
        new SessionId(ids.next()),
        admitted.device().application(),
        admitted.device().id(),
        new Validity(CredentialStatus.ACTIVE, end(call.body(), admitted, now)),
        new Grant(scope, catalogue.resolve(scope)));
  }

  /** The end that is asked for, in seconds and 0 for never; never after that of a sponsor. */
  private static Optional<Instant> end(JsonNode body, Admission admitted, Instant now) {
    Duration lifetime =
        body.has("tokenTTL")
            ? Duration.ofSeconds(body.get("tokenTTL").longValue())
            : DEFAULT_LIFETIME;
    Optional<Instant> wanted =
        lifetime.isZero() ? Optional.empty() : Optional.of(now.plus(lifetime));
    return Stream.of(wanted, admitted.latestEnd())
        .flatMap(Optional::stream)
        .min(Instant::compareTo);
  }

  /**
   * The call as that of the device itself, or of the one who vouches for it, at its application.
   */
  private Call attributed(Call call, Admission admitted, DeviceSession session) {
    Bearer actor =
        switch (admitted.warrant()) {
          case Warrant.ByKey _ ->
              new Bearer.OfDevice(session, admitted.warrant(), Optional.of(admitted.device()));
          case Warrant.BySponsor(Bearer sponsor) -> sponsor;
        };
    Place place =
        access
            .places()
            .find(
                actor,
                new Places.Named(
                    Optional.of(session.application().text()),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty()));
    Question asked = call.question();
    return new Call(
        call.request(),
        new Question(actor, asked.action(), place, asked.address(), asked.now()),
        call.allowed(),
        call.body(),
        call.confirmation());
  }

  private void record(
      Transaction transaction, Call attributed, DeviceSession session, Admission admitted) {
    transaction.record(
        changes.created(
            attributed,
            new Subject(SubjectType.SESSION, session.id().text(), ""),
            SessionJson.logged(session, admitted, transaction.now())));
  }
}
