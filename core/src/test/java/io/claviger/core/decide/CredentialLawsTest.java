package io.claviger.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.credential.ApplicationToken;
import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.credential.UserCredential;
import io.claviger.core.credential.UserCredential.Kind;
import io.claviger.core.credential.UserFacts;
import io.claviger.core.credential.Validity;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.Resource;
import io.claviger.core.role.Role;
import io.claviger.core.role.RoleCap;
import io.claviger.core.role.Standing;
import io.claviger.core.scope.Action;
import io.claviger.core.scope.ActionFlag;
import io.claviger.core.scope.ScopeNames;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The laws of credentials (UAT-5, UAT-15, USR-11, APT-1, APT-16, ERR-3, ERR-6, RUN-3). */
class CredentialLawsTest {
  private static final int WORLDS = 1_000;

  /** UAT-5, APT-12: switched off, a credential gets nothing that a stranger would not get. */
  @Test
  void inactiveAlwaysDenies() {
    int bitten = 0;
    for (long seed = 0; seed < WORLDS; seed++) {
      World world = new World(seed);
      for (Bearer bearer : world.bearers) {
        Question question = world.question(bearer);
        Bearer off =
            Altered.validity(bearer, new Validity(CredentialStatus.INACTIVE, Optional.empty()));
        Question asked = Altered.bearer(question, off);
        bitten += Authorizer.decide(question).allowed() ? 1 : 0;
        assertThat(Authorizer.decide(asked).allowed())
            .as("seed %d, %s", seed, asked)
            .isEqualTo(free(question));
        if (!(bearer instanceof Bearer.Anonymous)) {
          assertThat(Authorizer.invalid(off, question.address(), question.now()))
              .contains(new Denial.CredentialInactive());
        }
      }
    }
    assertThat(bitten).isGreaterThan(1_000);
  }

  /** What is open to everybody. */
  private static boolean free(Question question) {
    Question nobody = Altered.bearer(question, new Bearer.Anonymous());
    return Authorizer.decide(nobody).allowed();
  }

  /** UAT-15: good until a millisecond before, refused from that very instant on. */
  @Test
  void expiredFromThatInstantOn() {
    for (long seed = 0; seed < WORLDS; seed++) {
      World world = new World(seed);
      Instant end = world.moment();
      for (Bearer bearer : world.bearers) {
        if (bearer instanceof Bearer.Anonymous) {
          continue;
        }
        Bearer ending =
            Altered.validity(bearer, new Validity(CredentialStatus.ACTIVE, Optional.of(end)));
        Bearer lasting = Altered.validity(bearer, Validity.UNLIMITED);
        Question question = world.question(ending);
        for (long millis : new long[] {-86_400_000, -1}) {
          Question before = Altered.now(question, end.plusMillis(millis));
          assertThat(Authorizer.decide(before))
              .as("seed %d, %s", seed, before)
              .isEqualTo(Authorizer.decide(Altered.bearer(before, lasting)));
        }
        for (long millis : new long[] {0, 1, 86_400_000}) {
          Question after = Altered.now(question, end.plusMillis(millis));
          assertThat(Authorizer.invalid(ending, after.address(), after.now()))
              .contains(new Denial.CredentialExpired());
          assertThat(Authorizer.decide(after).allowed())
              .as("seed %d, %s", seed, after)
              .isEqualTo(free(question));
        }
      }
    }
  }

  /** USR-11: sessions made before the cutoff are dead; tokens have their own status. */
  @Test
  void cutoffKillsSessionsNotTokens() {
    World world = new World(7);
    for (Kind kind : Kind.values()) {
      for (long millis : new long[] {-1, 0, 1}) {
        Bearer.OfUser made = world.makerOf(World.user(0), kind);
        Instant cutoff = made.credential().issuedAt().plusMillis(millis);
        Bearer bearer =
            Altered.validity(
                Altered.user(
                    made, Optional.of(new UserFacts(World.user(0), Optional.of(cutoff), false))),
                Validity.UNLIMITED);
        Optional<Denial> expected =
            kind == Kind.SESSION && millis > 0
                ? Optional.of(new Denial.CutOff())
                : Optional.empty();
        assertThat(Authorizer.invalid(bearer, Optional.empty(), World.NOON))
            .as("%s, cutoff %d ms after it was made", kind, millis)
            .isEqualTo(expected);
      }
    }
  }

  /** UAT-25, APT-16: with the owner everything that acts for it ends. */
  @Test
  void nothingOutlivesItsOwner() {
    for (long seed = 0; seed < WORLDS; seed++) {
      World world = new World(seed);
      for (Bearer bearer : world.bearers) {
        Bearer orphan =
            switch (bearer) {
              case Bearer.OfUser it -> Altered.user(it, Optional.empty());
              case Bearer.OfApplication it -> new Bearer.OfApplication(it.token(), false);
              case Bearer.OfDevice it ->
                  new Bearer.OfDevice(it.session(), it.warrant(), Optional.empty());
              case Bearer.OfTenant it ->
                  new Bearer.OfTenant(it.token(), Optional.empty(), it.tenure(), it.standing());
              case Bearer.Anonymous it -> it;
            };
        Question question = Altered.bearer(world.question(bearer), orphan);
        assertThat(Authorizer.decide(question).allowed())
            .as("seed %d, %s", seed, question)
            .isEqualTo(free(question));
      }
    }
  }

