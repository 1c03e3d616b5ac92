package io.claviger.server.mqtt;

import com.hivemq.bootstrap.ClientConnectionContext;
import com.hivemq.mqtt.message.PINGREQ;
import com.hivemq.mqtt.message.ProtocolVersion;
import com.hivemq.mqtt.message.auth.AUTH;
import com.hivemq.mqtt.message.connack.CONNACK;
import com.hivemq.mqtt.message.connect.CONNECT;
import com.hivemq.mqtt.message.connect.MqttWillPublish;
import com.hivemq.mqtt.message.disconnect.DISCONNECT;
import com.hivemq.mqtt.message.mqtt5.Mqtt5UserProperties;
import com.hivemq.mqtt.message.publish.PUBLISH;
import com.hivemq.mqtt.message.reason.Mqtt5ConnAckReasonCode;
import com.hivemq.mqtt.message.reason.Mqtt5DisconnectReasonCode;
import com.hivemq.mqtt.message.suback.SUBACK;
import com.hivemq.mqtt.message.subscribe.SUBSCRIBE;
import com.hivemq.mqtt.message.unsubscribe.UNSUBSCRIBE;
import io.claviger.core.network.IpAddress;
import io.claviger.server.count.PayloadCounts;
import io.claviger.server.mqtt.Admissions.Presented;
import io.claviger.server.mqtt.Admissions.Verdict;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between one connection and the broker, next to the encoder: every packet passes here as an
 * object, in both directions, on the connection's own thread.
 *
 * <p>Until the device is let in nothing passes, and after that nothing but what is permitted. What
 * has to wait for the database is decided elsewhere; the packets behind it wait in their order.
 */
// What becomes of a write or a close, the connection itself tells.
@SuppressWarnings("FutureReturnValueIgnored")
final class DeviceGate extends ChannelDuplexHandler implements LiveSession.Closing {
  private static final Logger LOG = LoggerFactory.getLogger(DeviceGate.class);

  /** From the connection to a CONNECT that was decided: beyond it nobody waits. */
  private static final Duration ENTRY_MAX = Duration.ofSeconds(10);

  /** How long a client that does not read gets to take its last packet. */
  private static final Duration LAST_PACKET_MAX = Duration.ofMillis(250);

  private final GateServices services;
  private final boolean fresh;
  private Optional<IpAddress> address;

  private @Nullable ChannelHandlerContext context;
  private @Nullable InboundTopics inbound;
  private @Nullable OutboundTopics outbound;
  private @Nullable LiveSession session;
  private final PacketQueue arriving = new PacketQueue();

  /** To be published when the connection ends without a word. */
  private @Nullable MqttWillPublish will;

  private @Nullable Future<?> deadline;

  /** Read by the broker's threads too. */
  private volatile boolean admitted;

  private boolean connecting;
  private boolean connected;
  private boolean five;
  private boolean ended;
  private boolean closed;
  private String reason = "Connection lost";

  /**
   * Makes the gate of a connection.
   *
   * @param address where the client is, as far as the connection tells; empty when that cannot be
   *     known
   */
  DeviceGate(GateServices services, Optional<IpAddress> address) {
    this.services = services;
    this.address = address;
    this.fresh = !services.settings().persistentSessions();
  }

  /** A proxy that is trusted says where the client is; empty when what it says cannot be read. */
  void forwardedFor(Optional<IpAddress> client) {
    address = client;
  }

  /** Where the client is, as far as is known by now. */
  Optional<IpAddress> address() {
    return address;
  }

