package io.claviger.core.explain;

import io.claviger.core.credential.UserCredential;
import io.claviger.core.decide.Authorizer;
import io.claviger.core.decide.Bearer;
import io.claviger.core.decide.Place;
import io.claviger.core.decide.Question;
import io.claviger.core.id.UserId;
import io.claviger.core.network.IpAddress;
import io.claviger.core.role.Owner;
import io.claviger.core.role.RoleCap;
import io.claviger.core.scope.Action;
import io.claviger.core.scope.Catalogue;
import io.claviger.core.scope.ScopeCover;
import io.claviger.core.scope.ScopeNames;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Who may have a credential explained that he does not present. Nobody learns more of it than he
 * could find out otherwise: its owner with all of his authority, who may read it as a credential of
 * an application, and an administrator what it is in his organization.
 */
public final class Asking {
  private static final ScopeNames FULL = new ScopeNames(List.of("all.User"));

  private final ScopeCover cover;
  private final Action readOwnToken;
  private final Action readToken;
  private final Action readKey;
  private final Action readDecision;

  /**
   * Makes the rule.
   *
   * @param catalogue has the actions that stand for being allowed to read a credential
   */
  public Asking(Catalogue catalogue) {
    this.cover = new ScopeCover(catalogue);
    this.readOwnToken = action(catalogue, "userApiToken.get");
    this.readToken = action(catalogue, "applicationApiToken.get");
    this.readKey = action(catalogue, "applicationKey.get");
    this.readDecision = action(catalogue, "orgDecision.get");
  }

  private static Action action(Catalogue catalogue, String id) {
    return catalogue.action(id).orElseThrow();
  }

  /** Who asks, from where and when. */
  public record Asker(Bearer bearer, Optional<IpAddress> address, Instant now) {}

  /** Which credentials an application has. */
  public enum ApplicationCredential {
    /** Its API tokens. */
    TOKEN,
    /** Its access keys, and the sessions of its devices. */
    KEY
  }

  /**
   * As whom somebody may ask about a token or a log-in session of a user; empty when he may not.
   *
   * @param organization that owns what is asked about, as the asker stands to it; empty when none
   *     does
   * @param member whether the user is or was a member of it: what a stranger does there is no
   *     matter of its administrators
   */
  public Optional<Audience> ofUser(
      Asker asker, UserId user, Optional<Place.OfOwner> organization, boolean member) {
    if (owns(asker, user)) {
      return Optional.of(Audience.OWNER);
    }
    return organization
        .filter(place -> member && place.owner() instanceof Owner.Organization)
        .filter(place -> may(asker, readDecision, place))
        .map(_ -> Audience.ORGANIZATION_ADMINISTRATOR);
  }

  /**
   * As whom somebody may ask about a credential of an application; empty when he may not.
   *
   * @param application as the asker stands to it
   */
  public Optional<Audience> ofApplication(
      Asker asker, ApplicationCredential kind, Place application) {
    Action reading =
        switch (kind) {
          case TOKEN -> readToken;
          case KEY -> readKey;
        };
    return application instanceof Place.OfApplication && may(asker, reading, application)
        ? Optional.of(Audience.APPLICATION_READER)
        : Optional.empty();
  }

  /**
   * Only with all that the user himself has: through a credential that is capped or has less scope,
   * somebody would learn of what lies beyond it. A third party to which the user consented is not
   * the user (UAT-23).
   */
  private boolean owns(Asker asker, UserId user) {
    return asker.bearer() instanceof Bearer.OfUser(var credential, var _)
        && credential.user().equals(user)
        && credential.kind() != UserCredential.Kind.OAUTH_TOKEN
        && RoleCap.UNCAPPED.within(credential.cap())
        && cover.beyond(credential.grant().names(), FULL).isEmpty()
        && may(asker, readOwnToken, new Place.Account());
  }

  private static boolean may(Asker asker, Action action, Place place) {
    return Authorizer.decide(
            new Question(asker.bearer(), action, place, asker.address(), asker.now()))
        .allowed();
  }
}
