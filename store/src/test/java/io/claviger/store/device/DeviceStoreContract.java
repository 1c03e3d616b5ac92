package io.claviger.store.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.device.DeviceReach;
import io.claviger.core.device.Tag;
import io.claviger.core.device.TagSelector;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.store.Database;
import io.claviger.store.DatabaseSettings;
import io.claviger.store.ListPage;
import io.claviger.store.ListRequest;
import io.claviger.store.ListRequest.SortDirection;
import io.claviger.store.device.DeviceSet.Presence;
import io.claviger.store.device.DeviceVocabulary.DeviceName;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the store of devices promises, the same on every database. */
abstract class DeviceStoreContract {
  private static final long SEED = 20_260_301;
  private static final int QUESTIONS = 400;
  private static final DeviceReach EVERYTHING = new DeviceReach.Everything();

  private Database database;
  private DeviceStore store;
  private DeviceWorld world;

  /** A new, empty database. */
  abstract DatabaseSettings freshSettings();

  @BeforeEach
  void open() {
    database = Database.open(freshSettings(), InstantSource.fixed(DeviceWorld.TIME));
    store = new DeviceStore(database);
    world = new DeviceWorld(database, SEED);
  }

  @AfterEach
  void close() {
    database.close();
  }

  Database database() {
    return database;
  }

  /** KEY-26, KEY-27, KEY-44, QRY-14: page and count are those of the devices that are seen. */
  @Test
  void listsExactlyWhatTheReachSees() {
    world.fill(120);
    var model = new DeviceModel(world.devices);
    int found = 0;
    for (int i = 0; i < QUESTIONS; i++) {
      DeviceReach reach = world.randomReach();
      DeviceSet wanted = randomSet();
      ListRequest request = randomRequest();
      List<DeviceRow> expected =
          model.in(wanted, reach).stream().sorted(DeviceModel.order(request)).toList();
      ListPage<DeviceRow> page = store.list(wanted.and(DeviceFilter.seenBy(reach)), request);
      assertThat(page.totalCount())
          .as("seed %d question %d %s %s", SEED, i, wanted, reach)
          .isEqualTo(expected.size());
      assertThat(page.items())
          .as("seed %d question %d %s %s %s", SEED, i, wanted, reach, request)
          .isEqualTo(
              expected.stream()
                  .skip((long) request.page() * request.perPage())
                  .limit(request.perPage())
                  .toList());
      found += expected.size();
    }
    assertThat(found).as("the questions find something").isGreaterThan(QUESTIONS);
  }

  private DeviceSet randomSet() {
    Random random = world.random;
    Presence presence =
        random.nextInt(3) == 0
            ? new Presence.Deleted(DeviceWorld.TIME.plusSeconds(random.nextInt(8)))
            : new Presence.Present();
    ApplicationId application = random.nextInt(5) == 0 ? world.other : world.application;
    return new DeviceSet(application, presence, world.randomFilter(2));
  }

  private ListRequest randomRequest() {
    Random random = world.random;
    return new ListRequest(
        random.nextInt(3),
        world.pick(List.of(1, 10, 1000)),
        world.pick(
            List.of("name", "id", "creationDate", "lastUpdated", "deletedAt", "connectionStatus")),
        random.nextBoolean() ? SortDirection.ASCENDING : SortDirection.DESCENDING,
        Optional.empty());
  }

  /** DEV-8, within the reach too. */
  @Test
  void namesAreThoseOfTheDevicesThatAreSeen() {
    world.fill(120);
    var model = new DeviceModel(world.devices);
    for (int i = 0; i < QUESTIONS / 4; i++) {
      DeviceReach reach = world.randomReach();
      DeviceSet wanted = DeviceSet.present(world.application, world.randomFilter(1));
      DeviceSet set = wanted.and(DeviceFilter.seenBy(reach));
      String prefix = world.randomPrefix();
      List<DeviceRow> seen = model.in(wanted, reach);
      int few = world.pick(List.of(0, 3, 20, 1_000, seen.size()));
      var vocabulary = new DeviceVocabulary(database, few);
      String about = "seed %d question %d %s '%s'".formatted(SEED, i, set, prefix);

      List<Tag> tags = seen.stream().flatMap(device -> device.tags().stream()).toList();
      assertThat(vocabulary.tagKeys(set, prefix))
          .as(about)
          .isEqualTo(DeviceModel.beginning(tags.stream().map(Tag::key).toList(), prefix));
      String key = world.randomKey();
      assertThat(vocabulary.tagValues(set, key, prefix))
          .as("%s %s", about, key)
          .isEqualTo(
              DeviceModel.beginning(
                  tags.stream().filter(tag -> tag.key().equals(key)).map(Tag::value).toList(),
                  prefix));
      var types = world.randomTypes();
      assertThat(vocabulary.attributeNames(set, types, prefix))
          .as("%s %s", about, types)
          .isEqualTo(
              DeviceModel.beginning(
                  seen.stream()
                      .flatMap(device -> device.attributes().stream())
                      .filter(attribute -> types.contains(attribute.dataType()))
                      .map(AttributeRow::name)
                      .toList(),
                  prefix));
      assertThat(vocabulary.deviceNames(set, prefix))
          .as(about)
          .isEqualTo(
              seen.stream()
                  .filter(device -> DeviceModel.beginsWith(prefix).test(device.name()))
                  .sorted(DeviceModel.order(ListRequest.firstBy("name")))
                  .map(device -> new DeviceName(device.id(), device.name(), device.deviceClass()))
                  .toList());
    }
  }

