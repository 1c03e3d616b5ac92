package io.claviger.server.mqtt;

import com.hivemq.mqtt.message.reason.Mqtt5DisconnectReasonCode;

/** Why the broker ends a connection. */
enum Ending {
  /** What let the device in was taken back (KEY-12). */
  TAKEN_BACK(Mqtt5DisconnectReasonCode.ADMINISTRATIVE_ACTION, "Access was taken back"),
  /** It published where it may not (KEY-68). */
  NOT_AUTHORIZED(Mqtt5DisconnectReasonCode.NOT_AUTHORIZED, "Not authorized"),
  /** More messages than MQT-6 allows. */
  TOO_MANY_MESSAGES(Mqtt5DisconnectReasonCode.MESSAGE_RATE_TOO_HIGH, "Too many messages"),
  /** A message larger than MQT-3 allows. */
  TOO_LARGE(Mqtt5DisconnectReasonCode.PACKET_TOO_LARGE, "Message too large"),
  /** A quality of service that MQT-3 does not allow. */
  QUALITY_OF_SERVICE(Mqtt5DisconnectReasonCode.QOS_NOT_SUPPORTED, "Quality of service refused"),
  /** A topic that cannot be. */
  TOPIC_INVALID(Mqtt5DisconnectReasonCode.TOPIC_NAME_INVALID, "Topic name invalid"),
  /** A packet that has no place there. */
  PROTOCOL(Mqtt5DisconnectReasonCode.PROTOCOL_ERROR, "Protocol error"),
  /** It could not be decided or stored. */
  UNAVAILABLE(Mqtt5DisconnectReasonCode.UNSPECIFIED_ERROR, "Not available"),
  /** The same device connected elsewhere (DEV-9). */
  TAKEN_OVER(Mqtt5DisconnectReasonCode.SESSION_TAKEN_OVER, "Session taken over");

  private final Mqtt5DisconnectReasonCode code;
  private final String text;

  Ending(Mqtt5DisconnectReasonCode code, String text) {
    this.code = code;
    this.text = text;
  }

  /** What a client of MQTT 5 is told. */
  Mqtt5DisconnectReasonCode code() {
    return code;
  }

  /** What is kept as the reason, and told to a client of MQTT 5. */
  String text() {
    return text;
  }
}
