package io.claviger.server.mqtt;

import com.hivemq.mqtt.message.publish.PUBLISH;
import com.hivemq.mqtt.message.reason.Mqtt5PubAckReasonCode;
import com.hivemq.mqtt.message.reason.Mqtt5PubRecReasonCode;
import com.hivemq.mqtt.message.reason.Mqtt5SubAckReasonCode;
import com.hivemq.mqtt.message.suback.SUBACK;
import com.hivemq.mqtt.message.subscribe.SUBSCRIBE;
import com.hivemq.mqtt.message.subscribe.Topic;
import com.hivemq.mqtt.message.unsubscribe.UNSUBSCRIBE;
import io.claviger.core.Parsed;
import io.claviger.core.decide.TopicAccess;
import io.claviger.core.decide.TopicAccess.Answer;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.topic.DeviceTopic;
import io.claviger.core.topic.TopicName;
import io.claviger.core.topic.TopicSubscription;
import io.claviger.server.count.PayloadCounts;
import io.claviger.store.StoreUnavailable;
import io.netty.channel.ChannelHandlerContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a connected device sends: decides about PUBLISH and SUBSCRIBE (KEY-64 to KEY-68). */
// What becomes of a write or a close, the connection itself tells.
@SuppressWarnings("FutureReturnValueIgnored")
final class InboundTopics {
  private static final Logger LOG = LoggerFactory.getLogger(InboundTopics.class);

  /** Filters of one connection; a device has use for a handful. */
  private static final int SUBSCRIPTIONS_MAX = 1_000;

  private final GateServices services;
  private final LiveSession session;
  private final Namespace namespace;
  private final PacketQueue queue;
  private final LiveSession.Closing closing;
  private final boolean five;
  private final MessageLimit limit;
  private final boolean nobodyTakes;
  private final Set<String> subscriptions = new HashSet<>();

  /** Between two questions while the database does not answer. */
  private static final Duration PAUSE = Duration.ofMillis(300);

  /** The last topic that was permitted by itself: devices mostly publish to one. */
  private @Nullable Usual usual;

  /** What came of a topic, as long as the same may be done. */
  private record Usual(
      TopicAccess access, String topic, String inside, Optional<DeviceTopic> device) {
    @SuppressWarnings("ReferenceEquality") // Every change of what may be done makes a new object.
    boolean holds(LiveSession session, String text) {
      return session.access().orElse(null) == access && topic.equals(text);
    }
  }

  /** By packet identifier: the codes of a SUBACK, empty where the broker's is to come. */
  private final Map<Integer, List<Optional<Mqtt5SubAckReasonCode>>> unanswered = new HashMap<>();

  InboundTopics(
      GateServices services,
      LiveSession session,
      Namespace namespace,
      PacketQueue queue,
      LiveSession.Closing closing,
      boolean five) {
    this.services = services;
    this.session = session;
    this.namespace = namespace;
    this.queue = queue;
    this.closing = closing;
    this.five = five;
    this.nobodyTakes = services.publishes().equals(DevicePublishes.NONE);
    this.limit =
        new MessageLimit(
            services.settings().connectionLimit(),
            services.settings().topicLimit(),
            System::nanoTime);
  }

  /** Decides about a message of the device. */
  void publish(ChannelHandlerContext ctx, PUBLISH publish) {
    String text = publish.getTopic();
    byte[] payload = publish.getPayload();
    if (publish.getQoS().getQosNumber() > services.settings().publishQos()) {
      closing.end(Ending.QUALITY_OF_SERVICE);
    } else if (payload != null && payload.length > services.settings().payload()) {
      closing.end(Ending.TOO_LARGE);
    } else if (!limit.admits(text)) {
      services.penalties().punish(session.device());
      closing.end(Ending.TOO_MANY_MESSAGES);
    } else if (text.length() > Namespace.TOPIC_LENGTH_MAX) {
      closing.end(Ending.TOPIC_INVALID);
    } else if (usual != null && usual.holds(session, text)) {
      accept(ctx, publish, usual.inside(), usual.device());
    } else {
      switch (TopicName.parse(text)) {
        case Parsed.Rejected<TopicName> _ -> closing.end(Ending.TOPIC_INVALID);
        case Parsed.Ok<TopicName>(TopicName topic) -> publish(ctx, publish, topic);
      }
    }
  }

  private void publish(ChannelHandlerContext ctx, PUBLISH publish, TopicName topic) {
    TopicAccess access = session.access().orElseThrow();
    switch (access.publish(topic)) {
      case Answer.Permitted _ -> {
        usual =
            new Usual(
                access,
                topic.text(),
                namespace.inside(topic.text()),
                TopicAccess.deviceTopic(topic));
        accept(ctx, publish, usual.inside(), usual.device());
      }
      case Answer.Refused _ -> refuse(ctx, publish);
      case Answer.IfDevice other ->
          services
              .admissions()
              .permitsNow(access, other)
              .ifPresentOrElse(
                  permitted -> decided(ctx, publish, topic, permitted),
                  () ->
                      later(
                          ctx,
                          () -> services.admissions().permits(access, other),
                          permitted -> decided(ctx, publish, topic, permitted),
                          () -> fail(ctx, publish)));
    }
  }

