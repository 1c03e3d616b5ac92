package io.claviger.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.credential.UserCredential;
import io.claviger.core.explain.Asking;
import io.claviger.core.explain.Asking.ApplicationCredential;
import io.claviger.core.explain.Asking.Asker;
import io.claviger.core.explain.Audience;
import io.claviger.core.explain.Disclosure;
import io.claviger.core.explain.Explainer;
import io.claviger.core.explain.Explanation;
import io.claviger.core.explain.Finding;
import io.claviger.core.explain.Finding.Outcome;
import io.claviger.core.explain.Layer;
import io.claviger.core.explain.LoginExplainer;
import io.claviger.core.explain.Subject;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Owner;
import io.claviger.core.role.OwnerState;
import io.claviger.core.role.Resource;
import io.claviger.core.role.Role;
import io.claviger.core.role.RoleCap;
import io.claviger.core.scope.Catalogue;
import io.claviger.core.secret.Digest;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is told to whom, over random worlds. */
class DisclosureTest {
  private static final int WORLDS = 120;
  private static final int QUESTIONS = 60;

  private interface Check {
    void check(World world, Subject subject, String seed);
  }

  private static void everywhere(Check check) {
    for (long seed = 0; seed < WORLDS; seed++) {
      World world = new World(seed);
      for (int i = 0; i < QUESTIONS; i++) {
        Bearer bearer = world.bearers.get(i % world.bearers.size());
        Place place = world.place(bearer);
        Question question =
            new Question(bearer, world.action(), place, world.address(), world.moment());
        check.check(
            world,
            new Subject(question, Explainer.standing(place)),
            "seed " + seed + " question " + i);
      }
    }
  }

  private static Explanation toBearer(Subject subject) {
    return Disclosure.explain(subject, Audience.BEARER, Disclosure.unseen(subject));
  }

  private static Subject at(Subject subject, Place place) {
    Question it = subject.question();
    return new Subject(
        new Question(it.bearer(), it.action(), place, it.address(), it.now()),
        Explainer.standing(place));
  }

  /** ERR-3 to ERR-6: an explanation says no more than the answer itself does. */
  @Test
  void aBearerIsToldTheSameAnswerAsEver() {
    everywhere((_, subject, seed) ->
        assertThat(toBearer(subject).decision())
            .as(seed)
            .isEqualTo(Authorizer.decide(subject.question())));
  }

  /** ERR-5. */
  @Test
  void whatABearerDoesNotSeeIsExplainedLikeWhatIsNotThere() {
    int[] hidden = {0};
    everywhere((_, subject, seed) -> {
      Optional<String> unseen = Disclosure.unseen(subject);
      if (unseen.isPresent()) {
        Subject absent = at(subject, new Place.Absent(unseen.get()));
        assertThat(toBearer(subject)).as(seed).isEqualTo(toBearer(absent));
        hidden[0]++;
      }
    });
    assertThat(hidden[0]).isGreaterThan(500);
  }

  /** The denial that hides is never explained by what is hidden. */
  @Test
  void whoeverIsAnsweredUnseenIsToldOfNoRole() {
    Set<Layer> telling = EnumSet.of(Layer.MEMBER_ROLE, Layer.MEMBER_OVERRIDE, Layer.ORGANIZATION);
    everywhere((_, subject, seed) -> {
      if (Authorizer.decide(subject.question()) instanceof Decision.Denied(Denial.Unseen _)
          && !(subject.question().place() instanceof Place.Account)) {
        assertThat(toBearer(subject).findings())
            .as(seed)
            .filteredOn(finding -> telling.contains(finding.layer()))
            .allMatch(finding -> finding.outcome() == Outcome.NOT_APPLICABLE);
      }
    });
  }

  @Test
  void aBearerThatIsNoGoodIsToldOfNothingElse() {
    everywhere((_, subject, seed) -> {
      Question question = subject.question();
      Explanation told = toBearer(subject);
      boolean invalid =
          Authorizer.invalid(question.bearer(), question.address(), question.now()).isPresent();
      if (invalid && !told.decision().allowed()) {
        assertThat(told.findings())
            .as(seed)
            .filteredOn(finding -> finding.outcome() != Outcome.NOT_APPLICABLE)
            .extracting(Finding::layer)
            .isSubsetOf(Layer.CREDENTIAL, Layer.ADDRESS, Layer.SPONSOR, Layer.RESOURCE);
        Subject elsewhere = at(subject, new Place.Absent("Dashboard"));
        assertThat(told).as(seed).isEqualTo(toBearer(elsewhere));
        assertThat(told.remedies()).as(seed).isNotEmpty();
      }
    });
  }

  /** What the scope is besides is no matter of an administrator. */
  @Test
  void anAdministratorIsNotToldTheScope() {
    everywhere((_, subject, seed) -> {
      if (subject.question().bearer() instanceof Bearer.OfUser(UserCredential it, var _)) {
        Explanation told =
            Disclosure.explain(subject, Audience.ORGANIZATION_ADMINISTRATOR, Optional.empty());
        String scope = String.join(", ", it.grant().names().names());
        assertThat(told.toString()).as(seed).doesNotContain("scope " + scope);
      }
    });
  }

