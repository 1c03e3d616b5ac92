package io.claviger.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.credential.ApplicationToken;
import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.credential.DeviceSession;
import io.claviger.core.credential.UserCredential;
import io.claviger.core.credential.UserFacts;
import io.claviger.core.credential.Validity;
import io.claviger.core.device.DeviceClass;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.device.DeviceSelection;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.network.AddressRule;
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
import io.claviger.core.secret.Digest;
import io.claviger.core.testing.CaseTable;
import io.claviger.core.testing.CaseTable.Row;
import io.claviger.core.topic.CustomTopics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an organization asks of its members and refuses to all (ORG-13, ORG-17). */
class OrganizationStateTest {
  private static final Owner ORGANIZATION = World.OWNERS.get(2);
  private static final ApplicationId APPLICATION = Ids.application(2);
  private static final DeviceFacts DEVICE =
      new DeviceFacts(
          new DeviceId(Ids.text(4, 1)),
          APPLICATION,
          DeviceClass.STANDALONE,
          List.of(),
          Optional.empty(),
          false);

  static List<Row> states() {
    return CaseTable.read("organization-state");
  }

  static List<Row> factors() {
    return CaseTable.read("second-factor");
  }

  @ParameterizedTest
  @MethodSource("states")
  void theTableOfStatesHolds(Row row) {
    Question question =
        new Question(
            bearer(row), World.action(row.get("action")), place(row), Optional.empty(), World.NOON);
    assertThat(answer(Authorizer.decide(question))).isEqualTo(row.get("answer"));
  }

  private static String answer(Decision decision) {
    return switch (decision) {
      case Decision.Allowed _ -> "allowed";
      case Decision.Denied(Denial.OrganizationDisabled _),
          Decision.Denied(Denial.OrganizationReadOnly _) ->
          "403 state";
      case Decision.Denied(Denial.RoleTooLow _) -> "403 role";
      case Decision.Denied(Denial.Unseen _) -> "404";
      case Decision.Denied(Denial other) -> other.toString();
    };
  }

  private static Bearer bearer(Row row) {
    return switch (row.get("bearer")) {
      case "nobody" -> new Bearer.Anonymous();
      case "user" ->
          new Bearer.OfUser(
              new UserCredential(
                  UserCredential.Kind.SESSION,
                  Ids.credential(0),
                  World.user(0),
                  World.NOON,
                  Validity.UNLIMITED,
                  World.grant("all.User"),
                  RoleCap.UNCAPPED),
              World.verified(0));
      case "application-token" ->
          new Bearer.OfApplication(
              new ApplicationToken(
                  Ids.credential(0),
                  APPLICATION,
                  Validity.UNLIMITED,
                  World.grant("all.Application"),
                  role(row)),
              true);
      case "device" ->
          new Bearer.OfDevice(
              new DeviceSession(
                  Ids.session(0),
                  APPLICATION,
                  DEVICE.id(),
                  Validity.UNLIMITED,
                  World.grant("all.Device")),
              new Bearer.Warrant.ByKey(Optional.of(key())),
              Optional.of(DEVICE));
      default -> throw new IllegalArgumentException(row.place());
    };
  }

  private static AccessKey key() {
    return new AccessKey(
        Ids.key(0),
        APPLICATION,
        Digest.of("secret"),
        CredentialStatus.ACTIVE,
        new DeviceSelection.All(),
        new AddressRule.Anyone(),
        CustomTopics.NONE);
  }

  private static Role role(Row row) {
    return Role.parse(row.get("role")).orThrow();
  }

