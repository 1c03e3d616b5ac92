package io.claviger.core.device;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import java.util.List;
import java.util.Optional;

/**
 * What the rules need to know of a device.
 *
 * @param gateway the gateway that a peripheral belongs to; empty means any gateway (KEY-33)
 * @param deleted whether it is softly deleted: it cannot connect until it is restored (KEY-32)
 */
public record DeviceFacts(
    DeviceId id,
    ApplicationId application,
    DeviceClass deviceClass,
    List<Tag> tags,
    Optional<DeviceId> gateway,
    boolean deleted) {
  public DeviceFacts {
    tags = List.copyOf(tags);
  }
}