  /** Whether the device was let in: the broker asks once more before it believes it. */
  boolean admitted() {
    return admitted;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    // Counted from the connection, whatever dribbles in: an idle timer would start anew each time.
    deadline =
        ctx.executor()
            .schedule(
                () -> {
                  ctx.close();
                },
                ENTRY_MAX.toMillis(),
                TimeUnit.MILLISECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object packet) {
    if (ended) {
      return;
    }
    if (arriving.isOpen() || (connected && packet instanceof PINGREQ)) {
      // A ping overtakes what waits for the database: the client must not believe us dead.
      take(ctx, packet);
    } else {
      arriving.add(ctx, () -> take(ctx, packet));
    }
  }

  /** Takes one packet of the client. */
  private void take(ChannelHandlerContext ctx, Object packet) {
    if (ended) {
      return;
    }
    InboundTopics topics = inbound;
    switch (packet) {
      case CONNECT connect when !connecting -> connect(ctx, connect);
      case CONNECT _, AUTH _ -> end(Ending.PROTOCOL);
      case Object _ when topics == null -> ctx.close();
      case PUBLISH publish -> topics.publish(ctx, publish);
      case SUBSCRIBE subscribe -> topics.subscribe(ctx, subscribe);
      case UNSUBSCRIBE unsubscribe -> topics.unsubscribe(ctx, unsubscribe);
      case DISCONNECT disconnect -> disconnect(ctx, disconnect);
      default -> ctx.fireChannelRead(packet);
    }
  }

  private void disconnect(ChannelHandlerContext ctx, DISCONNECT disconnect) {
    reason = "Disconnected by the client";
    if (disconnect.getReasonCode() == Mqtt5DisconnectReasonCode.NORMAL_DISCONNECTION) {
      will = null;
    }
    ctx.fireChannelRead(disconnect);
    if (fresh) {
      // The packet may ask for a session that stays, which the broker would grant.
      ClientConnectionContext.of(ctx.channel()).setClientSessionExpiryInterval(0L);
    }
  }

  private void connect(ChannelHandlerContext ctx, CONNECT connect) {
    connecting = true;
    five = connect.getProtocolVersion() == ProtocolVersion.MQTTv5;
    if (connect.getProtocolVersion() == ProtocolVersion.MQTTv3_1) {
      turnAway(ctx, Refusal.PROTOCOL_VERSION);
    } else if (connect.getAuthMethod() != null) {
      turnAway(ctx, Refusal.METHOD);
    } else {
      Presented presented = presented(connect);
      Optional<Verdict> verdict = Optional.empty();
      try {
        verdict = services.admissions().decideNow(presented, this);
      } catch (RuntimeException e) {
        LOG.warn("whether a device may connect could not be decided", e);
        verdict = Optional.of(new Verdict.TurnedAway(Refusal.UNAVAILABLE));
      }
      verdict.ifPresentOrElse(
          decided -> apply(ctx, connect, decided), () -> decideLater(ctx, connect, presented));
    }
  }

  private void decideLater(ChannelHandlerContext ctx, CONNECT connect, Presented presented) {
    arriving.hold();
    try {
      services.executor().execute(() -> decide(ctx, connect, presented));
    } catch (RejectedExecutionException e) {
      turnAway(ctx, Refusal.UNAVAILABLE);
    }
  }

  private Presented presented(CONNECT connect) {
    MqttWillPublish will = connect.getWillPublish();
    return new Presented(
        connect.getClientIdentifier(),
        Optional.ofNullable(connect.getUsername()),
        text(connect.getPassword()),
        will == null
            ? Optional.empty()
            : Optional.of(
                new Admissions.Will(
                    will.getTopic(),
                    will.getPayload() == null ? 0 : will.getPayload().length,
                    will.getQos().getQosNumber(),
                    will.isRetain())),
        address,
        five ? "MQTT 5" : "MQTT 3.1.1");
  }

  /** A secret is text; bytes that are none are no secret. */
  private static Optional<String> text(byte @Nullable [] password) {
    if (password == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(password)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** Not on the connection's thread. Whatever goes wrong, the device is not let in. */
  private void decide(ChannelHandlerContext ctx, CONNECT connect, Presented presented) {
    Verdict verdict = new Verdict.TurnedAway(Refusal.UNAVAILABLE);
    try {
      verdict = services.admissions().decide(presented, this);
    } catch (RuntimeException e) {
      LOG.warn("whether a device may connect could not be decided", e);
    } finally {
      Verdict decided = verdict;
      try {
        ctx.executor().execute(() -> apply(ctx, connect, decided));
      } catch (RejectedExecutionException e) {
        forget(decided);
      }
    }
  }

  private void forget(Verdict verdict) {
    if (verdict instanceof Verdict.LetIn(LiveSession found, var _)) {
      services.sessions().remove(found);
    }
  }

  private void apply(ChannelHandlerContext ctx, CONNECT connect, Verdict verdict) {
    if (ended || closed) {
      forget(verdict);
      return;
    }
    switch (verdict) {
      case Verdict.TurnedAway(Refusal refusal) -> turnAway(ctx, refusal);
      case Verdict.LetIn(LiveSession found, var _) -> {
        letIn(ctx, connect, found);
        arriving.resume(ctx);
      }
    }
  }

  private void turnAway(ChannelHandlerContext ctx, Refusal refusal) {
    ended = true;
    services.metrics().turnedAway(refusal);
    services
        .connacker()
        .connackError(
            ctx.channel(),
            null,
            null,
            refusal.code(),
            null,
            Mqtt5UserProperties.NO_USER_PROPERTIES,
            true);
    closeSoon(ctx);
  }

  private void letIn(ChannelHandlerContext ctx, CONNECT connect, LiveSession found) {
    session = found;
    admitted = true;
    Namespace namespace = new Namespace(found.application().orElseThrow());
    inbound = new InboundTopics(services, found, namespace, arriving, this, five);
    outbound = new OutboundTopics(services, found, namespace, this, five);
    services.metrics().letIn();
    for (LiveSession other : services.sessions().of(found.device())) {
      if (other != found && other.access().isPresent()) {
        other.end(Ending.TAKEN_OVER);
      }
    }
    if (fresh && !five) {
      // MQTT 5 is told in the CONNACK that its session does not stay; 3.1.1 cannot be.
      connect.setSessionExpiryInterval(0);
    }
    will = connect.getWillPublish();
    ctx.fireChannelRead(will == null ? connect : Packets.withoutWill(connect));
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object packet, ChannelPromise promise) {
    OutboundTopics topics = outbound;
    switch (packet) {
      case PUBLISH publish when topics == null -> promise.setFailure(new IllegalStateException());
      case PUBLISH publish -> topics.publish(ctx, publish, promise);
      case SUBACK suback when inbound != null -> pass(ctx, inbound.answer(suback), promise);
      case CONNACK connack -> {
        if (connack.getReasonCode() == Mqtt5ConnAckReasonCode.SUCCESS) {
          welcome();
        }
        pass(ctx, packet, promise);
      }
      default -> pass(ctx, packet, promise);
    }
  }

  /** Behind what is still being decided about. */
  private void pass(ChannelHandlerContext ctx, Object packet, ChannelPromise promise) {
    if (outbound == null) {
      ctx.write(packet, promise);
    } else {
      outbound.pass(ctx, packet, promise);
    }
  }

  private void welcome() {
    LiveSession found = session;
    if (found != null && !connected) {
      connected = true;
      endDeadline();
      services.log().connected(found);
      services.nodes().announce(found);
      count(found, PayloadCounts.Kind.DEVICE_CONNECT);
    }
  }

  @Override
  public void end(Ending why) {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      return;
    }
    if (ctx.executor().inEventLoop()) {
      endNow(ctx, why);
    } else {
      ctx.executor().execute(() -> endNow(ctx, why));
    }
  }

  private void endNow(ChannelHandlerContext ctx, Ending why) {
    if (ended) {
      return;
    }
    ended = true;
    admitted = false;
    reason = why.text();
    if (!connected) {
      ctx.close();
      return;
    }
    if (why == Ending.TAKEN_BACK) {
      // Nobody may speak any more in the name of this device, its will included.
      will = null;
    }
    services.disconnector().disconnect(ctx.channel(), null, null, why.code(), why.text());
    closeSoon(ctx);
  }

  /**
   * The broker closes once the last packet is written, which a client can hold up by not reading.
   */
  private static void closeSoon(ChannelHandlerContext ctx) {
    ctx.executor()
        .schedule(
            () -> {
              ctx.close();
            },
            LAST_PACKET_MAX.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /** A timer that runs on would keep all of this in memory. */
  private void endDeadline() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    endDeadline();
    closed = true;
    ended = true;
    LiveSession found = session;
    if (found != null) {
      services.sessions().remove(found);
      found
          .takenBackAt()
          .ifPresent(
              at -> services.metrics().takenBack(Duration.between(at, services.clock().instant())));
      if (connected) {
        services.log().disconnected(found, reason);
        count(found, PayloadCounts.Kind.DEVICE_DISCONNECT);
        if (will != null) {
          services.wills().publish(found, will);
        }
      }
    }
    if (outbound != null) {
      outbound.abandon();
    }
    ctx.fireChannelInactive();
  }

  private void count(LiveSession found, PayloadCounts.Kind kind) {
    found
        .application()
        .ifPresent(application ->
            services.counts().count(application, kind, PayloadCounts.Source.MQTT, 0));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    reason = "Protocol error";
    ctx.fireExceptionCaught(cause);
  }
}