  /** APT-1: whatever its scope says. */
  @Test
  void applicationTokenNeverLeavesItsApplication() {
    int inside = 0;
    for (long seed = 0; seed < 2 * WORLDS; seed++) {
      World world = new World(seed);
      Bearer.OfApplication bearer = (Bearer.OfApplication) world.applicationBearer();
      ApplicationToken token = bearer.token();
      Question question = world.question(bearer);
      if (!Authorizer.decide(question).allowed() || free(question)) {
        continue;
      }
      boolean own =
          switch (question.place()) {
            case Place.OfApplication it -> it.id().equals(token.application());
            case Place.OfDashboard it ->
                it.dashboard().application().equals(Optional.of(token.application()));
            case Place.Account _ -> question.action().has(ActionFlag.ANY_SCOPE);
            case Place.OfOwner _, Place.Absent _ -> false;
          };
      assertThat(own).as("seed %d, %s", seed, question).isTrue();
      inside++;
    }
    assertThat(inside).isGreaterThan(200);
  }

  /** RUN-3, APP-4: where no token is needed, the worst token does no harm. */
  @Test
  void noCredentialHurtsWhereNoneIsNeeded() {
    List<Action> open =
        World.CATALOGUE.actions().stream()
            .filter(action -> action.has(ActionFlag.NO_TOKEN))
            .toList();
    for (long seed = 0; seed < WORLDS; seed++) {
      World world = new World(seed);
      for (Bearer bearer : world.bearers) {
        Question question =
            new Question(
                bearer, world.pick(open), world.place(bearer), world.address(), world.moment());
        if (free(question)) {
          assertThat(Authorizer.decide(question).allowed())
              .as("seed %d, %s", seed, question)
              .isTrue();
        }
      }
    }
  }

  /** The engine has no memory, clock or luck. */
  @Test
  void sameQuestionSameAnswer() {
    List<Question> questions = new ArrayList<>();
    List<Decision> answers = new ArrayList<>();
    for (long seed = 0; seed < 300; seed++) {
      World world = new World(seed);
      for (int i = 0; i < 20; i++) {
        questions.add(world.question());
        answers.add(Authorizer.decide(questions.getLast()));
      }
    }
    for (int i = questions.size() - 1; i >= 0; i--) {
      assertThat(Authorizer.decide(questions.get(i))).isEqualTo(answers.get(i));
    }
  }

  /** ERR-6: of several reasons the bearer is told the first: 401, scope, 404, role. */
  @Test
  void orderOfChecks() {
    Resource.Application application = World.APPLICATIONS.get(2);
    Action action = World.action("application.delete");
    ScopeNames without = new ScopeNames(List.of("application.get"));
    ScopeNames with = new ScopeNames(List.of("application.delete"));
    Validity expired =
        new Validity(CredentialStatus.ACTIVE, Optional.of(World.NOON.minusMillis(1)));
    assertThat(
            List.of(
                user(expired, without, new Standing.Stranger(), action, application),
                user(Validity.UNLIMITED, without, new Standing.Stranger(), action, application),
                user(Validity.UNLIMITED, with, new Standing.Stranger(), action, application),
                user(Validity.UNLIMITED, with, member(Role.NONE), action, application),
                user(Validity.UNLIMITED, with, member(Role.COLLABORATE), action, application),
                user(Validity.UNLIMITED, with, member(Role.EDIT), action, application)))
        .containsExactly(
            "401 CredentialExpired",
            "403 ScopeMissing",
            "404 Application",
            "404 Application",
            "403 RoleTooLow",
            "allowed role=edit reach=");
  }

  private static Standing member(Role role) {
    return new Standing.Member(new Membership(role, Overrides.NONE));
  }

  private static String user(
      Validity validity,
      ScopeNames scope,
      Standing standing,
      Action action,
      Resource.Application application) {
    var bearer =
        new Bearer.OfUser(
            new UserCredential(
                Kind.API_TOKEN,
                Ids.credential(0),
                World.user(0),
                World.NOON.minusSeconds(60),
                validity,
                World.grant(scope),
                RoleCap.UNCAPPED),
            World.verified(0));
    var place =
        new Place.OfApplication(application.owner(), application.id(), standing, Optional.empty());
    return Verdict.of(
        Authorizer.decide(new Question(bearer, action, place, Optional.empty(), World.NOON)),
        List.of());
  }
}
