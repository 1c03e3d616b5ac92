package io.claviger.store.facts;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.device.DeviceSelection;
import io.claviger.core.device.TagSelector;
import io.claviger.core.id.AccessKeyId;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.network.AddressRule;
import io.claviger.core.network.Cidr;
import io.claviger.core.secret.Digest;
import io.claviger.core.topic.CustomTopics;
import io.claviger.core.topic.TopicFilter;
import io.claviger.store.SqlTypes;
import io.claviger.store.json.JsonColumn;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Reads the rules of an access key out of its columns. */
final class AccessKeyFacts {
  private AccessKeyFacts() {}

  static AccessKey of(ResultSet row) throws SQLException {
    return new AccessKey(
        new AccessKeyId(row.getString("id")),
        new ApplicationId(row.getString("application_id")),
        Digest.ofBytes(row.getBytes("digest")),
        CredentialStatus.parse(row.getString("status")).orThrow(),
        devices(row),
        addresses(row),
        topics(row));
  }

  private static DeviceSelection devices(ResultSet row) throws SQLException {
    if (!SqlTypes.flag(row, "restricted")) {
      return new DeviceSelection.All();
    }
    return new DeviceSelection.Only(
        JsonColumn.texts(row.getString("device_ids")).stream()
            .map(DeviceId::new)
            .collect(Collectors.toUnmodifiableSet()),
        selectors(JsonColumn.read(row.getString("device_tags"))));
  }

  private static List<TagSelector> selectors(JsonNode array) {
    List<TagSelector> selectors = new ArrayList<>();
    for (JsonNode entry : array) {
      selectors.add(new TagSelector(text(entry, "key"), text(entry, "value")));
    }
    return selectors;
  }

  private static Optional<String> text(JsonNode object, String name) {
    return object.has(name) ? Optional.of(object.get(name).stringValue()) : Optional.empty();
  }

  private static AddressRule addresses(ResultSet row) throws SQLException {
    String type = row.getString("address_filter_type");
    if (type.equals("all")) {
      return new AddressRule.Anyone();
    }
    List<Cidr> ranges =
        JsonColumn.texts(row.getString("addresses")).stream()
            .map(text -> Cidr.parse(text).orThrow())
            .toList();
    return type.equals("whitelist") ? new AddressRule.Only(ranges) : new AddressRule.Except(ranges);
  }

  private static CustomTopics topics(ResultSet row) throws SQLException {
    List<TopicFilter> publish = filters(row.getString("pub_topics"));
    List<TopicFilter> subscribe = filters(row.getString("sub_topics"));
    String type = row.getString("filter_type");
    return switch (type) {
      case "all" -> CustomTopics.ALL;
      case "none" -> CustomTopics.NONE;
      case "whitelist" -> CustomTopics.only(publish, subscribe);
      case "blacklist" -> CustomTopics.except(publish, subscribe);
      default -> throw new IllegalStateException("unknown filter type " + type);
    };
  }

  private static List<TopicFilter> filters(String column) {
    return JsonColumn.texts(column).stream()
        .map(text -> TopicFilter.parse(text).orThrow())
        .toList();
  }
}
