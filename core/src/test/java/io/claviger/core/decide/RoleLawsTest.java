package io.claviger.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The laws of roles, caps and overrides (UAT-6 to UAT-14, ORG-2, ORG-3, ERR-5). */
class RoleLawsTest {
  private static final int WORLDS = 1_500;

  /** UAT-10, UAT-11: whatever a cap says, its bearer has no more than the membership gives. */
  @Test
  void capNeverRaisesRole() {
    for (long seed = 0; seed < WORLDS; seed++) {
      World world = new World(seed);
      Standing standing = standing(world);
      RoleCap cap = world.cap();
      Resource resource = resource(world);
      Role effective = cap.effective(standing, resource);
      assertThat(standing.over(resource).atLeast(effective)).as("seed %d", seed).isTrue();
      assertThat(cap.over(resource).atLeast(effective)).as("seed %d", seed).isTrue();
      assertThat(RoleCap.UNCAPPED.effective(standing, resource))
          .as("seed %d", seed)
          .isEqualTo(standing.over(resource));
    }
  }

  /** UAT-10: dashboard before application before owner before default, whichever is higher. */
  @Test
  void nearestOverrideWins() {
    Resource.Dashboard dashboard = World.DASHBOARDS.get(3);
    ApplicationId application = dashboard.application().orElseThrow();
    for (Role defaultRole : Role.values()) {
      for (Role owner : List.of(Role.NONE, Role.VIEW, Role.COLLABORATE, Role.EDIT)) {
        for (Role near : Role.values()) {
          RoleCap onOwner = cap(defaultRole, new OwnerCap(owner, Overrides.NONE));
          RoleCap onApplication =
              cap(
                  defaultRole,
                  new OwnerCap(owner, new Overrides(Map.of(application, near), Map.of())));
          Overrides both =
              new Overrides(Map.of(application, near), Map.of(dashboard.id(), Role.VIEW));
          RoleCap onDashboard = cap(defaultRole, new OwnerCap(owner, both));
          assertThat(onOwner.over(dashboard)).isEqualTo(owner);
          assertThat(onApplication.over(dashboard)).isEqualTo(near);
          assertThat(onDashboard.over(dashboard)).isEqualTo(Role.VIEW);
          assertThat(onDashboard.over(new Resource.Application(dashboard.owner(), application)))
              .isEqualTo(near);
          assertThat(onDashboard.over(new Resource.Whole(dashboard.owner()))).isEqualTo(owner);
          assertThat(onDashboard.over(new Resource.Whole(World.OWNERS.get(3))))
              .isEqualTo(defaultRole);
        }
      }
    }
  }

  /** UAT-10: an override may lift above the cap of its parent, never above the membership. */
  @Test
  void addingAnOverrideNeverExceedsMembership() {
    int lifted = 0;
    for (long seed = 0; seed < WORLDS; seed++) {
      World world = new World(seed);
      Standing standing = standing(world);
      Resource.Dashboard dashboard = World.DASHBOARDS.get(3);
      Role owner = world.pick(List.of(Role.NONE, Role.VIEW, Role.COLLABORATE, Role.EDIT));
      Overrides before = world.overrides();
      Map<DashboardId, Role> dashboards = new HashMap<>(before.dashboards());
      dashboards.put(dashboard.id(), world.role());
      RoleCap without = cap(world.role(), new OwnerCap(owner, before));
      RoleCap with =
          cap(world.role(), new OwnerCap(owner, new Overrides(before.applications(), dashboards)));
      Role after = with.effective(standing, dashboard);
      assertThat(standing.over(dashboard).atLeast(after)).as("seed %d", seed).isTrue();
      lifted += without.effective(standing, dashboard).atLeast(after) ? 0 : 1;
    }
    assertThat(lifted).isGreaterThan(50);
  }

  /** ORG-3: what an administrator is takes no override. */
  @Test
  void overrideOfAdministratorIsIdle() {
    for (long seed = 0; seed < WORLDS; seed++) {
      World world = new World(seed);
      Membership administrator = new Membership(Role.ADMIN, world.overrides());
      assertThat(administrator.over(resource(world))).as("seed %d", seed).isEqualTo(Role.ADMIN);
    }
  }

  /** ERR-5: no role at all answers in every detail as if the thing did not exist. */
  @Test
  void unseenEqualsAbsent() {
    int compared = 0;
    for (long seed = 0; seed < WORLDS; seed++) {
      World world = new World(seed);
      for (int i = 0; i < 40; i++) {
        Question question = world.question();
        Optional<Place> absent = absent(question);
        if (absent.isEmpty()) {
          continue;
        }
        compared++;
        assertThat(Authorizer.decide(question))
            .as("seed %d, %s", seed, question)
            .isEqualTo(Authorizer.decide(Altered.place(question, absent.get())));
      }
    }
    assertThat(compared).isGreaterThan(3_000);
  }

