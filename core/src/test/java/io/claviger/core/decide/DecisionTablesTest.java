package io.claviger.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.Parsed;
import io.claviger.core.credential.AccessKey;
import io.claviger.core.credential.ApplicationToken;
import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.credential.DeviceSession;
import io.claviger.core.credential.UserCredential;
import io.claviger.core.credential.UserCredential.Kind;
import io.claviger.core.credential.UserFacts;
import io.claviger.core.credential.Validity;
import io.claviger.core.decide.Bearer.Warrant;
import io.claviger.core.device.DeviceClass;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.device.DeviceSelection;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DashboardId;
import io.claviger.core.network.AddressRule;
import io.claviger.core.network.Cidr;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Resource;
import io.claviger.core.role.Role;
import io.claviger.core.role.RoleCap;
import io.claviger.core.role.RoleCap.OwnerCap;
import io.claviger.core.role.Standing;
import io.claviger.core.scope.Action;
import io.claviger.core.scope.ScopeGroup;
import io.claviger.core.scope.ScopeNames;
import io.claviger.core.secret.Digest;
import io.claviger.core.testing.CaseTable;
import io.claviger.core.testing.CaseTable.Row;
import io.claviger.core.topic.CustomTopics;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The decision tables about credentials, scopes and roles, put to the engine itself. */
class DecisionTablesTest {
  private static final Owner ORGANIZATION = World.OWNERS.get(2);
  private static final ApplicationId APPLICATION = Ids.application(2);
  private static final ApplicationId OTHER_APPLICATION = Ids.application(3);
  private static final DashboardId DASHBOARD = World.DASHBOARDS.get(3).id();
  private static final Instant MADE = World.NOON.minusSeconds(60);
  private static final Standing COLLABORATOR =
      new Standing.Member(new Membership(Role.COLLABORATE, Overrides.NONE));

  static List<Row> roleCap() {
    return CaseTable.read("role-cap");
  }

  static List<Row> scope() {
    return CaseTable.read("scope");
  }

  static List<Row> applicationToken() {
    return CaseTable.read("application-token");
  }

  static List<Row> credentialState() {
    return CaseTable.read("credential-state");
  }

  // ---- role-cap.table

  @ParameterizedTest
  @MethodSource("roleCap")
  void roleCapHolds(Row row) {
    Owner owner = row.get("where").equals("sandbox") ? World.OWNERS.get(0) : ORGANIZATION;
    Standing standing =
        switch (row.get("where")) {
          case "organization" ->
              new Standing.Member(
                  new Membership(
                      role(row, "member").orElseThrow(),
                      overrides(row, "member-app", "member-dash")));
          case "sandbox" -> new Standing.SandboxOwner();
          case "stranger" -> new Standing.Stranger();
          default -> throw new IllegalArgumentException(row.place());
        };
    Optional<OwnerCap> ownerCap =
        role(row, "cap-owner").map(it -> new OwnerCap(it, overrides(row, "cap-app", "cap-dash")));
    RoleCap cap =
        owner instanceof Owner.Sandbox
            ? new RoleCap(role(row, "cap").orElseThrow(), ownerCap, Map.of())
            : new RoleCap(
                role(row, "cap").orElseThrow(),
                Optional.empty(),
                ownerCap.map(it -> Map.of(World.organization(0), it)).orElse(Map.of()));
    Role effective = role(row, "effective").orElseThrow();
    Bearer bearer = user(Kind.API_TOKEN, Validity.UNLIMITED, List.of("all.User"), cap);
    Place place = place(row, owner, standing);
    Decision decision = ask(bearer, place, reading(place));
    assertThat(Verdict.of(decision, List.of()))
        .isEqualTo(
            effective == Role.NONE
                ? "404 " + kind(place)
                : "allowed role=" + effective.wireName() + " reach=");
  }

  private static Place place(Row row, Owner owner, Standing standing) {
    return switch (row.get("resource")) {
      case "owner" -> new Place.OfOwner(owner, standing);
      case "application" -> new Place.OfApplication(owner, APPLICATION, standing, Optional.empty());
      case "dashboard" ->
          new Place.OfDashboard(
              new Resource.Dashboard(owner, DASHBOARD, Optional.empty()), standing, false);
      case "inner-dashboard" ->
          new Place.OfDashboard(
              new Resource.Dashboard(owner, DASHBOARD, Optional.of(APPLICATION)), standing, false);
      default -> throw new IllegalArgumentException(row.place());
    };
  }

  /** What every role but none may do there. */
  private static String reading(Place place) {
    return switch (place) {
      case Place.OfOwner _ -> "org.get";
      case Place.OfApplication _ -> "application.get";
      case Place.OfDashboard _ -> "dashboard.get";
      case Place.Account _, Place.Absent _ -> "me.get";
    };
  }

