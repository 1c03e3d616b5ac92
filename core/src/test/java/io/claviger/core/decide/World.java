package io.claviger.core.decide;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.credential.ApplicationToken;
import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.credential.DeviceSession;
import io.claviger.core.credential.TenantScope;
import io.claviger.core.credential.TenantToken;
import io.claviger.core.credential.UserCredential;
import io.claviger.core.credential.UserFacts;
import io.claviger.core.credential.Validity;
import io.claviger.core.device.DeviceClass;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.device.DeviceSelection;
import io.claviger.core.device.Tag;
import io.claviger.core.device.TagSelector;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.core.network.AddressRule;
import io.claviger.core.network.Cidr;
import io.claviger.core.network.IpAddress;
import io.claviger.core.role.Ceiling;
import io.claviger.core.role.Membership;
import io.claviger.core.role.MfaMode;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.Owner;
import io.claviger.core.role.OwnerState;
import io.claviger.core.role.Resource;
import io.claviger.core.role.Role;
import io.claviger.core.role.RoleCap;
import io.claviger.core.role.Standing;
import io.claviger.core.scope.Action;
import io.claviger.core.scope.ActionSet;
import io.claviger.core.scope.Catalogue;
import io.claviger.core.scope.ScopeNames;
import io.claviger.core.secret.Digest;
import io.claviger.core.topic.CustomTopics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Two organizations, three users and their sandboxes, with applications, dashboards, devices and
 * credentials of every kind, drawn from one seed. So small that every relation between two things
 * comes up often.
 */
final class World extends Draws {
  final List<DeviceFacts> devices = new ArrayList<>();
  final Map<UserId, Map<OrganizationId, Membership>> members = new HashMap<>();
  final List<Bearer> bearers = new ArrayList<>();

  /** Of the organizations; sandboxes are open (ORG-17). */
  private final Map<Owner, OwnerState> states = new HashMap<>();

  World(long seed) {
    super(seed);
    Random other = new Random(seed);
    for (OrganizationId organization : ORGANIZATIONS) {
      states.put(
          new Owner.Organization(organization),
          new OwnerState(MfaMode.NOT_REQUIRED, other.nextInt(6) == 0, other.nextInt(10) == 0));
    }
    for (UserId user : USERS) {
      members.put(user, new HashMap<>());
      for (OrganizationId organization : ORGANIZATIONS) {
        if (random.nextInt(4) > 0) {
          members.get(user).put(organization, new Membership(role(), overrides()));
        }
      }
    }
    for (int i = 0; i < 10; i++) {
      devices.add(device(i));
    }
    bearers.add(new Bearer.Anonymous());
    for (int i = 0; i < 6; i++) {
      bearers.add(userBearer());
      bearers.add(applicationBearer());
      bearers.add(deviceBearer());
      bearers.add(tenantBearer());
    }
  }

  UserCredential credential(UserCredential.Kind kind, UserId user) {
    return new UserCredential(
        kind,
        Ids.credential(random.nextInt(100)),
        user,
        moment().minusSeconds(60),
        validity(),
        grant(scope()),
        kind == UserCredential.Kind.SESSION ? RoleCap.UNCAPPED : cap());
  }

  Bearer userBearer() {
    UserId user = pick(USERS);
    Optional<UserFacts> facts =
        Optional.of(
            new UserFacts(
                user,
                once(3) ? Optional.of(moment().minusSeconds(60)) : Optional.empty(),
                once(8)));
    return new Bearer.OfUser(
        credential(pick(List.of(UserCredential.Kind.values())), user),
        once(12) ? Optional.empty() : facts);
  }

  Bearer applicationBearer() {
    var token =
        new ApplicationToken(
            Ids.credential(random.nextInt(100)),
            pick(APPLICATIONS).id(),
            validity(),
            grant(scope()),
            ceiling());
    return new Bearer.OfApplication(token, !once(12));
  }

