package io.claviger.server.mqtt;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.topic.DeviceTopic;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A message that a connected device published to a topic of a device, and may.
 *
 * @param application where both devices stand
 * @param sender the device that is connected
 * @param topic whose state or command it is: the sender's own, or that of a device it speaks for or
 *     commands
 * @param payload as it came, up to the limit of the settings; read-only
 * @param permitted asks once more whether the sender may publish there, for whoever takes the
 *     message some time later; may wait for the database
 */
public record DevicePublish(
    ApplicationId application,
    DeviceId sender,
    DeviceTopic topic,
    ByteBuffer payload,
    BooleanSupplier permitted) {
  /** The message with these bytes; none for null. */
  static DevicePublish of(
      ApplicationId application,
      DeviceId sender,
      DeviceTopic topic,
      byte @Nullable [] payload,
      BooleanSupplier permitted) {
    ByteBuffer bytes = ByteBuffer.wrap(payload == null ? new byte[0] : payload);
    return new DevicePublish(application, sender, topic, bytes.asReadOnlyBuffer(), permitted);
  }
}
