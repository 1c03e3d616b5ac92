package io.claviger.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.credential.ApplicationToken;
import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.credential.DeviceSession;
import io.claviger.core.credential.UserCredential;
import io.claviger.core.credential.UserFacts;
import io.claviger.core.credential.Validity;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.explain.Explainer;
import io.claviger.core.explain.Explanation;
import io.claviger.core.explain.Layer;
import io.claviger.core.explain.Remedy;
import io.claviger.core.explain.Subject;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DashboardId;
import io.claviger.core.role.Ceiling;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Resource;
import io.claviger.core.role.Role;
import io.claviger.core.role.RoleCap;
import io.claviger.core.role.RoleCap.OwnerCap;
import io.claviger.core.role.Standing;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Remedies at their word: who does what the sentence says, and nothing else, gets what he asked
 * for; who does a little less does not. Layers whose sentence leaves open what exactly is done are
 * opened as {@link Explainer} opens them.
 */
class RemedyTest {
  private static final int WORLDS = 1000;
  private static final int QUESTIONS = 60;
  private static final Pattern ROLE = Pattern.compile("role .*?(view|collaborate|edit|admin)\\b");
  private static final Pattern TO_ROLE = Pattern.compile("to (view|collaborate|edit|admin)\\b");

  /** Layers whose words are taken literally here. */
  private static final Set<Layer> LITERAL =
      EnumSet.of(
          Layer.CREDENTIAL,
          Layer.MEMBER_ROLE,
          Layer.MEMBER_OVERRIDE,
          Layer.CAP,
          Layer.CAP_OVERRIDE);

  private interface Check {
    void check(Subject subject, Explanation explanation, String seed);
  }

  private static void everywhere(Check check) {
    for (long seed = 0; seed < WORLDS; seed++) {
      World world = new World(seed);
      for (int i = 0; i < QUESTIONS; i++) {
        Bearer bearer = sometimesOff(world.bearers.get(i % world.bearers.size()), i);
        Place place = world.place(bearer);
        Question question =
            new Question(bearer, world.action(), place, world.address(), world.moment());
        Subject subject = new Subject(question, Explainer.standing(place));
        Explanation explanation = Explainer.explain(subject);
        if (!(bearer instanceof Bearer.Anonymous)
            && !explanation.decision().allowed()
            && explanation.remedies().stream().noneMatch(it -> it.by() == Remedy.By.NOBODY)) {
          check.check(subject, explanation, "seed " + seed + " question " + i);
        }
      }
    }
  }

  /** Accounts that were switched off by their organization. */
  private static Bearer sometimesOff(Bearer bearer, int i) {
    return i % 5 == 0 && bearer instanceof Bearer.OfUser(var credential, var user)
        ? new Bearer.OfUser(credential, user.map(it -> switched(it, true)))
        : bearer;
  }

  private static UserFacts switched(UserFacts it, boolean off) {
    return new UserFacts(
        it.id(), it.tokenCutoff(), it.needsToVerifyEmail(), it.twoFactorEnabled(), off);
  }

  /** The question when the other layers are opened too. */
  private static boolean allowed(Question mended, Explanation explanation) {
    Set<Layer> open = EnumSet.noneOf(Layer.class);
    for (Remedy remedy : explanation.remedies()) {
      if (!LITERAL.contains(remedy.layer())) {
        open.add(remedy.layer());
      }
    }
    Subject subject = new Subject(mended, Explainer.standing(mended.place()));
    return Authorizer.decide(Explainer.without(subject, open)).allowed();
  }

  private static List<Remedy> literal(Explanation explanation) {
    return explanation.remedies().stream().filter(it -> LITERAL.contains(it.layer())).toList();
  }

  @Test
  void whatTheRemediesSayIsEnough() {
    Set<String> said = new HashSet<>();
    everywhere((subject, explanation, seed) -> {
      Question mended = subject.question();
      for (Remedy remedy : literal(explanation)) {
        mended = applied(remedy, mended, role(remedy));
        said.add(remedy.change().replaceAll("view|collaborate|edit|admin", "R"));
      }
      assertThat(allowed(mended, explanation))
          .as("%s: %s%n%s", seed, explanation.remedies(), subject)
          .isTrue();
    });
    assertThat(said).as("sentences that came up").hasSizeGreaterThanOrEqualTo(11);
  }

