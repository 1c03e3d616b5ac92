package io.claviger.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.device.DeviceClass;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.device.DeviceSelection;
import io.claviger.core.device.Tag;
import io.claviger.core.device.TagSelector;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.network.AddressRule;
import io.claviger.core.network.Cidr;
import io.claviger.core.network.IpAddress;
import io.claviger.core.role.MfaMode;
import io.claviger.core.role.OwnerState;
import io.claviger.core.secret.Digest;
import io.claviger.core.testing.CaseTable;
import io.claviger.core.testing.CaseTable.Row;
import io.claviger.core.topic.CustomTopics;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DeviceLoginTest {
  private static final ApplicationId APPLICATION = Ids.application(1);
  private static final DeviceId THIS = new DeviceId(Ids.text(4, 1));
  private static final DeviceId OTHER = new DeviceId(Ids.text(4, 2));
  private static final Digest SECRET = Digest.of("right");

  static List<Row> cases() {
    return CaseTable.read("device-login");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theTableHolds(Row row) {
    Optional<Denial> refusal =
        new DeviceLogin(
                key(row),
                Digest.of(row.get("secret")),
                device(row),
                OwnerState.OPEN,
                address(row.get("from")))
            .refusal();

    assertThat(refusal.map(DeviceLoginTest::outcome).orElse("in")).isEqualTo(row.get("outcome"));
  }

  /** A digest of nothing but zeros, against which unknown keys are compared, opens nothing. */
  @Test
  void noSecretFitsAKeyThatDoesNotExist() {
    DeviceFacts device =
        new DeviceFacts(
            THIS, APPLICATION, DeviceClass.STANDALONE, List.of(), Optional.empty(), false);
    Digest zeros = Digest.ofBytes(new byte[Digest.BYTES]);

    assertThat(
            new DeviceLogin(
                    Optional.empty(), zeros, Optional.of(device), OwnerState.OPEN, Optional.empty())
                .refusal())
        .contains(new Denial.NoCredential());
  }

  /** ORG-17; who has not the secret learns nothing of it. */
  @Test
  void aDisabledOrganizationLetsNoDeviceIn() {
    AccessKey key =
        new AccessKey(
            Ids.key(0),
            APPLICATION,
            SECRET,
            CredentialStatus.ACTIVE,
            new DeviceSelection.All(),
            new AddressRule.Anyone(),
            CustomTopics.NONE);
    DeviceFacts device =
        new DeviceFacts(
            THIS, APPLICATION, DeviceClass.STANDALONE, List.of(), Optional.empty(), false);
    OwnerState disabled = new OwnerState(MfaMode.NOT_REQUIRED, false, true);
    OwnerState readOnly = new OwnerState(MfaMode.NOT_REQUIRED, true, false);

    assertThat(login(key, SECRET, device, disabled)).contains(new Denial.OwnerDisabled());
    assertThat(new Denial.OwnerDisabled().effect()).isEqualTo(Denial.Effect.UNAUTHENTICATED);
    assertThat(login(key, Digest.of("wrong"), device, disabled)).contains(new Denial.WrongSecret());
    assertThat(login(key, SECRET, device, readOnly)).isEmpty();
  }

  private static Optional<Denial> login(
      AccessKey key, Digest secret, DeviceFacts device, OwnerState state) {
    return new DeviceLogin(Optional.of(key), secret, Optional.of(device), state, Optional.empty())
        .refusal();
  }

  private static Optional<AccessKey> key(Row row) {
    return switch (row.get("key")) {
      case "active" -> Optional.of(key(row, CredentialStatus.ACTIVE));
      case "inactive" -> Optional.of(key(row, CredentialStatus.INACTIVE));
      case "deleted", "unknown" -> Optional.empty();
      default -> throw new IllegalArgumentException("no such key at " + row.place());
    };
  }

  private static AccessKey key(Row row, CredentialStatus status) {
    return new AccessKey(
        Ids.key(1),
        APPLICATION,
        SECRET,
        status,
        selection(row.list("selection")),
        addresses(row.get("addresses")),
        CustomTopics.NONE);
  }

  private static DeviceSelection selection(List<String> entries) {
    if (entries.equals(List.of("all"))) {
      return new DeviceSelection.All();
    }
    Set<DeviceId> devices = new HashSet<>();
    List<TagSelector> tags = new ArrayList<>();
    for (String entry : entries) {
      switch (entry) {
        case "lost" -> {
          // Nothing to add.
        }
        case "this" -> devices.add(THIS);
        case "other" -> devices.add(OTHER);
        default -> {
          List<String> pair = List.of(entry.split("=", 2));
          tags.add(new TagSelector(given(pair.getFirst()), given(pair.getLast())));
        }
      }
    }
    return new DeviceSelection.Only(devices, tags);
  }

  private static Optional<String> given(String text) {
    return Optional.of(text).filter(some -> !some.isEmpty());
  }

  private static AddressRule addresses(String rule) {
    if (rule.equals("all")) {
      return new AddressRule.Anyone();
    }
    List<Cidr> ranges = List.of(Cidr.parse(rule.substring(rule.indexOf(' ') + 1)).orThrow());
    return rule.startsWith("only ") ? new AddressRule.Only(ranges) : new AddressRule.Except(ranges);
  }

  private static Optional<IpAddress> address(String from) {
    return from.equals("unknown") ? Optional.empty() : Optional.of(IpAddress.parse(from).orThrow());
  }

  private static Optional<DeviceFacts> device(Row row) {
    String place = row.get("device");
    List<Tag> tags =
        row.list("tags").stream()
            .map(tag -> tag.split("=", 2))
            .map(pair -> new Tag(pair[0], pair[1]))
            .toList();
    return place.equals("absent")
        ? Optional.empty()
        : Optional.of(
            new DeviceFacts(
                THIS,
                place.equals("elsewhere") ? Ids.application(2) : APPLICATION,
                DeviceClass.parse(row.get("class")).orThrow(),
                tags,
                Optional.empty(),
                place.equals("deleted")));
  }

  private static String outcome(Denial denial) {
    return switch (denial) {
      case Denial.NoCredential _ -> "no such key";
      case Denial.WrongSecret _ -> "wrong secret";
      case Denial.CredentialInactive _ -> "inactive";
      case Denial.AddressRefused _ -> "address";
      case Denial.DeviceCannotAuthenticate _ -> "device";
      case Denial.DeviceNotSelected _ -> "not selected";
      case Denial.CredentialExpired _,
          Denial.CutOff _,
          Denial.OwnerGone _,
          Denial.Deactivated _,
          Denial.NoAdministrator _,
          Denial.EmailUnverified _,
          Denial.ScopeMissing _,
          Denial.NotForOauth _,
          Denial.SessionOnly _,
          Denial.Unseen _,
          Denial.RoleTooLow _,
          Denial.DeedRefused _,
          Denial.TopicRefused _,
          Denial.OrganizationDisabled _,
          Denial.OrganizationReadOnly _,
          Denial.CannotVouch _,
          Denial.OwnerDisabled _ ->
          throw new AssertionError("not a reason to turn a device away: " + denial);
    };
  }
}
