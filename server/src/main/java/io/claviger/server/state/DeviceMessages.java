package io.claviger.server.state;

import io.claviger.core.id.DeviceId;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.state.AgeWindow;
import io.claviger.core.state.Report;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.state.DeviceChannels.Message;
import io.claviger.server.state.DeviceInbox.Patience;
import io.claviger.server.state.DeviceInbox.Permission;
import io.claviger.store.json.JsonColumn;
import io.claviger.store.state.Deposit;
import io.claviger.store.state.Deposit.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;

/**
 * What a broker takes in and passes on. Whether the sender may report for the device has been
 * decided before, and is asked again when the message is written.
 */
public final class DeviceMessages {
  /** Characters of the name of a command. */
  private static final int NAME_MAX = 255;

  private final DeviceInbox inbox;
  private final DeviceChannels channels;
  private final ObjectIdSource ids;
  private final AgeWindow window;
  private final LongAdder malformed;

  /**
   * Makes it.
   *
   * @param ids for commands
   * @param window of commands that are kept
   * @param malformed counts the messages that should be states and are none (MQT-5)
   */
  public DeviceMessages(
      DeviceInbox inbox,
      DeviceChannels channels,
      ObjectIdSource ids,
      AgeWindow window,
      LongAdder malformed) {
    this.inbox = inbox;
    this.channels = channels;
    this.ids = ids;
    this.window = window;
    this.malformed = malformed;
  }

  /**
   * A message on the state topic of a device. What is no state is counted and dropped, and that is
   * a success: the connection goes on (MQT-5). Never blocks.
   *
   * @param payload JSON in UTF-8; not to be changed afterwards
   * @param arrived when it came, which is its time when it names none
   * @param permission whether the sender may still report for the device
   * @param patience what becomes of it while the database does not answer
   * @return done when it is on the disk. Fails with {@link io.claviger.store.StoreUnavailable} when
   *     it could not be written, and with {@link ApiException} when it is no longer allowed
   */
  public CompletionStage<Outcome> state(
      DeviceId device, byte[] payload, Instant arrived, Permission permission, Patience patience) {
    JsonNode document;
    try {
      document = Json.parse(payload);
    } catch (ApiException _) {
      malformed.increment();
      return CompletableFuture.completedStage(new Outcome.Kept());
    }
    List<Report> reports = StateJson.reports(document);
    if (reports.isEmpty()) {
      malformed.increment();
    }
    return inbox.put(new Deposit.States(device, reports, arrived, true), permission, patience);
  }

  /**
   * A message on the command topic of a device, of somebody who may command it. It is kept like a
   * command that comes over HTTP (STA-9). What is no command, or one of a time that is not kept, is
   * dropped here, and that is a success: the broker delivers it all the same. Never blocks.
   *
   * @param payload JSON in UTF-8; not to be changed afterwards
   * @param arrived when it came, which is its time when it names none
   * @param permission whether the sender may still command the device
   * @param patience what becomes of it while the database does not answer
   * @return as of {@link #state}
   */
  public CompletionStage<Outcome> command(
      DeviceId device, byte[] payload, Instant arrived, Permission permission, Patience patience) {
    return read(device, payload, arrived)
        .<CompletionStage<Outcome>>map(command -> inbox.put(command, permission, patience))
        .orElseGet(() -> CompletableFuture.completedStage(new Outcome.Kept()));
  }

  private Optional<Deposit.Command> read(DeviceId device, byte[] payload, Instant arrived) {
    JsonNode document;
    try {
      document = Json.parse(payload);
    } catch (ApiException _) {
      return Optional.empty();
    }
    JsonNode name = document.path("name");
    long now = arrived.toEpochMilli();
    long time = StateJson.time(document.path("time")).resolve(now);
    if (!name.isString()
        || name.stringValue().isEmpty()
        || name.stringValue().length() > NAME_MAX
        || !window.admits(time, now)) {
      return Optional.empty();
    }
    Optional<String> content =
        document.has("payload")
            ? Optional.of(JsonColumn.write(document.get("payload")))
            : Optional.empty();
    return Optional.of(
        new Deposit.Command(
            device, Instant.ofEpochMilli(time), ids.next(), name.stringValue(), content, true));
  }

  /**
   * Has somebody called with every command for a device that did not come over the broker, once it
   * is on the disk, and with the bytes that go to the device. It must not block.
   */
  public void onCommand(BiConsumer<DeviceId, byte[]> listener) {
    channels.listen(message -> {
      if (message instanceof Message.Command command && !command.overBroker()) {
        listener.accept(command.device(), Json.write(CommandJson.forDevice(command)));
      }
    });
  }

  /**
   * Has somebody called with every state of a device that did not come over the broker, once it is
   * on the disk, and with the bytes that go to those who listen to its state topic. It must not
   * block.
   */
  public void onState(BiConsumer<DeviceId, byte[]> listener) {
    channels.listen(message -> {
      if (message instanceof Message.State state && !state.overBroker()) {
        listener.accept(state.device(), Json.write(StateJson.forDevice(state)));
      }
    });
  }
}