  /** "or take it away" is no second way unless it leads there too. */
  @Test
  void takingAnOverrideAwayIsEnoughWhereItIsNamed() {
    int[] named = new int[1];
    everywhere((subject, explanation, seed) -> {
      Question mended = subject.question();
      boolean away = false;
      for (Remedy remedy : literal(explanation)) {
        boolean here = remedy.change().contains("take it away");
        away |= here;
        mended = here ? without(remedy, mended) : applied(remedy, mended, role(remedy));
      }
      if (away) {
        named[0]++;
        assertThat(allowed(mended, explanation))
            .as("%s: %s%n%s", seed, explanation.remedies(), subject)
            .isTrue();
      }
    });
    assertThat(named[0]).isPositive();
  }

  @Test
  void aLowerRoleIsNotEnough() {
    int[] lowered = new int[1];
    everywhere((subject, explanation, seed) -> {
      for (Remedy low : literal(explanation)) {
        Optional<Role> less = role(low).flatMap(RemedyTest::below);
        // Who is a member may leave, whatever his role.
        if (less.isPresent() && !subject.question().action().id().equals("org.removeMember")) {
          Question mended = subject.question();
          for (Remedy remedy : literal(explanation)) {
            mended = applied(remedy, mended, remedy.equals(low) ? less : role(remedy));
          }
          lowered[0]++;
          assertThat(allowed(mended, explanation))
              .as("%s: %s with %s%n%s", seed, low, less, subject)
              .isFalse();
        }
      }
    });
    assertThat(lowered[0]).isPositive();
  }

  private static Optional<Role> below(Role role) {
    Role lower =
        switch (role) {
          case NONE, VIEW -> Role.NONE;
          case COLLABORATE -> Role.VIEW;
          case EDIT -> Role.COLLABORATE;
          case ADMIN -> Role.EDIT;
        };
    return Optional.of(lower);
  }

  private static Optional<Role> role(Remedy remedy) {
    for (Pattern pattern : List.of(TO_ROLE, ROLE)) {
      Matcher matcher = pattern.matcher(remedy.change());
      if (remedy.layer() != Layer.CREDENTIAL && matcher.find()) {
        return Role.parse(matcher.group(1)).toOptional();
      }
    }
    return Optional.empty();
  }

  private static Question applied(Remedy remedy, Question question, Optional<Role> role) {
    return switch (remedy.layer()) {
      case CREDENTIAL -> with(question, credential(remedy.change(), question));
      case MEMBER_ROLE ->
          member(
              question,
              it ->
                  new Membership(
                      role.orElseThrow(() -> new AssertionError(remedy)), it.overrides()));
      case MEMBER_OVERRIDE -> member(question, it -> overridden(it, remedy, question, role));
      case CAP, CAP_OVERRIDE -> with(question, raised(question, role, remedy));
      default -> throw new IllegalArgumentException("not literal: " + remedy);
    };
  }

  private static Membership overridden(
      Membership it, Remedy remedy, Question question, Optional<Role> role) {
    return remedy.change().startsWith("Take")
        ? new Membership(role.orElse(it.role()), none(it.overrides(), resource(question)))
        : new Membership(
            it.role(), nearest(it.overrides(), resource(question), role.orElseThrow()));
  }

  private static OwnerCap overridden(OwnerCap it, Remedy remedy, Resource of, Optional<Role> role) {
    if (!remedy.change().startsWith("Take")) {
      return new OwnerCap(it.role(), nearest(it.overrides(), of, role.orElseThrow()));
    }
    Role raised = role.orElse(it.role());
    return new OwnerCap(raised, raised == Role.ADMIN ? Overrides.NONE : none(it.overrides(), of));
  }

  private static Overrides none(Overrides overrides, Resource resource) {
    return bare(bare(overrides, resource), resource);
  }

  private static Question without(Remedy remedy, Question question) {
    Resource resource = resource(question);
    if (remedy.layer() == Layer.MEMBER_OVERRIDE) {
      return member(question, it -> new Membership(it.role(), bare(it.overrides(), resource)));
    }
    Bearer.OfUser bearer = (Bearer.OfUser) question.bearer();
    return with(
        question,
        capped(
            bearer,
            own(
                bearer.credential().cap(),
                resource,
                it -> new OwnerCap(it.role(), bare(it.overrides(), resource)))));
  }

  // ---- what a sentence about a credential says

  private static Bearer credential(String change, Question question) {
    Bearer bearer = question.bearer();
    for (String sentence : change.split("(?<=\\.) ")) {
      bearer =
          switch (sentence) {
            case "Switch it on again." -> switchedOn(bearer);
            case "Log in again.",
                "Make a new credential.",
                "An end does not change: make a new credential." ->
                renewed(bearer, question);
            case "Have the account switched on again." -> reactivated(bearer);
            case "Restore the device." -> restored(bearer);
            default -> throw new IllegalArgumentException("not understood: " + sentence);
          };
    }
    return bearer;
  }

