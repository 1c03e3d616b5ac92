package io.claviger.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.credential.UserCredential.Kind;
import io.claviger.core.credential.Validity;
import io.claviger.core.role.RoleCap;
import io.claviger.core.scope.Action;
import io.claviger.core.scope.ActionContext;
import io.claviger.core.scope.ActionFlag;
import io.claviger.core.scope.Catalogue;
import io.claviger.core.scope.GrownCatalogue;
import io.claviger.core.scope.GrownCatalogue.Grown;
import io.claviger.core.scope.Scope;
import io.claviger.core.scope.ScopeKind;
import io.claviger.core.scope.ScopeNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The laws of scopes (UAT-16, UAT-17, UAT-23, APT-6 to APT-8, USR-14, USR-16). */
class ScopeLawsTest {
  private static final Grown GROWN = GrownCatalogue.everywhere();
  private static final World ANY = new World(5);
  private static final Set<String> TOKEN_WRITERS =
      Set.of(
          "orgPersonalAccessToken.revoke",
          "orgPersonalAccessTokens.post",
          "userApiTokens.post",
          "userApiToken.patch",
          "userApiToken.delete",
          "userOauthTokens.post",
          "userOauthToken.patch",
          "userOauthToken.delete");

  /** UAT-17, APT-8: single names that do something today do nothing more tomorrow. */
  @Test
  void customScopeNeverCoversLaterActions() {
    List<String> singles = new ArrayList<>();
    for (Scope scope : World.CATALOGUE.scopes()) {
      boolean idle = World.CATALOGUE.resolve(List.of(scope.name())).isEmpty();
      if (scope.kind() == ScopeKind.SINGLE && !idle) {
        singles.add(scope.name());
        assertThat(ids(GROWN.catalogue(), List.of(scope.name())))
            .isEqualTo(ids(World.CATALOGUE, List.of(scope.name())));
      }
    }
    assertThat(ids(GROWN.catalogue(), singles)).doesNotContainAnyElementsOf(GROWN.added());
    for (Action added : GROWN.catalogue().actions()) {
      if (GROWN.added().contains(added.id())) {
        assertThat(asked(added, singles)).as(added.id()).isFalse();
      }
    }
  }

  /** UAT-17, APT-6: a preset follows the catalogue, to every action that fits it. */
  @Test
  void umbrellaCoversLaterActions() {
    for (Action added : GROWN.catalogue().actions()) {
      if (GROWN.added().contains(added.id())) {
        assertThat(asked(added, List.of("all.User"))).as(added.id()).isTrue();
        for (Scope scope : World.CATALOGUE.scopes()) {
          if (scope.kind() == ScopeKind.UMBRELLA) {
            assertThat(asked(added, List.of(scope.name())))
                .as("%s by %s", added.id(), scope.name())
                .isEqualTo(GROWN.catalogue().scopesOf(added).contains(scope.name()));
          }
        }
      }
    }
  }

  /** May an administrator with these scope names do the action, once it exists? */
  private static boolean asked(Action action, List<String> names) {
    World world = ANY;
    Bearer.OfUser user =
        Altered.cap(
            Altered.kind(world.makerOf(World.user(0), Kind.SESSION), Kind.API_TOKEN),
            RoleCap.UNCAPPED);
    Bearer bearer =
        Altered.in(
            GROWN.catalogue(),
            Altered.validity(
                Altered.scope(Altered.user(user, World.verified(0)), new ScopeNames(names)),
                Validity.UNLIMITED));
    Place place =
        switch (action.context()) {
          case APPLICATION -> world.ofApplication(bearer, World.APPLICATIONS.get(0));
          case ORGANIZATION, COLLECTION -> world.ofOwner(bearer, World.OWNERS.get(0));
          case DASHBOARD -> world.ofDashboard(bearer, World.DASHBOARDS.get(0));
          case USER, INSTANCE, TENANT, PUBLIC -> new Place.Account();
        };
    if (place instanceof Place.OfApplication it) {
      place = new Place.OfApplication(it.owner(), it.id(), it.standing(), Optional.empty());
    }
    return Authorizer.decide(new Question(bearer, action, place, Optional.empty(), World.NOON))
        .allowed();
  }

