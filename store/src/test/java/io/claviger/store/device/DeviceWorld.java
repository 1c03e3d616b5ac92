package io.claviger.store.device;

import io.claviger.core.device.AttributeDataType;
import io.claviger.core.device.DeviceClass;
import io.claviger.core.device.DeviceReach;
import io.claviger.core.device.DeviceSelection;
import io.claviger.core.device.Tag;
import io.claviger.core.device.TagSelector;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.query.DeviceField;
import io.claviger.core.query.Literal;
import io.claviger.core.query.Query;
import io.claviger.core.query.TagPart;
import io.claviger.core.query.TagTest;
import io.claviger.core.query.ValueTest;
import io.claviger.store.Database;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Two applications full of devices that resemble each other, in a database and in memory. Few
 * names, keys and values, in both cases, so that conditions often hold and often just do not.
 */
final class DeviceWorld {
  static final Instant TIME = Instant.parse("2026-03-01T00:00:00Z");

  private static final List<String> NAMES =
      List.of("pump", "Pump", "PUMP 1", "pümp", "Ünit", "ünit", "%", "_", "p", "valve*", "🔑");
  private static final List<String> KEYS = List.of("a", "A", "b", "site", "Site");
  private static final List<String> VALUES =
      List.of("x", "X", "north", "North", "é", "É", "'; --", "%", "x ");
  private static final List<String> ATTRIBUTES = List.of("t", "T", "temp", "Temp", "x-1", "x_1");

  final Random random;
  final ApplicationId application = new ApplicationId("a".repeat(24));
  final ApplicationId other = new ApplicationId("b".repeat(24));
  final List<DeviceRow> devices = new ArrayList<>();
  private final Database database;
  private final DeviceStore store;

  DeviceWorld(Database database, long seed) {
    this.database = database;
    this.store = new DeviceStore(database);
    this.random = new Random(seed);
    insertApplications();
  }

  private void insertApplications() {
    database.run(transaction -> {
      for (ApplicationId id : List.of(application, other)) {
        transaction
            .handle()
            .createUpdate(
                "INSERT INTO application (id, owner_type, owner_id, name, name_folded, details,"
                    + " created_at, updated_at) VALUES (:id, 'user', 'u', 'n', 'n', '{}', 0, 0)")
            .bind("id", id.text())
            .execute();
      }
    });
  }

  /** Adds random devices, some of them in the other application, some deleted. */
  void fill(int count) {
    database.run(transaction -> {
      for (int i = 0; i < count; i++) {
        DeviceRow device = randomDevice();
        store.insert(transaction, device);
        if (random.nextInt(5) == 0) {
          device = device.deleted(TIME.plusSeconds(random.nextInt(10)));
          store.updateDeletion(transaction, device);
        }
        devices.add(device);
      }
    });
  }

  DeviceRow randomDevice() {
    Instant madeAt = TIME.minusSeconds(random.nextInt(5));
    List<DeviceId> above =
        devices.isEmpty() || random.nextInt(3) > 0 ? List.of() : beneath(pick(devices));
    return new DeviceRow(
        randomId(),
        random.nextInt(8) == 0 ? other : application,
        pick(NAMES),
        random.nextBoolean() ? Optional.of(pick(VALUES)) : Optional.empty(),
        pick(List.of(DeviceClass.values())),
        Optional.empty(),
        above,
        random.nextBoolean() ? Optional.of(5 + random.nextInt(3000)) : Optional.empty(),
        random.nextBoolean(),
        randomTags(),
        randomAttributes(),
        madeAt,
        madeAt.plusMillis(random.nextInt(100)),
        Optional.empty());
  }

  private static List<DeviceId> beneath(DeviceRow parent) {
    if (parent.ancestors().size() >= DeviceStore.ANCESTORS_MAX) {
      return List.of();
    }
    List<DeviceId> ancestors = new ArrayList<>(List.of(parent.id()));
    ancestors.addAll(parent.ancestors());
    return ancestors;
  }

  private DeviceId randomId() {
    return new DeviceId(String.format("%024x", random.nextLong() >>> 1));
  }

