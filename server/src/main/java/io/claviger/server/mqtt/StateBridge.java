package io.claviger.server.mqtt;

import io.claviger.core.device.DeviceFacts;
import io.claviger.core.id.DeviceId;
import io.claviger.core.topic.DeviceTopic;
import io.claviger.server.access.Bearers;
import io.claviger.server.http.ApiException;
import io.claviger.server.state.DeviceMessages;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Between the broker and what is kept of devices: a state is acknowledged once it is on the disk,
 * and a command that was sent over HTTP goes to its device. A command that one device publishes to
 * another is passed on and not kept.
 */
public final class StateBridge implements DevicePublishes, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StateBridge.class);

  private final DeviceMessages messages;
  private final Bearers bearers;
  private final InstantSource clock;

  /** One thread, so that the commands of a device stay in their order. */
  private final ExecutorService commands =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("mqtt-commands").daemon().factory());

  public StateBridge(DeviceMessages messages, Bearers bearers, InstantSource clock) {
    this.messages = messages;
    this.bearers = bearers;
    this.clock = clock;
  }

  @Override
  public CompletionStage<?> accept(DevicePublish publish) {
    return switch (publish.topic().kind()) {
      case COMMAND -> CompletableFuture.completedFuture(null);
      case STATE -> {
        byte[] payload = new byte[publish.payload().remaining()];
        publish.payload().duplicate().get(payload);
        yield messages.state(
            new DeviceId(publish.topic().deviceId()),
            payload,
            clock.instant(),
            () -> requirePermission(publish));
      }
    };
  }

  private static void requirePermission(DevicePublish publish) {
    if (!publish.permitted().getAsBoolean()) {
      throw ApiException.forbidden("The device may no longer report for this device");
    }
  }

  /** From now on commands go to the devices that are connected to the broker. */
  public void passCommandsTo(Broker broker) {
    messages.onCommand((device, payload) -> commands.execute(() -> pass(broker, device, payload)));
  }

  private void pass(Broker broker, DeviceId device, byte[] payload) {
    try {
      Optional<DeviceFacts> facts = bearers.device(device);
      if (facts.isPresent()) {
        var _ =
            broker.publish(
                facts.get().application(),
                new DeviceTopic(device.text(), DeviceTopic.Kind.COMMAND).name(),
                payload,
                1);
      }
    } catch (RuntimeException e) {
      LOG.warn("a command could not be passed on to its device", e);
    }
  }

  @Override
  public void close() {
    commands.shutdownNow();
  }
}
