package io.claviger.server.mqtt;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.claviger.core.Parsed;
import io.claviger.core.decide.Decision;
import io.claviger.core.decide.TopicAccess;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.scope.Catalogue;
import io.claviger.core.topic.CustomTopics;
import io.claviger.core.topic.DeviceTopic;
import io.claviger.core.topic.TopicName;
import io.claviger.server.access.Access;
import io.claviger.server.access.Places;
import io.claviger.server.access.Refusals;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.count.PayloadCounts;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.http.Response;
import io.claviger.server.settings.MqttSettings;
import io.claviger.server.state.MessageRates;
import io.claviger.store.StoreUnavailable;
import io.claviger.store.state.Deposit.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Messages that are published over HTTP to the topics of an application (MQT-8). A message on a
 * topic of a device is what a device would publish there: it is kept, and it needs what reporting
 * or commanding over HTTP needs, so that it is no way around that.
 */
public final class ApplicationMessages {
  /** How long a caller waits for the queues of the subscribers, in seconds. */
  private static final long PATIENCE_SECONDS = 10;

  /** Applications whose messages are counted at once; a forgotten one begins anew. */
  private static final int COUNTED_MAX = 10_000;

  private final MqttSettings settings;
  private final Access access;
  private final Catalogue catalogue;
  private final MessageRates rates;
  private final PayloadCounts counts;
  private final Cache<ApplicationId, MessageLimit> limits =
      Caffeine.newBuilder()
          .maximumSize(COUNTED_MAX)
          .expireAfterAccess(MessageLimit.WINDOW.multipliedBy(2))
          .executor(Runnable::run)
          .build();

  /** Null until the broker is there. */
  private volatile @Nullable Running running;

  private record Running(Broker broker, StateBridge bridge) {}

  /**
   * Makes it.
   *
   * @param rates of messages about devices, shared with the other ways in (MQT-7)
   * @param counts of what comes this way
   */
  public ApplicationMessages(
      MqttSettings settings,
      Access access,
      Catalogue catalogue,
      MessageRates rates,
      PayloadCounts counts) {
    this.counts = counts;
    this.rates = rates;
    this.settings = settings;
    this.access = access;
    this.catalogue = catalogue;
  }

  /** Adds the action. */
  public void addTo(Api api) {
    api.handle("application.mqttPublishMessage", this::publish);
  }

  /** From now on messages go to this broker, and to the bridge what is to be kept of them. */
  public void passTo(Broker broker, StateBridge bridge) {
    running = new Running(broker, bridge);
  }

  private Running running() {
    Running found = running;
    if (found != null) {
      return found;
    }
    if (!settings.enabled()) {
      throw new ApiException(
          501, "NotImplemented", "The MQTT broker of this server is switched off", Map.of());
    }
    throw ApiException.unavailable("The MQTT broker is starting, try again");
  }

  private Response publish(Call call) {
    TopicName topic =
        switch (TopicName.parse(call.body().get("topic").stringValue())) {
          case Parsed.Ok<TopicName>(TopicName found) -> found;
          case Parsed.Rejected<TopicName>(String reason) ->
              throw ApiException.validation("topic", reason);
        };
    byte[] payload = payload(call.body().get("message").stringValue());
    Optional<DeviceTopic> device = TopicAccess.deviceTopic(topic);
    if (device.isEmpty() && !CustomTopics.isCustom(topic)) {
      throw ApiException.validation(
          "topic",
          "must be losant/{deviceId}/state or losant/{deviceId}/command with the id in lower"
              + " case, or must start neither with losant nor with $");
    }
    device.ifPresent(named -> requirePermission(call, named));
    Running now = running();
    if (!admits(call.application(), topic)) {
      throw ApiException.tooMany(MessageLimit.WINDOW.toSeconds());
    }
    device.ifPresent(named -> rates.count(new DeviceId(named.deviceId()), kind(named)));
    device.ifPresent(named -> keep(now.bridge(), call, named, payload));
    // A credential that was taken back meanwhile publishes nothing any more.
    call.requireStillAllowed();
    counts.count(
        call.application(), Packets.kind(device), PayloadCounts.Source.API, payload.length);
    require(now.broker().publish(call.application(), topic, payload, 1));
    return Api.success();
  }

  private byte[] payload(String message) {
    byte[] payload = message.getBytes(StandardCharsets.UTF_8);
    if (payload.length > settings.payload()) {
      throw ApiException.validation(
          "message", "must have at most " + settings.payload() + " bytes");
    }
    return payload;
  }

  private static MessageRates.Kind kind(DeviceTopic topic) {
    return switch (topic.kind()) {
      case STATE -> MessageRates.Kind.STATE;
      case COMMAND -> MessageRates.Kind.COMMAND;
    };
  }

  /** As of one connection: so many on one topic, and so many altogether. */
  private boolean admits(ApplicationId application, TopicName topic) {
    MessageLimit limit =
        limits.get(
            application,
            _ ->
                new MessageLimit(
                    settings.connectionLimit(), settings.topicLimit(), System::nanoTime));
    synchronized (limit) {
      return limit.admits(topic.text());
    }
  }

  private void requirePermission(Call call, DeviceTopic topic) {
    String action =
        switch (topic.kind()) {
          case STATE -> "device.sendState";
          case COMMAND -> "device.sendCommand";
        };
    Places.Named named =
        new Places.Named(
            Optional.of(call.application().text()),
            Optional.empty(),
            Optional.empty(),
            Optional.of(topic.deviceId()),
            Optional.empty(),
            Optional.empty());
    Decision decision =
        access.ask(call.request(), catalogue.action(action).orElseThrow(), named).decision();
    if (decision instanceof Decision.Denied(var reason)) {
      throw Refusals.of(reason);
    }
  }

  private void keep(StateBridge bridge, Call call, DeviceTopic topic, byte[] payload) {
    try {
      Json.parse(payload);
    } catch (ApiException _) {
      throw ApiException.validation("message", "must be JSON on a topic of a device");
    }
    Outcome outcome =
        require(
            bridge.accept(
                topic,
                payload,
                () -> {
                  call.requireStillAllowed();
                  requirePermission(call, topic);
                }));
    switch (outcome) {
      case Outcome.Kept _, Outcome.KeptStates _ -> {
        // As over the broker, nothing is said of what was left out.
      }
      case Outcome.NoDevice _ -> throw ApiException.notFound("Device");
      case Outcome.Refused _ ->
          throw ApiException.validation("topic", "is of a system device, which takes no state");
    }
  }

  private static <T> T require(CompletionStage<T> stage) {
    try {
      CompletableFuture<T> future = stage.toCompletableFuture();
      return future.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case ApiException refusal -> throw refusal;
        case StoreUnavailable unavailable -> throw unavailable;
        case null, default ->
            throw ApiException.unavailable("The message could not be delivered, try again");
      }
    }
  }
}
