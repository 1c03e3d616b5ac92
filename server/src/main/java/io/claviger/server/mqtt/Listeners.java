package io.claviger.server.mqtt;

import com.hivemq.bootstrap.netty.ChannelDependencies;
import com.hivemq.bootstrap.netty.ChannelHandlerNames;
import com.hivemq.bootstrap.netty.initializer.AbstractChannelInitializer;
import com.hivemq.bootstrap.netty.initializer.WebsocketChannelInitializer;
import com.hivemq.configuration.service.MqttConfigurationService;
import com.hivemq.configuration.service.entity.TcpListener;
import com.hivemq.configuration.service.entity.WebsocketListener;
import com.hivemq.security.ssl.NonSslHandler;
import io.claviger.core.network.IpAddress;
import io.claviger.core.network.TrustedProxies;
import io.claviger.server.settings.MqttSettings;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.InetSocketAddress;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * Opens the ports and puts our handlers before the broker's on every connection: the proxy's
 * header, TLS, the WebSocket's address, and the gate.
 */
// What becomes of a close, the connection itself tells.
@SuppressWarnings("FutureReturnValueIgnored")
final class Listeners {
  /** Never opened. */
  private static final TcpListener PLACEHOLDER = new TcpListener(0, "127.0.0.1", "none");

  private final EmbeddedBroker broker;
  private final ChannelDependencies dependencies;
  private final TrustedProxies proxies;
  private final String host;
  private final Gates gates;
  private final SecondLock lock;
  private final int packetMax;

  /**
   * Makes it.
   *
   * @param host the interface
   * @param gates makes the gate of each connection
   */
  Listeners(EmbeddedBroker broker, TrustedProxies proxies, String host, Gates gates) {
    this.broker = broker;
    this.dependencies = broker.part(ChannelDependencies.class);
    this.proxies = proxies;
    this.host = host;
    this.gates = gates;
    this.lock = new SecondLock(broker);
    this.packetMax = broker.part(MqttConfigurationService.class).maxPacketSize();
  }

  /** The ports that are open. */
  record Ports(int tcp, int webSocket, Optional<Integer> tls, Optional<Integer> webSocketTls) {}

  /** Opens all ports of the settings. */
  Ports open(MqttSettings settings) {
    Optional<SslContext> tls = settings.tls().map(Listeners::context);
    int tcp = open("tcp", settings.port(), false, Optional.empty());
    int webSocket = open("websocket", settings.webSocketPort(), true, Optional.empty());
    return new Ports(
        tcp,
        webSocket,
        tls.map(context -> open("tls", settings.tls().orElseThrow().port(), false, tls)),
        tls.map(context ->
            open("websocket-tls", settings.tls().orElseThrow().webSocketPort(), true, tls)));
  }

  private static SslContext context(MqttSettings.Tls tls) {
    try {
      return SslContextBuilder.forServer(tls.certificate().toFile(), tls.privateKey().toFile())
          .protocols("TLSv1.3", "TLSv1.2")
          .build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new CertificateProblem(e);
    }
  }

  private int open(String name, int port, boolean webSocket, Optional<SslContext> tls) {
    Entrance entrance = new Entrance(webSocket, tls);
    return broker.listen(
        name, host, port, webSocket ? new WebSockets(entrance) : new Sockets(entrance));
  }

  /** The broker's own set-up of a connection, and ours. Shared by all connections of a port. */
  private final class Sockets extends AbstractChannelInitializer {
    private final Entrance entrance;

    Sockets(Entrance entrance) {
      super(dependencies, PLACEHOLDER);
      this.entrance = entrance;
    }

    @Override
    protected void addSpecialHandlers(Channel channel) {
      entrance.setUp(channel);
    }
  }

  /** The same for WebSockets. */
  private final class WebSockets extends WebsocketChannelInitializer {
    private final Entrance entrance;

    WebSockets(Entrance entrance) {
      super(
          dependencies,
          new WebsocketListener.Builder()
              .bindAddress(host)
              .port(0)
              .path(WebSocketEntry.PATH)
              .build(),
          broker.injector().getProvider(NonSslHandler.class));
      this.entrance = entrance;
    }

    @Override
    protected void addSpecialHandlers(Channel channel) {
      super.addSpecialHandlers(channel);
      entrance.setUp(channel);
    }
  }

  /** Puts our handlers before the broker's. */
  private final class Entrance {
    private final boolean webSocket;
    private final Optional<SslContext> tls;

    Entrance(boolean webSocket, Optional<SslContext> tls) {
      this.webSocket = webSocket;
      this.tls = tls;
    }

    void setUp(Channel channel) {
      ChannelPipeline pipeline = channel.pipeline();
      pipeline.replace(
          ChannelHandlerNames.MQTT_CONNECT_HANDLER,
          ChannelHandlerNames.MQTT_CONNECT_HANDLER,
          lock.handler());
      if (!(channel.remoteAddress() instanceof InetSocketAddress remote)) {
        channel.close();
        return;
      }
      IpAddress peer = IpAddress.of(remote.getAddress());
      DeviceGate gate = gates.add(Optional.of(peer));
      pipeline.addAfter(ChannelHandlerNames.MQTT_MESSAGE_ENCODER, "claviger-gate", gate);
      if (webSocket) {
        pipeline.addAfter(
            ChannelHandlerNames.HTTP_OBJECT_AGGREGATOR,
            "claviger-websocket",
            new WebSocketEntry(gate, proxies));
      } else {
        pipeline.addFirst("claviger-first", new FirstPacket(packetMax));
      }
      tls.ifPresent(
          context -> pipeline.addFirst("claviger-tls", context.newHandler(channel.alloc())));
      if (proxies.contains(peer)) {
        pipeline.addFirst("claviger-proxy", new ProxyHeader(gate));
      }
    }
  }
}
