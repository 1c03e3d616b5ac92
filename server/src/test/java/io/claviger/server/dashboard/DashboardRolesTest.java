package io.claviger.server.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DashboardId;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Resource;
import io.claviger.core.role.Role;
import io.claviger.core.role.RoleCap;
import io.claviger.core.role.RoleCap.OwnerCap;
import io.claviger.core.role.Standing;
import io.claviger.server.application.TestWorld;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.store.Transaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Members and caps with overrides for dashboards and for the applications that they stand in, at
 * random: what the server answers is what the pure rule says of each dashboard (UAT-10, UAT-13).
 */
class DashboardRolesTest {
  private static final int CASES = 150;
  private static final TestServer SERVER = TestServer.start();
  private static final TestWorld WORLD = new TestWorld(SERVER);
  private static final List<Role> ROLES = List.of(Role.values());
  private static final List<Role> OVERRIDES = List.of(Role.NONE, Role.VIEW, Role.COLLABORATE);
  private static final ApplicationId APPLICATION = new ApplicationId(SERVER.newId());
  private static final ApplicationId OTHER = new ApplicationId(SERVER.newId());
  private static final List<Resource.Dashboard> DASHBOARDS = new ArrayList<>();
  private static final List<Case> TABLE = new ArrayList<>();

  private record Case(int seed, String token, Membership membership, RoleCap cap) {
    Role over(Resource resource) {
      return cap.effective(new Standing.Member(membership), resource);
    }
  }

  @BeforeAll
  static void fill() {
    SERVER.wiring().database().run(DashboardRolesTest::fill);
  }

  private static void fill(Transaction transaction) {
    OrganizationId organization = new OrganizationId(WORLD.organization(transaction, "Dashboards"));
    Owner owner = new Owner.Organization(organization);
    WORLD.application(transaction, owner, APPLICATION);
    WORLD.application(transaction, owner, OTHER);
    for (Optional<ApplicationId> application :
        List.of(
            Optional.<ApplicationId>empty(),
            Optional.<ApplicationId>empty(),
            Optional.of(APPLICATION),
            Optional.of(APPLICATION),
            Optional.of(OTHER))) {
      DashboardId id = new DashboardId(SERVER.newId());
      WORLD.dashboard(transaction, owner, id, application);
      DASHBOARDS.add(new Resource.Dashboard(owner, id, application));
    }
    for (int seed = 0; seed < CASES; seed++) {
      Random random = new Random(seed);
      String user = WORLD.user(transaction);
      Membership membership = new Membership(pick(random, ROLES), overrides(random));
      WORLD.member(transaction, organization.text(), user, membership);
      RoleCap cap = cap(random, organization);
      TABLE.add(new Case(seed, WORLD.token(transaction, user, cap), membership, cap));
    }
  }

  private static RoleCap cap(Random random, OrganizationId organization) {
    Role role = pick(random, ROLES);
    OwnerCap cap = new OwnerCap(role, role == Role.ADMIN ? Overrides.NONE : overrides(random));
    return new RoleCap(
        pick(random, ROLES),
        Optional.empty(),
        random.nextInt(3) > 0 ? Map.of(organization, cap) : Map.of());
  }

  private static Overrides overrides(Random random) {
    Map<ApplicationId, Role> applications = new HashMap<>();
    Map<DashboardId, Role> dashboards = new HashMap<>();
    if (random.nextBoolean()) {
      applications.put(APPLICATION, pick(random, OVERRIDES));
    }
    for (Resource.Dashboard dashboard : DASHBOARDS) {
      if (random.nextInt(3) == 0) {
        dashboards.put(dashboard.id(), pick(random, OVERRIDES));
      }
    }
    return new Overrides(applications, dashboards);
  }

  private static Role pick(Random random, List<Role> roles) {
    return roles.get(random.nextInt(roles.size()));
  }

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @Test
  void oneByOneAgreesWithTheEffectiveRole() {
    for (Case row : TABLE) {
      Resource.Dashboard dashboard = DASHBOARDS.get(row.seed() % DASHBOARDS.size());
      Role role = row.over(dashboard);
      String path = "/dashboards/" + dashboard.id();
      assertThat(SERVER.send("GET", path, row.token()).status())
          .as("seed %d get", row.seed())
          .isEqualTo(expected(role, Role.VIEW));
      assertThat(SERVER.send("PATCH", path, row.token(), "{}").status())
          .as("seed %d patch", row.seed())
          .isEqualTo(expected(role, Role.COLLABORATE));
      dashboard
          .application()
          .ifPresent(application -> {
            String nested = "/applications/" + application + path;
            assertThat(SERVER.send("GET", nested, row.token()).status())
                .as("seed %d get in its application", row.seed())
                .isEqualTo(expected(role, Role.VIEW));
            assertThat(SERVER.send("PATCH", nested, row.token(), "{}").status())
                .as("seed %d patch in its application", row.seed())
                .isEqualTo(expected(role, Role.COLLABORATE));
          });
    }
  }

