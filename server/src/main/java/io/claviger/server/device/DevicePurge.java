package io.claviger.server.device;

import io.claviger.core.change.Actor;
import io.claviger.core.change.Change;
import io.claviger.core.role.Owner;
import io.claviger.server.http.Json;
import io.claviger.store.Database;
import io.claviger.store.Transaction;
import io.claviger.store.device.DeviceRow;
import io.claviger.store.device.DeviceStore;
import io.claviger.store.facts.Facts;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Removes for good what was deleted so long ago that it cannot be restored (DEV-5). A device that
 * named one of them as its gateway goes on naming it: without a name it would belong to every
 * gateway (KEY-33).
 */
public final class DevicePurge implements Runnable {
  /** Few, so that no other write waits long. */
  private static final int BATCH = 200;

  private final Database database;
  private final DeviceStore store;
  private final Facts facts;
  private final BooleanSupplier over;

  /**
   * Makes it.
   *
   * @param over whether no other batch is to be begun
   */
  public DevicePurge(Database database, Facts facts, BooleanSupplier over) {
    this.over = over;
    this.database = database;
    this.store = new DeviceStore(database);
    this.facts = facts;
  }

  /** Removes all that is due. */
  @Override
  public void run() {
    int purged;
    do {
      purged = database.write(this::purge);
    } while (purged == BATCH && !over.getAsBoolean());
  }

  private int purge(Transaction transaction) {
    List<DeviceRow> due = store.deletedUntil(transaction.now().minus(Deletion.RESTORABLE), BATCH);
    for (DeviceRow device : due) {
      store.erase(transaction, device.id());
      transaction.record(change(device));
    }
    return due.size();
  }

  private Change change(DeviceRow device) {
    Optional<Owner> owner = facts.applicationOwner(device.application());
    return new Change(
        Actor.system(),
        "device.purge",
        Devices.subject(device),
        owner.flatMap(DevicePurge::organization),
        Optional.of(device.application().text()),
        owner.flatMap(DevicePurge::account),
        Optional.of(new String(Json.write(DeviceJson.render(device)), StandardCharsets.UTF_8)),
        Optional.empty());
  }

  private static Optional<String> organization(Owner owner) {
    return owner instanceof Owner.Organization(var id) ? Optional.of(id.text()) : Optional.empty();
  }

  private static Optional<String> account(Owner owner) {
    return owner instanceof Owner.Sandbox(var user) ? Optional.of(user.text()) : Optional.empty();
  }
}