  /** Somebody who may well make tokens. */
  Bearer.OfUser maker() {
    return makerOf(pick(USERS), pick(List.of(UserCredential.Kind.values())));
  }

  Bearer.OfUser makerOf(UserId user, UserCredential.Kind kind) {
    var names = new LinkedHashSet<>(List.of("userApiTokens.post", "applicationApiTokens.post"));
    names.addAll(scope().names());
    var credential =
        new UserCredential(
            kind,
            Ids.credential(0),
            user,
            NOON.minusSeconds(60),
            new Validity(
                CredentialStatus.ACTIVE,
                once(2) ? Optional.empty() : Optional.of(moment().plusMillis(1))),
            grant(new ScopeNames(List.copyOf(names))),
            kind == UserCredential.Kind.SESSION ? RoleCap.UNCAPPED : cap());
    return new Bearer.OfUser(
        credential, Optional.of(new UserFacts(user, Optional.empty(), once(20))));
  }

  /** The facts of a user with whom all is well. */
  static Optional<UserFacts> verified(int number) {
    return Optional.of(new UserFacts(user(number), Optional.empty(), false));
  }

  /** The facts of a user whose address is not verified. */
  static Optional<UserFacts> unverified(int number) {
    return Optional.of(new UserFacts(user(number), Optional.empty(), true));
  }

  /** Most of them made by an administrator who has been one ever since (LUC-14). */
  Bearer.OfTenant tenantBearer() {
    UserId user = pick(USERS);
    OrganizationId organization = pick(ORGANIZATIONS);
    Set<TenantScope> scopes = new HashSet<>();
    do {
      scopes.add(pick(List.of(TenantScope.values())));
    } while (once(2));
    var token =
        new TenantToken(
            Ids.tenantToken(random.nextInt(100)), organization, user, 7, validity(), scopes);
    Standing standing =
        once(4)
            ? standing(user, new Owner.Organization(organization))
            : new Standing.Member(new Membership(Role.ADMIN, Overrides.NONE));
    return new Bearer.OfTenant(
        token,
        once(12)
            ? Optional.empty()
            : Optional.of(new UserFacts(user, Optional.empty(), once(12), false, once(12))),
        once(12) ? Optional.empty() : Optional.of(once(12) ? 8L : 7L),
        standing);
  }

  private Ceiling ceiling() {
    return new Ceiling(
        once(2) ? Role.ADMIN : role(), once(2) ? Map.of() : overrides().dashboards());
  }

  Bearer deviceBearer() {
    DeviceFacts device = pick(devices);
    ScopeNames names = once(6) ? scope() : new ScopeNames(List.of(pick(DEVICE_SCOPES)));
    if (once(2)) {
      names = new ScopeNames(List.of("all.Device"));
    }
    ApplicationId application = once(12) ? pick(APPLICATIONS).id() : device.application();
    var session =
        new DeviceSession(Ids.session(0), application, device.id(), validity(), grant(names));
    return new Bearer.OfDevice(
        session, warrant(application), once(12) ? Optional.empty() : Optional.of(device));
  }

  private Bearer.Warrant warrant(ApplicationId application) {
    if (once(3)) {
      return new Bearer.Warrant.BySponsor(once(2) ? userBearer() : applicationBearer());
    }
    return new Bearer.Warrant.ByKey(once(12) ? Optional.empty() : Optional.of(key(application)));
  }

  AccessKey key(ApplicationId application) {
    return new AccessKey(
        Ids.key(0),
        once(12) ? pick(APPLICATIONS).id() : application,
        Digest.of("secret"),
        once(12) ? CredentialStatus.INACTIVE : CredentialStatus.ACTIVE,
        selection(),
        addresses(),
        CustomTopics.NONE);
  }

