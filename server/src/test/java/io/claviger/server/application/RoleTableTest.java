package io.claviger.server.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Resource;
import io.claviger.core.role.Role;
import io.claviger.core.role.RoleCap;
import io.claviger.core.role.RoleCap.OwnerCap;
import io.claviger.core.role.Standing;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.store.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every member role with every override, under every cap with every override: what the server
 * answers about an application is what the pure rule says (UAT-10, UAT-13).
 */
class RoleTableTest {
  private static final TestServer SERVER = TestServer.start();
  private static final TestWorld WORLD = new TestWorld(SERVER);
  private static final List<Role> ROLES = List.of(Role.values());

  private static final List<Optional<Role>> OVERRIDES =
      List.of(
          Optional.empty(),
          Optional.of(Role.NONE),
          Optional.of(Role.VIEW),
          Optional.of(Role.COLLABORATE));

  private static final ApplicationId APPLICATION = new ApplicationId(SERVER.newId());
  private static final List<Case> CASES = new ArrayList<>();
  private static Owner owner = new Owner.Organization(new OrganizationId(SERVER.newId()));

  private record Case(String token, Membership membership, RoleCap cap) {
    Role effective() {
      return cap.effective(
          new Standing.Member(membership), new Resource.Application(owner, APPLICATION));
    }
  }

  @BeforeAll
  static void fill() {
    SERVER
        .wiring()
        .database()
        .run(transaction -> {
          String organization = WORLD.organization(transaction, "Table");
          OrganizationId id = new OrganizationId(organization);
          owner = new Owner.Organization(id);
          WORLD.application(transaction, owner, APPLICATION);
          for (Membership membership : memberships()) {
            String user = WORLD.user(transaction);
            WORLD.member(transaction, organization, user, membership);
            for (RoleCap cap : caps(id)) {
              CASES.add(new Case(WORLD.token(transaction, user, cap), membership, cap));
            }
          }
        });
  }

  private static List<Membership> memberships() {
    List<Membership> memberships = new ArrayList<>();
    for (Role role : ROLES) {
      for (Optional<Role> override : OVERRIDES) {
        memberships.add(new Membership(role, overrides(override)));
      }
    }
    return memberships;
  }

  private static List<RoleCap> caps(OrganizationId organization) {
    List<RoleCap> caps = new ArrayList<>();
    for (Role role : ROLES) {
      caps.add(new RoleCap(role, Optional.empty(), Map.of()));
      Role opposite = role.atLeast(Role.EDIT) ? Role.NONE : Role.ADMIN;
      for (Optional<Role> override : OVERRIDES) {
        if (role != Role.ADMIN || override.isEmpty()) {
          OwnerCap cap = new OwnerCap(role, overrides(override));
          caps.add(new RoleCap(opposite, Optional.empty(), Map.of(organization, cap)));
        }
      }
    }
    return caps;
  }

  private static Overrides overrides(Optional<Role> role) {
    return new Overrides(
        role.map(found -> Map.of(APPLICATION, found)).orElseGet(Map::of), Map.of());
  }

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @Test
  void readingListingAndChangingAgreeWithTheEffectiveRole() {
    assertThat(CASES).hasSize(20 * 22);
    String path = "/applications/" + APPLICATION;
    for (Case row : CASES) {
      Role role = row.effective();
      Answer read = SERVER.send("GET", path, row.token());
      assertThat(read.status()).as("get %s", row).isEqualTo(expected(role, Role.VIEW));
      Answer list = SERVER.send("GET", "/applications", row.token());
      assertThat(list.body().get("totalCount").intValue())
          .as("list %s", row)
          .isEqualTo(role.atLeast(Role.VIEW) ? 1 : 0);
      assertThat(list.body().get("items").size())
          .isEqualTo(list.body().get("totalCount").intValue());
      Answer patch = SERVER.send("PATCH", path, row.token(), "{}");
      assertThat(patch.status()).as("patch %s", row).isEqualTo(expected(role, Role.COLLABORATE));
    }
  }

  @Test
  void deletingAgreesWithTheEffectiveRole() {
    String path = "/applications/" + APPLICATION;
    int deleted = 0;
    for (Case row : CASES) {
      Answer answer = SERVER.send("DELETE", path, row.token());
      assertThat(answer.status()).as("%s", row).isEqualTo(expected(row.effective(), Role.EDIT));
      if (answer.status() == 200) {
        deleted++;
        SERVER.wiring().database().run(RoleTableTest::restore);
      }
    }
    assertThat(deleted).isPositive();
  }

  private static void restore(Transaction transaction) {
    WORLD.application(transaction, owner, APPLICATION);
  }

  private static int expected(Role role, Role needed) {
    if (role == Role.NONE) {
      return 404;
    }
    return role.atLeast(needed) ? 200 : 403;
  }
}