  private static String kind(Place place) {
    return switch (place) {
      case Place.OfOwner _ -> "Organization";
      case Place.OfApplication _ -> "Application";
      case Place.OfDashboard _ -> "Dashboard";
      case Place.Account _, Place.Absent _ -> "Account";
    };
  }

  private static Overrides overrides(Row row, String application, String dashboard) {
    return new Overrides(
        role(row, application).map(it -> Map.of(APPLICATION, it)).orElse(Map.of()),
        role(row, dashboard).map(it -> Map.of(DASHBOARD, it)).orElse(Map.of()));
  }

  private static Optional<Role> role(Row row, String column) {
    String cell = row.get(column);
    return cell.equals("-") ? Optional.empty() : Optional.of(Role.parse(cell).orThrow());
  }

  // ---- scope.table

  @ParameterizedTest
  @MethodSource("scope")
  void scopeHolds(Row row) {
    List<String> names = row.list("scope");
    assertThat(World.CATALOGUE.parseGrant(names, Set.of(ScopeGroup.values())))
        .isInstanceOf(Parsed.Ok.class);
    Bearer bearer = user(Kind.SESSION, Validity.UNLIMITED, names, RoleCap.UNCAPPED);
    Action action = World.action(row.get("action"));
    Place place =
        switch (action.context()) {
          case APPLICATION ->
              new Place.OfApplication(
                  World.OWNERS.get(0),
                  Ids.application(0),
                  new Standing.SandboxOwner(),
                  Optional.empty());
          case DASHBOARD ->
              new Place.OfDashboard(World.DASHBOARDS.get(0), new Standing.SandboxOwner(), false);
          case ORGANIZATION, COLLECTION ->
              new Place.OfOwner(
                  ORGANIZATION, new Standing.Member(new Membership(Role.ADMIN, Overrides.NONE)));
          case USER, INSTANCE, TENANT, PUBLIC -> new Place.Account();
        };
    Decision decision = ask(bearer, place, row.get("action"));
    assertThat(decision.allowed()).isEqualTo(row.yes("granted"));
    if (!row.yes("granted")) {
      assertThat(decision).isEqualTo(new Decision.Denied(new Denial.ScopeMissing(action)));
    }
  }

  // ---- application-token.table

  @ParameterizedTest
  @MethodSource("applicationToken")
  void applicationTokenHolds(Row row) {
    assertThat(World.CATALOGUE.parseGrant(row.list("scope"), Set.of(ScopeGroup.APPLICATION)))
        .isInstanceOf(Parsed.Ok.class);
    var token =
        new ApplicationToken(
            Ids.credential(0),
            APPLICATION,
            Validity.UNLIMITED,
            World.grant(new ScopeNames(row.list("scope"))),
            role(row, "ceiling").orElseThrow());
    Standing stranger = new Standing.Stranger();
    Place place =
        switch (row.get("place")) {
          case "own-application" ->
              new Place.OfApplication(ORGANIZATION, APPLICATION, stranger, Optional.empty());
          case "other-application" ->
              new Place.OfApplication(ORGANIZATION, OTHER_APPLICATION, stranger, Optional.empty());
          case "absent-application" -> new Place.Absent("Application");
          case "own-dashboard" -> dashboard(Optional.of(APPLICATION));
          case "other-dashboard" -> dashboard(Optional.of(OTHER_APPLICATION));
          case "organization-dashboard" -> dashboard(Optional.empty());
          case "organization" -> new Place.OfOwner(ORGANIZATION, stranger);
          case "account" -> new Place.Account();
          default -> throw new IllegalArgumentException(row.place());
        };
    assertThat(answer(ask(new Bearer.OfApplication(token, true), place, row.get("action"))))
        .isEqualTo(row.get("answer"));
  }

  private static Place dashboard(Optional<ApplicationId> application) {
    return new Place.OfDashboard(
        new Resource.Dashboard(ORGANIZATION, DASHBOARD, application),
        new Standing.Stranger(),
        false);
  }

  // ---- credential-state.table

  @ParameterizedTest
  @MethodSource("credentialState")
  void credentialStateHolds(Row row) {
    Place place =
        new Place.OfApplication(
            ORGANIZATION,
            APPLICATION,
            COLLABORATOR,
            Optional.of(new Place.NamedDevice(Optional.of(device(false)))));
    assertThat(answer(ask(bearer(row), place, "device.getState"))).isEqualTo(row.get("answer"));
  }