  /** Whoever asks, wherever: without a name that grants the action the answer is no. */
  @Test
  void scopeIsNecessary() {
    int refused = 0;
    for (long seed = 0; seed < 500; seed++) {
      World world = new World(seed);
      for (int i = 0; i < 30; i++) {
        Question question = world.question();
        Action action = question.action();
        boolean free = action.has(ActionFlag.NO_TOKEN) || action.has(ActionFlag.ANY_SCOPE);
        if (free || !Authorizer.decide(question).allowed()) {
          continue;
        }
        refused++;
        List<String> others =
            World.CATALOGUE.scopes().stream()
                .map(Scope::name)
                .filter(name -> !World.CATALOGUE.scopesOf(action).contains(name))
                .toList();
        Bearer without = Altered.scope(question.bearer(), new ScopeNames(others));
        assertThat(Authorizer.decide(Altered.bearer(question, without)))
            .as("seed %d, %s", seed, question)
            .isEqualTo(new Decision.Denied(new Denial.ScopeMissing(action)));
      }
    }
    assertThat(refused).isGreaterThan(1_000);
  }

  /** UAT-23: whatever its scope. */
  @Test
  void oauthNeverWritesTokens() {
    assertThat(
            World.CATALOGUE.actions().stream()
                .filter(action -> action.has(ActionFlag.DENY_OAUTH))
                .map(Action::id))
        .containsExactlyInAnyOrderElementsOf(TOKEN_WRITERS);
    for (long seed = 0; seed < 400; seed++) {
      World world = new World(seed);
      Bearer.OfUser oauth = world.makerOf(World.user(0), Kind.OAUTH_TOKEN);
      Bearer bearer = Altered.scope(oauth, new ScopeNames(List.of("all.User")));
      for (String id : TOKEN_WRITERS) {
        Question question =
            new Question(
                bearer, World.action(id), world.place(bearer), world.address(), world.moment());
        assertThat(Authorizer.decide(question).allowed())
            .as("seed %d, %s", seed, question)
            .isFalse();
      }
    }
  }

  /** USR-16: no token turns itself into a session, whatever its scope. */
  @Test
  void onlySessionsRefreshThemselves() {
    Action refresh = World.action("me.refreshToken");
    World world = new World(3);
    for (Kind kind : Kind.values()) {
      Bearer bearer =
          Altered.validity(
              Altered.scope(
                  Altered.user(world.makerOf(World.user(0), kind), World.verified(0)),
                  new ScopeNames(List.of("all.User"))),
              Validity.UNLIMITED);
      Decision decision =
          Authorizer.decide(
              new Question(bearer, refresh, new Place.Account(), Optional.empty(), World.NOON));
      assertThat(decision.allowed()).as("%s", kind).isEqualTo(kind == Kind.SESSION);
      if (kind != Kind.SESSION) {
        assertThat(decision).isEqualTo(new Decision.Denied(new Denial.SessionOnly(refresh)));
      }
    }
  }

  /** USR-14: until the address is verified there is no more than the flagged actions. */
  @Test
  void unverifiedDoesOnlyWhatIsFlagged() {
    for (long seed = 0; seed < 1_000; seed++) {
      World world = new World(seed);
      Bearer bearer = Altered.user(world.maker(), World.unverified(0));
      Question question = world.question(bearer);
      Action action = question.action();
      boolean open = question.place() instanceof Place.OfDashboard it && it.open();
      if (Authorizer.decide(question).allowed() && !(open && action.has(ActionFlag.NO_TOKEN))) {
        assertThat(
                action.has(ActionFlag.ALLOW_UNVERIFIED) || action.context() == ActionContext.PUBLIC)
            .as("seed %d, %s", seed, question)
            .isTrue();
      }
    }
  }

  private static Set<String> ids(Catalogue catalogue, List<String> names) {
    Set<String> ids = new TreeSet<>();
    catalogue.actionsIn(catalogue.resolve(names)).forEach(action -> ids.add(action.id()));
    return ids;
  }
}
