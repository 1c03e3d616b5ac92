package io.claviger.core.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.role.RoleCap.OwnerCap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VisibleOrganizationsTest {
  private static final List<Role> ROLES = List.of(Role.values());
  private static final List<OrganizationId> ORGANIZATIONS =
      IntStream.range(0, 6).mapToObj(i -> new OrganizationId("%024x".formatted(i))).toList();

  /** UAT-13: a list drawn by it holds what single questions would let through, and nothing else. */
  @Test
  void agreeWithTheRoleOverEachOrganization() {
    for (int seed = 0; seed < 2_000; seed++) {
      RoleCap cap = randomCap(new Random(seed));
      VisibleOrganizations visible = cap.visibleOrganizations();
      for (OrganizationId organization : ORGANIZATIONS) {
        Role role = cap.over(new Resource.Whole(new Owner.Organization(organization)));
        assertThat(visible.includes(organization))
            .as("seed %d, %s in %s", seed, organization, cap)
            .isEqualTo(role != Role.NONE);
      }
    }
  }

  private static RoleCap randomCap(Random random) {
    Map<OrganizationId, OwnerCap> overrides = new HashMap<>();
    for (OrganizationId organization : ORGANIZATIONS) {
      if (random.nextBoolean()) {
        overrides.put(organization, randomOwnerCap(random));
      }
    }
    Optional<OwnerCap> sandbox =
        random.nextBoolean() ? Optional.of(randomOwnerCap(random)) : Optional.empty();
    return new RoleCap(randomRole(random), sandbox, overrides);
  }

  /** An override for an application beneath makes the organization itself no more visible. */
  private static OwnerCap randomOwnerCap(Random random) {
    Role role = randomRole(random);
    boolean below = role != Role.ADMIN && random.nextBoolean();
    Overrides overrides =
        below
            ? new Overrides(Map.of(new ApplicationId("a".repeat(24)), Role.VIEW), Map.of())
            : Overrides.NONE;
    return new OwnerCap(role, overrides);
  }

  private static Role randomRole(Random random) {
    return ROLES.get(random.nextInt(ROLES.size()));
  }
}
