package io.claviger.server.access;

import io.claviger.core.decide.Authorizer;
import io.claviger.core.decide.Bearer;
import io.claviger.core.decide.Decision;
import io.claviger.core.decide.Place;
import io.claviger.core.decide.Question;
import io.claviger.core.network.ClientAddress;
import io.claviger.core.network.IpAddress;
import io.claviger.core.network.TrustedProxies;
import io.claviger.core.scope.Action;
import io.claviger.server.http.Request;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;

/** Puts the question of a request to the rules. */
public final class Access {
  private static final String SCHEME = "bearer ";

  private final Bearers bearers;
  private final Places places;
  private final TrustedProxies proxies;
  private final InstantSource clock;

  public Access(Bearers bearers, Places places, TrustedProxies proxies, InstantSource clock) {
    this.bearers = bearers;
    this.places = places;
    this.proxies = proxies;
    this.clock = clock;
  }

  /** A question together with its answer. */
  public record Answered(Question question, Decision decision) {}

  /** May the bearer of this request do the action where its path points? */
  public Answered ask(Request request, Action action, Places.Named named) {
    Bearer bearer = token(request).map(bearers::of).orElseGet(Bearer.Anonymous::new);
    Place place = places.find(bearer, named);
    return ask(new Question(bearer, action, place, address(request), clock.instant()));
  }

  /** Asks once more, for another place. */
  public Answered ask(Question question) {
    return new Answered(question, Authorizer.decide(question));
  }

  /** Where places are found. */
  public Places places() {
    return places;
  }

  /** Where bearers are found. */
  public Bearers bearers() {
    return bearers;
  }

  /** The moment of a request. */
  public Instant now() {
    return clock.instant();
  }

  /** The address of the client behind trusted proxies; empty when it cannot be known (KEY-53). */
  public Optional<IpAddress> address(Request request) {
    return ClientAddress.resolve(
        IpAddress.of(request.peer()), request.headers("X-Forwarded-For"), proxies);
  }

  /** Whether a request presents a token, good or not. */
  static boolean presentsToken(Request request) {
    return token(request).isPresent();
  }

  /**
   * The token of the Authorization header (WIR-2, RFC 6750 section 2.1). Never taken from the URL.
   */
  private static Optional<String> token(Request request) {
    return request
        .header("Authorization")
        .filter(value -> value.length() > SCHEME.length())
        .filter(
            value -> value.substring(0, SCHEME.length()).toLowerCase(Locale.ROOT).equals(SCHEME))
        .map(value -> value.substring(SCHEME.length()).strip());
  }
}