  private void decided(
      ChannelHandlerContext ctx, PUBLISH publish, TopicName topic, boolean permitted) {
    if (permitted) {
      accept(ctx, publish, topic);
    } else {
      refuse(ctx, publish);
    }
  }

  private void accept(ChannelHandlerContext ctx, PUBLISH publish, TopicName topic) {
    accept(ctx, publish, namespace.inside(topic.text()), TopicAccess.deviceTopic(topic));
  }

  /** It may be published. What is told of a device is taken before anybody else gets it. */
  private void accept(
      ChannelHandlerContext ctx, PUBLISH publish, String inside, Optional<DeviceTopic> device) {
    if (device.isEmpty() || nobodyTakes) {
      forward(ctx, publish, inside, device);
      return;
    }
    CompletableFuture<?> taken = taken(publish, device.get()).toCompletableFuture();
    if (taken.isDone()) {
      finish(ctx, publish, inside, device, !taken.isCompletedExceptionally());
    } else {
      queue.hold();
      taken.whenComplete((_, problem) ->
          ctx.executor()
              .execute(() -> {
                finish(ctx, publish, inside, device, problem == null);
                queue.resume(ctx);
              }));
    }
  }

  private CompletionStage<?> taken(PUBLISH publish, DeviceTopic topic) {
    try {
      return services
          .publishes()
          .accept(
              DevicePublish.of(
                  session.application().orElseThrow(),
                  session.device(),
                  topic,
                  publish.getPayload(),
                  () -> services.admissions().mayStillPublish(session, topic.name())));
    } catch (RuntimeException e) {
      LOG.error("a message of a device was not taken", e);
      return CompletableFuture.failedFuture(e);
    }
  }

  private void finish(
      ChannelHandlerContext ctx,
      PUBLISH publish,
      String inside,
      Optional<DeviceTopic> device,
      boolean taken) {
    if (taken) {
      forward(ctx, publish, inside, device);
    } else {
      fail(ctx, publish);
    }
  }

  private void forward(
      ChannelHandlerContext ctx, PUBLISH publish, String inside, Optional<DeviceTopic> device) {
    session.countFromClient();
    ApplicationId application = session.application().orElseThrow();
    services
        .counts()
        .count(
            application,
            Packets.kind(device),
            PayloadCounts.Source.MQTT,
            Packets.length(publish.getPayload()));
    services.taps().show(application, publish.getTopic(), publish.getPayload());
    PUBLISH forwarded = Packets.withTopic(publish, inside, five);
    services.nodes().publish(forwarded);
    ctx.fireChannelRead(forwarded);
  }

  /** KEY-68. MQTT 5 can say no to a message that asks for an answer; all else has to go. */
  private void refuse(ChannelHandlerContext ctx, PUBLISH publish) {
    services.metrics().refused("publish");
    answer(
        ctx,
        publish,
        Mqtt5PubAckReasonCode.NOT_AUTHORIZED,
        Mqtt5PubRecReasonCode.NOT_AUTHORIZED,
        Ending.NOT_AUTHORIZED);
  }

  /** It could not be decided or stored: the device must not believe that it was. */
  private void fail(ChannelHandlerContext ctx, PUBLISH publish) {
    answer(
        ctx,
        publish,
        Mqtt5PubAckReasonCode.UNSPECIFIED_ERROR,
        Mqtt5PubRecReasonCode.UNSPECIFIED_ERROR,
        Ending.UNAVAILABLE);
  }

  private void answer(
      ChannelHandlerContext ctx,
      PUBLISH publish,
      Mqtt5PubAckReasonCode one,
      Mqtt5PubRecReasonCode two,
      Ending otherwise) {
    if (!five) {
      closing.end(otherwise);
      return;
    }
    switch (publish.getQoS()) {
      case AT_MOST_ONCE -> closing.end(otherwise);
      case AT_LEAST_ONCE -> ctx.writeAndFlush(Packets.notTaken(publish, one));
      case EXACTLY_ONCE -> ctx.writeAndFlush(Packets.notTaken(publish, two));
    }
  }

  /** Decides about each filter; the broker gets those that are permitted. */
  void subscribe(ChannelHandlerContext ctx, SUBSCRIBE subscribe) {
    TopicAccess access = session.access().orElseThrow();
    List<Answer> answers =
        subscribe.getTopics().stream().map(topic -> answer(access, topic)).toList();
    boolean needsFacts = answers.stream().anyMatch(Answer.IfDevice.class::isInstance);
    if (needsFacts) {
      later(
          ctx,
          () ->
              answers.stream()
                  .map(answer -> services.admissions().permits(access, answer))
                  .toList(),
          permitted -> subscribe(ctx, subscribe, permitted),
          () -> closing.end(Ending.UNAVAILABLE));
    } else {
      subscribe(ctx, subscribe, answers.stream().map(Answer.Permitted.class::isInstance).toList());
    }
  }

