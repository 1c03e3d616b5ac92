package io.claviger.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.credential.TenantScope;
import io.claviger.core.credential.UserFacts;
import io.claviger.core.credential.Validity;
import io.claviger.core.explain.Explainer;
import io.claviger.core.explain.Explanation;
import io.claviger.core.explain.Finding;
import io.claviger.core.explain.Finding.Outcome;
import io.claviger.core.explain.Layer;
import io.claviger.core.explain.Subject;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Role;
import io.claviger.core.role.Standing;
import io.claviger.core.scope.Action;
import io.claviger.core.scope.ActionFlag;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The laws of organizations as tenants, over random worlds of two of them (LUC-1 to LUC-4, LUC-14,
 * LUC-17).
 */
class TenantLawsTest {
  private static final int WORLDS = 1_000;
  private static final int QUESTIONS = 40;

  private interface Check {
    void check(World world, Bearer.OfTenant bearer, Question question, String seed);
  }

  private static void everywhere(Check check) {
    for (long seed = 0; seed < WORLDS; seed++) {
      World world = new World(seed);
      for (int i = 0; i < QUESTIONS; i++) {
        Bearer.OfTenant bearer = world.tenantBearer();
        check.check(world, bearer, world.question(bearer), "seed " + seed + " question " + i);
      }
    }
  }

  private static Owner owner(Bearer.OfTenant bearer) {
    return new Owner.Organization(bearer.token().organization());
  }

  private static boolean isOwn(Place place, Bearer.OfTenant bearer) {
    return place instanceof Place.OfOwner it && it.owner().equals(owner(bearer));
  }

  /** What is open to everybody is no secret of a tenant. */
  private static boolean free(Question question) {
    return Authorizer.decide(Altered.bearer(question, new Bearer.Anonymous())).allowed();
  }

  /** LUC-2: whatever it is asked for, it is used in its own organization or nowhere. */
  @Test
  void aTokenReachesItsOwnOrganizationAlone() {
    int[] allowed = {0};
    everywhere((_, bearer, question, seed) -> {
      if (Authorizer.decide(question).allowed() && !free(question)) {
        allowed[0]++;
        assertThat(isOwn(question.place(), bearer)).as("%s %s", seed, question).isTrue();
      }
    });
    assertThat(allowed[0]).isGreaterThan(1_500);
  }

  /**
   * ERR-5: whatever there is elsewhere, and whatever its maker is there, the answer is that of a
   * place that does not exist.
   */
  @Test
  void aTokenLearnsNothingOfAnyOtherPlace() {
    int[] compared = {0};
    everywhere((_, _, question, seed) -> {
      Bearer.OfTenant bearer = (Bearer.OfTenant) question.bearer();
      boolean open = question.place() instanceof Place.OfDashboard dashboard && dashboard.open();
      if (!isOwn(question.place(), bearer) && !open) {
        compared[0]++;
        Question nowhere = Altered.place(question, new Place.Absent("Organization"));
        assertThat(Authorizer.decide(question))
            .as("%s %s", seed, question)
            .isEqualTo(Authorizer.decide(nowhere));
      }
    });
    assertThat(compared[0]).isGreaterThan(8_000);
  }

  /** What is decided in an organization does not hang on anything in the other one. */
  @Test
  void nothingOfTheOtherOrganizationChangesAnAnswer() {
    everywhere((world, bearer, question, seed) -> {
      Decision before = Authorizer.decide(question);
      OrganizationId other =
          World.ORGANIZATIONS.stream()
              .filter(it -> !it.equals(bearer.token().organization()))
              .findFirst()
              .orElseThrow();
      Objects.requireNonNull(world.members.get(bearer.token().user()))
          .put(other, new Membership(world.role(), world.overrides()));
      if (isOwn(question.place(), bearer)) {
        Place.OfOwner at = (Place.OfOwner) question.place();
        Place again = world.ofOwner(bearer, owner(bearer));
        assertThat(((Place.OfOwner) again).standing()).as(seed).isEqualTo(at.standing());
        assertThat(Authorizer.decide(Altered.place(question, again)))
            .as("%s %s", seed, question)
            .isEqualTo(before);
      }
    });
  }

  /** LUC-3, LUC-17: each scope opens its own actions, and none opens those of another. */
  @Test
  void noScopeImpliesAnother() {
    World world = new World(1);
    for (TenantScope scope : TenantScope.values()) {
      Bearer.OfTenant bearer = good(world, Set.of(scope));
      for (Action action : World.CATALOGUE.actions()) {
        Place place = new Place.OfOwner(owner(bearer), bearer.standing());
        Question question = new Question(bearer, action, place, Optional.empty(), World.NOON);
        boolean named =
            switch (scope) {
              case READ -> action.has(ActionFlag.UM_READ);
              case WRITE -> action.has(ActionFlag.UM_WRITE);
              case BULK -> action.has(ActionFlag.UM_BULK);
            };
        assertThat(Authorizer.decide(question).allowed())
            .as("%s by %s", action.id(), scope)
            .isEqualTo(named || free(question));
      }
    }
  }