  private static Validity on(Validity validity) {
    return new Validity(CredentialStatus.ACTIVE, validity.expiresAt());
  }

  private static Bearer switchedOn(Bearer bearer) {
    return switch (bearer) {
      case Bearer.OfUser(UserCredential it, var user) ->
          new Bearer.OfUser(validFor(it, on(it.validity()), it.issuedAt()), user);
      case Bearer.OfApplication(ApplicationToken it, boolean exists) ->
          new Bearer.OfApplication(
              new ApplicationToken(
                  it.id(), it.application(), on(it.validity()), it.grant(), it.ceiling()),
              exists);
      case Bearer.OfDevice(DeviceSession it, Bearer.Warrant warrant, var device) ->
          new Bearer.OfDevice(
              new DeviceSession(
                  it.id(), it.application(), it.device(), on(it.validity()), it.grant()),
              warrant instanceof Bearer.Warrant.ByKey(var key)
                  ? new Bearer.Warrant.ByKey(key.map(RemedyTest::active))
                  : warrant,
              device);
      case Bearer.Anonymous _, Bearer.OfTenant _ -> throw new AssertionError(bearer);
    };
  }

  private static UserCredential validFor(UserCredential it, Validity validity, Instant issuedAt) {
    return new UserCredential(
        it.kind(), it.id(), it.user(), issuedAt, validity, it.grant(), it.cap());
  }

  private static AccessKey active(AccessKey key) {
    return new AccessKey(
        key.id(),
        key.application(),
        key.secret(),
        CredentialStatus.ACTIVE,
        key.devices(),
        key.addresses(),
        key.topics());
  }

  /** A new one like it, made now by somebody who may; whom it is for stays as he is. */
  private static Bearer renewed(Bearer bearer, Question question) {
    Set<Layer> credential = EnumSet.of(Layer.CREDENTIAL);
    Bearer ideal =
        Explainer.without(new Subject(question, Explainer.standing(question.place())), credential)
            .bearer();
    return switch (bearer) {
      // Who was switched off can neither log in nor make anything.
      case Bearer.OfUser(UserCredential it, var user) ->
          new Bearer.OfUser(
              validFor(
                  it,
                  Validity.UNLIMITED,
                  // Worlds have cutoffs that are still to come, which nobody sets.
                  user.flatMap(UserFacts::tokenCutoff)
                      .filter(question.now()::isBefore)
                      .orElse(question.now())),
              user);
      // The device stays what it is; the application and the key may be others.
      case Bearer.OfDevice(var _, var _, var device) ->
          ideal instanceof Bearer.OfDevice(var session, var warrant, var _)
              ? new Bearer.OfDevice(session, warrant, device)
              : ideal;
      case Bearer.OfApplication(var _, boolean exists) ->
          ideal instanceof Bearer.OfApplication(var token, var _)
              ? new Bearer.OfApplication(token, exists)
              : ideal;
      case Bearer.OfTenant _, Bearer.Anonymous _ -> ideal;
    };
  }

  private static Bearer reactivated(Bearer bearer) {
    return bearer instanceof Bearer.OfUser(var credential, var user)
        ? new Bearer.OfUser(credential, user.map(it -> switched(it, false)))
        : bearer;
  }

  private static Bearer restored(Bearer bearer) {
    return bearer instanceof Bearer.OfDevice(var session, var warrant, var device)
        ? new Bearer.OfDevice(
            session,
            warrant,
            device.map(it ->
                new DeviceFacts(
                    it.id(), it.application(), it.deviceClass(), it.tags(), it.gateway(), false)))
        : bearer;
  }

  // ---- roles

  private static Resource resource(Question question) {
    return switch (question.place()) {
      case Place.OfOwner it -> new Resource.Whole(it.owner());
      case Place.OfApplication it -> new Resource.Application(it.owner(), it.id());
      case Place.OfDashboard it -> it.dashboard();
      case Place.Absent(var _, var within) ->
          within.map(it -> (Resource) new Resource.Application(it.owner(), it.id())).orElseThrow();
      case Place.Account _ -> throw new AssertionError(question);
    };
  }

  private static Question with(Question question, Bearer bearer) {
    return new Question(
        bearer, question.action(), question.place(), question.address(), question.now());
  }

