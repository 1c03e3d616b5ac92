package io.claviger.server.mqtt;

import io.claviger.core.device.DeviceFacts;
import io.claviger.core.id.DeviceId;
import io.claviger.core.topic.DeviceTopic;
import io.claviger.server.access.Bearers;
import io.claviger.server.http.ApiException;
import io.claviger.server.state.DeviceInbox.Patience;
import io.claviger.server.state.DeviceInbox.Permission;
import io.claviger.server.state.DeviceMessages;
import io.claviger.store.state.Deposit.Outcome;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Between the broker and what is kept of devices: a state is acknowledged once it is on the disk,
 * and so is a command that one device publishes to another (STA-9). While the database does not
 * answer, the acknowledgement waits. What comes over HTTP, states and commands, goes to those who
 * listen here; what came over the broker it passes on itself.
 */
public final class StateBridge implements DevicePublishes, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StateBridge.class);

  private final DeviceMessages messages;
  private final Bearers bearers;
  private final InstantSource clock;

  /** One thread, so that what is about a device stays in its order. */
  private final ExecutorService passing =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("mqtt-passing").daemon().factory());

  public StateBridge(DeviceMessages messages, Bearers bearers, InstantSource clock) {
    this.messages = messages;
    this.bearers = bearers;
    this.clock = clock;
  }

  @Override
  public CompletionStage<?> accept(DevicePublish publish) {
    byte[] payload = new byte[publish.payload().remaining()];
    publish.payload().duplicate().get(payload);
    return accept(publish.topic(), payload, () -> requirePermission(publish), Patience.LASTING);
  }

  /** Has a message on the topic of a device kept that did not come over the broker. */
  CompletionStage<Outcome> accept(DeviceTopic topic, byte[] payload, Permission permission) {
    return accept(topic, payload, permission, Patience.NONE);
  }

  private CompletionStage<Outcome> accept(
      DeviceTopic topic, byte[] payload, Permission permission, Patience patience) {
    DeviceId device = new DeviceId(topic.deviceId());
    return switch (topic.kind()) {
      case COMMAND -> messages.command(device, payload, clock.instant(), permission, patience);
      case STATE -> messages.state(device, payload, clock.instant(), permission, patience);
    };
  }

  private static void requirePermission(DevicePublish publish) {
    if (!publish.permitted().getAsBoolean()) {
      throw ApiException.forbidden("The device may no longer publish there");
    }
  }

  /** From now on states and commands go to the devices that are connected to the broker. */
  public void passTo(Broker broker) {
    messages.onCommand(
        (device, payload) -> pass(broker, device, DeviceTopic.Kind.COMMAND, payload));
    messages.onState((device, payload) -> pass(broker, device, DeviceTopic.Kind.STATE, payload));
  }

  private void pass(Broker broker, DeviceId device, DeviceTopic.Kind kind, byte[] payload) {
    try {
      passing.execute(() -> passNow(broker, device, kind, payload));
    } catch (RejectedExecutionException e) {
      LOG.debug("a message comes too late: the broker is stopping", e);
    }
  }

  private void passNow(Broker broker, DeviceId device, DeviceTopic.Kind kind, byte[] payload) {
    try {
      Optional<DeviceFacts> facts = bearers.device(device);
      if (facts.isPresent()) {
        var _ =
            broker.publishHere(
                facts.get().application(), new DeviceTopic(device.text(), kind).name(), payload, 1);
      }
    } catch (RuntimeException e) {
      LOG.warn("a message about a device could not be passed on", e);
    }
  }

  @Override
  public void close() {
    passing.shutdownNow();
  }
}
