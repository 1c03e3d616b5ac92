package io.claviger.server.devicelogin;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.decide.Denial;
import io.claviger.core.decide.DeviceLogin;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.ObjectId;
import io.claviger.core.network.IpAddress;
import io.claviger.core.role.OwnerState;
import io.claviger.core.secret.AccessKeySecrets;
import io.claviger.server.access.Bearers;
import io.claviger.server.access.Places;
import io.claviger.store.facts.Facts;
import java.util.Optional;
import java.util.UUID;

/** Whether a device that presents a key and a secret is let in, wherever it knocks (KEY-42). */
public final class DeviceLogins {
  private static final int UUID_LENGTH = 36;

  private final Facts facts;
  private final Bearers bearers;
  private final Places places;

  public DeviceLogins(Facts facts, Bearers bearers, Places places) {
    this.facts = facts;
    this.bearers = bearers;
    this.places = places;
  }

  /** What came of it. */
  public sealed interface Outcome {
    /** The device is who it says it is, and may come in. */
    record LetIn(AccessKey key, DeviceFacts device) implements Outcome {}

    /** It may not; the device is to learn nothing of the reason. */
    record TurnedAway(Denial reason) implements Outcome {}
  }

  /**
   * Judges what a device presents.
   *
   * @param deviceId whatever it says that it is
   * @param address from where; empty when that cannot be known
   */
  public Outcome attempt(String key, String secret, String deviceId, Optional<IpAddress> address) {
    Optional<AccessKey> known = key(key);
    Optional<DeviceFacts> device =
        ObjectId.parse(deviceId).toOptional().map(DeviceId::new).flatMap(bearers::device);
    OwnerState state =
        known
            .flatMap(found -> facts.applicationOwner(found.application()))
            .map(places::state)
            .orElse(OwnerState.CLOSED);
    Optional<Denial> refusal =
        new DeviceLogin(known, AccessKeySecrets.digestOf(secret), device, state, address).refusal();
    return refusal.isPresent()
        ? new Outcome.TurnedAway(refusal.get())
        : new Outcome.LetIn(known.orElseThrow(), device.orElseThrow());
  }

  /** The key that a device names, as long as its application exists. */
  Optional<AccessKey> key(String key) {
    return isKey(key) ? facts.accessKey(key).flatMap(bearers::key) : Optional.empty();
  }

  /** What no key looks like is not looked up. */
  private static boolean isKey(String text) {
    if (text.length() != UUID_LENGTH) {
      return false;
    }
    try {
      return UUID.fromString(text).toString().equals(text);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
