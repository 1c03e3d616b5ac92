package io.claviger.server.state;

import io.claviger.core.Parsed;
import io.claviger.core.device.DeviceReach;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.topic.TopicFilter;
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
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
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

  private static final int TOPIC_MAX = 230;

  private final DeviceChannels channels;
  private final TopicTaps taps;
  private final Semaphore room;
  private final int perApplication;
  private final ConcurrentHashMap<ApplicationId, AtomicInteger> open = new ConcurrentHashMap<>();

  /**
   * Streams out of channels.
   *
   * @param taps of the messages of the broker
   * @param most streams that may be open at once
   * @param perApplication streams that may be open at once in one application
   */
  EventStreams(DeviceChannels channels, TopicTaps taps, int most, int perApplication) {
    this.taps = taps;
    this.channels = channels;
    this.room = new Semaphore(most);
    this.perApplication = perApplication;
  }

  void addTo(Api api) {
    api.handle("device.stateStream", call -> stream(call, Kind.STATE));
    api.handle("device.commandStream", call -> stream(call, Kind.COMMAND));
    api.handle("application.mqttSubscriptionStream", this::topics);
  }

  /** Where events come from. */
  private interface Source extends AutoCloseable {
    /** The next event; empty when none comes in that time. */
    Optional<byte[]> next(Duration patience) throws InterruptedException;

    boolean ended();

    @Override
    void close();
  }

  private record OfDevice(Subscription subscription) implements Source {
    @Override
    public Optional<byte[]> next(Duration patience) throws InterruptedException {
      return subscription.next(patience).map(EventStreams::event);
    }

    @Override
    public boolean ended() {
      return subscription.ended();
    }

    @Override
    public void close() {
      subscription.close();
    }
  }

  private record OfTopics(TopicTaps.Tap tap) implements Source {
    @Override
    public Optional<byte[]> next(Duration patience) throws InterruptedException {
      return tap.next(patience).map(EventStreams::event);
    }

    @Override
    public boolean ended() {
      return tap.ended();
    }

    @Override
    public void close() {
      tap.close();
    }
  }

  private Response stream(Call call, Kind kind) {
    DeviceId device = StateActions.device(call).id();
    return stream(call, StateActions::device, () -> new OfDevice(channels.subscribe(device, kind)));
  }

  /** All topics of the application are one thing to see: for nobody who sees only some devices. */
  private Response topics(Call call) {
    requireEverything(call);
    TopicFilter filter =
        switch (TopicFilter.parse(topic(call))) {
          case Parsed.Ok<TopicFilter>(TopicFilter found) -> found;
          case Parsed.Rejected<TopicFilter>(String reason) ->
              throw ApiException.validation("topic", reason);
        };
    if (!taps.hasBroker()) {
      throw new ApiException(
          501, "NotImplemented", "The MQTT broker of this server is switched off", Map.of());
    }
    ApplicationId application = call.application();
    return stream(
        call, EventStreams::requireEverything, () -> new OfTopics(taps.open(application, filter)));
  }

  private static String topic(Call call) {
    String topic = call.request().query().text("topic").orElse("#");
    if (topic.length() > TOPIC_MAX) {
      throw ApiException.validation("topic", "must have at most " + TOPIC_MAX + " characters");
    }
    return topic;
  }

  private static void requireEverything(Call call) {
    if (!(call.allowed().reach() instanceof DeviceReach.Everything)) {
      throw ApiException.forbidden("Only who sees all devices can listen to all topics");
    }
  }

  /**
   * A stream of events.
   *
   * @param check refuses with an error what may not be read
   */
  private Response stream(Call call, Consumer<Call> check, Supplier<Source> opening) {
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
          try (Source source = opening.get()) {
            write(output, OPENED);
            follow(call, check, source, keepAlive, output);
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
      Call call, Consumer<Call> check, Source source, Duration keepAlive, OutputStream output)
      throws IOException {
    long written = System.nanoTime();
    try {
      while (!source.ended()) {
        Optional<byte[]> event = source.next(LOOK);
        if (!mayRead(call, check)) {
          return;
        }
        if (event.isPresent()) {
          write(output, event.get());
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
  private static boolean mayRead(Call call, Consumer<Call> check) {
    try {
      check.accept(call.confirmed());
      return true;
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
    return event(event.getKey(), event.getValue());
  }

  /** A message is text as a rule; one that is none is told in Base64. */
  private static byte[] event(TopicTaps.Message message) {
    ObjectNode object = Json.emptyObject().put("topic", message.topic().text());
    try {
      object.put(
          "message",
          StandardCharsets.UTF_8.newDecoder().decode(message.payload().duplicate()).toString());
    } catch (CharacterCodingException _) {
      byte[] bytes = new byte[message.payload().remaining()];
      message.payload().duplicate().get(bytes);
      object.put("messageBase64", Base64.getEncoder().encodeToString(bytes));
    }
    return event("mqttMessage", object);
  }

  private static byte[] event(String type, ObjectNode content) {
    // JSON has no line breaks outside of texts, and inside they are escaped.
    String text =
        "event: "
            + type
            + "\ndata: "
            + new String(Json.write(content), StandardCharsets.UTF_8)
            + "\n\n";
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
