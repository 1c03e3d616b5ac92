package io.claviger.core.decide;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.network.IpAddress;
import io.claviger.core.role.OwnerState;
import io.claviger.core.secret.Digest;
import java.util.Optional;

/**
 * Whether a device that presents a key and a secret is let in, over REST or MQTT (KEY-42). The
 * steps run from what proves the caller to what restricts it; whatever fails, the caller learns the
 * same.
 *
 * @param key the key that was named, or empty when there is none
 * @param presented the digest of the secret that was presented
 * @param device the device that was named, or empty when there is none
 * @param state of the owner of the key's application
 * @param address where the caller is; empty when that cannot be known
 */
public record DeviceLogin(
    Optional<AccessKey> key,
    Digest presented,
    Optional<DeviceFacts> device,
    OwnerState state,
    Optional<IpAddress> address) {

  /** No text has it: whoever names no key that exists is compared with it all the same. */
  private static final Digest NOBODYS = Digest.ofBytes(new byte[Digest.BYTES]);

  /** Why the device is turned away; empty when it is let in. */
  public Optional<Denial> refusal() {
    boolean secretFits = key.map(AccessKey::secret).orElse(NOBODYS).equals(presented);
    if (key.isEmpty()) {
      return Optional.of(new Denial.NoCredential());
    }
    if (!secretFits) {
      return Optional.of(new Denial.WrongSecret());
    }
    if (state.disabled()) {
      return Optional.of(new Denial.OwnerDisabled());
    }
    AccessKey known = key.get();
    if (known.status() == CredentialStatus.INACTIVE) {
      return Optional.of(new Denial.CredentialInactive());
    }
    if (!known.addresses().permits(address)) {
      return Optional.of(new Denial.AddressRefused());
    }
    return new DeviceStay(key, device, state, true).refusal();
  }
}