  List<Tag> randomTags() {
    List<Tag> tags = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      tags.add(new Tag(pick(KEYS), pick(VALUES)));
    }
    return tags;
  }

  List<AttributeRow> randomAttributes() {
    List<AttributeRow> attributes = new ArrayList<>();
    for (String name : ATTRIBUTES) {
      if (random.nextInt(3) == 0) {
        Map<String, String> tags = new LinkedHashMap<>();
        randomTags().forEach(tag -> tags.put(tag.key(), tag.value()));
        attributes.add(
            new AttributeRow(
                name,
                pick(List.of(AttributeDataType.values())),
                random.nextBoolean() ? Optional.of("text/plain") : Optional.empty(),
                random.nextBoolean() ? Optional.of(pick(VALUES)) : Optional.empty(),
                tags,
                random.nextBoolean()
                    ? Optional.of("{\"aggregation\":\"MAX\"}")
                    : Optional.empty()));
      }
    }
    return attributes;
  }

  DeviceReach randomReach() {
    if (random.nextInt(6) == 0) {
      return new DeviceReach.Everything();
    }
    DeviceSelection selection =
        random.nextInt(6) == 0
            ? new DeviceSelection.All()
            : new DeviceSelection.Only(randomIds(), new ArrayList<>(randomSelectors()));
    return new DeviceReach.OfDevice(pick(devices).id(), random.nextBoolean(), selection);
  }

  private Set<DeviceId> randomIds() {
    Set<DeviceId> ids = new HashSet<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      ids.add(random.nextInt(4) == 0 ? randomId() : pick(devices).id());
    }
    return ids;
  }

  private Set<TagSelector> randomSelectors() {
    Set<TagSelector> selectors = new HashSet<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      Optional<String> key = random.nextInt(3) > 0 ? Optional.of(pick(KEYS)) : Optional.empty();
      boolean needed = key.isEmpty();
      selectors.add(
          new TagSelector(
              key, needed || random.nextBoolean() ? Optional.of(pick(VALUES)) : Optional.empty()));
    }
    return selectors;
  }

  DeviceFilter randomFilter(int depth) {
    return switch (random.nextInt(depth == 0 ? 8 : 9)) {
      case 0 -> new DeviceFilter.Everything();
      case 1 -> DeviceFilter.identified(randomIds());
      case 2, 3, 5 -> new DeviceFilter.Matching(randomQuery(2));
      case 4 -> new DeviceFilter.Selected(randomIds(), randomSelectors());
      case 6 -> new DeviceFilter.MadeUntil(TIME.minusSeconds(random.nextInt(5)));
      case 7 -> new DeviceFilter.After(pick(devices).id());
      default -> new DeviceFilter.AllOf(randomFilters(depth));
    };
  }

  /** Over the fields and tests that {@link DeviceQueryModel} knows. */
  private Query<DeviceField> randomQuery(int depth) {
    return switch (random.nextInt(depth == 0 ? 5 : 8)) {
      case 0 -> where(DeviceField.NAME, randomTextTest(NAMES));
      case 1 ->
          where(
              DeviceField.DEVICE_CLASS,
              new ValueTest.Equal(text(pick(List.of(DeviceClass.values())).wireName())));
      case 2 ->
          where(
              pick(List.of(DeviceField.PARENT_ID, DeviceField.ANCESTOR_ID)),
              random.nextBoolean()
                  ? new ValueTest.Equal(text(pick(devices).id().text()))
                  : new ValueTest.NotEqual(text(pick(devices).id().text())));
      case 3 -> where(DeviceField.ATTRIBUTE_NAME, randomTextTest(ATTRIBUTES));
      case 4 ->
          new Query.Tagged<>(
              DeviceField.TAGS,
              random.nextInt(5) == 0
                  ? new TagTest.Untagged()
                  : new TagTest.SomeTag(
                      new TagPart.OneOf(List.of(pick(KEYS))),
                      random.nextBoolean()
                          ? new TagPart.Anything()
                          : new TagPart.NoneOf(List.of(pick(VALUES)))),
              random.nextBoolean());
      case 5 -> new Query.All<>(randomQueries(depth));
      case 6 -> new Query.Any<>(randomQueries(depth));
      default -> new Query.Nor<>(randomQueries(depth));
    };
  }

  private List<Query<DeviceField>> randomQueries(int depth) {
    List<Query<DeviceField>> queries = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      queries.add(randomQuery(depth - 1));
    }
    return queries;
  }

  private Query<DeviceField> where(DeviceField field, ValueTest test) {
    return new Query.Where<>(field, List.of(test), random.nextBoolean());
  }

  private static Literal text(String text) {
    return new Literal.Text(text);
  }

  private ValueTest randomTextTest(List<String> words) {
    String word = pick(words);
    return switch (random.nextInt(5)) {
      case 0 -> new ValueTest.Equal(text(word));
      case 1 -> new ValueTest.NotEqual(text(word));
      case 2 -> new ValueTest.Among(List.of(text(word), text(pick(words)), text("nobody")));
      case 3 -> new ValueTest.Equal(new Literal.Null());
      default ->
          new ValueTest.Partial(
              pick(List.of(ValueTest.Position.values())),
              new String(word.codePoints().toArray(), 0, 1));
    };
  }

  private List<DeviceFilter> randomFilters(int depth) {
    List<DeviceFilter> filters = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      filters.add(randomFilter(depth - 1));
    }
    return filters;
  }

  String randomPrefix() {
    if (random.nextInt(4) == 0) {
      return "";
    }
    List<String> words = new ArrayList<>(NAMES);
    words.addAll(KEYS);
    words.addAll(VALUES);
    words.addAll(ATTRIBUTES);
    String word = pick(words);
    int[] points = word.codePoints().toArray();
    return new String(points, 0, 1 + random.nextInt(points.length));
  }

  String randomKey() {
    return pick(KEYS);
  }

  Set<AttributeDataType> randomTypes() {
    Set<AttributeDataType> types = new TreeSet<>();
    while (types.isEmpty()) {
      for (AttributeDataType type : AttributeDataType.values()) {
        if (random.nextBoolean()) {
          types.add(type);
        }
      }
    }
    return types;
  }

  <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
