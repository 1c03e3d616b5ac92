package io.claviger.server.mqtt;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Gets every message that a device published to a topic of a device, before it is acknowledged and
 * before anybody receives it. A message that is sent again because its acknowledgement was lost
 * comes again.
 */
public interface DevicePublishes {
  /** Nobody listens. */
  DevicePublishes NONE = _ -> CompletableFuture.completedFuture(null);

  /**
   * Takes a message.
   *
   * <p>It is called on a thread of the broker and must not block it: what takes time completes the
   * result later. Until then nothing else of that connection is looked at, so the messages of one
   * device come in their order. When the result fails, the message is neither delivered nor
   * acknowledged as received: the device learns that it did not work.
   */
  CompletionStage<?> accept(DevicePublish publish);
}
