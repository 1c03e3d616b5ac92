package io.claviger.server.decision;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.decide.Bearer;
import io.claviger.core.decide.DeviceLogin;
import io.claviger.core.decide.Place;
import io.claviger.core.decide.Question;
import io.claviger.core.decide.TopicAccess;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.explain.Asking;
import io.claviger.core.explain.Asking.ApplicationCredential;
import io.claviger.core.explain.Asking.Asker;
import io.claviger.core.explain.Audience;
import io.claviger.core.explain.Disclosure;
import io.claviger.core.explain.Explanation;
import io.claviger.core.explain.Layer;
import io.claviger.core.explain.LoginExplainer;
import io.claviger.core.explain.Subject;
import io.claviger.core.explain.TopicExplainer;
import io.claviger.core.network.IpAddress;
import io.claviger.core.scope.Catalogue;
import io.claviger.server.access.Access;
import io.claviger.server.access.CredentialUse;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.api.Wire;
import io.claviger.server.devicelogin.DeviceLogins;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Response;
import io.claviger.server.security.RateLimiter;
import io.claviger.store.Database;
import io.claviger.store.facts.CredentialOwners;
import io.claviger.store.facts.CredentialOwners.CredentialOwner;
import io.claviger.store.facts.Facts;
import io.claviger.store.facts.LoggedFacts;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * {@code POST /decisions/explain}: why a decision is what it is, or was what it was, and what would
 * have to change. What is decided is decided by the same rules as everything else; the moment that
 * is asked about only settles from where the facts are read.
 */
public final class Explanations {
  private final Database database;
  private final Facts facts;
  private final Access access;
  private final Catalogue catalogue;
  private final DeviceLogins logins;
  private final RateLimiter failures;
  private final CredentialUse use;
  private final Asking asking;
  private final Telling telling;
  private final CredentialOwners owners;
  private final FullSession sessions;

  /**
   * Makes the feature.
   *
   * @param failures how often a client may present a credential that does not exist
   * @param use knows the refusals
   */
  public Explanations(
      Database database,
      Facts facts,
      Access access,
      Catalogue catalogue,
      DeviceLogins logins,
      RateLimiter failures,
      CredentialUse use) {
    this.database = database;
    this.facts = facts;
    this.access = access;
    this.catalogue = catalogue;
    this.logins = logins;
    this.failures = failures;
    this.use = use;
    this.asking = new Asking(catalogue);
    this.telling = new Telling(asking, facts, access.places());
    this.owners = new CredentialOwners(database, facts);
    this.sessions = new FullSession(catalogue);
  }

  /** Adds {@code decisions.explain}. */
  public void addTo(Api api) {
    api.handle("decisions.explain", this::answer);
  }

  /** Explains; all of it from one state of the database. */
  private Response answer(Call call) {
    return Response.ok(
        database.read(_ -> {
          Inquiry inquiry = Inquiry.read(call.body(), catalogue, use::refusal);
          requireLogged(inquiry.at(), call.question().now());
          limit(call, inquiry);
          Scene scene = scene(inquiry, call.question().now());
          return explained(call, inquiry, scene).render();
        }));
  }

  private void requireLogged(Optional<Instant> at, Instant now) {
    at.ifPresent(moment -> {
      if (moment.isAfter(now)) {
        throw ApiException.validation("at", "lies in the future");
      }
      Optional<Instant> begin = LoggedFacts.begin(database);
      if (begin.filter(first -> !moment.isBefore(first)).isEmpty()) {
        throw ApiException.validation(
            "at",
            "lies before the change log begins" + begin.map(it -> ": " + Wire.time(it)).orElse(""));
      }
    });
  }

  /** Presenting what does not exist may be a guess, here as at every other place. */
  private void limit(Call call, Inquiry inquiry) {
    if (inquiry.claim().presented()) {
      Client client = Client.of(call.question(), inquiry.address());
      failures.check(client.party(), client.address());
      if (isUnknown(inquiry)) {
        failures.spend(client.party(), client.address());
      }
    }
  }

