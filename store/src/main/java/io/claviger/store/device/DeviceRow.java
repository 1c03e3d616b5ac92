package io.claviger.store.device;

import io.claviger.core.device.DeviceClass;
import io.claviger.core.device.Tag;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A device as it is kept and shown.
 *
 * @param gateway the gateway of a peripheral; none means any gateway (KEY-33)
 * @param ancestors the system devices above it, the nearest first; the first is its parent
 * @param systemInterval seconds between two reports of a system device, 5 to 3600
 * @param keepDuplicates whether reports that repeat the last value are kept
 * @param tags in the order given; a key may occur more than once (DEV-3)
 * @param attributes in the order given; no name twice
 * @param deletedAt when it was deleted, for one that can still be restored (DEV-5)
 */
public record DeviceRow(
    DeviceId id,
    ApplicationId application,
    String name,
    Optional<String> description,
    DeviceClass deviceClass,
    Optional<DeviceId> gateway,
    List<DeviceId> ancestors,
    Optional<Integer> systemInterval,
    boolean keepDuplicates,
    List<Tag> tags,
    List<AttributeRow> attributes,
    Instant createdAt,
    Instant updatedAt,
    Optional<Instant> deletedAt) {
  public DeviceRow {
    ancestors = List.copyOf(ancestors);
    tags = List.copyOf(tags);
    attributes = List.copyOf(attributes);
  }

  /** The system device that it is part of. */
  public Optional<DeviceId> parent() {
    return ancestors.isEmpty() ? Optional.empty() : Optional.of(ancestors.getFirst());
  }

  /** The attribute of that name. */
  public Optional<AttributeRow> attribute(String attributeName) {
    return attributes.stream().filter(each -> each.name().equals(attributeName)).findFirst();
  }

  /** The same device with other attributes. */
  public DeviceRow withAttributes(List<AttributeRow> others, Instant now) {
    return new DeviceRow(
        id,
        application,
        name,
        description,
        deviceClass,
        gateway,
        ancestors,
        systemInterval,
        keepDuplicates,
        tags,
        others,
        createdAt,
        now,
        deletedAt);
  }

  /** The same device with other tags. */
  public DeviceRow withTags(List<Tag> others) {
    return new DeviceRow(
        id,
        application,
        name,
        description,
        deviceClass,
        gateway,
        ancestors,
        systemInterval,
        keepDuplicates,
        others,
        attributes,
        createdAt,
        updatedAt,
        deletedAt);
  }

  /** The same device, deleted at that moment. */
  public DeviceRow deleted(Instant now) {
    return withDeletion(updatedAt, Optional.of(now));
  }

  /** The same device, no longer deleted. */
  public DeviceRow restored(Instant now) {
    return withDeletion(now, Optional.empty());
  }

  private DeviceRow withDeletion(Instant newUpdatedAt, Optional<Instant> newDeletedAt) {
    return new DeviceRow(
        id,
        application,
        name,
        description,
        deviceClass,
        gateway,
        ancestors,
        systemInterval,
        keepDuplicates,
        tags,
        attributes,
        createdAt,
        newUpdatedAt,
        newDeletedAt);
  }
}
