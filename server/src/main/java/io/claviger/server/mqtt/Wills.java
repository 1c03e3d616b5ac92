package io.claviger.server.mqtt;

import com.hivemq.mqtt.message.connect.MqttWillPublish;
import io.claviger.core.decide.TopicAccess;
import io.claviger.core.topic.TopicName;
import io.claviger.server.count.PayloadCounts;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the wills of devices whose connection is lost. The broker could do it, but it would ask
 * nobody: what a device may is decided at the moment when its will is published, like any message.
 */
final class Wills {
  private static final Logger LOG = LoggerFactory.getLogger(Wills.class);

  private final Sessions sessions;
  private final Admissions admissions;
  private final DevicePublishes publishes;
  private final Delivery delivery;
  private final boolean fresh;
  private final PayloadCounts counts;
  private final ExecutorService executor;

  /**
   * Makes it.
   *
   * @param fresh whether sessions end with their connection: then no will is delayed (MQTT 5
   *     section 3.1.3.2.2)
   */
  Wills(
      Sessions sessions,
      Admissions admissions,
      DevicePublishes publishes,
      Delivery delivery,
      boolean fresh,
      PayloadCounts counts,
      ExecutorService executor) {
    this.counts = counts;
    this.sessions = sessions;
    this.admissions = admissions;
    this.publishes = publishes;
    this.delivery = delivery;
    this.fresh = fresh;
    this.executor = executor;
  }

  /** The connection of a session is lost. */
  void publish(LiveSession session, MqttWillPublish will) {
    try {
      if (fresh || will.getDelayInterval() == 0) {
        executor.execute(() -> publishNow(session, will));
      } else {
        CompletableFuture.delayedExecutor(will.getDelayInterval(), TimeUnit.SECONDS, executor)
            .execute(() -> publishUnlessBack(session, will));
      }
    } catch (RejectedExecutionException e) {
      LOG.debug("the will of a device comes too late: the broker has stopped", e);
    }
  }

  private void publishUnlessBack(LiveSession session, MqttWillPublish will) {
    if (sessions.of(session.device()).isEmpty()) {
      publishNow(session, will);
    }
  }

  private void publishNow(LiveSession session, MqttWillPublish will) {
    try {
      TopicAccess access = session.access().orElseThrow();
      TopicName topic = TopicName.parse(will.getTopic()).orThrow();
      if (admissions.mayStillPublish(session, topic)) {
        taken(session, access, topic, will)
            .thenRun(() -> deliver(access, will))
            .whenComplete((_, problem) -> {
              if (problem != null) {
                failed(problem);
              }
            });
      }
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  private CompletionStage<?> taken(
      LiveSession session, TopicAccess access, TopicName topic, MqttWillPublish will) {
    return TopicAccess.deviceTopic(topic)
        .<CompletionStage<?>>map(device ->
            publishes.accept(
                DevicePublish.of(
                    access.application(),
                    session.device(),
                    device,
                    will.getPayload(),
                    () -> admissions.mayStillPublish(session, topic))))
        .orElseGet(() -> CompletableFuture.completedFuture(null));
  }

  private void deliver(TopicAccess access, MqttWillPublish will) {
    String inside = new Namespace(access.application()).inside(will.getTopic());
    counts.count(
        access.application(),
        Packets.kind(
            TopicName.parse(will.getTopic()).toOptional().flatMap(TopicAccess::deviceTopic)),
        PayloadCounts.Source.MQTT,
        Packets.length(will.getPayload()));
    delivery.deliver(Packets.ofWill(will, inside));
  }

  private static void failed(Throwable problem) {
    LOG.warn("the will of a device could not be published", problem);
  }
}
