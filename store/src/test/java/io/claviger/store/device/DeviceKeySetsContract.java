package io.claviger.store.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.device.DeviceReach;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.store.Database;
import io.claviger.store.DatabaseSettings;
import io.claviger.store.ListRequest;
import io.claviger.store.Offline;
import io.claviger.store.device.DeviceSet.Presence;
import io.claviger.store.query.DeviceKeySets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;

/** The sets of keys are those of the tags that devices have, at all times; on every database. */
abstract class DeviceKeySetsContract {
  private static final long SEED = 20_261_122;
  private static final int STEPS = 300;
  private static final ApplicationId APPLICATION = new ApplicationId("a".repeat(24));
  private static final String BEFORE_KEY_SETS = "20";

  /** A new, empty database. */
  abstract DatabaseSettings freshSettings();

  @Test
  void setsFollowTheTags() {
    try (Database database =
        Database.open(freshSettings(), InstantSource.fixed(DeviceWorld.TIME))) {
      var store = new DeviceStore(database);
      var world = new DeviceWorld(database, SEED);
      world.fill(40);
      assertSetsAreThoseOfTheTags(database);
      for (int step = 0; step < STEPS; step++) {
        change(database, store, world);
        assertSetsAreThoseOfTheTags(database);
        assertFound(store, world, step);
      }
      for (DeviceRow device : world.devices) {
        database.run(transaction -> {
          store.updateDeletion(transaction, device.deleted(DeviceWorld.TIME));
          store.erase(transaction, device.id());
        });
      }
      assertThat(sets(database)).isEmpty();
    }
  }

  /** Another name, other tags, deleted, restored, erased or new. */
  private static void change(Database database, DeviceStore store, DeviceWorld world) {
    Random random = world.random;
    int place = random.nextInt(world.devices.size());
    DeviceRow device = world.devices.get(place);
    boolean isDeleted = device.deletedAt().isPresent();
    switch (random.nextInt(6)) {
      case 0 -> world.fill(1);
      case 1, 2 -> {
        DeviceRow other = world.randomDevice();
        DeviceRow after = random.nextInt(3) == 0 ? renamed(device, other) : retagged(device, other);
        database.run(transaction -> store.update(transaction, device, after));
        world.devices.set(place, after);
      }
      case 3, 4 -> {
        DeviceRow after =
            isDeleted
                ? device.restored(DeviceWorld.TIME)
                : device.deleted(DeviceWorld.TIME.plusSeconds(random.nextInt(10)));
        database.run(transaction -> store.updateDeletion(transaction, after));
        world.devices.set(place, after);
      }
      default -> {
        // What is not deleted stays, with its set.
        database.run(transaction -> store.erase(transaction, device.id()));
        if (isDeleted) {
          world.devices.remove(place);
        }
      }
    }
  }

  private static DeviceRow renamed(DeviceRow device, DeviceRow other) {
    return with(device, other.name(), device);
  }

  private static DeviceRow retagged(DeviceRow device, DeviceRow other) {
    return with(device, device.name(), other);
  }

  private static DeviceRow with(DeviceRow device, String name, DeviceRow tagged) {
    return new DeviceRow(
        device.id(),
        device.application(),
        name,
        device.description(),
        device.deviceClass(),
        device.gateway(),
        device.ancestors(),
        device.systemInterval(),
        device.keepDuplicates(),
        tagged.tags(),
        device.attributes(),
        device.createdAt(),
        device.updatedAt(),
        device.deletedAt());
  }

  private static void assertFound(DeviceStore store, DeviceWorld world, int step) {
    Presence presence =
        step % 3 == 0 ? new Presence.Deleted(DeviceWorld.TIME) : new Presence.Present();
    DeviceSet set = new DeviceSet(world.application, presence, world.randomFilter(2));
    assertThat(store.list(set, ListRequest.firstBy("name")).items())
        .as("seed %d step %d %s", SEED, step, set)
        .map(DeviceRow::id)
        .containsExactlyInAnyOrderElementsOf(
            new DeviceModel(world.devices)
                .in(set, new DeviceReach.Everything()).stream().map(DeviceRow::id).toList());
  }

  /** Devices of before get sets; those who had the same keys the same one. */
  @Test
  void devicesOfBeforeGetTheirSets() {
    DatabaseSettings settings = freshSettings();
    Offline.fill(settings, BEFORE_KEY_SETS, DeviceKeySetsContract::fillOfBefore);
    try (Database database = Database.open(settings, InstantSource.fixed(DeviceWorld.TIME))) {
      assertSetsAreThoseOfTheTags(database);
      assertThat(sets(database)).hasSize(4);
      assertThat(texts(database, "SELECT id FROM device WHERE tag_keys = ''"))
          .containsExactly(id(5));

      var store = new DeviceStore(database);
      DeviceRow both = store.find(APPLICATION, new DeviceId(id(1))).orElseThrow();
      DeviceRow one = store.find(APPLICATION, new DeviceId(id(4))).orElseThrow();
      DeviceRow none = store.find(APPLICATION, new DeviceId(id(5))).orElseThrow();
      database.run(transaction -> store.update(transaction, both, renamed(both, none)));
      assertSetsAreThoseOfTheTags(database);
      database.run(transaction -> store.update(transaction, one, retagged(one, both)));
      assertSetsAreThoseOfTheTags(database);
      database.run(transaction -> store.update(transaction, both, retagged(both, none)));
      assertSetsAreThoseOfTheTags(database);

      database.run(transaction ->
          transaction.handle().execute("DELETE FROM application WHERE id = ?", APPLICATION.text()));
      assertThat(texts(database, "SELECT DISTINCT application_id FROM device_key_set"))
          .containsExactly("b".repeat(24));
    }
  }

