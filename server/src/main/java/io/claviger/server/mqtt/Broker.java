package io.claviger.server.mqtt;

import com.google.common.util.concurrent.ListenableFuture;
import com.hivemq.configuration.HivemqId;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.mqtt.handler.connack.MqttConnacker;
import com.hivemq.mqtt.handler.disconnect.MqttServerDisconnector;
import com.hivemq.mqtt.message.publish.PUBLISH;
import com.hivemq.mqtt.message.publish.PUBLISHFactory;
import com.hivemq.mqtt.services.InternalPublishService;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.network.TrustedProxies;
import io.claviger.core.topic.TopicName;
import io.claviger.server.access.Bearers;
import io.claviger.server.access.CredentialUse;
import io.claviger.server.access.Places;
import io.claviger.server.background.Background;
import io.claviger.server.count.PayloadCounts;
import io.claviger.server.devicelogin.DeviceLogins;
import io.claviger.server.nodes.NodeMessages;
import io.claviger.server.security.RateLimiter;
import io.claviger.server.settings.MqttSettings;
import io.claviger.server.state.TopicTaps;
import io.claviger.store.Database;
import io.claviger.store.Dialect;
import io.claviger.store.device.DeviceConnectionStore;
import io.claviger.store.facts.CachedFacts;
import io.claviger.store.facts.Facts;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The MQTT broker of this node. A running one; closing it ends all connections. */
public final class Broker implements AutoCloseable {
  /**
   * Whom the broker lets in by itself. Devices come in through the {@link SecondLock}, which is on
   * the connections of our ports and nowhere else.
   */
  static final SimpleAuthenticator NOBODY = (_, output) -> output.failAuthentication();

  private static final Duration FLUSH = Duration.ofSeconds(1);
  private static final Duration BEAT = Duration.ofSeconds(10);
  private static final String LOG_WAITS = "the log of connections has to wait";

  private final EmbeddedBroker broker;
  private final ExecutorService executor;
  private final ConnectionLog log;
  private final TopicTaps taps;
  private final OtherNodes nodes;
  private final DeviceConnectionStore connections;
  private final Listeners.Ports ports;
  private final ExecutorService publisher;
  private final Background background = new Background("mqtt-background");

  /**
   * What the broker needs of the rest.
   *
   * @param folder where it may write
   * @param failures how often an address may fail, shared with the log-in over HTTP
   * @param publishes gets every message on a device's topic
   * @param taps are shown every message that is delivered
   * @param nodes get what is published here, and this one what is published there
   * @param counts of what goes through
   * @param ids for entries of the log of connections, and a name for this node
   */
  public record Surroundings(
      MqttSettings settings,
      TrustedProxies proxies,
      Path folder,
      Database database,
      Facts facts,
      Bearers bearers,
      Places places,
      DeviceLogins logins,
      RateLimiter failures,
      CredentialUse use,
      DevicePublishes publishes,
      TopicTaps taps,
      NodeMessages nodes,
      PayloadCounts counts,
      PrometheusRegistry registry,
      InstantSource clock,
      ObjectIdSource ids) {}

