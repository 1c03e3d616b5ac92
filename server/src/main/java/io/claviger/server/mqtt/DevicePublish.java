package io.claviger.server.mqtt;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.topic.DeviceTopic;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A message that a connected device published to a topic of a device, and may.
 *
 * @param application where both devices stand
 * @param sender the device that is connected
 * @param topic whose state or command it is: the sender's own, or that of a device it speaks for or
 *     commands
 * @param payload as it came, up to the limit of the settings; read-only
 */
public record DevicePublish(
    ApplicationId application, DeviceId sender, DeviceTopic topic, ByteBuffer payload) {
  /** The message with these bytes; none for null. */
  static DevicePublish of(
      ApplicationId application, DeviceId sender, DeviceTopic topic, byte @Nullable [] payload) {
    ByteBuffer bytes = ByteBuffer.wrap(payload == null ? new byte[0] : payload);
    return new DevicePublish(application, sender, topic, bytes.asReadOnlyBuffer());
  }
}
