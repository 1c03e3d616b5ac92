package io.claviger.store.query;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Devices and keys of few letters, so that conditions meet them. */
final class RandomItems {
  /** What databases are known to treat in different ways, and what means something to SQL. */
  static final List<String> LETTERS =
      List.of(
          "a", "A", "b", "B", "é", "É", "ß", "İ", "ı", "K", "k", "🔑", "\uffef", "%", "_", "\\",
          "'", "*", "?", " ", ":", "Ж", "ж");

  static final List<String> ATTRIBUTE_LETTERS = List.of("a", "A", "k", "K", "_", "-", "0");
  static final List<String> DEVICE_CLASSES =
      List.of("standalone", "gateway", "peripheral", "edgeCompute", "system", "embedded");

  /** One character of four bytes, two UTF-16 units. */
  private static final String LENGTHY = "🔑";

  private final Random random;

  RandomItems(Random random) {
    this.random = random;
  }

  String text(List<String> letters, int least, int most) {
    var text = new StringBuilder();
    int length = random.nextInt(least, most + 1);
    for (int i = 0; i < length; i++) {
      text.append(letters.get(random.nextInt(letters.size())));
    }
    return text.toString();
  }

  String id() {
    return String.format("%08x%016x", random.nextInt(), random.nextLong());
  }

  long millis() {
    return 1_600_000_000_000L + random.nextInt(12) * 1000L;
  }

  <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  List<Item> devices(int count) {
    List<Item> devices = new ArrayList<>();
    Map<String, List<String>> ancestors = new HashMap<>();
    for (int i = 0; i < count; i++) {
      Item device = device(devices, ancestors);
      devices.add(device);
      ancestors.put(device.id(), device.texts("ancestorId"));
    }
    return devices;
  }

  private Item device(List<Item> before, Map<String, List<String>> ancestors) {
    Map<String, Object> fields = new LinkedHashMap<>();
    String id = id();
    fields.put("id", id);
    fields.put("name", text(LETTERS, 1, 3));
    fields.put("deviceClass", one(DEVICE_CLASSES));
    fields.put("creationDate", millis());
    fields.put("lastUpdated", millis());
    maybe(fields, "deletedAt", this::millis);
    if (!before.isEmpty()) {
      maybe(fields, "gatewayId", () -> one(before).id());
      maybe(fields, "parentId", () -> one(before).id());
    }
    if (fields.get("parentId") instanceof String parent) {
      List<String> above = new ArrayList<>(List.of(parent));
      above.addAll(ancestors.getOrDefault(parent, List.of()));
      fields.put("ancestorId", above);
    }
    fields.put(
        "attributeName",
        IntStream.range(0, random.nextInt(3))
            .mapToObj(_ -> text(ATTRIBUTE_LETTERS, 1, 2))
            .distinct()
            .toList());
    fields.put("tags", tags(false));
    maybe(fields, "connectionStatus", () -> one(List.of("connected", "disconnected")));
    if (fields.containsKey("connectionStatus")) {
      maybe(fields, "connectedAt", this::millis);
      maybe(fields, "disconnectedAt", this::millis);
    }
    return new Item(id, fields);
  }

  List<Item> accessKeys(int count) {
    return IntStream.range(0, count).mapToObj(_ -> accessKey()).toList();
  }

  private Item accessKey() {
    Map<String, Object> fields = new LinkedHashMap<>();
    String id = id();
    fields.put("id", id);
    fields.put("key", new UUID(random.nextLong(), random.nextLong()).toString());
    fields.put("status", one(List.of("active", "inactive")));
    fields.put("creationDate", millis());
    fields.put("lastUpdated", millis());
    maybe(fields, "name", () -> text(LETTERS, 1, 3));
    maybe(fields, "description", () -> lengthy(text(LETTERS, 0, 4)));
    fields.put("filterType", one(List.of("all", "none", "whitelist", "blacklist")));
    fields.put("addressFilterType", one(List.of("all", "whitelist", "blacklist")));
    fields.put(
        "deviceIds",
        IntStream.range(0, random.nextInt(4)).mapToObj(_ -> sharedId()).distinct().toList());
    fields.put("deviceTags", tags(true));
    fields.put("pubTopics", texts(LETTERS));
    fields.put("subTopics", texts(LETTERS));
    fields.put("addresses", texts(List.of("10.0.0.1", "10.0.0.0/8", "2001:DB8::/32")));
    return new Item(id, fields);
  }

  /** One of a few. */
  String sharedId() {
    return String.format("%024x", random.nextInt(8) * 0x0a0b0cL);
  }

  private List<String> texts(List<String> letters) {
    return IntStream.range(0, random.nextInt(3))
        .mapToObj(_ -> lengthy(text(letters, 1, 2)))
        .toList();
  }

  /** Now and then around the length up to which a text has a place in an index. */
  private String lengthy(String text) {
    return random.nextInt(4) > 0
        ? text
        : LENGTHY.repeat(AccessKeyLists.BRIEF_MAX - random.nextInt(3)) + text;
  }

  private List<Map<String, String>> tags(boolean partial) {
    List<Map<String, String>> tags = new ArrayList<>();
    int count = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      int left = partial ? random.nextInt(3) : 0;
      Map<String, String> tag = new LinkedHashMap<>();
      if (left != 1) {
        tag.put("key", tagKey());
      }
      if (left != 2) {
        tag.put("value", tagValue());
      }
      tags.add(tag);
    }
    return tags;
  }

  String tagKey() {
    return one(List.of("site", "Site", "k", "a-b"));
  }

  String tagValue() {
    return one(List.of("x", "X", "y", "é", "'", "%"));
  }

  private void maybe(Map<String, Object> fields, String name, Supplier<Object> value) {
    if (random.nextInt(3) > 0) {
      fields.put(name, value.get());
    }
  }
}
