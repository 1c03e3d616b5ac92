package io.claviger.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.role.Ceiling;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Resource;
import io.claviger.core.role.Role;
import io.claviger.core.role.RoleCap;
import io.claviger.core.role.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When one cap lies within another, and what an application token keeps of its creator's. */
class CapOrderTest {
  private static final List<Resource> RESOURCES = resources();

  /** Every thing that a cap may name, and beside each kind one that none names. */
  private static List<Resource> resources() {
    List<Owner> owners = new ArrayList<>(World.OWNERS);
    owners.add(new Owner.Organization(World.organization(9)));
    List<Optional<ApplicationId>> applications = new ArrayList<>();
    World.APPLICATIONS.forEach(it -> applications.add(Optional.of(it.id())));
    applications.add(Optional.of(Ids.application(9)));
    applications.add(Optional.empty());
    List<Resource> resources = new ArrayList<>();
    for (Owner owner : owners) {
      resources.add(new Resource.Whole(owner));
      for (Optional<ApplicationId> application : applications) {
        application.ifPresent(id -> resources.add(new Resource.Application(owner, id)));
        World.DASHBOARDS.forEach(
            it -> resources.add(new Resource.Dashboard(owner, it.id(), application)));
        resources.add(World.dashboard(9, owner, application));
      }
    }
    return List.copyOf(resources);
  }

  @Test
  void withinIsToBeNoHigherOnAnything() {
    int within = 0;
    for (long seed = 0; seed < 4_000; seed++) {
      World world = new World(seed);
      RoleCap outer = world.cap();
      RoleCap inner = world.capNear(outer);
      boolean nowhereHigher = true;
      for (Resource resource : RESOURCES) {
        nowhereHigher = nowhereHigher && outer.over(resource).atLeast(inner.over(resource));
      }
      within += nowhereHigher ? 1 : 0;
      assertThat(inner.within(outer))
          .as("seed %d, %s within %s", seed, inner, outer)
          .isEqualTo(nowhereHigher);
      assertThat(inner.within(inner)).as("seed %d", seed).isTrue();
      assertThat(inner.within(RoleCap.UNCAPPED)).as("seed %d", seed).isTrue();
    }
    assertThat(within).isBetween(500, 3_500);
  }

  @Test
  void ceilingIsWhatTheCreatorHasOnEveryDashboard() {
    int special = 0;
    for (long seed = 0; seed < 3_000; seed++) {
      World world = new World(seed);
      RoleCap cap = world.cap();
      Standing standing = new Standing.Member(new Membership(world.role(), world.overrides()));
      Owner owner = World.OWNERS.get(2);
      ApplicationId application = Ids.application(2);
      Ceiling ceiling = Ceiling.of(cap, standing, owner, application);
      assertThat(ceiling.role())
          .isEqualTo(cap.effective(standing, new Resource.Application(owner, application)));
      for (int number = 0; number < 9; number++) {
        var dashboard = World.dashboard(number, owner, Optional.of(application));
        Role expected = cap.effective(standing, dashboard);
        special += expected == ceiling.role() ? 0 : 1;
        assertThat(ceiling.over(dashboard.id()))
            .as("seed %d, %s, %s, %s", seed, cap, standing, dashboard)
            .isEqualTo(expected);
      }
    }
    assertThat(special).isGreaterThan(500);
  }
}
