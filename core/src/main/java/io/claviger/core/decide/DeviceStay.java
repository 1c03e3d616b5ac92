package io.claviger.core.decide;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.role.OwnerState;
import java.util.Optional;

/**
 * Whether a device that was let in may go on (KEY-12, KEY-32). Its secret and address were looked
 * at when it came (KEY-55), and so was whether its key is for it: tags that change later neither
 * drop nor admit a connection (KEY-26), unless that is asked for.
 *
 * @param key the key it came with, or empty when that is gone
 * @param device the device, or empty when that is gone
 * @param state of the owner of the key's application (ORG-17)
 * @param tagsToo whether the key must be for the device with the tags it has now
 */
public record DeviceStay(
    Optional<AccessKey> key, Optional<DeviceFacts> device, OwnerState state, boolean tagsToo) {

  /** Why the device has to go; empty when it may stay. */
  public Optional<Denial> refusal() {
    if (key.isEmpty()) {
      return Optional.of(new Denial.OwnerGone());
    }
    if (state.disabled()) {
      return Optional.of(new Denial.OwnerDisabled());
    }
    AccessKey known = key.get();
    if (known.status() == CredentialStatus.INACTIVE) {
      return Optional.of(new Denial.CredentialInactive());
    }
    Optional<DeviceFacts> able =
        device
            .filter(found -> !found.deleted())
            .filter(found -> found.application().equals(known.application()))
            .filter(found -> found.deviceClass().mayAuthenticate());
    if (able.isEmpty()) {
      return Optional.of(new Denial.DeviceCannotAuthenticate());
    }
    return tagsToo && !known.devices().selects(able.get())
        ? Optional.of(new Denial.DeviceNotSelected())
        : Optional.empty();
  }
}
