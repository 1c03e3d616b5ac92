package io.claviger.server.state;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.http.Method;
import io.claviger.server.http.Response;
import io.claviger.server.state.DeviceChannels.Kind;
import io.claviger.server.state.DeviceChannels.Message;
import io.claviger.server.state.DeviceChannels.Subscription;
import io.claviger.store.StoreTimeout;
import io.claviger.store.StoreUnavailable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.node.ObjectNode;

/**
 * Streams of server-sent events (WIR-20). Whether the reader may still read is asked again several
 * times a second and before each event, so that a stream ends when its credential does. It ends,
 * too, when its reader does not keep up.
 */
final class EventStreams {
  /** Between two looks: half of the second within which what is taken back must be known. */
  private static final Duration LOOK = Duration.ofMillis(400);

  private static final int KEEP_ALIVE_SECONDS = 2;
  private static final int KEEP_ALIVE_SECONDS_MAX = 60;

  private static final byte[] OPENED = ": open\n\n".getBytes(StandardCharsets.UTF_8);
  private static final byte[] ALIVE = ": keep-alive\n\n".getBytes(StandardCharsets.UTF_8);

  private final DeviceChannels channels;
  private final Semaphore room;
  private final int perApplication;
  private final ConcurrentHashMap<ApplicationId, AtomicInteger> open = new ConcurrentHashMap<>();

  /**
   * Streams out of channels.
   *
   * @param most streams that may be open at once
   * @param perApplication streams that may be open at once in one application
   */
  EventStreams(DeviceChannels channels, int most, int perApplication) {
    this.channels = channels;
    this.room = new Semaphore(most);
    this.perApplication = perApplication;
  }

  void addTo(Api api) {
    api.handle("device.stateStream", call -> stream(call, Kind.STATE));
    api.handle("device.commandStream", call -> stream(call, Kind.COMMAND));
  }

  private Response stream(Call call, Kind kind) {
    DeviceId device = StateActions.device(call).id();
    Duration keepAlive = keepAlive(call);
    if (call.request().method() == Method.HEAD) {
      return Response.stream(Response.EVENT_STREAM, _ -> {});
    }
    ApplicationId application = call.application();
    if (!enter(application)) {
      throw ApiException.tooMany(KEEP_ALIVE_SECONDS);
    }
    return Response.stream(
        Response.EVENT_STREAM,
        output -> {
          try (Subscription subscription = channels.subscribe(device, kind)) {
            write(output, OPENED);
            follow(call, subscription, keepAlive, output);
          } finally {
            leave(application);
          }
        });
  }

  private static Duration keepAlive(Call call) {
    long seconds =
        RangeParameters.number(call.request().query(), "keepAliveInterval")
            .orElse(KEEP_ALIVE_SECONDS);
    if (seconds < 1 || seconds > KEEP_ALIVE_SECONDS_MAX) {
      throw ApiException.validation(
          "keepAliveInterval", "must be a whole number from 1 to " + KEEP_ALIVE_SECONDS_MAX);
    }
    return Duration.ofSeconds(seconds);
  }

  private boolean enter(ApplicationId application) {
    if (!room.tryAcquire()) {
      return false;
    }
    int[] now = new int[1];
    open.compute(
        application,
        (_, count) -> {
          AtomicInteger counter = count == null ? new AtomicInteger() : count;
          now[0] = counter.incrementAndGet();
          return counter;
        });
    if (now[0] > perApplication) {
      leave(application);
      return false;
    }
    return true;
  }

  private void leave(ApplicationId application) {
    open.computeIfPresent(application, (_, count) -> count.decrementAndGet() == 0 ? null : count);
    room.release();
  }

  private static void follow(
      Call call, Subscription subscription, Duration keepAlive, OutputStream output)
      throws IOException {
    long written = System.nanoTime();
    try {
      while (!subscription.ended()) {
        Optional<Message> message = subscription.next(LOOK);
        if (!mayRead(call)) {
          return;
        }
        if (message.isPresent()) {
          write(output, event(message.get()));
          written = System.nanoTime();
        } else if (System.nanoTime() - written >= keepAlive.minus(LOOK).toNanos()) {
          write(output, ALIVE);
          written = System.nanoTime();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the call would still be allowed; not knowing is no. */
  private static boolean mayRead(Call call) {
    try {
      return !StateActions.device(call.confirmed()).id().text().isEmpty();
    } catch (ApiException | StoreUnavailable | StoreTimeout _) {
      return false;
    }
  }

  private static void write(OutputStream output, byte[] bytes) throws IOException {
    output.write(bytes);
    output.flush();
  }

  private static byte[] event(Message message) {
    Map.Entry<String, ObjectNode> event =
        switch (message) {
          case Message.State state -> Map.entry("deviceState", StateJson.render(state));
          case Message.Command command -> Map.entry("deviceCommand", CommandJson.render(command));
        };
    // JSON has no line breaks outside of texts, and inside they are escaped.
    String text =
        "event: "
            + event.getKey()
            + "\ndata: "
            + new String(Json.write(event.getValue()), StandardCharsets.UTF_8)
            + "\n\n";
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
