package io.claviger.server.state;

import io.claviger.core.id.DeviceId;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.state.DeviceChannels.Message;
import io.claviger.server.state.DeviceInbox.Permission;
import io.claviger.store.state.Deposit;
import io.claviger.store.state.Deposit.Outcome;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;

/**
 * What a broker takes in and passes on. Whether the sender may report for the device has been
 * decided before, and is asked again when the message is written.
 */
public final class DeviceMessages {
  private final DeviceInbox inbox;
  private final DeviceChannels channels;

  public DeviceMessages(DeviceInbox inbox, DeviceChannels channels) {
    this.inbox = inbox;
    this.channels = channels;
  }

  /**
   * A message on the state topic of a device. What is no state is dropped, and that is a success:
   * the connection goes on (MQT-5). Never blocks.
   *
   * @param payload JSON in UTF-8; not to be changed afterwards
   * @param arrived when it came, which is its time when it names none
   * @param permission whether the sender may still report for the device
   * @return done when it is on the disk. Fails with {@link io.claviger.store.StoreUnavailable} when
   *     it could not be written, and with {@link ApiException} when it is no longer allowed
   */
  public CompletionStage<Outcome> state(
      DeviceId device, byte[] payload, Instant arrived, Permission permission) {
    JsonNode document;
    try {
      document = Json.parse(payload);
    } catch (ApiException _) {
      return CompletableFuture.completedStage(new Outcome.Kept());
    }
    return inbox.put(new Deposit.States(device, StateJson.reports(document), arrived), permission);
  }

  /**
   * Has somebody called with every command for a device, once it is on the disk, and with the bytes
   * that go to the device. It must not block.
   */
  public void onCommand(BiConsumer<DeviceId, byte[]> listener) {
    channels.listen(message -> {
      if (message instanceof Message.Command command) {
        listener.accept(command.device(), Json.write(CommandJson.forDevice(command)));
      }
    });
  }

  /**
   * Has somebody called with every state of a device, once it is on the disk, and with the bytes
   * that go to those who listen to its state topic. It must not block.
   */
  public void onState(BiConsumer<DeviceId, byte[]> listener) {
    channels.listen(message -> {
      if (message instanceof Message.State state) {
        listener.accept(state.device(), Json.write(StateJson.forDevice(state)));
      }
    });
  }
}