  @Test
  void whatIsWrittenIsReadBack() {
    world.fill(60);
    for (DeviceRow before : List.copyOf(world.devices)) {
      Optional<DeviceRow> there =
          before.deletedAt().isEmpty() ? Optional.of(before) : Optional.empty();
      assertThat(store.find(before.application(), before.id())).isEqualTo(there);
      if (there.isPresent()) {
        DeviceRow other = world.randomDevice();
        DeviceRow after = changed(before, other);
        database.run(transaction -> store.update(transaction, before, after));
        assertThat(store.find(before.application(), before.id())).contains(after);
      }
    }
  }

  private static DeviceRow changed(DeviceRow before, DeviceRow other) {
    return new DeviceRow(
        before.id(),
        before.application(),
        other.name(),
        other.description(),
        other.deviceClass(),
        other.gateway(),
        before.ancestors(),
        other.systemInterval(),
        other.keepDuplicates(),
        other.tags(),
        other.attributes(),
        before.createdAt(),
        other.updatedAt(),
        Optional.empty());
  }

  /** DEV-5: the tally follows deletion and restoration; erasing takes what is deleted only. */
  @Test
  void theTallyIsTheCount() {
    world.fill(60);
    assertTally(world.devices);
    List<DeviceRow> devices = new ArrayList<>();
    for (DeviceRow device : world.devices) {
      DeviceRow next =
          device.deletedAt().isPresent()
              ? device.restored(DeviceWorld.TIME)
              : device.deleted(DeviceWorld.TIME);
      database.run(transaction -> store.updateDeletion(transaction, next));
      devices.add(next);
    }
    assertTally(devices);
    database.run(transaction -> devices.forEach(device -> store.erase(transaction, device.id())));
    devices.removeIf(device -> device.deletedAt().isPresent());
    assertTally(devices);
    assertThat(store.deletedUntil(DeviceWorld.TIME.plusSeconds(1000), 1000)).isEmpty();
    assertThat(store.first(present(), 1000))
        .map(DeviceRow::id)
        .isEqualTo(
            devices.stream()
                .filter(device -> device.application().equals(world.application))
                .map(DeviceRow::id)
                .sorted(Comparator.comparing(DeviceId::text))
                .toList());
  }

  private DeviceSet present() {
    return DeviceSet.present(world.application, new DeviceFilter.Everything());
  }

  private void assertTally(List<DeviceRow> devices) {
    for (ApplicationId application : List.of(world.application, world.other)) {
      DeviceSet all = DeviceSet.present(application, new DeviceFilter.Everything());
      assertThat(store.count(application))
          .isEqualTo(new DeviceModel(devices).in(all, EVERYTHING).size());
    }
  }

  @Test
  void theOldestDeletedComeFirst() {
    world.fill(100);
    List<DeviceId> expected =
        world.devices.stream()
            .filter(d -> d.deletedAt().isPresent())
            .filter(d -> !d.deletedAt().get().isAfter(DeviceWorld.TIME.plusSeconds(5)))
            .sorted(
                Comparator.comparing((DeviceRow d) -> d.deletedAt().orElseThrow())
                    .thenComparing(d -> d.id().text()))
            .map(DeviceRow::id)
            .limit(7)
            .toList();
    assertThat(store.deletedUntil(DeviceWorld.TIME.plusSeconds(5), 7))
        .map(DeviceRow::id)
        .isEqualTo(expected);
    assertThat(expected).hasSize(7);
  }

  @Test
  void levelsBeneathAreThoseOfTheDeepest() {
    world.fill(100);
    Map<DeviceId, Integer> levels = new HashMap<>();
    for (DeviceRow device : world.devices) {
      for (int i = 0; i < device.ancestors().size(); i++) {
        levels.merge(device.ancestors().get(i), i + 1, Math::max);
      }
    }
    for (DeviceRow device : world.devices) {
      assertThat(store.levelsBeneath(device.id())).isEqualTo(levels.getOrDefault(device.id(), 0));
    }
    assertThat(levels.values()).as("there is some depth").anyMatch(level -> level >= 3);
  }

  /** LIM-2: a key names up to 1000 devices and 100 tags. */
  @Test
  void theLargestSelectionIsAnswered() {
    world.fill(20);
    Set<DeviceId> ids = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      ids.add(new DeviceId(String.format("%024x", i)));
    }
    DeviceId known = world.devices.stream().filter(this::isHere).findFirst().orElseThrow().id();
    ids.add(known);
    DeviceSet set =
        DeviceSet.present(world.application, new DeviceFilter.Selected(ids, manyTags()));
    assertThat(store.list(set, ListRequest.firstBy("name")).items())
        .map(DeviceRow::id)
        .containsExactly(known);
  }

  private static Set<TagSelector> manyTags() {
    Set<TagSelector> tags = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      tags.add(new TagSelector(Optional.of("key" + i), Optional.of("value")));
    }
    return tags;
  }

  private boolean isHere(DeviceRow device) {
    return device.application().equals(world.application) && device.deletedAt().isEmpty();
  }
}
