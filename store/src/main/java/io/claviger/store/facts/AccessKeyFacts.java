package io.claviger.store.facts;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.device.DeviceSelection;
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
import io.claviger.store.json.TagDocuments;
import io.claviger.store.key.AddressFilterType;
import io.claviger.store.key.TopicFilterType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

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
        TagDocuments.selectors(JsonColumn.read(row.getString("device_tags"))));
  }

  private static AddressRule addresses(ResultSet row) throws SQLException {
    List<Cidr> ranges =
        JsonColumn.texts(row.getString("addresses")).stream()
            .map(text -> Cidr.parse(text).orThrow())
            .toList();
    return addresses(
        AddressFilterType.parse(row.getString("address_filter_type")).orThrow(), ranges);
  }

  static AddressRule addresses(AddressFilterType type, List<Cidr> ranges) {
    return switch (type) {
      case ALL -> new AddressRule.Anyone();
      case WHITELIST -> new AddressRule.Only(ranges);
      case BLACKLIST -> new AddressRule.Except(ranges);
    };
  }

  private static CustomTopics topics(ResultSet row) throws SQLException {
    return topics(
        TopicFilterType.parse(row.getString("filter_type")).orThrow(),
        filters(row.getString("pub_topics")),
        filters(row.getString("sub_topics")));
  }

  static CustomTopics topics(
      TopicFilterType type, List<TopicFilter> publish, List<TopicFilter> subscribe) {
    return switch (type) {
      case ALL -> CustomTopics.ALL;
      case NONE -> CustomTopics.NONE;
      case WHITELIST -> CustomTopics.only(publish, subscribe);
      case BLACKLIST -> CustomTopics.except(publish, subscribe);
    };
  }

  private static List<TopicFilter> filters(String column) {
    return JsonColumn.texts(column).stream()
        .map(text -> TopicFilter.parse(text).orThrow())
        .toList();
  }
}
