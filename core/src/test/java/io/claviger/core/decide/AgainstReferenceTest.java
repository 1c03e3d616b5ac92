package io.claviger.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.credential.UserCredential;
import io.claviger.core.credential.UserFacts;
import io.claviger.core.credential.Validity;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DashboardId;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Resource;
import io.claviger.core.role.Role;
import io.claviger.core.role.RoleCap;
import io.claviger.core.role.RoleCap.OwnerCap;
import io.claviger.core.role.Standing;
import io.claviger.core.scope.Action;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The engine and the reference model give the same full answer, to everything small and to much.
 */
class AgainstReferenceTest {
  private static final ReferenceAuthorizer REFERENCE = new ReferenceAuthorizer(scopesByAction());
  private static final List<Role> OVERRIDING = List.of(Role.NONE, Role.VIEW, Role.COLLABORATE);
  private static final Owner ORGANIZATION = World.OWNERS.get(2);
  private static final Owner SANDBOX = World.OWNERS.get(0);

  /** The scopes column of the catalogue's text, read the plain way. */
  static Map<String, Set<String>> scopesByAction() {
    try (InputStream in =
        ReferenceAuthorizer.class.getResourceAsStream("/io/claviger/spec/actions.tsv")) {
      Map<String, Set<String>> scopes = new HashMap<>();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        String[] cells = line.split("\t");
        if (cells.length == 7) {
          scopes.put(cells[0], Set.of(cells[6].split(" ")));
        }
      }
      return scopes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void everyRoleCapAndOverride() {
    int asked = 0;
    List<RoleCap> sandboxCaps = caps(SANDBOX);
    List<RoleCap> organizationCaps = caps(ORGANIZATION);
    for (Standing standing : standings()) {
      boolean sandbox = standing instanceof Standing.SandboxOwner;
      Owner owner = sandbox ? SANDBOX : ORGANIZATION;
      for (RoleCap cap : sandbox ? sandboxCaps : organizationCaps) {
        Bearer bearer = bearer(cap);
        for (Place place : places(owner, standing)) {
          for (Action action : actions(place)) {
            agree(new Question(bearer, action, place, Optional.empty(), World.NOON), List.of(), 0);
            asked++;
          }
        }
      }
    }
    assertThat(asked).isEqualTo(82 * 330 * 12);
  }

  @Test
  void randomWorlds() {
    Map<String, Integer> answers = new HashMap<>();
    for (long seed = 0; seed < 2_000; seed++) {
      World world = new World(seed);
      for (int i = 0; i < 110; i++) {
        String answer = agree(world.question(), world.devices, seed);
        String shown = answer.startsWith("allowed") ? "allowed" : answer;
        answers.merge(shown, 1, Integer::sum);
      }
    }
    assertThat(answers.keySet())
        .contains(
            "allowed",
            "401 NoCredential",
            "401 CredentialInactive",
            "401 CredentialExpired",
            "401 CutOff",
            "401 OwnerGone",
            "401 AddressRefused",
            "401 Deactivated",
            "401 NoAdministrator",
            "403 EmailUnverified",
            "403 ScopeMissing",
            "403 NotForOauth",
            "403 SessionOnly",
            "404 Account",
            "403 RoleTooLow",
            "403 DeedRefused",
            "403 OrganizationDisabled",
            "403 OrganizationReadOnly",
            "404 Organization",
            "404 Application",
            "404 Dashboard",
            "404 Device");
  }

  private static String agree(Question question, List<DeviceFacts> devices, long seed) {
    String actual = Verdict.of(Authorizer.decide(question), devices);
    String expected = REFERENCE.decide(question, devices);
    if (!actual.equals(expected)) {
      assertThat(actual).as("seed %d, %s", seed, question).isEqualTo(expected);
    }
    return expected;
  }

  private static Bearer bearer(RoleCap cap) {
    var credential =
        new UserCredential(
            UserCredential.Kind.API_TOKEN,
            Ids.credential(0),
            World.user(0),
            World.NOON,
            Validity.UNLIMITED,
            World.grant("all.User"),
            cap);
    return new Bearer.OfUser(
        credential, Optional.of(new UserFacts(World.user(0), Optional.empty(), false)));
  }

  private static List<Standing> standings() {
    List<Standing> standings = new ArrayList<>();
    standings.add(new Standing.Stranger());
    standings.add(new Standing.SandboxOwner());
    for (Role role : Role.values()) {
      for (Overrides overrides : overrides()) {
        standings.add(new Standing.Member(new Membership(role, overrides)));
      }
    }
    return standings;
  }

  /** None, or one for the application, one for its dashboard, or both; every role. */
  private static List<Overrides> overrides() {
    List<Overrides> all = new ArrayList<>();
    for (Map<ApplicationId, Role> applications : one(Ids.application(2))) {
      for (Map<DashboardId, Role> dashboards : one(World.DASHBOARDS.get(3).id())) {
        all.add(new Overrides(applications, dashboards));
      }
    }
    return all;
  }

  private static <K> List<Map<K, Role>> one(K key) {
    List<Map<K, Role>> maps = new ArrayList<>();
    maps.add(Map.of());
    OVERRIDING.forEach(role -> maps.add(Map.of(key, role)));
    return maps;
  }

  private static List<RoleCap> caps(Owner owner) {
    List<RoleCap> caps = new ArrayList<>();
    for (Role defaultRole : Role.values()) {
      caps.add(new RoleCap(defaultRole, Optional.empty(), Map.of()));
      for (Role role : Role.values()) {
        for (Overrides overrides : overrides()) {
          if (role == Role.ADMIN && !overrides.isEmpty()) {
            continue;
          }
          OwnerCap cap = new OwnerCap(role, overrides);
          caps.add(
              owner.equals(SANDBOX)
                  ? new RoleCap(defaultRole, Optional.of(cap), Map.of())
                  : new RoleCap(defaultRole, Optional.empty(), Map.of(World.organization(0), cap)));
        }
      }
    }
    return caps;
  }

  /** The owner, an application, and a dashboard inside and outside it. */
  private static List<Place> places(Owner owner, Standing standing) {
    ApplicationId application = Ids.application(2);
    DashboardId dashboard = World.DASHBOARDS.get(3).id();
    return List.of(
        new Place.OfOwner(owner, standing),
        new Place.OfApplication(owner, application, standing, Optional.empty()),
        new Place.OfDashboard(
            new Resource.Dashboard(owner, dashboard, Optional.of(application)), standing, false),
        new Place.OfDashboard(
            new Resource.Dashboard(owner, dashboard, Optional.empty()), standing, false));
  }

  private static List<Action> actions(Place place) {
    List<String> ids =
        switch (place) {
          case Place.OfOwner _ -> List.of("org.get", "applications.post", "org.patch");
          case Place.OfApplication _ ->
              List.of("application.get", "application.patch", "application.delete");
          case Place.OfDashboard it when it.dashboard().application().isPresent() ->
              List.of("applicationDashboard.get", "applicationDashboard.patch", "dashboard.get");
          case Place.OfDashboard _ ->
              List.of("dashboard.get", "dashboard.patch", "dashboard.delete");
          case Place.Account _, Place.Absent _ -> List.of();
        };
    return ids.stream().map(World::action).toList();
  }
}