  private static Answer answer(TopicAccess access, Topic topic) {
    if (topic.getTopic().length() > Namespace.TOPIC_LENGTH_MAX) {
      return new Answer.Refused();
    }
    return switch (TopicSubscription.parse(topic.getTopic())) {
      case Parsed.Ok<TopicSubscription>(TopicSubscription wanted) -> access.subscribe(wanted);
      case Parsed.Rejected<TopicSubscription> _ -> new Answer.Refused();
    };
  }

  private void subscribe(ChannelHandlerContext ctx, SUBSCRIBE subscribe, List<Boolean> permitted) {
    List<Topic> inside = new ArrayList<>();
    List<Optional<Mqtt5SubAckReasonCode>> codes = new ArrayList<>();
    for (int i = 0; i < permitted.size(); i++) {
      Topic topic = subscribe.getTopics().get(i);
      Optional<Mqtt5SubAckReasonCode> refusal = refusal(topic, permitted.get(i));
      codes.add(refusal);
      if (refusal.isEmpty()) {
        subscriptions.add(topic.getTopic());
        inside.add(Packets.inside(topic, namespace, services.settings().subscribeQos()));
      }
    }
    if (inside.isEmpty()) {
      List<Mqtt5SubAckReasonCode> all = codes.stream().flatMap(Optional::stream).toList();
      ctx.writeAndFlush(new SUBACK(subscribe.getPacketIdentifier(), all));
    } else {
      if (inside.size() < codes.size()) {
        unanswered.put(subscribe.getPacketIdentifier(), codes);
      }
      ctx.fireChannelRead(Packets.withTopics(subscribe, inside));
    }
  }

  private Optional<Mqtt5SubAckReasonCode> refusal(Topic topic, boolean permitted) {
    if (!permitted) {
      services.metrics().refused("subscribe");
      return Optional.of(Mqtt5SubAckReasonCode.NOT_AUTHORIZED);
    }
    return subscriptions.size() >= SUBSCRIPTIONS_MAX && !subscriptions.contains(topic.getTopic())
        ? Optional.of(Mqtt5SubAckReasonCode.QUOTA_EXCEEDED)
        : Optional.empty();
  }

  /** The broker's answer about some filters, with ours about the others in their places. */
  SUBACK answer(SUBACK suback) {
    List<Optional<Mqtt5SubAckReasonCode>> codes = unanswered.remove(suback.getPacketIdentifier());
    if (codes == null) {
      return suback;
    }
    List<Mqtt5SubAckReasonCode> all = new ArrayList<>();
    int next = 0;
    for (Optional<Mqtt5SubAckReasonCode> code : codes) {
      all.add(code.isPresent() ? code.get() : suback.getReasonCodes().get(next++));
    }
    return new SUBACK(
        suback.getPacketIdentifier(), all, suback.getReasonString(), suback.getUserProperties());
  }

  void unsubscribe(ChannelHandlerContext ctx, UNSUBSCRIBE unsubscribe) {
    unsubscribe.getTopics().forEach(subscriptions::remove);
    ctx.fireChannelRead(Packets.inside(unsubscribe, namespace));
  }

  /**
   * Asks elsewhere, since the database may be needed; the packets behind wait, also for a database
   * that does not answer.
   */
  private <T> void later(
      ChannelHandlerContext ctx, Supplier<T> question, Consumer<T> then, Runnable otherwise) {
    queue.hold();
    try {
      services
          .executor()
          .execute(() -> {
            Runnable next = answered(ctx, question, then, otherwise);
            ctx.executor()
                .execute(() -> {
                  next.run();
                  queue.resume(ctx);
                });
          });
    } catch (RejectedExecutionException e) {
      closing.end(Ending.UNAVAILABLE);
    }
  }

  private static <T> Runnable answered(
      ChannelHandlerContext ctx, Supplier<T> question, Consumer<T> then, Runnable otherwise) {
    try {
      Optional<T> answer = answer(question);
      while (answer.isEmpty()) {
        LockSupport.parkNanos(PAUSE.toNanos());
        // The end of the broker interrupts.
        if (!ctx.channel().isActive() || Thread.currentThread().isInterrupted()) {
          return otherwise;
        }
        answer = answer(question);
      }
      T found = answer.get();
      return () -> then.accept(found);
    } catch (RuntimeException e) {
      LOG.warn("what a device may do could not be decided", e);
      return otherwise;
    }
  }

  /** The answer; empty while it cannot be known. */
  private static <T> Optional<T> answer(Supplier<T> question) {
    try {
      return Optional.of(question.get());
    } catch (StoreUnavailable e) {
      LOG.debug("what a device may do cannot be decided yet", e);
      return Optional.empty();
    }
  }
}
