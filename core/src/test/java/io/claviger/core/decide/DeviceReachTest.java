package io.claviger.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.credential.DeviceSession;
import io.claviger.core.credential.Grant;
import io.claviger.core.credential.Validity;
import io.claviger.core.device.DeviceClass;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.device.DeviceSelection;
import io.claviger.core.device.Tag;
import io.claviger.core.device.TagSelector;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.UserId;
import io.claviger.core.network.AddressRule;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Standing;
import io.claviger.core.scope.Catalogue;
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

/** The table of what devices may do to devices, through the decision itself. */
class DeviceReachTest {
  private static final Map<String, List<String>> DEEDS =
      Map.of(
          "read",
          List.of(
              "device.get",
              "device.getState",
              "device.getCompositeState",
              "device.getLogEntries",
              "device.stateStream"),
          "command",
          List.of("device.sendCommand"),
          "receive",
          List.of("device.getCommand", "device.commandStream"),
          "report",
          List.of("device.sendState", "device.setConnectionStatus"),
          "manage",
          List.of("device.patch", "device.delete"));

  private static final ApplicationId APPLICATION = Ids.application(1);
  private static final DeviceId SELF = new DeviceId(Ids.text(4, 1));
  private static final DeviceId OTHER = new DeviceId(Ids.text(4, 2));
  private static final DeviceId ANOTHER_GATEWAY = new DeviceId(Ids.text(4, 3));
  private static final Tag MARK = new Tag("mark", "x");

  static List<Row> cases() {
    return CaseTable.read("device-reach");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theTableHolds(Row row) {
    Bearer bearer = bearer(row);
    Place place =
        new Place.OfApplication(
            new Owner.Sandbox(new UserId(Ids.text(1, 1))),
            APPLICATION,
            new Standing.Stranger(),
            Optional.of(new Place.NamedDevice(target(row))));
    DEEDS.forEach((deed, actions) -> {
      for (String action : actions) {
        Question question =
            new Question(
                bearer,
                Catalogue.standard().action(action).orElseThrow(),
                place,
                Optional.empty(),
                Instant.EPOCH);
        assertThat(status(Authorizer.decide(question))).as(action).isEqualTo(row.get(deed));
      }
    });
  }

  private static String status(Decision decision) {
    return switch (decision) {
      case Decision.Allowed _ -> "200";
      case Decision.Denied(Denial reason) ->
          switch (reason.effect()) {
            case UNAUTHENTICATED -> "401";
            case FORBIDDEN -> "403";
            case UNSEEN -> "404";
          };
    };
  }

  private static Bearer bearer(Row row) {
    ScopeNames scope = new ScopeNames(List.of("all.Device"));
    DeviceSession session =
        new DeviceSession(
            Ids.session(1),
            APPLICATION,
            SELF,
            Validity.UNLIMITED,
            new Grant(scope, Catalogue.standard().resolve(scope)));
    AccessKey key =
        new AccessKey(
            Ids.key(1),
            APPLICATION,
            Digest.of("secret"),
            CredentialStatus.ACTIVE,
            selection(row),
            new AddressRule.Anyone(),
            CustomTopics.NONE);
    return new Bearer.OfDevice(
        session, new Bearer.Warrant.ByKey(Optional.of(key)), Optional.of(self(row)));
  }

  private static DeviceSelection selection(Row row) {
    return switch (row.get("key")) {
      case "all" -> new DeviceSelection.All();
      case "nothing" -> new DeviceSelection.Only(Set.of(SELF), List.of());
      case "it" -> new DeviceSelection.Only(Set.of(SELF, OTHER), List.of());
      case "tag" ->
          new DeviceSelection.Only(
              Set.of(SELF),
              List.of(new TagSelector(Optional.of(MARK.key()), Optional.of(MARK.value()))));
      default -> throw new IllegalArgumentException("no such key at " + row.place());
    };
  }

  private static DeviceFacts self(Row row) {
    return new DeviceFacts(
        SELF,
        APPLICATION,
        DeviceClass.parse(row.get("self")).orThrow(),
        List.of(),
        Optional.empty(),
        false);
  }

  /** Devices of other applications are not found: whoever looks for them looks in this one. */
  private static Optional<DeviceFacts> target(Row row) {
    return switch (row.get("other")) {
      case "itself" -> Optional.of(self(row));
      case "mine" -> other(DeviceClass.PERIPHERAL, Optional.of(SELF));
      case "theirs" -> other(DeviceClass.PERIPHERAL, Optional.of(ANOTHER_GATEWAY));
      case "anybodys" -> other(DeviceClass.PERIPHERAL, Optional.empty());
      case "elsewhere", "absent" -> Optional.empty();
      case String deviceClass -> other(DeviceClass.parse(deviceClass).orThrow(), Optional.empty());
    };
  }

  private static Optional<DeviceFacts> other(DeviceClass deviceClass, Optional<DeviceId> gateway) {
    return Optional.of(
        new DeviceFacts(OTHER, APPLICATION, deviceClass, List.of(MARK), gateway, false));
  }
}
