package io.claviger.server.mqtt;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.decide.Denial;
import io.claviger.core.decide.DeviceStay;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.id.AccessKeyId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.role.Owner;
import io.claviger.core.role.OwnerState;
import io.claviger.server.access.Bearers;
import io.claviger.server.access.Places;
import io.claviger.store.StoreUnavailable;
import io.claviger.store.facts.Facts;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** What is true of a connected device at this moment. May wait for the database. */
final class Standings {
  private final Facts facts;
  private final Bearers bearers;
  private final Places places;

  private final BooleanSupplier current;

  /**
   * Makes it.
   *
   * @param current whether this node knows what was changed elsewhere
   */
  Standings(Facts facts, Bearers bearers, Places places, BooleanSupplier current) {
    this.current = current;
    this.facts = facts;
    this.bearers = bearers;
    this.places = places;
  }

  /**
   * Another device.
   *
   * @throws StoreUnavailable when that may have changed elsewhere
   */
  Optional<DeviceFacts> device(DeviceId id) {
    if (!current.getAsBoolean()) {
      throw new StoreUnavailable("changes made elsewhere may be unknown here");
    }
    return bearers.device(id);
  }

  /** A key, as long as its application exists. */
  Optional<AccessKey> key(AccessKeyId id) {
    return bearers.key(id);
  }

  /** Whom the application of a key belongs to. */
  Optional<Owner> owner(AccessKey key) {
    return facts.applicationOwner(key.application());
  }

  /** How an owner is; closed when there is none. */
  OwnerState state(Optional<Owner> owner) {
    return owner.map(places::state).orElse(OwnerState.CLOSED);
  }

  /** What came of looking. */
  sealed interface Finding {
    /** It may go on. */
    record Stays(AccessKey key, DeviceFacts device, OwnerState state) implements Finding {}

    /** It may not. */
    record Goes(Denial reason) implements Finding {}
  }

  /**
   * Whether a session may go on.
   *
   * @param tagsToo whether its key must still be for it
   */
  Finding look(LiveSession session, boolean tagsToo) {
    Optional<AccessKey> key = bearers.key(session.key());
    Optional<Owner> owner = key.flatMap(this::owner);
    // Put down before its state is read: a change of the state after that finds this session.
    session.belongsTo(owner);
    OwnerState state = state(owner);
    // Of many devices whose key or application is gone, none needs to be loaded.
    Optional<DeviceFacts> device =
        key.isPresent() ? bearers.device(session.device()) : Optional.empty();
    Optional<Denial> refusal = new DeviceStay(key, device, state, tagsToo).refusal();
    return refusal.isPresent()
        ? new Finding.Goes(refusal.get())
        : new Finding.Stays(key.orElseThrow(), device.orElseThrow(), state);
  }
}