  /** A token that is good in every respect. */
  private static Bearer.OfTenant good(World world, Set<TenantScope> scopes) {
    Bearer.OfTenant any = world.tenantBearer();
    return Altered.tenant(
        new Bearer.OfTenant(
            any.token(),
            Optional.of(new UserFacts(any.token().user(), Optional.empty(), false)),
            Optional.of(any.token().tenure()),
            new Standing.Member(new Membership(Role.ADMIN, world.overrides()))),
        Validity.UNLIMITED,
        scopes);
  }

  /** LUC-17: no session, no API token, no application and no device manages the users. */
  @Test
  void nothingElseManagesUsers() {
    for (long seed = 0; seed < WORLDS; seed++) {
      World world = new World(seed);
      for (Bearer bearer : world.bearers) {
        if (bearer instanceof Bearer.OfTenant) {
          continue;
        }
        Question question =
            new Question(
                bearer,
                world.pick(World.TENANT_ACTIONS),
                world.place(bearer),
                world.address(),
                world.moment());
        assertThat(Authorizer.decide(question).allowed())
            .as("seed %d, %s", seed, question)
            .isFalse();
      }
    }
  }

  /** LUC-14: it stands on an administrator who has been one without a break. */
  @Test
  void aTokenEndsWithTheAdministratorWhoMadeIt() {
    int[] fallen = {0};
    everywhere((world, bearer, question, seed) -> {
      UserFacts off = new UserFacts(bearer.token().user(), Optional.empty(), false, false, true);
      Role lower = world.pick(List.of(Role.NONE, Role.VIEW, Role.COLLABORATE, Role.EDIT));
      Standing less = new Standing.Member(new Membership(lower, world.overrides()));
      Optional<Long> later = Optional.of(bearer.token().tenure() + 1);
      List<Bearer.OfTenant> broken =
          List.of(
              new Bearer.OfTenant(
                  bearer.token(), Optional.of(off), bearer.tenure(), bearer.standing()),
              new Bearer.OfTenant(
                  bearer.token(), Optional.empty(), bearer.tenure(), bearer.standing()),
              new Bearer.OfTenant(bearer.token(), bearer.user(), bearer.tenure(), less),
              new Bearer.OfTenant(
                  bearer.token(), bearer.user(), bearer.tenure(), new Standing.Stranger()),
              new Bearer.OfTenant(
                  bearer.token(), bearer.user(), Optional.empty(), bearer.standing()),
              new Bearer.OfTenant(bearer.token(), bearer.user(), later, bearer.standing()));
      fallen[0] += Authorizer.decide(question).allowed() ? broken.size() : 0;
      for (Bearer.OfTenant it : broken) {
        assertThat(Authorizer.decide(Altered.bearer(question, it)).allowed())
            .as("%s %s", seed, it)
            .isEqualTo(free(question));
      }
    });
    assertThat(fallen[0]).isGreaterThan(10_000);
  }

  /**
   * An explanation blames what would have to change: the sort of the credential where it is for
   * other things, the scope only where another scope would help, and the credential itself where it
   * is no good.
   */
  @Test
  void anExplanationBlamesWhatRefuses() {
    everywhere((_, bearer, question, seed) -> {
      Explanation told =
          Explainer.explain(new Subject(question, Explainer.standing(question.place())));
      List<Layer> refusing =
          told.findings().stream()
              .filter(finding -> finding.outcome() == Outcome.REFUSED)
              .map(Finding::layer)
              .toList();
      if (told.decision().allowed()) {
        assertThat(refusing).as(seed).isEmpty();
        return;
      }
      boolean good = Authorizer.invalid(bearer, question.address(), question.now()).isEmpty();
      Action action = question.action();
      boolean covered =
          bearer.token().scopes().stream()
              .anyMatch(scope -> action.has(ActionFlag.valueOf("UM_" + scope.name())));
      assertThat(refusing.contains(Layer.CREDENTIAL)).as("%s %s", seed, told).isEqualTo(!good);
      assertThat(refusing.contains(Layer.CREDENTIAL_KIND))
          .as("%s %s", seed, told)
          .isEqualTo(!action.forTenants());
      assertThat(refusing.contains(Layer.SCOPE))
          .as("%s %s", seed, told)
          .isEqualTo(action.forTenants() && !covered);
    });
  }
}
