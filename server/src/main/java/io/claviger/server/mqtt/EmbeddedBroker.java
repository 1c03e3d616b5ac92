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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.Thread.UncaughtExceptionHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The broker itself: sessions, routing and the protocol. It is started without any port. */
// What becomes of a write or a close, the connection itself tells.
@SuppressWarnings("FutureReturnValueIgnored")
final class EmbeddedBroker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
  private static final long STOP_SECONDS_MAX = 10;

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
   * @param authenticator asked about every client; there is no other way in
   */
  static EmbeddedBroker start(
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
  <T> T part(Class<T> type) {
    return injector.getInstance(type);
  }

  /** Where parts come from. */
  Injector injector() {
    return injector;
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
