package io.claviger.server.mqtt;

import com.google.common.collect.ImmutableList;
import com.hivemq.mqtt.message.ProtocolVersion;
import com.hivemq.mqtt.message.QoS;
import com.hivemq.mqtt.message.connect.CONNECT;
import com.hivemq.mqtt.message.connect.MqttWillPublish;
import com.hivemq.mqtt.message.mqtt5.Mqtt5UserProperties;
import com.hivemq.mqtt.message.puback.PUBACK;
import com.hivemq.mqtt.message.publish.PUBLISH;
import com.hivemq.mqtt.message.publish.PUBLISHFactory;
import com.hivemq.mqtt.message.pubrec.PUBREC;
import com.hivemq.mqtt.message.reason.Mqtt5PubAckReasonCode;
import com.hivemq.mqtt.message.reason.Mqtt5PubRecReasonCode;
import com.hivemq.mqtt.message.subscribe.SUBSCRIBE;
import com.hivemq.mqtt.message.subscribe.Topic;
import com.hivemq.mqtt.message.unsubscribe.UNSUBSCRIBE;
import io.claviger.core.topic.DeviceTopic;
import io.claviger.server.count.PayloadCounts;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Copies of packets with other topics: the broker's packets cannot be changed. */
final class Packets {
  private Packets() {}

  /** Quality of service, 0 to 2, in the broker's words. */
  static QoS qos(int number) {
    return switch (number) {
      case 0 -> QoS.AT_MOST_ONCE;
      case 1 -> QoS.AT_LEAST_ONCE;
      case 2 -> QoS.EXACTLY_ONCE;
      default -> throw new IllegalArgumentException("there are three qualities of service");
    };
  }

  /** As what a message counts that is published to a topic. */
  static PayloadCounts.Kind kind(Optional<DeviceTopic> device) {
    return device
        .map(topic ->
            switch (topic.kind()) {
              case STATE -> PayloadCounts.Kind.DEVICE_STATE;
              case COMMAND -> PayloadCounts.Kind.DEVICE_COMMAND;
            })
        .orElse(PayloadCounts.Kind.MQTT_IN);
  }

  /** The bytes of a payload; none for null. */
  static int length(byte @Nullable [] payload) {
    return payload == null ? 0 : payload.length;
  }

  static PUBLISH withTopic(PUBLISH publish, String topic, boolean five) {
    return five
        ? new PUBLISHFactory.Mqtt5Builder()
            .fromPublish(publish)
            .withTopic(topic)
            .withNewTopicAlias(publish.isNewTopicAlias())
            .build()
        : new PUBLISHFactory.Mqtt3Builder()
            .fromPublish(publish)
            .withTopic(topic)
            .withMessageExpiryInterval(publish.getMessageExpiryInterval())
            .withTimestamp(publish.getTimestamp())
            .build();
  }

  /** A subscription inside, granted at most some quality of service. */
  static Topic inside(Topic topic, Namespace namespace, int qosMax) {
    return new Topic(
        namespace.filterInside(topic.getTopic()),
        QoS.getMinQoS(topic.getQoS(), qos(qosMax)),
        topic.isNoLocal(),
        topic.isRetainAsPublished(),
        topic.getRetainHandling(),
        topic.getSubscriptionIdentifier());
  }

  static SUBSCRIBE withTopics(SUBSCRIBE subscribe, List<Topic> topics) {
    return new SUBSCRIBE(
        subscribe.getUserProperties(),
        ImmutableList.copyOf(topics),
        subscribe.getPacketIdentifier(),
        subscribe.getSubscriptionIdentifier());
  }

  static UNSUBSCRIBE inside(UNSUBSCRIBE unsubscribe, Namespace namespace) {
    return new UNSUBSCRIBE(
        ImmutableList.copyOf(
            unsubscribe.getTopics().stream().map(namespace::filterInside).toList()),
        unsubscribe.getPacketIdentifier(),
        unsubscribe.getUserProperties());
  }

  /** The CONNECT without its will, which is not the broker's to publish. */
  static CONNECT withoutWill(CONNECT connect) {
    return connect.getProtocolVersion() == ProtocolVersion.MQTTv5
        ? new CONNECT.Mqtt5Builder()
            .withClientIdentifier(connect.getClientIdentifier())
            .withKeepAlive(connect.getKeepAlive())
            .withCleanStart(connect.isCleanStart())
            .withSessionExpiryInterval(connect.getSessionExpiryInterval())
            .withReceiveMaximum(connect.getReceiveMaximum())
            .withTopicAliasMaximum(connect.getTopicAliasMaximum())
            .withMaximumPacketSize(connect.getMaximumPacketSize())
            .withResponseInformationRequested(connect.isResponseInformationRequested())
            .withProblemInformationRequested(connect.isProblemInformationRequested())
            .withUsername(connect.getUsername())
            .withPassword(connect.getPassword())
            .withUserProperties(connect.getUserProperties())
            .build()
        : new CONNECT.Mqtt3Builder()
            .withProtocolVersion(connect.getProtocolVersion())
            .withClientIdentifier(connect.getClientIdentifier())
            .withKeepAlive(connect.getKeepAlive())
            .withCleanStart(connect.isCleanStart())
            .withSessionExpiryInterval(connect.getSessionExpiryInterval())
            .withUsername(connect.getUsername())
            .withPassword(connect.getPassword())
            .build();
  }

  /** The message that a will becomes. */
  static PUBLISH ofWill(MqttWillPublish will, String topic) {
    return new PUBLISHFactory.Mqtt5Builder()
        .withHivemqId(will.getHivemqId())
        .withTopic(topic)
        .withPayload(will.getPayload())
        .withQoS(will.getQos())
        .withOnwardQos(will.getQos())
        .withRetain(will.isRetain())
        .withMessageExpiryInterval(will.getMessageExpiryInterval())
        .withPayloadFormatIndicator(will.getPayloadFormatIndicator())
        .withContentType(will.getContentType())
        .withResponseTopic(will.getResponseTopic())
        .withCorrelationData(will.getCorrelationData())
        .withUserProperties(will.getUserProperties())
        .build();
  }

  /** The answer of MQTT 5 to a message with quality of service 1 that was not taken. */
  static PUBACK notTaken(PUBLISH publish, Mqtt5PubAckReasonCode code) {
    return new PUBACK(
        publish.getPacketIdentifier(), code, null, Mqtt5UserProperties.NO_USER_PROPERTIES);
  }

  /** The same with quality of service 2. */
  static PUBREC notTaken(PUBLISH publish, Mqtt5PubRecReasonCode code) {
    return new PUBREC(
        publish.getPacketIdentifier(), code, null, Mqtt5UserProperties.NO_USER_PROPERTIES);
  }
}
