package io.claviger.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.credential.UserCredential;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Resource;
import io.claviger.core.role.Role;
import io.claviger.core.role.RoleCap;
import io.claviger.core.role.RoleCap.OwnerCap;
import io.claviger.core.role.Standing;
import io.claviger.core.scope.Action;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * What has another owner now is decided by that one alone: nothing that anybody had where it came
 * from comes along (ORG-16, law 1).
 */
class TransferLawsTest {
  private static final int WORLDS = 2_000;
  private static final OrganizationId FROM = World.organization(0);
  private static final OrganizationId TO = World.organization(1);
  private static final Owner DESTINATION = new Owner.Organization(TO);

  /** Whatever a credential and its user had at the source may be erased without a difference. */
  @Test
  void whatWasGrantedAtTheSourceMakesNoDifference() {
    int mattered = 0;
    for (long seed = 0; seed < WORLDS; seed++) {
      World world = new World(seed);
      Bearer.OfUser bearer = world.maker();
      RoleCap cap = namingBoth(world);
      for (Resource.Application application : World.APPLICATIONS) {
        for (Action action : World.CATALOGUE.actionsIn(bearer.credential().grant().actions())) {
          Question moved = question(world, Altered.cap(bearer, cap), application, action);
          Question erased = question(world, Altered.cap(bearer, without(cap)), application, action);
          assertThat(Authorizer.decide(moved))
              .as("seed %d, %s", seed, moved)
              .isEqualTo(Authorizer.decide(erased));
        }
        Resource here = new Resource.Application(new Owner.Organization(FROM), application.id());
        Resource there = new Resource.Application(DESTINATION, application.id());
        mattered += cap.over(here) == cap.over(there) ? 0 : 1;
      }
    }
    assertThat(mattered).isGreaterThan(1_000);
  }

  /** Nobody has more of it than the destination gives and its cap there allows. */
  @Test
  void nobodyHasMoreThanTheDestinationGives() {
    for (long seed = 0; seed < WORLDS; seed++) {
      World world = new World(seed);
      RoleCap cap = namingBoth(world);
      Membership there = new Membership(world.role(), world.overrides());
      for (Resource.Application application : World.APPLICATIONS) {
        Resource moved = new Resource.Application(DESTINATION, application.id());
        Role effective = cap.effective(new Standing.Member(there), moved);
        assertThat(there.over(moved).atLeast(effective)).as("seed %d", seed).isTrue();
        assertThat(cap.effective(new Standing.Stranger(), moved)).isEqualTo(Role.NONE);
      }
    }
  }

  private static Question question(
      World world, Bearer bearer, Resource.Application application, Action action) {
    return new Question(
        bearer,
        action,
        new Place.OfApplication(
            DESTINATION, application.id(), world.standing(bearer, DESTINATION), Optional.empty()),
        Optional.empty(),
        World.NOON);
  }

  /** A cap with overrides for both owners, each naming any application of the world. */
  private static RoleCap namingBoth(World world) {
    return new RoleCap(
        world.role(), Optional.empty(), Map.of(FROM, ownerCap(world), TO, ownerCap(world)));
  }

  private static OwnerCap ownerCap(World world) {
    Role role = world.role();
    return new OwnerCap(role == Role.ADMIN ? Role.EDIT : role, world.overrides());
  }

  private static RoleCap without(RoleCap cap) {
    Map<OrganizationId, OwnerCap> rest = new HashMap<>(cap.organizations());
    rest.remove(FROM);
    return new RoleCap(cap.defaultRole(), cap.sandbox(), rest);
  }

  /** Settles that the worlds have sessions and tokens. */
  @Test
  void everyKindOfCredentialIsTried() {
    assertThat(
            LongStream.range(0, 50)
                .mapToObj(seed -> new World(seed).maker().credential().kind())
                .distinct())
        .containsExactlyInAnyOrder(UserCredential.Kind.values());
  }
}
