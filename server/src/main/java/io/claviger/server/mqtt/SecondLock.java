package io.claviger.server.mqtt;

import com.hivemq.bootstrap.ClientConnectionContext;
import com.hivemq.configuration.service.FullConfigurationService;
import com.hivemq.extensions.auth.parameter.ModifiableClientSettingsImpl;
import com.hivemq.extensions.handler.PluginAuthenticatorService;
import com.hivemq.extensions.handler.PluginAuthorizerService;
import com.hivemq.extensions.packets.general.ModifiableDefaultPermissionsImpl;
import com.hivemq.extensions.services.auth.Authorizers;
import com.hivemq.limitation.TopicAliasLimiter;
import com.hivemq.mqtt.handler.KeepAliveDisconnectService;
import com.hivemq.mqtt.handler.connack.MqttConnacker;
import com.hivemq.mqtt.handler.connect.ConnectHandler;
import com.hivemq.mqtt.handler.disconnect.MqttServerDisconnector;
import com.hivemq.mqtt.handler.publish.FlowControlHandler;
import com.hivemq.mqtt.handler.publish.PublishFlowHandler;
import com.hivemq.mqtt.message.auth.AUTH;
import com.hivemq.mqtt.message.connect.CONNECT;
import com.hivemq.mqtt.message.mqtt5.Mqtt5UserProperties;
import com.hivemq.mqtt.message.reason.Mqtt5ConnAckReasonCode;
import com.hivemq.mqtt.services.PublishPollService;
import com.hivemq.persistence.clientsession.ClientSessionPersistence;
import com.hivemq.persistence.clientsession.SharedSubscriptionService;
import com.hivemq.persistence.connection.ConnectionPersistence;
import io.netty.channel.ChannelHandlerContext;

/**
 * The second lock of the door: the broker welcomes only whom the gate of that very connection has
 * let in, so a connection that came round its gate is refused.
 *
 * <p>It takes the place of the authenticators of extensions, which the broker would ask on other
 * threads: this one answers at once. A connection on which it was not put meets the broker's own
 * authentication, and that lets nobody in.
 */
final class SecondLock implements PluginAuthenticatorService {
  private final MqttConnacker connacker;
  private final ConnectHandler welcoming;

  SecondLock(EmbeddedBroker broker) {
    this.connacker = broker.part(MqttConnacker.class);
    this.welcoming =
        new ConnectHandler(
            broker.part(ClientSessionPersistence.class),
            broker.part(ConnectionPersistence.class),
            broker.part(FullConfigurationService.class),
            broker.injector().getProvider(PublishFlowHandler.class),
            broker.injector().getProvider(FlowControlHandler.class),
            connacker,
            broker.part(TopicAliasLimiter.class),
            broker.part(PublishPollService.class),
            broker.part(SharedSubscriptionService.class),
            this,
            broker.part(Authorizers.class),
            broker.part(PluginAuthorizerService.class),
            broker.part(MqttServerDisconnector.class),
            broker.part(KeepAliveDisconnectService.class));
    welcoming.postConstruct();
  }

  /** The broker's handler of CONNECT with this lock in it; one for all connections. */
  ConnectHandler handler() {
    return welcoming;
  }

  @Override
  public void authenticateConnect(
      ChannelHandlerContext ctx,
      ClientConnectionContext connection,
      CONNECT connect,
      ModifiableClientSettingsImpl settings) {
    DeviceGate gate = ctx.pipeline().get(DeviceGate.class);
    if (gate == null || !gate.admitted()) {
      refuse(ctx);
      return;
    }
    connection.setAuthPermissions(new ModifiableDefaultPermissionsImpl());
    connection.setClearPasswordAfterAuth(true);
    welcoming.connectSuccessfulAuthenticated(ctx, connection, connect, settings);
  }

  /** Nobody gets this far: the gate ends connections that send such a packet. */
  @Override
  public void authenticateAuth(
      ChannelHandlerContext ctx, ClientConnectionContext connection, AUTH auth) {
    refuse(ctx);
  }

  private void refuse(ChannelHandlerContext ctx) {
    connacker.connackError(
        ctx.channel(),
        null,
        null,
        Mqtt5ConnAckReasonCode.NOT_AUTHORIZED,
        null,
        Mqtt5UserProperties.NO_USER_PROPERTIES,
        true);
  }
}