  private Broker(Surroundings around) {
    MqttSettings settings = around.settings();
    this.taps = around.taps();
    this.executor =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("mqtt-", 0).factory());
    this.publisher =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("mqtt-publisher").daemon().factory());
    this.connections = new DeviceConnectionStore(around.database(), around.ids().next());
    this.log =
        new ConnectionLog(
            connections, around.ids(), around.clock(), work -> background.once(LOG_WAITS, work));
    Sessions sessions = new Sessions();
    this.nodes = new OtherNodes(around.nodes(), sessions);
    Standings standings =
        new Standings(
            around.facts(),
            around.bearers(),
            around.places(),
            () -> around.database().feed().current(CachedFacts.BOUND));
    Penalties penalties = new Penalties(around.clock());
    Admissions admissions =
        new Admissions(
            around.facts(),
            standings,
            around.logins(),
            around.failures(),
            around.use(),
            sessions,
            penalties,
            new ConnectLimit(settings.connectLimit(), around.clock()),
            around.clock(),
            settings);
    MqttMetrics metrics = new MqttMetrics(around.registry(), sessions::size);
    // Listens before anybody can connect.
    around
        .database()
        .onChange(
            new Revocations(sessions, standings, settings.disconnectOnTagChange(), executor)
                ::changed);
    Gates gates = new Gates();
    this.broker = EmbeddedBroker.start(settings, around.folder(), around.clock().instant(), NOBODY);
    Wills wills =
        new Wills(
            sessions,
            admissions,
            around.publishes(),
            this::deliverEverywhere,
            !settings.persistentSessions(),
            around.counts(),
            executor);
    gates.begin(
        new GateServices(
            settings,
            admissions,
            sessions,
            penalties,
            log,
            metrics,
            around.publishes(),
            taps,
            wills,
            nodes,
            around.counts(),
            executor,
            around.clock(),
            broker.part(MqttConnacker.class),
            broker.part(MqttServerDisconnector.class)));
    try {
      connections.begin(around.database().dialect() == Dialect.SQLITE);
      around.nodes().on(NodeMessages.Kind.PUBLISH, this::published);
      this.ports = new Listeners(broker, around.proxies(), settings.host(), gates).open(settings);
    } catch (RuntimeException e) {
      stop();
      throw e;
    }
    background.every(FLUSH, LOG_WAITS, log::flush);
    background.every(BEAT, "this node could not be put down as alive", this::beat);
  }

  /**
   * Starts the broker and opens its ports.
   *
   * @throws RuntimeException when it cannot listen there
   */
  public static Broker start(Surroundings around) {
    return new Broker(around);
  }

  /** The port for MQTT over TCP. */
  public int port() {
    return ports.tcp();
  }

  /** The port for MQTT over WebSockets. */
  public int webSocketPort() {
    return ports.webSocket();
  }

  /** The port for MQTT over TLS, if there is one. */
  public Optional<Integer> tlsPort() {
    return ports.tls();
  }

  /** The port for MQTT over WebSockets over TLS, if there is one. */
  public Optional<Integer> webSocketTlsPort() {
    return ports.webSocketTls();
  }

  /**
   * Publishes a message to the devices of an application that may receive it, on all nodes. Whoever
   * calls this has decided that it may be published.
   *
   * @param qos quality of service, 0 to 2
   * @return done when every subscriber's queue on this node has it
   */
  public CompletionStage<Boolean> publish(
      ApplicationId application, TopicName topic, byte[] payload, int qos) {
    return deliverEverywhere(message(application, topic, payload, qos));
  }

  /** As {@link #publish}, on this node alone: the others know of it themselves. */
  CompletionStage<Boolean> publishHere(
      ApplicationId application, TopicName topic, byte[] payload, int qos) {
    return deliver(message(application, topic, payload, qos));
  }

  private PUBLISH message(ApplicationId application, TopicName topic, byte[] payload, int qos) {
    return new PUBLISHFactory.Mqtt5Builder()
        .withHivemqId(broker.part(HivemqId.class).get())
        .withTopic(new Namespace(application).inside(topic.text()))
        .withPayload(payload)
        .withQoS(Packets.qos(qos))
        .withOnwardQos(Packets.qos(qos))
        .withMessageExpiryInterval(PUBLISH.MESSAGE_EXPIRY_INTERVAL_NOT_SET)
        .build();
  }

  /** A message that was published at some node. */
  private void published(byte[] body, boolean own) {
    if (!own) {
      PublishCodec.read(body, broker.part(HivemqId.class).get())
          .filter(publish -> Namespace.isInside(publish.getTopic()))
          .ifPresent(this::deliver);
    }
  }

  private CompletionStage<Boolean> deliverEverywhere(PUBLISH publish) {
    nodes.publish(publish);
    return deliver(publish);
  }

  private CompletionStage<Boolean> deliver(PUBLISH publish) {
    show(publish);
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    ListenableFuture<?> delivered =
        broker.part(InternalPublishService.class).publish(publish, publisher, null);
    delivered.addListener(
        () -> {
          try {
            delivered.get();
            done.complete(true);
          } catch (InterruptedException | ExecutionException e) {
            done.completeExceptionally(e);
          }
        },
        publisher);
    return done;
  }

  private void show(PUBLISH publish) {
    String inside = publish.getTopic();
    int end = inside.indexOf('/');
    taps.show(
        new ApplicationId(inside.substring(0, end)),
        inside.substring(end + 1),
        publish.getPayload());
  }

  private void beat() {
    if (connections.beat()) {
      log.again();
    }
  }

  private void stop() {
    broker.close();
    executor.shutdownNow();
    publisher.shutdown();
    background.close();
  }

  /** Ends all connections and puts them down as ended. */
  @Override
  public void close() {
    stop();
    log.flush();
    connections.end();
  }
}