  @Test
  void listsShowExactlyWhatMayBeRead() {
    for (Case row : TABLE) {
      assertThat(listed(row, "/dashboards")).as("seed %d all", row.seed()).isEqualTo(seen(row, 0));
      assertThat(listed(row, "/dashboards?applicationId="))
          .as("seed %d of none", row.seed())
          .isEqualTo(seen(row, 1));
      assertThat(listed(row, "/dashboards?applicationId=" + APPLICATION))
          .as("seed %d of one", row.seed())
          .isEqualTo(seen(row, 2));
      Role role = row.over(new Resource.Application(DASHBOARDS.getFirst().owner(), APPLICATION));
      String nested = "/applications/" + APPLICATION + "/dashboards";
      if (role == Role.NONE) {
        assertThat(SERVER.send("GET", nested, row.token()).status()).isEqualTo(404);
      } else {
        assertThat(listed(row, nested)).as("seed %d nested", row.seed()).isEqualTo(seen(row, 2));
        JsonNode application =
            SERVER.send("GET", "/applications/" + APPLICATION, row.token()).body();
        assertThat(application.get("summary").get("dashCount").intValue())
            .as("seed %d count", row.seed())
            .isEqualTo(seen(row, 2).size());
      }
    }
  }

  /**
   * The dashboards that the pure rule shows.
   *
   * @param which 0 for all, 1 for those of no application, 2 for those of the one
   */
  private static Set<String> seen(Case row, int which) {
    return DASHBOARDS.stream()
        .filter(dashboard ->
            switch (which) {
              case 1 -> dashboard.application().isEmpty();
              case 2 -> dashboard.application().equals(Optional.of(APPLICATION));
              default -> true;
            })
        .filter(dashboard -> row.over(dashboard).atLeast(Role.VIEW))
        .map(dashboard -> dashboard.id().text())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> listed(Case row, String path) {
    Answer answer = SERVER.send("GET", path, row.token());
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    Set<String> ids = new TreeSet<>();
    answer.body().get("items").forEach(item -> ids.add(item.get("id").stringValue()));
    assertThat(answer.body().get("totalCount").intValue()).isEqualTo(ids.size());
    return ids;
  }

  @Test
  void deletingAgreesWithTheEffectiveRole() {
    Owner owner = DASHBOARDS.getFirst().owner();
    int deleted = 0;
    for (Case row : TABLE) {
      boolean inApplication = row.seed() % 2 == 1;
      Optional<ApplicationId> application =
          inApplication ? Optional.of(APPLICATION) : Optional.empty();
      Resource.Dashboard victim =
          new Resource.Dashboard(owner, new DashboardId(SERVER.newId()), application);
      if (row.seed() % 10 < 2 || deleted < 5) {
        SERVER
            .wiring()
            .database()
            .run(transaction -> WORLD.dashboard(transaction, owner, victim.id(), application));
        String path =
            (inApplication ? "/applications/" + APPLICATION : "") + "/dashboards/" + victim.id();
        Role needed = inApplication ? Role.COLLABORATE : Role.EDIT;
        int status = SERVER.send("DELETE", path, row.token()).status();
        assertThat(status).as("seed %d", row.seed()).isEqualTo(expected(row.over(victim), needed));
        deleted += status == 200 ? 1 : 0;
        SERVER
            .wiring()
            .database()
            .run(transaction ->
                transaction
                    .handle()
                    .execute("DELETE FROM dashboard WHERE id = ?", victim.id().text()));
      }
    }
    assertThat(deleted).isPositive();
  }

  private static int expected(Role role, Role needed) {
    if (role == Role.NONE) {
      return 404;
    }
    return role.atLeast(needed) ? 200 : 403;
  }

  @Test
  void theWorldIsNotTrivial() {
    long everything =
        TABLE.stream().filter(row -> seen(row, 0).size() == DASHBOARDS.size()).count();
    long nothing = TABLE.stream().filter(row -> seen(row, 0).isEmpty()).count();
    assertThat(everything).isBetween(1L, CASES / 2L);
    assertThat(nothing).isBetween(1L, CASES / 2L);
  }
}
