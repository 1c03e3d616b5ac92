package io.claviger.server.mqtt;

import com.hivemq.mqtt.event.PublishDroppedEvent;
import com.hivemq.mqtt.message.publish.PUBLISH;
import io.claviger.core.decide.TopicAccess;
import io.claviger.core.decide.TopicAccess.Answer;
import io.claviger.core.topic.CustomTopics;
import io.claviger.core.topic.TopicName;
import io.claviger.server.count.PayloadCounts;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a connected device is sent: each message is delivered only if the device may receive its
 * topic at that moment (KEY-67), whatever it has subscribed to.
 */
// What becomes of a write or a close, the connection itself tells.
@SuppressWarnings("FutureReturnValueIgnored")
final class OutboundTopics {
  private static final Logger LOG = LoggerFactory.getLogger(OutboundTopics.class);

  private record Waiting(Object packet, ChannelPromise promise) {}

  private final GateServices services;
  private final LiveSession session;
  private final Namespace namespace;
  private final LiveSession.Closing closing;
  private final boolean five;
  private final MessageLimit limit;

  /** The rules under which all subscriptions of this session were made. */
  private final int subscribedUnder;

  private final boolean fresh;
  private final Queue<Waiting> waiting = new ArrayDeque<>();
  private boolean held;

  OutboundTopics(
      GateServices services,
      LiveSession session,
      Namespace namespace,
      LiveSession.Closing closing,
      boolean five) {
    this.services = services;
    this.session = session;
    this.namespace = namespace;
    this.closing = closing;
    this.five = five;
    this.subscribedUnder = session.rules();
    this.fresh = !services.settings().persistentSessions();
    this.limit =
        new MessageLimit(
            services.settings().connectionLimit(),
            services.settings().topicLimit(),
            System::nanoTime);
  }

  /** Sends a message, or drops it. */
  void publish(ChannelHandlerContext ctx, PUBLISH publish, ChannelPromise promise) {
    if (held) {
      waiting.add(new Waiting(publish, promise));
    } else {
      decide(ctx, publish, promise);
    }
  }

  /** Sends what is no message, after the messages before it. */
  void pass(ChannelHandlerContext ctx, Object packet, ChannelPromise promise) {
    if (held) {
      waiting.add(new Waiting(packet, promise));
    } else {
      ctx.write(packet, promise);
    }
  }

  private void decide(ChannelHandlerContext ctx, PUBLISH publish, ChannelPromise promise) {
    Optional<TopicName> topic =
        namespace.outside(publish.getTopic()).flatMap(text -> TopicName.parse(text).toOptional());
    if (topic.isEmpty()) {
      drop(ctx, publish, promise);
      return;
    }
    TopicAccess access = session.access().orElseThrow();
    switch (answer(access, topic.get())) {
      case Answer.Permitted _ -> send(ctx, publish, topic.get(), promise);
      case Answer.Refused _ -> drop(ctx, publish, promise);
      case Answer.IfDevice other ->
          services
              .admissions()
              .permitsNow(access, other)
              .ifPresentOrElse(
                  permitted -> apply(ctx, publish, topic.get(), promise, permitted),
                  () -> decideLater(ctx, publish, topic.get(), promise, access, other));
    }
  }

  private void decideLater(
      ChannelHandlerContext ctx,
      PUBLISH publish,
      TopicName topic,
      ChannelPromise promise,
      TopicAccess access,
      Answer.IfDevice other) {
    held = true;
    try {
      services
          .executor()
          .execute(() -> {
            boolean permitted = permits(access, other);
            ctx.executor().execute(() -> decided(ctx, publish, topic, promise, permitted));
          });
    } catch (RejectedExecutionException e) {
      drop(ctx, publish, promise);
      closing.end(Ending.UNAVAILABLE);
    }
  }

  /** Under the rules of the subscription a custom topic needs no second look. */
  private Answer answer(TopicAccess access, TopicName topic) {
    return fresh && session.rules() == subscribedUnder && CustomTopics.isCustom(topic)
        ? new Answer.Permitted()
        : access.receive(topic);
  }

  private boolean permits(TopicAccess access, Answer.IfDevice other) {
    try {
      return services.admissions().permits(access, other);
    } catch (RuntimeException e) {
      LOG.warn("whether a device may receive a message could not be decided: it does not", e);
      return false;
    }
  }

  private void decided(
      ChannelHandlerContext ctx,
      PUBLISH publish,
      TopicName topic,
      ChannelPromise promise,
      boolean permitted) {
    apply(ctx, publish, topic, promise, permitted);
    held = false;
    while (!held) {
      Waiting next = waiting.poll();
      if (next == null) {
        break;
      }
      if (next.packet() instanceof PUBLISH behind) {
        decide(ctx, behind, next.promise());
      } else {
        ctx.write(next.packet(), next.promise());
      }
    }
    ctx.flush();
  }

  private void apply(
      ChannelHandlerContext ctx,
      PUBLISH publish,
      TopicName topic,
      ChannelPromise promise,
      boolean permitted) {
    if (permitted) {
      send(ctx, publish, topic, promise);
    } else {
      drop(ctx, publish, promise);
    }
  }

  private void send(
      ChannelHandlerContext ctx, PUBLISH publish, TopicName topic, ChannelPromise promise) {
    if (limit.admits(topic.text())) {
      session.countToClient();
      services
          .counts()
          .count(
              session.access().orElseThrow().application(),
              PayloadCounts.Kind.MQTT_OUT,
              PayloadCounts.Source.MQTT,
              Packets.length(publish.getPayload()));
      ctx.write(Packets.withTopic(publish, topic.text(), five), promise);
    } else {
      drop(ctx, publish, promise);
      services.penalties().punish(session.device());
      closing.end(Ending.TOO_MANY_MESSAGES);
    }
  }

  /**
   * As the broker does it when a message is not to be delivered: its place in flight is free. Not
   * at once, since the next message comes out of that call and may be dropped in turn.
   */
  private static void drop(ChannelHandlerContext ctx, PUBLISH publish, ChannelPromise promise) {
    ctx.executor()
        .execute(() -> {
          promise.setSuccess();
          ctx.fireUserEventTriggered(new PublishDroppedEvent(publish));
        });
  }

  /** The connection is gone. */
  void abandon() {
    for (Waiting left : waiting) {
      left.promise().setFailure(new ClosedChannelException());
    }
    waiting.clear();
  }
}
