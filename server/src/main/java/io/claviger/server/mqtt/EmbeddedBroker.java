package io.claviger.server.mqtt;

import com.codahale.metrics.MetricRegistry;
import com.google.inject.Injector;
import com.hivemq.HiveMQServer;
import com.hivemq.bootstrap.netty.NettyConfiguration;
import com.hivemq.configuration.service.InternalConfigurations;
import com.hivemq.embedded.EmbeddedExtension;
import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import com.hivemq.extensions.ExtensionBootstrap;
import com.hivemq.persistence.connection.ConnectionPersistence;
import com.hivemq.persistence.payload.PublishPayloadPersistence;
import io.claviger.server.settings.MqttSettings;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.Thread.UncaughtExceptionHandler;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broker itself: sessions, routing and the protocol. It is started without any port, and lets
 * in whom the authenticator lets in that it is given.
 */
// What becomes of a write or a close, the connection itself tells.
@SuppressWarnings("FutureReturnValueIgnored")
public final class EmbeddedBroker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
  private static final long STOP_SECONDS_MAX = 10;

  /** Devices come back all at once. */
  private static final int BACKLOG = 1024;

  private static final int WRITE_BUFFER_HIGH = 64 << 10;
  private static final int WRITE_BUFFER_LOW = 32 << 10;

  private final HiveMQServer server;
  private final Injector injector;

  private EmbeddedBroker(HiveMQServer server, Injector injector) {
    this.server = server;
    this.injector = injector;
  }

  /**
   * Starts it.
   *
   * @param home where it may write
   * @param authenticator asked about every client, unless {@link #listen} put something else in the
   *     place of that
   */
  public static EmbeddedBroker start(
      MqttSettings settings, Path home, Instant now, SimpleAuthenticator authenticator) {
    @Nullable UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
    try {
      Files.createDirectories(home.resolve("data"));
      // What is only in memory needs no time to be written; the broker would sleep for two seconds.
      InternalConfigurations.PERSISTENCE_SHUTDOWN_GRACE_PERIOD_MSEC.set(
          switch (settings.persistence()) {
            case MEMORY -> 1;
            case FILE -> 2_000;
          });
      HiveMQServer server =
          new HiveMQServer(
              new BrokerFolders(home, now),
              new MetricRegistry(),
              BrokerConfiguration.of(settings),
              false,
              false);
      server.bootstrap();
      Injector injector = server.getInjector();
      if (injector == null) {
        throw new IllegalStateException("the broker did not start");
      }
      // What the broker does when it starts, except that it opens no port: that is ours to do.
      injector.getInstance(PublishPayloadPersistence.class).init();
      injector
          .getInstance(ExtensionBootstrap.class)
          .startExtensionSystem(new Gatekeeper(authenticator))
          .get();
      return new EmbeddedBroker(server, injector);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("the broker did not start", e);
    } finally {
      // It sets one that ends the process for problems of its own.
      Thread.setDefaultUncaughtExceptionHandler(handler);
    }
  }

  /** A part of the broker. */
  public <T> T part(Class<T> type) {
    return injector.getInstance(type);
  }

  /** Where parts come from. */
  public Injector injector() {
    return injector;
  }

  /**
   * Opens a port.
   *
   * @param name tells it from the broker's others
   * @param port 0 for any free one
   * @param entrance sets up each connection
   * @return the port that is open
   * @throws IllegalStateException when it cannot listen there
   */
  public int listen(String name, String host, int port, ChannelHandler entrance) {
    NettyConfiguration netty = part(NettyConfiguration.class);
    ChannelFuture bound =
        new ServerBootstrap()
            .group(netty.getParentEventLoopGroup(), netty.getChildEventLoopGroup())
            .channel(netty.getServerSocketChannelClass())
            .childHandler(entrance)
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
    part(ConnectionPersistence.class).addServerChannel(name, channel);
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  /** Ends all connections, then the broker. */
  @Override
  public void close() {
    NettyConfiguration netty = part(NettyConfiguration.class);
    try {
      part(ConnectionPersistence.class).shutDown().get(STOP_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("not all connections of devices could be closed", e);
    }
    // Left to itself the broker waits two seconds for connections that cannot come.
    netty.getChildEventLoopGroup().shutdownGracefully(0, STOP_SECONDS_MAX, TimeUnit.SECONDS);
    netty.getParentEventLoopGroup().shutdownGracefully(0, STOP_SECONDS_MAX, TimeUnit.SECONDS);
    server.stop();
  }

  /** Tells the broker whom to ask. */
  private static final class Gatekeeper implements EmbeddedExtension {
    private final SimpleAuthenticator authenticator;

    Gatekeeper(SimpleAuthenticator authenticator) {
      this.authenticator = authenticator;
    }

    @Override
    public String getId() {
      return "claviger";
    }

    @Override
    public String getName() {
      return "Claviger";
    }

    @Override
    public String getVersion() {
      return "1";
    }

    @Override
    public @Nullable String getAuthor() {
      return null;
    }

    @Override
    public int getPriority() {
      return 0;
    }

    @Override
    public int getStartPriority() {
      return 0;
    }

    @Override
    public ExtensionMain getExtensionMain() {
      return new Main(authenticator);
    }
  }

  private record Main(SimpleAuthenticator authenticator) implements ExtensionMain {
    @Override
    public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
      Services.securityRegistry().setAuthenticatorProvider(_ -> authenticator);
    }

    @Override
    public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {
      // The process ends, or a test.
    }
  }
}