  private boolean isUnknown(Inquiry inquiry) {
    return switch (inquiry.claim()) {
      case Claim.Token(String value) -> access.bearers().of(value) instanceof Bearer.Anonymous;
      case Claim.Key(String key, String secret, String device) ->
          !LoginExplainer.proven(logins.presented(key, secret, device, inquiry.address()));
      case Claim.Named _, Claim.NamedKey _ -> false;
    };
  }

  private Scene scene(Inquiry inquiry, Instant now) {
    return inquiry
        .at()
        .map(at -> Scene.past(new LoggedFacts(database, facts, catalogue, at), at))
        .orElseGet(() -> Scene.present(facts, now));
  }

  private Explained explained(Call call, Inquiry inquiry, Scene scene) {
    Optional<IpAddress> address = inquiry.address();
    return switch (inquiry.claim()) {
      case Claim.Token(String value) -> ofBearer(call, inquiry, scene, scene.bearers().of(value));
      case Claim.Named named -> ofBearer(call, inquiry, scene, scene.bearers().of(named.ref()));
      case Claim.Key(String key, String secret, String device) ->
          ofLogin(call, inquiry, scene, scene.logins().presented(key, secret, device, address));
      case Claim.NamedKey(var id, String device, boolean proven) ->
          ofLogin(call, inquiry, scene, scene.logins().named(id, device, address, proven));
    };
  }

  private Explained ofBearer(Call call, Inquiry inquiry, Scene scene, Bearer bearer) {
    List<Question> questions = questions(inquiry, scene, bearer);
    Audience audience = audience(call, inquiry, scene, questions.getLast().place());
    Explanation explanation = explain(call, inquiry, scene, questions, audience);
    return new Explained(inquiry, scene, audience, explanation, Holder.of(bearer))
        .hidingInvalid(bearer);
  }

  private static List<Question> questions(Inquiry inquiry, Scene scene, Bearer bearer) {
    return inquiry
        .deed()
        .orElseThrow()
        .questions(scene.places(), bearer, inquiry.address(), scene.moment());
  }

  /** All questions that the deed raises, one after the other. */
  private Explanation explain(
      Call call, Inquiry inquiry, Scene scene, List<Question> questions, Audience audience) {
    List<Question> asked =
        inquiry
            .deed()
            .orElseThrow()
            .questions(
                access.places(), call.bearer(), call.question().address(), call.question().now());
    Explanation explanation = explain(scene, questions.getFirst(), asked.getFirst(), audience);
    return questions.size() == 1
        ? explanation
        : explanation.and(explain(scene, questions.getLast(), asked.getLast(), audience));
  }

  private Explanation explain(Scene scene, Question question, Question asked, Audience audience) {
    Subject subject = scene.subject(question);
    Explanation explanation =
        Disclosure.explain(subject, audience, telling.unseen(audience, scene, subject, asked));
    if (scene.unknown().contains(LoggedFacts.Unknown.CEILING)) {
      return explanation.notKnowing(
          Layer.CAP, "What the maker of the token had is not known any more.");
    }
    return scene.unknown().contains(LoggedFacts.Unknown.TENURE)
        ? explanation.notKnowing(
            Layer.CREDENTIAL,
            "Whether the maker of the token was still the same administrator is not known.")
        : explanation;
  }

  private Explained ofLogin(Call call, Inquiry inquiry, Scene scene, DeviceLogin login) {
    Audience audience = audience(call, inquiry, scene, new Place.Account());
    Explanation letIn = LoginExplainer.explain(login);
    boolean refused = !letIn.decision().allowed();
    boolean told = LoginExplainer.proven(login) && !(refused && audience == Audience.BEARER);
    Explanation explanation = letIn;
    if (told) {
      // What the device does once it is connected: as if nothing stood in the way of that.
      DeviceLogin open = refused ? LoginExplainer.open(login) : login;
      explanation = connected(call, inquiry, scene, open, audience).map(letIn::and).orElse(letIn);
    }
    Optional<Holder> holder =
        login.key().filter(_ -> !(refused && audience == Audience.BEARER)).map(Holder::of);
    return new Explained(inquiry, scene, audience, explanation, holder);
  }