  private static Place place(Row row) {
    Standing standing =
        row.get("bearer").equals("user")
            ? new Standing.Member(new Membership(role(row), Overrides.NONE))
            : new Standing.Stranger();
    OwnerState state =
        switch (row.get("state")) {
          case "open" -> OwnerState.OPEN;
          case "read-only" -> new OwnerState(MfaMode.NOT_REQUIRED, true, false);
          case "disabled" -> new OwnerState(MfaMode.NOT_REQUIRED, false, true);
          default -> throw new IllegalArgumentException(row.place());
        };
    Resource.Dashboard dashboard =
        new Resource.Dashboard(ORGANIZATION, World.DASHBOARDS.get(0).id(), Optional.empty());
    return switch (row.get("place")) {
      case "organization" -> new Place.OfOwner(ORGANIZATION, standing, Optional.empty(), state);
      case "application" ->
          new Place.OfApplication(
              ORGANIZATION,
              APPLICATION,
              standing,
              Optional.of(new Place.NamedDevice(Optional.of(DEVICE))),
              state);
      case "dashboard" -> new Place.OfDashboard(dashboard, standing, false, state);
      case "open-dashboard" -> new Place.OfDashboard(dashboard, standing, true, state);
      default -> throw new IllegalArgumentException(row.place());
    };
  }

  @ParameterizedTest
  @MethodSource("factors")
  void theTableOfSecondFactorsHolds(Row row) {
    Role granted = Role.parse(row.get("granted")).orThrow();
    Overrides overrides =
        granted == Role.ADMIN
            ? Overrides.NONE
            : new Overrides(Map.of(APPLICATION, Role.COLLABORATE), Map.of());
    Standing standing =
        Standing.of(
            Optional.of(new Membership(granted, overrides)),
            MfaMode.parse(row.get("mode")).orThrow(),
            row.yes("factor"));
    assertThat(
            standing.over(new Resource.Whole(ORGANIZATION)).wireName()
                + "/"
                + standing.over(new Resource.Application(ORGANIZATION, APPLICATION)).wireName())
        .isEqualTo(row.get("worth"));
  }

  @Test
  void whoIsNoMemberIsAStrangerInEveryMode() {
    for (MfaMode mode : MfaMode.values()) {
      assertThat(Standing.of(Optional.empty(), mode, true)).isEqualTo(new Standing.Stranger());
    }
  }

  /** A closed organization takes away and never gives; to those who see nothing it is the same. */
  @Test
  void noStateOpensAnything() {
    int refused = 0;
    for (long seed = 0; seed < 1_000; seed++) {
      World world = new World(seed);
      for (int i = 0; i < 20; i++) {
        Question question = world.question();
        Decision open = Authorizer.decide(Altered.place(question, opened(question.place())));
        Decision actual = Authorizer.decide(question);
        assertThat(actual.allowed() && !open.allowed()).as("seed %d, %s", seed, question).isFalse();
        if (open instanceof Decision.Denied(Denial.Unseen _)) {
          assertThat(actual).as("seed %d, %s", seed, question).isEqualTo(open);
        }
        refused += open.allowed() && !actual.allowed() ? 1 : 0;
      }
    }
    assertThat(refused).isGreaterThan(100);
  }

  private static Place opened(Place place) {
    return switch (place) {
      case Place.OfOwner it -> new Place.OfOwner(it.owner(), it.standing(), it.member());
      case Place.OfApplication it ->
          new Place.OfApplication(it.owner(), it.id(), it.standing(), it.device());
      case Place.OfDashboard it -> new Place.OfDashboard(it.dashboard(), it.standing(), it.open());
      case Place.Account it -> it;
      case Place.Absent it -> it;
    };
  }

  /** ORG-2: whatever is open to viewers changes nothing, and all else that is no GET does. */
  @Test
  void whatViewersMayDoChangesNothing() {
    for (Action action : World.CATALOGUE.actions()) {
      boolean viewers = action.minRole().map(it -> Role.VIEW.atLeast(it)).orElse(false);
      assertThat(action.changes())
          .as(action.id())
          .isEqualTo(
              !viewers && !action.method().equals("GET") && !action.path().endsWith("/.search"));
    }
  }

  /** A user whose facts are not known has no second factor. */
  @Test
  void aSecondFactorIsNeverAssumed() {
    assertThat(new UserFacts(World.user(0), Optional.empty(), false).twoFactorEnabled()).isFalse();
  }
}
