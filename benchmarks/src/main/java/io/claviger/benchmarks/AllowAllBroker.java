package io.claviger.benchmarks;

import com.hivemq.bootstrap.netty.ChannelDependencies;
import com.hivemq.bootstrap.netty.initializer.TcpChannelInitializer;
import com.hivemq.configuration.service.entity.TcpListener;
import com.hivemq.security.ssl.NonSslHandler;
import io.claviger.server.mqtt.EmbeddedBroker;
import io.claviger.server.settings.MqttSettings;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The same broker with the same settings, but with its own set-up of connections and an
 * authenticator that lets everybody in: what our rules are compared with.
 */
public final class AllowAllBroker {
  private static final String HOST = "127.0.0.1";
  private static final int PAYLOAD_MAX = 256 << 10;

  private AllowAllBroker() {}

  /** Starts it on the port of the first argument. */
  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[0]);
    EmbeddedBroker broker =
        EmbeddedBroker.start(
            settings(port),
            Files.createTempDirectory("allow-all"),
            InstantSource.system().instant(),
            (_, result) -> result.authenticateSuccessfully());
    broker.listen(
        "tcp",
        HOST,
        port,
        new TcpChannelInitializer(
            broker.part(ChannelDependencies.class),
            new TcpListener(port, HOST, "tcp"),
            broker.injector().getProvider(NonSslHandler.class)));
    System.out.println("listens");
  }

  private static MqttSettings settings(int port) {
    return new MqttSettings(
        true,
        HOST,
        port,
        0,
        Optional.empty(),
        MqttSettings.Persistence.MEMORY,
        false,
        false,
        1,
        1,
        PAYLOAD_MAX,
        0,
        0,
        0,
        false);
  }
}
