package io.claviger.core.decide;

import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.credential.Grant;
import io.claviger.core.credential.Validity;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DashboardId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.core.network.IpAddress;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Resource;
import io.claviger.core.role.Role;
import io.claviger.core.role.RoleCap;
import io.claviger.core.role.RoleCap.OwnerCap;
import io.claviger.core.scope.Action;
import io.claviger.core.scope.Catalogue;
import io.claviger.core.scope.Scope;
import io.claviger.core.scope.ScopeNames;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Draws caps, scopes and lifetimes from one seed; holds what all worlds have in common. */
class Draws {
  /** The moment around which everything happens. */
  static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  static final Catalogue CATALOGUE = Catalogue.standard();
  static final List<UserId> USERS = List.of(user(0), user(1), user(2));
  static final List<OrganizationId> ORGANIZATIONS = List.of(organization(0), organization(1));
  static final List<Owner> OWNERS =
      List.of(
          new Owner.Sandbox(user(0)),
          new Owner.Sandbox(user(1)),
          new Owner.Organization(organization(0)),
          new Owner.Organization(organization(1)));
  static final List<Resource.Application> APPLICATIONS =
      List.of(
          new Resource.Application(OWNERS.get(0), Ids.application(0)),
          new Resource.Application(OWNERS.get(1), Ids.application(1)),
          new Resource.Application(OWNERS.get(2), Ids.application(2)),
          new Resource.Application(OWNERS.get(2), Ids.application(3)),
          new Resource.Application(OWNERS.get(3), Ids.application(4)));
  static final List<Resource.Dashboard> DASHBOARDS =
      List.of(
          dashboard(0, OWNERS.get(0), Optional.empty()),
          dashboard(1, OWNERS.get(0), Optional.of(Ids.application(0))),
          dashboard(2, OWNERS.get(2), Optional.empty()),
          dashboard(3, OWNERS.get(2), Optional.of(Ids.application(2))),
          dashboard(4, OWNERS.get(2), Optional.of(Ids.application(2))),
          dashboard(5, OWNERS.get(2), Optional.of(Ids.application(3))),
          dashboard(6, OWNERS.get(3), Optional.of(Ids.application(4))));

  private static final List<Scope> UMBRELLAS =
      CATALOGUE.scopes().stream().filter(scope -> scope.kind().name().equals("UMBRELLA")).toList();
  static final List<String> DEVICE_SCOPES = Catalogue.DEVICE_SCOPES.stream().sorted().toList();
  static final List<Action> DEVICE_ACTIONS =
      CATALOGUE.actionsIn(CATALOGUE.resolve(List.of("all.Device")));
  static final List<Action> ORGANIZATION_ACTIONS =
      CATALOGUE.actions().stream().filter(action -> action.id().startsWith("org.")).toList();
  static final List<Action> TENANT_ACTIONS =
      CATALOGUE.actions().stream().filter(Action::forTenants).toList();
  static final List<Action> UNUSUAL_ACTIONS =
      CATALOGUE.actions().stream()
          .filter(action -> !action.flags().isEmpty() || action.id().contains("ashboard"))
          .toList();
  static final List<Optional<IpAddress>> ADDRESSES =
      List.of(
          Optional.empty(),
          Optional.of(address("10.0.0.1")),
          Optional.of(address("10.0.0.200")),
          Optional.of(address("2001:db8::1")));

  final Random random;

  Draws(long seed) {
    random = new Random(seed);
  }

  // ---- names

  static UserId user(int number) {
    return new UserId(Ids.text(1, number));
  }

  static OrganizationId organization(int number) {
    return new OrganizationId(Ids.text(2, number));
  }

  static DeviceId deviceId(int number) {
    return new DeviceId(Ids.text(5, number));
  }

  static Resource.Dashboard dashboard(
      int number, Owner owner, Optional<ApplicationId> application) {
    return new Resource.Dashboard(owner, new DashboardId(Ids.text(4, number)), application);
  }

  static IpAddress address(String text) {
    return IpAddress.parse(text).orThrow();
  }

  static Action action(String id) {
    return CATALOGUE.action(id).orElseThrow();
  }

  static Grant grant(String... names) {
    return grant(new ScopeNames(List.of(names)));
  }

  static Grant grant(ScopeNames names) {
    return new Grant(names, CATALOGUE.resolve(names));
  }

  // ---- draws

  <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  boolean once(int in) {
    return random.nextInt(in) == 0;
  }