  /** ERR-6: behind an application that is not seen nothing is there or not there. */
  @Test
  void absentWithinUnseenEqualsAbsent() {
    int compared = 0;
    for (long seed = 0; seed < WORLDS; seed++) {
      World world = new World(seed);
      Question question = world.question();
      Place.OfApplication parent =
          world.ofApplication(question.bearer(), world.pick(World.APPLICATIONS));
      Question within = Altered.place(question, new Place.Absent("Dashboard", Optional.of(parent)));
      if (nothing(question.bearer(), parent)) {
        compared++;
        assertThat(Verdict.of(Authorizer.decide(within), List.of()))
            .as("seed %d, %s", seed, within)
            .isEqualTo(
                Verdict.of(
                    Authorizer.decide(Altered.place(question, new Place.Absent("Application"))),
                    List.of()));
      }
    }
    assertThat(compared).isGreaterThan(500);
  }

  /** The same place as if it were not there; empty when the bearer has something there. */
  private static Optional<Place> absent(Question question) {
    String kind = question.action().context().name();
    Optional<Place> absent =
        switch (question.place()) {
          case Place.OfOwner place when nothing(question.bearer(), place) ->
              Optional.of(new Place.Absent("Organization"));
          case Place.OfApplication place when nothing(question.bearer(), place) ->
              Optional.of(new Place.Absent("Application"));
          case Place.OfDashboard place when !place.open() && nothing(question.bearer(), place) ->
              Optional.of(
                  new Place.Absent(kind.equals("APPLICATION") ? "Application" : "Dashboard"));
          case Place.OfOwner _,
              Place.OfApplication _,
              Place.OfDashboard _,
              Place.Account _,
              Place.Absent _ ->
              Optional.empty();
        };
    boolean beside =
        question.place() instanceof Place.OfDashboard(var dashboard, var _, boolean _, var _)
            && kind.equals("APPLICATION")
            && dashboard.application().isEmpty();
    return beside ? Optional.empty() : absent;
  }

  private static boolean nothing(Bearer bearer, Place place) {
    return switch (bearer) {
      case Bearer.Anonymous _ -> true;
      case Bearer.OfTenant it ->
          switch (place) {
            case Place.OfOwner at ->
                !at.owner().equals(new Owner.Organization(it.token().organization()));
            case Place.OfApplication _, Place.OfDashboard _ -> true;
            case Place.Account _, Place.Absent _ -> false;
          };
      case Bearer.OfUser _ ->
          switch (place) {
            case Place.OfOwner it -> it.standing() instanceof Standing.Stranger;
            case Place.OfApplication it -> it.standing() instanceof Standing.Stranger;
            case Place.OfDashboard it -> it.standing() instanceof Standing.Stranger;
            case Place.Account _, Place.Absent _ -> false;
          };
      case Bearer.OfApplication it -> outside(it.token().application(), place);
      case Bearer.OfDevice it -> outside(it.session().application(), place);
    };
  }

  private static boolean outside(ApplicationId own, Place place) {
    return switch (place) {
      case Place.OfOwner _ -> true;
      case Place.OfApplication it -> !it.id().equals(own);
      case Place.OfDashboard it -> !it.dashboard().application().equals(Optional.of(own));
      case Place.Account _, Place.Absent _ -> false;
    };
  }

  /** APT-14: what the ceiling could not do, the token cannot do. */
  @Test
  void ceilingBoundsApplicationToken() {
    int checked = 0;
    for (long seed = 0; seed < WORLDS; seed++) {
      World world = new World(seed);
      for (Bearer bearer : world.bearers) {
        Question question = world.question(bearer);
        if (!(bearer instanceof Bearer.OfApplication application)
            || !(Authorizer.decide(question) instanceof Decision.Allowed yes)
            || yes.role().isEmpty()) {
          continue;
        }
        checked++;
        Ceiling ceiling = application.token().ceiling();
        Role most =
            question.place() instanceof Place.OfDashboard it
                ? ceiling.over(it.dashboard().id())
                : ceiling.role();
        assertThat(yes.role()).as("seed %d, %s", seed, question).contains(most);
        assertThat(most.atLeast(question.action().minRole().orElse(Role.NONE)))
            .as("seed %d, %s", seed, question)
            .isTrue();
      }
    }
    assertThat(checked).isGreaterThan(500);
  }

  private static RoleCap cap(Role defaultRole, OwnerCap owner) {
    return new RoleCap(defaultRole, Optional.empty(), Map.of(World.organization(0), owner));
  }

  private static Standing standing(World world) {
    return switch (world.random.nextInt(8)) {
      case 0 -> new Standing.Stranger();
      case 1 -> new Standing.SandboxOwner();
      default -> new Standing.Member(new Membership(world.role(), world.overrides()));
    };
  }

  private static Resource resource(World world) {
    return switch (world.random.nextInt(3)) {
      case 0 -> new Resource.Whole(world.pick(World.OWNERS));
      case 1 -> world.pick(World.APPLICATIONS);
      default -> world.pick(World.DASHBOARDS);
    };
  }
}
