package io.claviger.store.key;

import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.device.TagSelector;
import io.claviger.core.id.AccessKeyId;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.network.Cidr;
import io.claviger.core.topic.TopicFilter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An access key as it is kept and shown; its secret is nowhere (KEY-7).
 *
 * @param key what a device presents beside the secret: a UUID (KEY-2)
 * @param devices never changes (KEY-6)
 */
public record AccessKeyRow(
    AccessKeyId id,
    ApplicationId application,
    String key,
    Optional<String> name,
    Optional<String> description,
    CredentialStatus status,
    Devices devices,
    Topics topics,
    Addresses addresses,
    Author createdBy,
    Author updatedBy,
    Instant createdAt,
    Instant updatedAt) {

  /**
   * For which devices.
   *
   * @param restricted whether the lists count; settled when the key is made, so that a key whose
   *     lists lead to nothing any more is for no device, and never for all (KEY-22)
   */
  public record Devices(boolean restricted, List<DeviceId> ids, List<TagSelector> tags) {
    /** Every device of the application (KEY-21). */
    public static final Devices ALL = new Devices(false, List.of(), List.of());

    public Devices {
      ids = List.copyOf(ids);
      tags = List.copyOf(tags);
    }
  }

  /**
   * Which custom topics.
   *
   * @param publish kept, but idle, where the type names no list (KEY-62); so is the other
   */
  public record Topics(
      TopicFilterType type, List<TopicFilter> publish, List<TopicFilter> subscribe) {
    public Topics {
      publish = List.copyOf(publish);
      subscribe = List.copyOf(subscribe);
    }
  }

  /**
   * From where.
   *
   * @param ranges kept, but idle, for {@link AddressFilterType#ALL}
   */
  public record Addresses(AddressFilterType type, List<Cidr> ranges) {
    public Addresses {
      ranges = List.copyOf(ranges);
    }
  }

  /**
   * Who made or changed a key.
   *
   * @param type {@code user} or {@code apiToken}
   * @param id of the user or the token
   */
  public record Author(String type, String id) {}
}