  private static Question member(Question question, UnaryOperator<Membership> change) {
    Membership before =
        Explainer.standing(question.place()) instanceof Standing.Member(var membership)
            ? membership
            : new Membership(Role.NONE, Overrides.NONE);
    return new Question(
        question.bearer(),
        question.action(),
        placed(question.place(), new Standing.Member(change.apply(before))),
        question.address(),
        question.now());
  }

  private static Place placed(Place place, Standing standing) {
    return switch (place) {
      case Place.OfOwner it -> new Place.OfOwner(it.owner(), standing, it.member(), it.state());
      case Place.OfApplication it ->
          new Place.OfApplication(it.owner(), it.id(), standing, it.device(), it.state());
      case Place.OfDashboard it ->
          new Place.OfDashboard(it.dashboard(), standing, it.open(), it.state());
      case Place.Absent(var kind, var within) ->
          new Place.Absent(kind, within.map(it -> (Place.OfApplication) placed(it, standing)));
      case Place.Account it -> it;
    };
  }

  private static Overrides nearest(Overrides overrides, Resource resource, Role role) {
    Map<ApplicationId, Role> applications = new HashMap<>(overrides.applications());
    Map<DashboardId, Role> dashboards = new HashMap<>(overrides.dashboards());
    switch (resource) {
      case Resource.Application it -> applications.put(it.id(), role);
      case Resource.Dashboard it -> {
        if (dashboards.containsKey(it.id())) {
          dashboards.put(it.id(), role);
        } else {
          applications.put(it.application().orElseThrow(), role);
        }
      }
      case Resource.Whole _ -> throw new AssertionError("an owner has no override");
    }
    return new Overrides(applications, dashboards);
  }

  private static Overrides bare(Overrides overrides, Resource resource) {
    Map<ApplicationId, Role> applications = new HashMap<>(overrides.applications());
    Map<DashboardId, Role> dashboards = new HashMap<>(overrides.dashboards());
    switch (resource) {
      case Resource.Application it -> applications.remove(it.id());
      case Resource.Dashboard it -> {
        if (dashboards.remove(it.id()) == null) {
          it.application().ifPresent(applications::remove);
        }
      }
      case Resource.Whole _ -> throw new AssertionError("an owner has no override");
    }
    return new Overrides(applications, dashboards);
  }

  private static Bearer raised(Question question, Optional<Role> role, Remedy remedy) {
    if (question.bearer() instanceof Bearer.OfApplication(ApplicationToken it, boolean exists)) {
      return new Bearer.OfApplication(
          new ApplicationToken(
              it.id(), it.application(), it.validity(), it.grant(), Ceiling.of(role.orElseThrow())),
          exists);
    }
    Bearer.OfUser bearer = (Bearer.OfUser) question.bearer();
    Resource resource = resource(question);
    RoleCap cap = bearer.credential().cap();
    boolean named =
        resource.owner() instanceof Owner.Organization(var id)
            ? cap.organizations().containsKey(id)
            : cap.sandbox().isPresent();
    if (remedy.layer() == Layer.CAP_OVERRIDE) {
      return capped(bearer, own(cap, resource, it -> overridden(it, remedy, resource, role)));
    }
    Role wanted = role.orElseThrow();
    return capped(
        bearer,
        named
            ? own(
                cap,
                resource,
                it -> new OwnerCap(wanted, wanted == Role.ADMIN ? Overrides.NONE : it.overrides()))
            : new RoleCap(wanted, cap.sandbox(), cap.organizations()));
  }

  /** The same cap when it names no such owner. */
  private static RoleCap own(RoleCap cap, Resource resource, UnaryOperator<OwnerCap> change) {
    return switch (resource.owner()) {
      case Owner.Sandbox _ ->
          cap.sandbox().isEmpty()
              ? cap
              : new RoleCap(cap.defaultRole(), cap.sandbox().map(change), cap.organizations());
      case Owner.Organization(var id) -> {
        if (!cap.organizations().containsKey(id)) {
          yield cap;
        }
        var organizations = new HashMap<>(cap.organizations());
        organizations.computeIfPresent(id, (_, it) -> change.apply(it));
        yield new RoleCap(cap.defaultRole(), cap.sandbox(), organizations);
      }
    };
  }

  private static Bearer capped(Bearer.OfUser bearer, RoleCap cap) {
    UserCredential it = bearer.credential();
    return new Bearer.OfUser(
        new UserCredential(
            it.kind(), it.id(), it.user(), it.issuedAt(), it.validity(), it.grant(), cap),
        bearer.user());
  }
}
