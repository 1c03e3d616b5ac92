package io.claviger.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.device.DeviceClass;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.device.DeviceSelection;
import io.claviger.core.id.AccessKeyId;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.network.AddressRule;
import io.claviger.core.role.OwnerState;
import io.claviger.core.secret.Digest;
import io.claviger.core.topic.CustomTopics;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When a connected device has to go (KEY-12, KEY-26, KEY-32). */
class DeviceStayTest {
  private static final ApplicationId HERE = new ApplicationId("a".repeat(24));
  private static final DeviceId DEVICE = new DeviceId("1".repeat(24));

  private static Optional<AccessKey> key(CredentialStatus status, DeviceSelection devices) {
    return Optional.of(
        new AccessKey(
            new AccessKeyId("c".repeat(24)),
            HERE,
            Digest.ofBytes(new byte[Digest.BYTES]),
            status,
            devices,
            new AddressRule.Anyone(),
            CustomTopics.NONE));
  }

  private static Optional<DeviceFacts> device(
      String application, DeviceClass deviceClass, boolean deleted) {
    return Optional.of(
        new DeviceFacts(
            DEVICE,
            new ApplicationId(application.repeat(24)),
            deviceClass,
            List.of(),
            Optional.empty(),
            deleted));
  }

  private static final Optional<AccessKey> ANY =
      key(CredentialStatus.ACTIVE, new DeviceSelection.All());
  private static final Optional<AccessKey> OTHERS =
      key(CredentialStatus.ACTIVE, new DeviceSelection.Only(Set.of(), List.of()));
  private static final Optional<DeviceFacts> WELL = device("a", DeviceClass.STANDALONE, false);

  private static Optional<Denial> refusal(
      Optional<AccessKey> key, Optional<DeviceFacts> device, boolean tagsToo) {
    return new DeviceStay(key, device, OwnerState.OPEN, tagsToo).refusal();
  }

  @Test
  void staysAsLongAsKeyAndDeviceAreWell() {
    assertThat(refusal(ANY, WELL, true)).isEmpty();
  }

  @Test
  void staysWhenItsTagsAreLostUnlessThatIsAskedFor() {
    assertThat(refusal(OTHERS, WELL, false)).isEmpty();
    assertThat(refusal(OTHERS, WELL, true)).contains(new Denial.DeviceNotSelected());
  }

  @Test
  void goesWithItsKey() {
    assertThat(refusal(Optional.empty(), WELL, false)).contains(new Denial.OwnerGone());
    assertThat(refusal(key(CredentialStatus.INACTIVE, new DeviceSelection.All()), WELL, false))
        .contains(new Denial.CredentialInactive());
  }

  @Test
  void goesWhenTheOwnerIsSwitchedOff() {
    assertThat(new DeviceStay(ANY, WELL, OwnerState.CLOSED, false).refusal())
        .contains(new Denial.OwnerDisabled());
  }

  @Test
  void goesWhenItIsGoneElsewhereOrOfAClassThatDoesNotConnect() {
    Denial cannot = new Denial.DeviceCannotAuthenticate();
    assertThat(refusal(ANY, Optional.empty(), false)).contains(cannot);
    assertThat(refusal(ANY, device("a", DeviceClass.STANDALONE, true), false)).contains(cannot);
    assertThat(refusal(ANY, device("b", DeviceClass.STANDALONE, false), false)).contains(cannot);
    assertThat(refusal(ANY, device("a", DeviceClass.PERIPHERAL, false), false)).contains(cannot);
  }
}