  Role role() {
    return pick(List.of(Role.values()));
  }

  /** A moment near noon: often exactly it, often a millisecond beside it. */
  Instant moment() {
    return NOON.plusMillis(pick(List.of(-60_000, -1, 0, 0, 1, 60_000)));
  }

  Overrides overrides() {
    var applications = new HashMap<ApplicationId, Role>();
    var dashboards = new HashMap<DashboardId, Role>();
    List<Role> allowed = List.of(Role.NONE, Role.VIEW, Role.COLLABORATE);
    if (random.nextBoolean()) {
      APPLICATIONS.forEach(it -> {
        if (once(3)) {
          applications.put(it.id(), pick(allowed));
        }
      });
    }
    if (random.nextBoolean()) {
      DASHBOARDS.forEach(it -> {
        if (once(3)) {
          dashboards.put(it.id(), pick(allowed));
        }
      });
    }
    return new Overrides(applications, dashboards);
  }

  OwnerCap ownerCap() {
    Role role = role();
    return new OwnerCap(role, role == Role.ADMIN ? Overrides.NONE : overrides());
  }

  RoleCap cap() {
    var organizations = new HashMap<OrganizationId, OwnerCap>();
    for (OrganizationId organization : ORGANIZATIONS) {
      if (random.nextBoolean()) {
        organizations.put(organization, ownerCap());
      }
    }
    Optional<OwnerCap> sandbox = random.nextBoolean() ? Optional.of(ownerCap()) : Optional.empty();
    return once(4)
        ? RoleCap.UNCAPPED
        : new RoleCap(once(2) ? Role.ADMIN : role(), sandbox, organizations);
  }

  /** A cap that is that one with some roles changed, most of them lowered. */
  RoleCap capNear(RoleCap cap) {
    if (once(8)) {
      return cap();
    }
    var organizations = new HashMap<OrganizationId, OwnerCap>();
    cap.organizations().forEach((id, of) -> organizations.put(id, near(of)));
    if (once(4)) {
      organizations.put(pick(ORGANIZATIONS), ownerCap());
    }
    return new RoleCap(near(cap.defaultRole()), cap.sandbox().map(this::near), organizations);
  }

  private OwnerCap near(OwnerCap cap) {
    Role role = near(cap.role());
    return new OwnerCap(
        role,
        role == Role.ADMIN
            ? Overrides.NONE
            : new Overrides(
                near(cap.overrides().applications()), near(cap.overrides().dashboards())));
  }

  private <K> Map<K, Role> near(Map<K, Role> roles) {
    var near = new HashMap<K, Role>();
    roles.forEach((key, role) -> {
      if (!once(6)) {
        near.put(key, near(role));
      }
    });
    return near;
  }

  private Role near(Role role) {
    return once(12) ? role() : once(6) ? Role.min(role, role()) : role;
  }

  /** Names of that scope, or names that are within it, or with bad luck beyond it. */
  ScopeNames scopeNear(ScopeNames held) {
    var names = new LinkedHashSet<String>();
    for (String name : held.names()) {
      if (!once(3)) {
        names.add(name);
      }
    }
    List<Action> covered = CATALOGUE.actionsIn(CATALOGUE.resolve(held));
    for (int i = random.nextInt(3); i > 0 && !covered.isEmpty(); i--) {
      String single = pick(covered).id();
      if (CATALOGUE.isScope(single)) {
        names.add(single);
      }
    }
    if (names.isEmpty() || once(6)) {
      names.add(pick(UMBRELLAS).name());
    }
    if (once(8)) {
      names.add(pick(CATALOGUE.scopes()).name());
    }
    return new ScopeNames(List.copyOf(names));
  }

  Validity validity() {
    return new Validity(
        once(12) ? CredentialStatus.INACTIVE : CredentialStatus.ACTIVE,
        once(3) ? Optional.of(moment().plusMillis(once(2) ? 0 : 120_000)) : Optional.empty());
  }

  ScopeNames scope() {
    if (once(4)) {
      return new ScopeNames(List.of(once(2) ? "all.User" : "all.Application"));
    }
    var names = new LinkedHashSet<String>();
    if (once(2)) {
      names.add(pick(UMBRELLAS).name());
    }
    for (int i = random.nextInt(6); i >= 0; i--) {
      names.add(once(2) ? pick(DEVICE_SCOPES) : pick(CATALOGUE.scopes()).name());
    }
    return new ScopeNames(List.copyOf(names));
  }
}
