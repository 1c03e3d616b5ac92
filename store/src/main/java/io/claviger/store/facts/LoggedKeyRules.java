package io.claviger.store.facts;

import io.claviger.core.device.DeviceSelection;
import io.claviger.core.id.DeviceId;
import io.claviger.core.network.AddressRule;
import io.claviger.core.network.Cidr;
import io.claviger.core.topic.CustomTopics;
import io.claviger.core.topic.TopicFilter;
import io.claviger.store.json.TagDocuments;
import io.claviger.store.key.AddressFilterType;
import io.claviger.store.key.TopicFilterType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Reads the rules of an access key out of its document in the change log. */
final class LoggedKeyRules {
  private LoggedKeyRules() {}

  /** A restricted key shows both lists, also empty ones; a key for all devices neither (KEY-22). */
  static DeviceSelection devices(JsonNode key) {
    return key.has("deviceIds")
        ? new DeviceSelection.Only(
            texts(key, "deviceIds").stream()
                .map(DeviceId::new)
                .collect(Collectors.toUnmodifiableSet()),
            TagDocuments.selectors(key.path("deviceTags")))
        : new DeviceSelection.All();
  }

  static AddressRule addresses(JsonNode key) {
    List<Cidr> ranges =
        texts(key, "addresses").stream().map(text -> Cidr.parse(text).orThrow()).toList();
    return AccessKeyFacts.addresses(
        AddressFilterType.parse(key.get("addressFilterType").stringValue()).orThrow(), ranges);
  }

  static CustomTopics topics(JsonNode key) {
    return AccessKeyFacts.topics(
        TopicFilterType.parse(key.get("filterType").stringValue()).orThrow(),
        filters(key, "pubTopics"),
        filters(key, "subTopics"));
  }

  private static List<TopicFilter> filters(JsonNode key, String name) {
    return texts(key, name).stream().map(text -> TopicFilter.parse(text).orThrow()).toList();
  }

  private static List<String> texts(JsonNode key, String name) {
    List<String> texts = new ArrayList<>();
    key.path(name).forEach(text -> texts.add(text.stringValue()));
    return texts;
  }
}
