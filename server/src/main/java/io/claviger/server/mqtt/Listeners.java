package io.claviger.server.mqtt;

import com.hivemq.bootstrap.netty.ChannelDependencies;
import com.hivemq.bootstrap.netty.ChannelHandlerNames;
import com.hivemq.bootstrap.netty.NettyConfiguration;
import com.hivemq.bootstrap.netty.initializer.TcpChannelInitializer;
import com.hivemq.bootstrap.netty.initializer.WebsocketChannelInitializer;
import com.hivemq.configuration.service.MqttConfigurationService;
import com.hivemq.configuration.service.entity.TcpListener;
import com.hivemq.configuration.service.entity.WebsocketListener;
import com.hivemq.persistence.connection.ConnectionPersistence;
import com.hivemq.security.ssl.NonSslHandler;
import io.claviger.core.network.IpAddress;
import io.claviger.core.network.TrustedProxies;
import io.claviger.server.settings.MqttSettings;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.InetSocketAddress;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * Opens the ports and puts our handlers before the broker's on every connection: the proxy's
 * header, TLS, the WebSocket's address, and the gate.
 */
// What becomes of a write or a close, the connection itself tells.
@SuppressWarnings("FutureReturnValueIgnored")
final class Listeners {
  /** Never opened. */
  static final TcpListener PLACEHOLDER = new TcpListener(0, "127.0.0.1", "none");

  /** Devices come back all at once. */
  private static final int BACKLOG = 1024;

  private static final int WRITE_BUFFER_HIGH = 64 << 10;
  private static final int WRITE_BUFFER_LOW = 32 << 10;

  private final EmbeddedBroker broker;
  private final ChannelDependencies dependencies;
  private final TrustedProxies proxies;
  private final String host;
  private final Gates gates;
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
    NettyConfiguration netty = broker.part(NettyConfiguration.class);
    ChannelFuture bound =
        new ServerBootstrap()
            .group(netty.getParentEventLoopGroup(), netty.getChildEventLoopGroup())
            .channel(netty.getServerSocketChannelClass())
            .childHandler(new Entrance(webSocket, tls))
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(WRITE_BUFFER_LOW, WRITE_BUFFER_HIGH))
            .bind(host, port)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IllegalStateException("cannot listen on " + host + ":" + port, bound.cause());
    }
    Channel channel = bound.channel();
    broker.part(ConnectionPersistence.class).addServerChannel(name, channel);
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  /** Sets up one connection. */
  private final class Entrance extends ChannelInitializer<Channel> {
    private final boolean webSocket;
    private final Optional<SslContext> tls;

    Entrance(boolean webSocket, Optional<SslContext> tls) {
      this.webSocket = webSocket;
      this.tls = tls;
    }

    @Override
    protected void initChannel(Channel channel) {
      if (!(channel.remoteAddress() instanceof InetSocketAddress remote)) {
        channel.close();
        return;
      }
      IpAddress peer = IpAddress.of(remote.getAddress());
      DeviceGate gate = gates.add(Optional.of(peer));
      ChannelPipeline pipeline = channel.pipeline();
      // Runs at once: the connection is registered already.
      pipeline.addLast(
          webSocket
              ? new WebsocketChannelInitializer(
                  dependencies,
                  new WebsocketListener.Builder()
                      .bindAddress(host)
                      .port(0)
                      .path(WebSocketEntry.PATH)
                      .build(),
                  broker.injector().getProvider(NonSslHandler.class))
              : new TcpChannelInitializer(
                  dependencies, PLACEHOLDER, broker.injector().getProvider(NonSslHandler.class)));
      pipeline.addAfter(ChannelHandlerNames.MQTT_MESSAGE_ENCODER, "claviger-gate", gate);
      gates.mark(channel, gate);
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