  private static Bearer bearer(Row row) {
    Validity validity = new Validity(CredentialStatus.parse(row.get("status")).orThrow(), end(row));
    return switch (row.get("credential")) {
      case "session" -> user(Kind.SESSION, validity, row);
      case "user-token" -> user(Kind.API_TOKEN, validity, row);
      case "oauth-token" -> user(Kind.OAUTH_TOKEN, validity, row);
      case "application-token" ->
          new Bearer.OfApplication(
              new ApplicationToken(
                  Ids.credential(0),
                  APPLICATION,
                  validity,
                  World.grant("all.Application"),
                  Role.ADMIN),
              !row.get("owner").equals("gone"));
      case "device-by-key" -> device(validity, row, new Warrant.ByKey(key(row)));
      case "device-by-user" -> device(validity, row, new Warrant.BySponsor(sponsor(row)));
      default -> throw new IllegalArgumentException(row.place());
    };
  }

  private static Optional<Instant> end(Row row) {
    return switch (row.get("expires")) {
      case "never" -> Optional.empty();
      case "later" -> Optional.of(World.NOON.plusMillis(1));
      case "now" -> Optional.of(World.NOON);
      case "past" -> Optional.of(World.NOON.minusMillis(1));
      default -> throw new IllegalArgumentException(row.place());
    };
  }

  private static Bearer user(Kind kind, Validity validity, Row row) {
    Optional<Instant> cutoff =
        switch (row.get("cutoff")) {
          case "-" -> Optional.empty();
          case "before" -> Optional.of(MADE.minusMillis(1));
          case "at" -> Optional.of(MADE);
          case "after" -> Optional.of(MADE.plusMillis(1));
          default -> throw new IllegalArgumentException(row.place());
        };
    Optional<UserFacts> facts =
        switch (row.get("owner")) {
          case "there" -> Optional.of(new UserFacts(World.user(0), cutoff, false));
          case "unverified" -> Optional.of(new UserFacts(World.user(0), cutoff, true));
          case "gone" -> Optional.empty();
          default -> throw new IllegalArgumentException(row.place());
        };
    return Altered.user(user(kind, validity, List.of("all.User"), RoleCap.UNCAPPED), facts);
  }

  private static Bearer device(Validity validity, Row row, Warrant warrant) {
    DeviceFacts device = device(row.get("owner").equals("deleted"));
    return new Bearer.OfDevice(
        new DeviceSession(
            Ids.session(0), APPLICATION, device.id(), validity, World.grant("all.Device")),
        warrant,
        row.get("owner").equals("gone") ? Optional.empty() : Optional.of(device));
  }

  private static DeviceFacts device(boolean deleted) {
    return new DeviceFacts(
        World.deviceId(0),
        APPLICATION,
        DeviceClass.STANDALONE,
        List.of(),
        Optional.empty(),
        deleted);
  }

  private static Optional<AccessKey> key(Row row) {
    String state = row.get("warrant");
    AddressRule addresses =
        state.equals("address")
            ? new AddressRule.Only(List.of(Cidr.parse("192.0.2.0/24").orThrow()))
            : new AddressRule.Anyone();
    DeviceSelection devices =
        state.equals("unlisted")
            ? new DeviceSelection.Only(Set.of(), List.of())
            : new DeviceSelection.All();
    CredentialStatus status =
        state.equals("inactive") ? CredentialStatus.INACTIVE : CredentialStatus.ACTIVE;
    return state.equals("gone")
        ? Optional.empty()
        : Optional.of(
            new AccessKey(
                Ids.key(0),
                APPLICATION,
                Digest.of("secret"),
                status,
                devices,
                addresses,
                CustomTopics.NONE));
  }

  private static Bearer sponsor(Row row) {
    Validity validity =
        switch (row.get("warrant")) {
          case "inactive" -> new Validity(CredentialStatus.INACTIVE, Optional.empty());
          case "expired" -> new Validity(CredentialStatus.ACTIVE, Optional.of(World.NOON));
          case "active", "gone" -> Validity.UNLIMITED;
          default -> throw new IllegalArgumentException(row.place());
        };
    return row.get("warrant").equals("gone")
        ? new Bearer.Anonymous()
        : user(Kind.API_TOKEN, validity, List.of("all.User"), RoleCap.UNCAPPED);
  }

  // ---- common

  private static Bearer.OfUser user(Kind kind, Validity validity, List<String> scope, RoleCap cap) {
    return new Bearer.OfUser(
        new UserCredential(
            kind,
            Ids.credential(0),
            World.user(0),
            MADE,
            validity,
            World.grant(new ScopeNames(scope)),
            cap),
        World.verified(0));
  }

  private static Decision ask(Bearer bearer, Place place, String action) {
    return Authorizer.decide(
        new Question(
            bearer,
            World.action(action),
            place,
            Optional.of(World.address("10.0.0.1")),
            World.NOON));
  }

  /** What the bearer is told: {@code allowed}, or the status. */
  private static String answer(Decision decision) {
    String verdict = Verdict.of(decision, List.of());
    return verdict.substring(0, verdict.indexOf(' '));
  }
}