  private Optional<Explanation> connected(
      Call call, Inquiry inquiry, Scene scene, DeviceLogin login, Audience audience) {
    AccessKey key = login.key().orElseThrow();
    DeviceFacts device = login.device().orElseThrow();
    if (inquiry.deed().isPresent()) {
      List<Question> questions = questions(inquiry, scene, sessions.of(key, device));
      return Optional.of(explain(call, inquiry, scene, questions, audience));
    }
    return inquiry
        .topic()
        .map(deed -> {
          TopicAccess topics = TopicAccess.of(key, device, login.state());
          return TopicExplainer.explain(
              topics, deed, deed.other(topics).flatMap(scene.bearers()::device));
        });
  }

  /**
   * As whom the caller asks.
   *
   * @throws ApiException 404 when he may not, or there is and was no such credential
   */
  private Audience audience(Call call, Inquiry inquiry, Scene scene, Place place) {
    Asker caller = new Asker(call.bearer(), call.question().address(), call.question().now());
    Optional<CredentialOwner> owner = owner(inquiry);
    Optional<Audience> audience =
        owner.flatMap(it -> telling.audience(caller, it, kind(inquiry), scene, place));
    if (audience.isPresent()) {
      return audience.get();
    }
    if (!inquiry.claim().presented()) {
      throw inquiry.notFound();
    }
    return owner
        .filter(it -> it instanceof CredentialOwner.OfUser)
        .filter(_ -> inquiry.claim() instanceof Claim.Token)
        .flatMap(it -> telling.audience(presented(call, inquiry), it, kind(inquiry), scene, place))
        .orElse(Audience.BEARER);
  }

  /** Who presents a credential with all the authority of its user is as good as the user. */
  private Asker presented(Call call, Inquiry inquiry) {
    Bearer bearer =
        inquiry.claim() instanceof Claim.Token(String value)
            ? access.bearers().of(value)
            : new Bearer.Anonymous();
    return new Asker(bearer, inquiry.address(), call.question().now());
  }

  private Optional<CredentialOwner> owner(Inquiry inquiry) {
    return switch (inquiry.claim()) {
      case Claim.Token(String value) -> ownerOf(access.bearers().of(value));
      case Claim.Named named -> owners.of(named.ref());
      case Claim.Key(String key, String secret, String device) -> {
        DeviceLogin login = logins.presented(key, secret, device, inquiry.address());
        yield login
            .key()
            .filter(_ -> LoginExplainer.proven(login))
            .map(known -> new CredentialOwner.OfApplication(known.application()));
      }
      case Claim.NamedKey named -> owners.of(named.id());
    };
  }

  private static Optional<CredentialOwner> ownerOf(Bearer bearer) {
    return switch (bearer) {
      case Bearer.Anonymous _ -> Optional.empty();
      case Bearer.OfUser(var credential, var _) ->
          Optional.of(new CredentialOwner.OfUser(credential.user()));
      case Bearer.OfTenant tenant -> Optional.of(new CredentialOwner.OfUser(tenant.token().user()));
      case Bearer.OfApplication(var token, var _) ->
          Optional.of(new CredentialOwner.OfApplication(token.application()));
      case Bearer.OfDevice(var session, var _, var _) ->
          Optional.of(new CredentialOwner.OfApplication(session.application()));
    };
  }

  private ApplicationCredential kind(Inquiry inquiry) {
    return switch (inquiry.claim()) {
      case Claim.Key _, Claim.NamedKey _ -> ApplicationCredential.KEY;
      case Claim.Named(Claim.NamedKind kind, String _) ->
          kind == Claim.NamedKind.DEVICE_SESSION
              ? ApplicationCredential.KEY
              : ApplicationCredential.TOKEN;
      case Claim.Token(String value) ->
          access.bearers().of(value) instanceof Bearer.OfDevice
              ? ApplicationCredential.KEY
              : ApplicationCredential.TOKEN;
    };
  }
}
