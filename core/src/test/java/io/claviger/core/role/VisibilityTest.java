package io.claviger.core.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DashboardId;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.RoleCap.OwnerCap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is listed is what may be read, by the question that is asked of one resource at a time. */
class VisibilityTest {
  private static final int WORLDS = 4_000;
  private static final List<Role> ROLES = List.of(Role.values());
  private static final UserId USER = new UserId(id(0x100));
  private static final List<OrganizationId> ORGANIZATIONS =
      List.of(new OrganizationId(id(0x200)), new OrganizationId(id(0x201)));
  private static final List<ApplicationId> APPLICATIONS =
      List.of(new ApplicationId(id(0x300)), new ApplicationId(id(0x301)));
  private static final List<DashboardId> DASHBOARDS =
      List.of(new DashboardId(id(0x400)), new DashboardId(id(0x401)));

  private static String id(int number) {
    return "%024x".formatted(number);
  }

  @Test
  void visibilityAgreesWithTheEffectiveRoleOnEveryResource() {
    for (int seed = 0; seed < WORLDS; seed++) {
      Random random = new Random(seed);
      RoleCap cap = cap(random);
      Map<OrganizationId, Membership> memberships = memberships(random);
      Visibility visibility = Visibility.of(USER, cap, memberships);
      for (Owner owner : owners()) {
        Visibility only = visibility.only(owner);
        for (Resource resource : resources(owner)) {
          boolean expected =
              cap.effective(standing(owner, memberships), resource).atLeast(Role.VIEW);
          assertThat(visibility.shows(resource))
              .as("seed %d, %s", seed, resource)
              .isEqualTo(expected);
          assertThat(only.shows(resource))
              .as("seed %d, only, %s", seed, resource)
              .isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void onlyOneOwnerHidesAllOthers() {
    Visibility all = Visibility.of(USER, RoleCap.UNCAPPED, memberships(new Random(1)));
    Visibility sandbox = all.only(new Owner.Sandbox(USER));
    assertThat(sandbox.owners()).containsOnlyKeys(new Owner.Sandbox(USER));
    assertThat(all.only(new Owner.Sandbox(new UserId(id(0x101)))).owners()).isEmpty();
  }

  @Test
  void anOwnerThatHidesEverythingIsLeftOut() {
    RoleCap nothing = new RoleCap(Role.NONE, Optional.empty(), Map.of());
    Map<OrganizationId, Membership> member =
        Map.of(ORGANIZATIONS.getFirst(), new Membership(Role.ADMIN, Overrides.NONE));
    assertThat(Visibility.of(USER, nothing, member).owners()).isEmpty();
  }

  private static List<Owner> owners() {
    return List.of(
        new Owner.Sandbox(USER),
        new Owner.Sandbox(new UserId(id(0x101))),
        new Owner.Organization(ORGANIZATIONS.get(0)),
        new Owner.Organization(ORGANIZATIONS.get(1)));
  }

  private static List<Resource> resources(Owner owner) {
    List<Resource> resources = new ArrayList<>();
    resources.add(new Resource.Whole(owner));
    for (ApplicationId application : APPLICATIONS) {
      resources.add(new Resource.Application(owner, application));
    }
    for (DashboardId dashboard : DASHBOARDS) {
      resources.add(new Resource.Dashboard(owner, dashboard, Optional.empty()));
      for (ApplicationId application : APPLICATIONS) {
        resources.add(new Resource.Dashboard(owner, dashboard, Optional.of(application)));
      }
    }
    return resources;
  }

  private static Standing standing(Owner owner, Map<OrganizationId, Membership> memberships) {
    return switch (owner) {
      case Owner.Sandbox(UserId of) ->
          of.equals(USER) ? new Standing.SandboxOwner() : new Standing.Stranger();
      case Owner.Organization(OrganizationId id) ->
          memberships.containsKey(id)
              ? new Standing.Member(memberships.get(id))
              : new Standing.Stranger();
    };
  }

  private static RoleCap cap(Random random) {
    Map<OrganizationId, OwnerCap> organizations = new HashMap<>();
    for (OrganizationId id : ORGANIZATIONS) {
      if (random.nextInt(3) > 0) {
        organizations.put(id, ownerCap(random));
      }
    }
    Optional<OwnerCap> sandbox =
        random.nextBoolean() ? Optional.of(ownerCap(random)) : Optional.empty();
    return new RoleCap(role(random), sandbox, organizations);
  }

  private static OwnerCap ownerCap(Random random) {
    Role role = role(random);
    return new OwnerCap(role, role == Role.ADMIN ? Overrides.NONE : overrides(random));
  }

  private static Map<OrganizationId, Membership> memberships(Random random) {
    Map<OrganizationId, Membership> memberships = new HashMap<>();
    for (OrganizationId id : ORGANIZATIONS) {
      if (random.nextInt(4) > 0) {
        memberships.put(id, new Membership(role(random), overrides(random)));
      }
    }
    return memberships;
  }

  private static Overrides overrides(Random random) {
    Map<ApplicationId, Role> applications = new HashMap<>();
    Map<DashboardId, Role> dashboards = new HashMap<>();
    for (ApplicationId id : APPLICATIONS) {
      if (random.nextBoolean()) {
        applications.put(id, override(random));
      }
    }
    for (DashboardId id : DASHBOARDS) {
      if (random.nextBoolean()) {
        dashboards.put(id, override(random));
      }
    }
    return new Overrides(applications, dashboards);
  }

  private static Role override(Random random) {
    return random.nextBoolean() ? Role.NONE : Role.VIEW;
  }

  private static Role role(Random random) {
    return ROLES.get(random.nextInt(ROLES.size()));
  }
}
