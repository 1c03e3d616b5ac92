package io.claviger.server.decision;

import io.claviger.core.decide.Bearer;
import io.claviger.core.decide.Place;
import io.claviger.core.decide.Question;
import io.claviger.core.explain.Asking;
import io.claviger.core.explain.Asking.ApplicationCredential;
import io.claviger.core.explain.Asking.Asker;
import io.claviger.core.explain.Audience;
import io.claviger.core.explain.Disclosure;
import io.claviger.core.explain.Subject;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Standing;
import io.claviger.server.access.Places;
import io.claviger.store.facts.CredentialOwners.CredentialOwner;
import io.claviger.store.facts.Facts;
import java.util.Optional;

/**
 * Gathers, about who asks, what {@link Asking} and {@link Disclosure} decide by: the present, also
 * where a past moment is explained.
 */
final class Telling {
  private final Asking asking;
  private final Facts facts;
  private final Places places;

  Telling(Asking asking, Facts facts, Places places) {
    this.asking = asking;
    this.facts = facts;
    this.places = places;
  }

  /**
   * As whom somebody asks about a credential; empty when he may not.
   *
   * @param scene the moment that is asked about
   * @param place what is asked about, at that moment
   */
  Optional<Audience> audience(
      Asker asker, CredentialOwner owner, ApplicationCredential kind, Scene scene, Place place) {
    return switch (owner) {
      case CredentialOwner.OfUser(UserId user) -> {
        Optional<OrganizationId> organization =
            Scene.owner(place)
                .flatMap(it ->
                    it instanceof Owner.Organization(var id) ? Optional.of(id) : Optional.empty());
        yield asking.ofUser(
            asker,
            user,
            organization.flatMap(id -> organization(asker, id)),
            organization.filter(id -> member(id, user, scene)).isPresent());
      }
      case CredentialOwner.OfApplication(var application) ->
          asking.ofApplication(
              asker,
              kind,
              places.find(
                  asker.bearer(),
                  new Places.Named(
                      Optional.of(application.text()),
                      Optional.empty(),
                      Optional.empty(),
                      Optional.empty(),
                      Optional.empty())));
    };
  }

  private Optional<Place.OfOwner> organization(Asker asker, OrganizationId id) {
    return places.find(asker.bearer(), Places.Named.ofOrganization(id.text(), Optional.empty()))
            instanceof Place.OfOwner place
        ? Optional.of(place)
        : Optional.empty();
  }

  private boolean member(OrganizationId organization, UserId user, Scene scene) {
    return facts.granted(organization, user) instanceof Standing.Member
        || scene.facts().granted(organization, user) instanceof Standing.Member;
  }

  /**
   * What is missing for whom it is explained to; empty when he sees the place.
   *
   * @param subject as it is asked about the credential
   * @param asked the same about who asks, now
   */
  Optional<String> unseen(Audience audience, Scene scene, Subject subject, Question asked) {
    return switch (audience) {
      case BEARER -> Disclosure.unseen(subject);
      case OWNER -> {
        Optional<String> then = Disclosure.unseenByOwner(subject);
        yield then.isPresent() && scene.log().isPresent()
            ? then.flatMap(kind -> now(kind, subject, asked))
            : then;
      }
      case APPLICATION_READER -> {
        Optional<String> now = Disclosure.unseen(Scene.present(facts, asked.now()).subject(asked));
        yield now.isPresent() ? now : now(kind(subject.question().place()), subject, asked);
      }
      case ORGANIZATION_ADMINISTRATOR -> Optional.empty();
    };
  }

  /** Who sees something now may know how it was, as long as it belonged to the same owner. */
  private Optional<String> now(String kind, Subject subject, Question asked) {
    boolean seen = Disclosure.unseen(Scene.present(facts, asked.now()).subject(asked)).isEmpty();
    boolean same = Scene.owner(subject.question().place()).equals(Scene.owner(asked.place()));
    return seen && same && !(asked.bearer() instanceof Bearer.Anonymous)
        ? Optional.empty()
        : Optional.of(kind);
  }

  private static String kind(Place place) {
    return switch (place) {
      case Place.OfOwner _ -> "Organization";
      case Place.OfApplication _ -> "Application";
      case Place.OfDashboard _ -> "Dashboard";
      case Place.Account _ -> "Account";
      case Place.Absent(String kind, var _) -> kind;
    };
  }
}