  /**
   * Whoever may ask as the owner has all that the user has: nothing he is told is beyond him
   * (monotone attenuation).
   */
  @Test
  void onlyTheWholeUserIsTheOwner() {
    Asking asking = new Asking(Catalogue.standard());
    int[] owners = {0};
    everywhere((world, subject, seed) -> {
      Question question = subject.question();
      Asker asker = new Asker(question.bearer(), question.address(), question.now());
      for (UserId user : world.members.keySet()) {
        Optional<Audience> audience = asking.ofUser(asker, user, Optional.empty(), true);
        if (audience.isPresent()) {
          owners[0]++;
          assertThat(audience).contains(Audience.OWNER);
          assertThat(question.bearer()).as(seed).isInstanceOf(Bearer.OfUser.class);
          UserCredential credential = ((Bearer.OfUser) question.bearer()).credential();
          assertThat(credential.user()).as(seed).isEqualTo(user);
          assertThat(RoleCap.UNCAPPED.within(credential.cap())).as(seed).isTrue();
          assertThat(credential.grant().names().names()).as(seed).contains("all.User");
          assertThat(credential.kind()).as(seed).isNotEqualTo(UserCredential.Kind.OAUTH_TOKEN);
          assertThat(Authorizer.invalid(question.bearer(), question.address(), question.now()))
              .as(seed)
              .isEmpty();
        }
      }
    });
    assertThat(owners[0]).isPositive();
  }

  @Test
  void anAdministratorAsksOnlyAboutMembersOfAnOrganizationThatHeAdministers() {
    Asking asking = new Asking(Catalogue.standard());
    int[] administrators = {0};
    everywhere((world, subject, seed) -> {
      Question question = subject.question();
      if (!(question.place() instanceof Place.OfOwner place)) {
        return;
      }
      Asker asker = new Asker(question.bearer(), question.address(), question.now());
      UserId stranger = new UserId("f".repeat(24));
      Optional<Audience> audience = asking.ofUser(asker, stranger, Optional.of(place), true);
      assertThat(asking.ofUser(asker, stranger, Optional.of(place), false)).as(seed).isEmpty();
      assertThat(asking.ofUser(asker, stranger, Optional.empty(), true)).as(seed).isEmpty();
      if (audience.isPresent()) {
        administrators[0]++;
        assertThat(place.owner()).as(seed).isInstanceOf(Owner.Organization.class);
        assertThat(place.state().disabled()).as(seed).isFalse();
        UserCredential credential = ((Bearer.OfUser) question.bearer()).credential();
        assertThat(credential.cap().effective(place.standing(), new Resource.Whole(place.owner())))
            .as(seed)
            .isEqualTo(Role.ADMIN);
      }
      assertThat(asking.ofApplication(asker, ApplicationCredential.TOKEN, place))
          .as(seed)
          .isEmpty();
    });
    assertThat(administrators[0]).isPositive();
  }

  /** KEY-42: the explanation of a log-in against the rule itself. */
  @Test
  void aLoginIsExplainedByWhatTurnsItAway() {
    int[] refused = {0};
    for (long seed = 0; seed < 5_000; seed++) {
      World world = new World(seed);
      var device = world.devices.get((int) (seed % world.devices.size()));
      DeviceLogin login =
          new DeviceLogin(
              seed % 11 == 0 ? Optional.empty() : Optional.of(world.key(device.application())),
              Digest.of(seed % 7 == 0 ? "wrong" : "secret"),
              seed % 5 == 0 ? Optional.empty() : Optional.of(device),
              seed % 3 == 0 ? OwnerState.CLOSED : OwnerState.OPEN,
              world.address());
      Explanation told = LoginExplainer.explain(login);
      Set<Layer> refusing =
          told.findings().stream()
              .filter(finding -> finding.outcome() == Outcome.REFUSED)
              .map(Finding::layer)
              .collect(Collectors.toCollection(() -> EnumSet.noneOf(Layer.class)));
      assertThat(told.decision().allowed())
          .as("seed %d", seed)
          .isEqualTo(login.refusal().isEmpty());
      login
          .refusal()
          .ifPresent(denial -> assertThat(told.decision()).isEqualTo(new Decision.Denied(denial)));
      assertThat(refusing.isEmpty()).as("seed %d", seed).isEqualTo(login.refusal().isEmpty());
      assertThat(told.remedies()).as("seed %d", seed).hasSameSizeAs(refusing);
      if (LoginExplainer.proven(login)) {
        assertThat(LoginExplainer.without(login, refusing).refusal()).as("seed %d", seed).isEmpty();
        assertThat(LoginExplainer.open(login).device()).as("seed %d", seed).isPresent();
        refused[0] += refusing.size() > 1 ? 1 : 0;
      } else {
        assertThat(refusing).as("seed %d", seed).containsExactly(Layer.CREDENTIAL);
      }
    }
    assertThat(refused[0]).as("several at once").isGreaterThan(100);
  }
}
