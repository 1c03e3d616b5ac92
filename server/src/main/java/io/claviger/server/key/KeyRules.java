package io.claviger.server.key;

import io.claviger.core.Parsed;
import io.claviger.core.device.TagSelector;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.ObjectId;
import io.claviger.core.network.Cidr;
import io.claviger.core.topic.TopicFilter;
import io.claviger.core.topic.TopicListEntry;
import io.claviger.server.api.Body;
import io.claviger.server.http.ApiException;
import io.claviger.store.json.TagDocuments;
import io.claviger.store.key.AccessKeyRow.Addresses;
import io.claviger.store.key.AccessKeyRow.Devices;
import io.claviger.store.key.AccessKeyRow.Topics;
import io.claviger.store.key.AddressFilterType;
import io.claviger.store.key.TopicFilterType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * What a body says about the devices, topics and addresses of a key. Whatever is wrong is a 400
 * that names the entry.
 */
final class KeyRules {
  /** KEY-8. */
  static final Topics DEFAULT_TOPICS = new Topics(TopicFilterType.NONE, List.of(), List.of());

  /** KEY-8. */
  static final Addresses DEFAULT_ADDRESSES = new Addresses(AddressFilterType.ALL, List.of());

  private static final String DEVICE_IDS = "deviceIds";
  private static final String DEVICE_TAGS = "deviceTags";

  private KeyRules() {}

  /**
   * The devices of a new key. With neither list, or with both empty, all of them (KEY-21). One
   * empty list alone may mean all or none, so it is refused (KEY-22). Repeated entries count once.
   */
  static Devices devices(JsonNode body) {
    List<DeviceId> ids = deviceIds(body);
    List<TagSelector> tags = deviceTags(body.path(DEVICE_TAGS));
    if (!ids.isEmpty() || !tags.isEmpty()) {
      return new Devices(true, distinct(ids), distinct(tags));
    }
    if (body.has(DEVICE_IDS) != body.has(DEVICE_TAGS)) {
      String given = body.has(DEVICE_IDS) ? DEVICE_IDS : DEVICE_TAGS;
      throw ApiException.validation(
          given, "must not be empty: leave it out for a key for every device");
    }
    return Devices.ALL;
  }

  /** Every device that the body names must be there (KEY-25). */
  static void requirePresent(JsonNode body, Set<DeviceId> present) {
    List<DeviceId> ids = deviceIds(body);
    for (int i = 0; i < ids.size(); i++) {
      if (!present.contains(ids.get(i))) {
        throw ApiException.validation(
            entry(DEVICE_IDS, i), "is no device of this application: " + ids.get(i));
      }
    }
  }

  private static List<DeviceId> deviceIds(JsonNode body) {
    return Body.texts(body, DEVICE_IDS).orElse(List.of()).stream()
        .map(text -> new DeviceId(ObjectId.normalise(text)))
        .toList();
  }

  private static List<TagSelector> deviceTags(JsonNode array) {
    for (int i = 0; i < array.size(); i++) {
      if (array.get(i).isEmpty()) {
        throw ApiException.validation(entry(DEVICE_TAGS, i), "must have a key, a value or both");
      }
    }
    return TagDocuments.selectors(array);
  }

  private static <T> List<T> distinct(List<T> list) {
    return list.stream().distinct().toList();
  }

  /**
   * What the body makes of the topics; where it is silent they stay. Who begins to list topics must
   * give both lists, unless there are some from before: a list that was forgotten would open or
   * shut a whole direction (KEY-62).
   */
  static Topics topics(JsonNode body, Topics before) {
    Topics after =
        new Topics(
            Body.text(body, "filterType")
                .map(text -> TopicFilterType.parse(text).orThrow())
                .orElse(before.type()),
            entries(body, "pubTopics", TopicListEntry::parse).orElse(before.publish()),
            entries(body, "subTopics", TopicListEntry::parse).orElse(before.subscribe()));
    if (after.type() != before.type()) {
      requireLists(body, after);
    }
    return after;
  }

  private static void requireLists(JsonNode body, Topics topics) {
    switch (topics.type()) {
      case WHITELIST, BLACKLIST -> {
        requireList(body, "pubTopics", topics.publish(), topics.type());
        requireList(body, "subTopics", topics.subscribe(), topics.type());
      }
      case ALL, NONE -> {
        // The lists are idle.
      }
    }
  }

  private static void requireList(
      JsonNode body, String name, List<TopicFilter> list, TopicFilterType type) {
    if (list.isEmpty() && !body.has(name)) {
      throw ApiException.validation(name, "must be given with filterType " + type.wireName());
    }
  }

  /**
   * What the body makes of the addresses; where it is silent they stay. They are kept in their
   * canonical form, without host bits and repetitions, so that it can be seen what they mean
   * (KEY-52).
   */
  static Addresses addresses(JsonNode body, Addresses before) {
    AddressFilterType type =
        Body.text(body, "addressFilterType")
            .map(text -> AddressFilterType.parse(text).orThrow())
            .orElse(before.type());
    List<Cidr> ranges =
        entries(body, "addresses", Cidr::parse).map(KeyRules::distinct).orElse(before.ranges());
    if (type != AddressFilterType.ALL && ranges.isEmpty()) {
      throw ApiException.validation(
          "addresses", "must not be empty with addressFilterType " + type.wireName());
    }
    return new Addresses(type, ranges);
  }

  private static <T> Optional<List<T>> entries(
      JsonNode body, String field, Function<String, Parsed<T>> parser) {
    Optional<List<String>> texts = Body.texts(body, field);
    if (texts.isEmpty()) {
      return Optional.empty();
    }
    List<T> entries = new ArrayList<>();
    for (String text : texts.get()) {
      switch (parser.apply(text)) {
        case Parsed.Ok<T>(T value) -> entries.add(value);
        case Parsed.Rejected<T>(String reason) ->
            throw ApiException.validation(entry(field, entries.size()), reason);
      }
    }
    return Optional.of(List.copyOf(entries));
  }

  private static String entry(String field, int index) {
    return field + "[" + index + "]";
  }
}
