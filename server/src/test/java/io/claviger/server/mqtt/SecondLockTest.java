package io.claviger.server.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.bootstrap.netty.ChannelDependencies;
import com.hivemq.bootstrap.netty.ChannelHandlerNames;
import com.hivemq.bootstrap.netty.initializer.TcpChannelInitializer;
import com.hivemq.configuration.service.entity.TcpListener;
import com.hivemq.security.ssl.NonSslHandler;
import io.claviger.server.settings.MqttSettings;
import io.netty.channel.Channel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A connection that came round its gate is refused, whatever it presents (KEY-42). */
class SecondLockTest {
  private static final int NOT_AUTHORIZED = 5;
  private static final int NOT_AUTHORIZED_FIVE = 0x87;
  private static final String HOST = "127.0.0.1";
  private static final String DEVICE = "575ec8687ae143cd83dc4a97";

  private static EmbeddedBroker broker;

  @BeforeAll
  static void start(@TempDir Path folder) {
    broker = EmbeddedBroker.start(SETTINGS, folder, Instant.now(), Broker.NOBODY);
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  private static final MqttSettings SETTINGS =
      new MqttSettings(
          true,
          HOST,
          0,
          0,
          Optional.empty(),
          MqttSettings.Persistence.MEMORY,
          false,
          false,
          1,
          0,
          1 << 10,
          0,
          0,
          0,
          false);

  /** The broker's own set-up of a connection. */
  private static class Bare extends TcpChannelInitializer {
    Bare() {
      super(
          broker.part(ChannelDependencies.class),
          new TcpListener(0, HOST, "bare"),
          broker.injector().getProvider(NonSslHandler.class));
    }
  }

  private static void assertRefused(int port) {
    try (RawMqtt three = new RawMqtt(port, false);
        RawMqtt five = new RawMqtt(port, true)) {
      assertThat(three.connect(DEVICE, "key", "secret")).isEqualTo(NOT_AUTHORIZED);
      assertThat(three.closes()).isTrue();
      assertThat(five.connect(DEVICE, "key", "secret")).isEqualTo(NOT_AUTHORIZED_FIVE);
      assertThat(five.closes()).isTrue();
    }
  }

  @Test
  void brokerItselfLetsNobodyIn() {
    assertRefused(broker.listen("bare", HOST, 0, new Bare()));
  }

  @Test
  void lockWithoutGateLetsNobodyIn() {
    SecondLock lock = new SecondLock(broker);
    assertRefused(
        broker.listen(
            "locked",
            HOST,
            0,
            new Bare() {
              @Override
              protected void addSpecialHandlers(Channel channel) {
                super.addSpecialHandlers(channel);
                channel
                    .pipeline()
                    .replace(
                        ChannelHandlerNames.MQTT_CONNECT_HANDLER,
                        ChannelHandlerNames.MQTT_CONNECT_HANDLER,
                        lock.handler());
              }
            }));
  }
}
