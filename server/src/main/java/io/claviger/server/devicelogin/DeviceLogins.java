package io.claviger.server.devicelogin;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.decide.Denial;
import io.claviger.core.decide.DeviceLogin;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.id.AccessKeyId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.ObjectId;
import io.claviger.core.network.IpAddress;
import io.claviger.core.role.OwnerState;
import io.claviger.core.secret.AccessKeySecrets;
import io.claviger.core.secret.Digest;
import io.claviger.server.access.Bearers;
import io.claviger.server.access.Places;
import io.claviger.store.facts.Facts;
import java.util.Optional;

/** Whether a device that presents a key and a secret is let in, wherever it knocks (KEY-42). */
public final class DeviceLogins {

  /** No secret has it. */
  private static final Digest WRONG = Digest.ofBytes(new byte[Digest.BYTES]);

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
    DeviceLogin login = login(key(key), AccessKeySecrets.digestOf(secret), deviceId, address);
    Optional<Denial> refusal = login.refusal();
    return refusal.isPresent()
        ? new Outcome.TurnedAway(refusal.get())
        : new Outcome.LetIn(login.key().orElseThrow(), login.device().orElseThrow());
  }

  /** The same as a question, for who explains the answer. */
  public DeviceLogin presented(
      String key, String secret, String deviceId, Optional<IpAddress> address) {
    return login(key(key), AccessKeySecrets.digestOf(secret), deviceId, address);
  }

  /**
   * The question of a device with a key that is known by its id.
   *
   * @param proven whether the device has the secret
   */
  public DeviceLogin named(
      AccessKeyId id, String deviceId, Optional<IpAddress> address, boolean proven) {
    Optional<AccessKey> known = bearers.key(id);
    return login(
        known, known.filter(_ -> proven).map(AccessKey::secret).orElse(WRONG), deviceId, address);
  }

  private DeviceLogin login(
      Optional<AccessKey> known, Digest presented, String deviceId, Optional<IpAddress> address) {
    Optional<DeviceFacts> device =
        ObjectId.parse(deviceId).toOptional().map(DeviceId::new).flatMap(bearers::device);
    OwnerState state =
        known
            .flatMap(found -> facts.applicationOwner(found.application()))
            .map(places::state)
            .orElse(OwnerState.CLOSED);
    return new DeviceLogin(known, presented, device, state, address);
  }

  /** The key that a device names, as long as its application exists. */
  public Optional<AccessKey> key(String key) {
    return keyId(key).flatMap(bearers::key);
  }

  /** The id of the key that a device names; what no key looks like is not looked up. */
  public Optional<AccessKeyId> keyId(String key) {
    return AccessKeySecrets.isKey(key) ? facts.accessKey(key) : Optional.empty();
  }
}
