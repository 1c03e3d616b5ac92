package io.claviger.server.decision;

import io.claviger.core.decide.Place;
import io.claviger.core.decide.Question;
import io.claviger.core.explain.Explainer;
import io.claviger.core.explain.Subject;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Standing;
import io.claviger.server.access.Bearers;
import io.claviger.server.access.Places;
import io.claviger.server.devicelogin.DeviceLogins;
import io.claviger.store.facts.Facts;
import io.claviger.store.facts.LoggedFacts;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * The world at one moment.
 *
 * @param log where it is read from; empty for the present
 */
record Scene(
    Facts facts,
    Bearers bearers,
    Places places,
    DeviceLogins logins,
    Instant moment,
    Optional<LoggedFacts> log) {
  /** The world as it is. */
  static Scene present(Facts facts, Instant now) {
    return of(facts, now, Optional.empty());
  }

  /** The world as it was. */
  static Scene past(LoggedFacts facts, Instant moment) {
    return of(facts, moment, Optional.of(facts));
  }

  private static Scene of(Facts facts, Instant moment, Optional<LoggedFacts> log) {
    Bearers bearers = new Bearers(facts);
    // No question about a dashboard comes with a password.
    Places places = new Places(facts, _ -> false);
    return new Scene(facts, bearers, places, new DeviceLogins(facts, bearers, places), moment, log);
  }

  /** What could not be found out about it. */
  Set<LoggedFacts.Unknown> unknown() {
    return log.map(LoggedFacts::unknown).orElse(Set.of());
  }

  /** A question with what was granted to the user before a second factor was asked for. */
  Subject subject(Question question) {
    Optional<Standing> granted =
        owner(question.place())
            .flatMap(owner ->
                owner instanceof Owner.Organization(var organization)
                    ? Bearers.userOf(question.bearer())
                        .map(user -> facts.granted(organization, user))
                    : Optional.empty());
    return new Subject(question, granted.orElseGet(() -> Explainer.standing(question.place())));
  }

  /** To whom a place belongs; empty for the own account and for what is nowhere. */
  static Optional<Owner> owner(Place place) {
    return switch (place) {
      case Place.OfOwner it -> Optional.of(it.owner());
      case Place.OfApplication it -> Optional.of(it.owner());
      case Place.OfDashboard it -> Optional.of(it.dashboard().owner());
      case Place.Absent(String _, var within) -> within.map(Place.OfApplication::owner);
      case Place.Account _ -> Optional.empty();
    };
  }
}
