package io.claviger.server.devicelogin;

import io.claviger.core.credential.DeviceSession;
import io.claviger.core.role.Owner;
import io.claviger.core.topic.TopicFilter;
import io.claviger.core.topic.TopicRule;
import io.claviger.server.api.Wire;
import io.claviger.server.http.Json;
import io.claviger.store.facts.StoredCredential.WarrantRef;
import io.claviger.store.key.TopicFilterType;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Device sessions as JSON; never with their token. */
final class SessionJson {
  private SessionJson() {}

  /** What the device is told beside its token (KEY-40). */
  static ObjectNode answer(DeviceSession session, Admission admitted, Owner owner) {
    ObjectNode object = Json.emptyObject();
    object.put("applicationId", session.application().text());
    object.put("deviceId", session.device().text());
    object.put("deviceClass", admitted.device().deviceClass().wireName());
    object.put("ownerType", ownerType(owner));
    object.put("filterType", filterType(admitted.topics().publish()).wireName());
    putTopics(object.putArray("pubTopics"), admitted.topics().publish());
    putTopics(object.putArray("subTopics"), admitted.topics().subscribe());
    return object;
  }

  private static String ownerType(Owner owner) {
    return switch (owner) {
      case Owner.Sandbox _ -> "user";
      case Owner.Organization _ -> "organization";
    };
  }

  /** Both directions have the same type. */
  private static TopicFilterType filterType(TopicRule rule) {
    return switch (rule) {
      case TopicRule.All _ -> TopicFilterType.ALL;
      case TopicRule.None _ -> TopicFilterType.NONE;
      case TopicRule.Only _ -> TopicFilterType.WHITELIST;
      case TopicRule.Except _ -> TopicFilterType.BLACKLIST;
    };
  }

  /** The lists that count; idle ones are no matter of the device. */
  private static void putTopics(ArrayNode array, TopicRule rule) {
    List<TopicFilter> filters =
        switch (rule) {
          case TopicRule.All _, TopicRule.None _ -> List.of();
          case TopicRule.Only(var listed) -> listed;
          case TopicRule.Except(var listed) -> listed;
        };
    filters.stream().map(TopicFilter::text).forEach(array::add);
  }

  /** For the change log. */
  static ObjectNode logged(DeviceSession session, Admission admitted, Instant issuedAt) {
    ObjectNode object = Wire.object("session", session.id().text());
    object.put("applicationId", session.application().text());
    object.put("deviceId", session.device().text());
    switch (admitted.warrantRef()) {
      case WarrantRef.Key(var id) -> object.put("applicationKeyId", id.text());
      case WarrantRef.Sponsor(var sponsor) -> object.put("sponsorId", sponsor.id());
    }
    session.grant().names().names().forEach(object.putArray("scope")::add);
    object.put("creationDate", Wire.time(issuedAt));
    Wire.putTime(object, "expirationDate", session.validity().expiresAt());
    return object;
  }
}
