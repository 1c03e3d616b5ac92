package io.claviger.server.mqtt;

import com.hivemq.configuration.service.FullConfigurationService;
import com.hivemq.configuration.service.MqttConfigurationService;
import com.hivemq.configuration.service.PersistenceConfigurationService;
import com.hivemq.configuration.service.PersistenceConfigurationService.PersistenceMode;
import com.hivemq.configuration.service.entity.Listener;
import com.hivemq.configuration.service.entity.TcpListener;
import com.hivemq.configuration.service.entity.TlsTcpListener;
import com.hivemq.configuration.service.entity.TlsWebsocketListener;
import com.hivemq.configuration.service.entity.WebsocketListener;
import com.hivemq.configuration.service.impl.ConfigurationServiceImpl;
import com.hivemq.configuration.service.impl.MqttConfigurationServiceImpl;
import com.hivemq.configuration.service.impl.PersistenceConfigurationServiceImpl;
import com.hivemq.configuration.service.impl.RestrictionsConfigurationServiceImpl;
import com.hivemq.configuration.service.impl.SecurityConfigurationServiceImpl;
import com.hivemq.configuration.service.impl.listener.ListenerConfigurationService;
import com.hivemq.statistics.UsageStatisticsConfigImpl;
import io.claviger.server.settings.MqttSettings;
import java.time.Duration;
import java.util.List;

/** Our settings in the broker's words. */
final class BrokerConfiguration {
  /** The fixed header, the topic and the properties around a payload of the greatest size. */
  private static final int PACKET_OVERHEAD = 128 << 10;

  /** What a client may leave unacknowledged. */
  private static final int RECEIVE_MAXIMUM = 20;

  private static final Duration SESSION_EXPIRY_MAX = Duration.ofDays(7);

  private BrokerConfiguration() {}

  static FullConfigurationService of(MqttSettings settings) {
    UsageStatisticsConfigImpl statistics = new UsageStatisticsConfigImpl();
    // Nobody is called.
    statistics.setEnabled(false);
    SecurityConfigurationServiceImpl security = new SecurityConfigurationServiceImpl();
    // The client id is the device.
    security.setAllowServerAssignedClientId(false);
    security.setValidateUTF8(true);
    RestrictionsConfigurationServiceImpl restrictions = new RestrictionsConfigurationServiceImpl();
    // The gate counts from the connection itself, which is stricter.
    restrictions.setNoConnectIdleTimeout(0);
    return new ConfigurationServiceImpl(
        new NoListeners(),
        mqtt(settings),
        restrictions,
        security,
        statistics,
        persistence(settings));
  }

  private static MqttConfigurationService mqtt(MqttSettings settings) {
    MqttConfigurationServiceImpl mqtt = new MqttConfigurationServiceImpl();
    mqtt.setRetainedMessagesEnabled(settings.retained());
    mqtt.setMaximumQos(Packets.qos(Math.max(settings.publishQos(), settings.subscribeQos())));
    mqtt.setMaxPacketSize(settings.payload() + PACKET_OVERHEAD);
    mqtt.setMaxSessionExpiryInterval(
        settings.persistentSessions() ? SESSION_EXPIRY_MAX.toSeconds() : 0);
    mqtt.setServerReceiveMaximum(RECEIVE_MAXIMUM);
    return mqtt;
  }

  private static PersistenceConfigurationService persistence(MqttSettings settings) {
    PersistenceConfigurationServiceImpl persistence = new PersistenceConfigurationServiceImpl();
    persistence.setMode(
        switch (settings.persistence()) {
          case MEMORY -> PersistenceMode.IN_MEMORY;
          case FILE -> PersistenceMode.FILE;
        });
    return persistence;
  }

  /** The broker opens no port: {@link Listeners} does, with our handlers in front. */
  private static final class NoListeners implements ListenerConfigurationService {
    @Override
    public <T extends Listener> void addListener(T listener) {
      throw new UnsupportedOperationException("the broker has no listeners of its own");
    }

    @Override
    public List<Listener> getListeners() {
      return List.of();
    }

    @Override
    public List<TcpListener> getTcpListeners() {
      return List.of();
    }

    @Override
    public List<TlsTcpListener> getTlsTcpListeners() {
      return List.of();
    }

    @Override
    public List<WebsocketListener> getWebsocketListeners() {
      return List.of();
    }

    @Override
    public List<TlsWebsocketListener> getTlsWebsocketListeners() {
      return List.of();
    }
  }
}