  private static void fillOfBefore(Handle handle) {
    for (String application : List.of(APPLICATION.text(), "b".repeat(24))) {
      handle.execute(
          "INSERT INTO application (id, owner_type, owner_id, name, name_folded, details,"
              + " created_at, updated_at) VALUES (?, 'user', 'u', 'n', 'n', '{}', 0, 0)",
          application);
    }
    String ours = APPLICATION.text();
    device(handle, ours, 1, "site", "floor");
    device(handle, ours, 2, "floor", "site");
    device(handle, ours, 3, "site", "site", "floor");
    device(handle, ours, 4, "site");
    device(handle, ours, 5);
    device(handle, ours, 6, "Site", "floor");
    device(handle, "b".repeat(24), 7, "site", "floor");
  }

  private static void device(Handle handle, String application, int number, String... keys) {
    handle.execute(
        "INSERT INTO device (id, application_id, name, name_folded, device_class, keep_duplicates,"
            + " created_at, updated_at) VALUES (?, ?, 'n', 'n', 'standalone', 0, 0, 0)",
        id(number),
        application);
    for (int place = 0; place < keys.length; place++) {
      handle.execute(
          "INSERT INTO device_tag (device_id, application_id, place, tag_key, tag_value,"
              + " value_folded) VALUES (?, ?, ?, ?, 'v', 'v')",
          id(number),
          application,
          place,
          keys[place]);
    }
  }

  private static String id(int number) {
    return String.format("%024x", number);
  }

  /** Of the first lists that are asked about; what was said is said again. */
  @Test
  void fewTagsHaveAValueThatIsNotCommon() {
    try (Database database = Database.open(freshSettings(), InstantSource.fixed(Instant.EPOCH))) {
      var world = new DeviceWorld(database, SEED);
      database.run(transaction -> {
        String device = "0000000000000000000000ff";
        transaction
            .handle()
            .execute(
                "INSERT INTO device (id, application_id, name, name_folded, device_class,"
                    + " keep_duplicates, created_at, updated_at)"
                    + " VALUES (?, ?, 'd', 'd', 'standalone', 0, 0, 0)",
                device,
                world.application.text());
        transaction
            .handle()
            .createUpdate(
                "INSERT INTO device_tag"
                    + " (device_id, application_id, place, tag_key, tag_value, value_folded)"
                    + " WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n"
                    + " WHERE n < 4001) SELECT :device, :application, n, 'key',"
                    + " CASE WHEN n = 1 THEN 'rare' ELSE 'common' END, '' FROM n")
            .bind("device", device)
            .bind("application", world.application.text())
            .execute();
      });
      var sets = new DeviceKeySets(database, world.application);
      List<String> key = List.of("key");
      assertThat(sets.areFew(key, List.of("common"))).isTrue();
      assertThat(sets.areFew(key, List.of("common", "rare"))).isFalse();
      assertThat(sets.areFew(List.of("other"), List.of("common", "rare"))).isTrue();
      assertThat(sets.areFew(key, List.of())).isTrue();
      assertThat(sets.areFew(key, List.of("rare"))).as("one too many").isFalse();
      assertThat(sets.areFew(key, List.of("common"))).isTrue();
      assertThat(new DeviceKeySets(database, world.other).areFew(key, List.of("common", "rare")))
          .isTrue();
    }
  }

  /** Rows of one application do not count for another. */
  @Test
  void manySetsAreNotWorthWhile() {
    try (Database database = Database.open(freshSettings(), InstantSource.fixed(Instant.EPOCH))) {
      var world = new DeviceWorld(database, SEED);
      for (int rows : List.of(4_000, 1)) {
        assertThat(new DeviceKeySets(database, world.application).keySetsAreFew()).isTrue();
        database.run(transaction ->
            transaction
                .handle()
                .createUpdate(
                    "INSERT INTO device_key_set (id, application_id, tag_key)"
                        + " WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n"
                        + " WHERE n < :rows) SELECT 'set ' || CAST(:rows AS TEXT) || n,"
                        + " :application, 'key' FROM n")
                .bind("rows", rows)
                .bind("application", world.application.text())
                .execute());
      }
      assertThat(new DeviceKeySets(database, world.application).keySetsAreFew()).isFalse();
      assertThat(new DeviceKeySets(database, world.other).keySetsAreFew()).isTrue();
    }
  }

  /** Each device has the set with its keys, and there is no other set. */
  private static void assertSetsAreThoseOfTheTags(Database database) {
    assertThat(
            texts(
                database,
                "SELECT d.id || ' ' || k.tag_key FROM device d JOIN device_key_set k"
                    + " ON k.id = d.tag_keys AND k.application_id = d.application_id"))
        .containsExactlyInAnyOrderElementsOf(
            texts(database, "SELECT DISTINCT device_id || ' ' || tag_key FROM device_tag"));
    assertThat(texts(database, "SELECT DISTINCT tag_keys FROM device WHERE tag_keys <> ''"))
        .containsExactlyInAnyOrderElementsOf(sets(database));
  }

  private static Set<String> sets(Database database) {
    return Set.copyOf(texts(database, "SELECT DISTINCT id FROM device_key_set"));
  }

  private static List<String> texts(Database database, String sql) {
    return database.read(handle -> handle.createQuery(sql).mapTo(String.class).list());
  }
}