  DeviceSelection selection() {
    if (once(3)) {
      return new DeviceSelection.All();
    }
    Set<DeviceId> ids = new HashSet<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      ids.add(pick(devices).id());
    }
    List<TagSelector> tags = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      tags.add(
          switch (random.nextInt(3)) {
            case 0 -> new TagSelector(Optional.of(tagText("k")), Optional.empty());
            case 1 -> new TagSelector(Optional.empty(), Optional.of(tagText("v")));
            default -> new TagSelector(Optional.of(tagText("k")), Optional.of(tagText("v")));
          });
    }
    return new DeviceSelection.Only(ids, tags);
  }

  private AddressRule addresses() {
    List<Cidr> ranges = List.of(Cidr.parse(once(2) ? "10.0.0.0/25" : "2001:db8::/32").orThrow());
    return switch (random.nextInt(5)) {
      case 0 -> new AddressRule.Only(ranges);
      case 1 -> new AddressRule.Except(ranges);
      default -> new AddressRule.Anyone();
    };
  }

  private String tagText(String prefix) {
    return prefix + random.nextInt(3);
  }

  private DeviceFacts device(int number) {
    List<Tag> tags = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      tags.add(new Tag(tagText("k"), tagText("v")));
    }
    return new DeviceFacts(
        deviceId(number),
        once(2) ? APPLICATIONS.get(2).id() : pick(APPLICATIONS).id(),
        pick(List.of(DeviceClass.values())),
        tags,
        once(2) ? Optional.of(deviceId(random.nextInt(10))) : Optional.empty(),
        once(12));
  }

  Action action() {
    return switch (random.nextInt(7)) {
      case 6 -> pick(TENANT_ACTIONS);
      case 0 -> pick(UNUSUAL_ACTIONS);
      case 5 -> pick(ORGANIZATION_ACTIONS);
      case 1, 2 -> pick(DEVICE_ACTIONS);
      default -> pick(CATALOGUE.actions());
    };
  }

  Optional<IpAddress> address() {
    return pick(ADDRESSES);
  }

  /** Any place, with what the bearer's user is there. */
  Place place(Bearer bearer) {
    if (bearer instanceof Bearer.OfTenant it && once(2)) {
      return ofOwner(bearer, new Owner.Organization(it.token().organization()));
    }
    return switch (random.nextInt(12)) {
      case 0 -> new Place.Account();
      case 1 -> absent(bearer);
      case 2, 3 -> ofOwner(bearer, pick(OWNERS));
      case 4, 5 -> ofDashboard(bearer, pick(DASHBOARDS));
      default -> ofApplication(bearer);
    };
  }

  Place.OfOwner ofOwner(Bearer bearer, Owner owner) {
    return new Place.OfOwner(
        owner,
        standing(bearer, owner),
        once(2) ? Optional.empty() : Optional.of(pick(USERS)),
        state(owner));
  }

  Place.OfDashboard ofDashboard(Bearer bearer, Resource.Dashboard dashboard) {
    return new Place.OfDashboard(
        dashboard, standing(bearer, dashboard.owner()), once(4), state(dashboard.owner()));
  }

  private Place absent(Bearer bearer) {
    return once(2) && ofApplication(bearer) instanceof Place.OfApplication parent
        ? new Place.Absent("Dashboard", Optional.of(parent))
        : new Place.Absent(pick(List.of("Application", "Organization", "Dashboard")));
  }

  private Place ofApplication(Bearer bearer) {
    Optional<ApplicationId> own =
        switch (bearer) {
          case Bearer.OfApplication it -> Optional.of(it.token().application());
          case Bearer.OfDevice it -> Optional.of(it.session().application());
          case Bearer.OfUser _, Bearer.OfTenant _, Bearer.Anonymous _ -> Optional.empty();
        };
    Resource.Application application =
        APPLICATIONS.stream()
            .filter(it -> own.isPresent() && own.get().equals(it.id()) && !once(4))
            .findFirst()
            .orElseGet(() -> pick(APPLICATIONS));
    return ofApplication(bearer, application);
  }

  Place.OfApplication ofApplication(Bearer bearer, Resource.Application application) {
    return new Place.OfApplication(
        application.owner(),
        application.id(),
        standing(bearer, application.owner()),
        namedDevice(application.id()),
        state(application.owner()));
  }

  private OwnerState state(Owner owner) {
    return states.getOrDefault(owner, OwnerState.OPEN);
  }

  private Optional<Place.NamedDevice> namedDevice(ApplicationId application) {
    List<DeviceFacts> inside =
        devices.stream().filter(device -> device.application().equals(application)).toList();
    if (once(3)) {
      return Optional.empty();
    }
    return Optional.of(
        new Place.NamedDevice(
            inside.isEmpty() || once(6) ? Optional.empty() : Optional.of(pick(inside))));
  }

  Standing standing(Bearer bearer, Owner owner) {
    return userOf(bearer).map(user -> standing(user, owner)).orElse(new Standing.Stranger());
  }

  private Standing standing(UserId user, Owner owner) {
    return switch (owner) {
      case Owner.Sandbox(UserId of) ->
          of.equals(user) ? new Standing.SandboxOwner() : new Standing.Stranger();
      case Owner.Organization(OrganizationId id) -> {
        Membership membership = members.getOrDefault(user, Map.of()).get(id);
        yield membership == null ? new Standing.Stranger() : new Standing.Member(membership);
      }
    };
  }

  private static Optional<UserId> userOf(Bearer bearer) {
    return switch (bearer) {
      case Bearer.OfUser it -> Optional.of(it.credential().user());
      case Bearer.OfTenant it -> Optional.of(it.token().user());
      case Bearer.OfDevice(var _, Bearer.Warrant.BySponsor(Bearer sponsor), var _) ->
          userOf(sponsor);
      case Bearer.OfDevice _, Bearer.OfApplication _, Bearer.Anonymous _ -> Optional.empty();
    };
  }

  Question question() {
    return question(pick(bearers));
  }

  Question question(Bearer bearer) {
    return new Question(bearer, action(bearer), place(bearer), address(), moment());
  }

  /** A question about an action of a catalogue, at a place as the first bearer's user sees it. */
  Question questionNear(Bearer first, Bearer last, Catalogue catalogue) {
    List<Action> scoped = catalogue.actionsIn(actionsOf(Altered.in(catalogue, last)));
    Action action = scoped.isEmpty() || once(3) ? pick(catalogue.actions()) : pick(scoped);
    Place place =
        last instanceof Bearer.OfApplication(ApplicationToken token, boolean _) && !once(4)
            ? inside(first, token.application())
            : place(first);
    return new Question(last, action, place, address(), moment());
  }

  private Place inside(Bearer bearer, ApplicationId application) {
    List<Place> places = new ArrayList<>();
    APPLICATIONS.stream()
        .filter(it -> it.id().equals(application))
        .forEach(it -> places.add(ofApplication(bearer, it)));
    DASHBOARDS.stream()
        .filter(it -> it.application().equals(Optional.of(application)))
        .forEach(it -> places.add(ofDashboard(bearer, it)));
    return pick(places);
  }

  /** Any action; half of the time one that the bearer has a scope for. */
  Action action(Bearer bearer) {
    List<Action> scoped =
        bearer instanceof Bearer.OfTenant ? TENANT_ACTIONS : CATALOGUE.actionsIn(actionsOf(bearer));
    return scoped.isEmpty() || once(2) ? action() : pick(scoped);
  }

  private static ActionSet actionsOf(Bearer bearer) {
    return switch (bearer) {
      case Bearer.OfUser it -> it.credential().grant().actions();
      case Bearer.OfApplication it -> it.token().grant().actions();
      case Bearer.OfDevice it -> it.session().grant().actions();
      case Bearer.OfTenant _, Bearer.Anonymous _ -> ActionSet.none();
    };
  }
}
