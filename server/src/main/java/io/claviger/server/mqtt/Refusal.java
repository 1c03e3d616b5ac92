package io.claviger.server.mqtt;

import com.hivemq.mqtt.message.reason.Mqtt5ConnAckReasonCode;
import io.claviger.core.decide.Denial;

/**
 * Why a device is not let in, as far as it is told (MQT-2); a client of MQTT 3.1.1 gets the nearest
 * of its five codes.
 */
enum Refusal {
  /** 3.1.1: 2. The client id is no device id. */
  CLIENT_ID(Mqtt5ConnAckReasonCode.CLIENT_IDENTIFIER_NOT_VALID),
  /** 3.1.1: 4. No such key, or another secret. */
  CREDENTIALS(Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD),
  /** 3.1.1: 5. The key is switched off, not for this device, or not for this address. */
  NOT_AUTHORIZED(Mqtt5ConnAckReasonCode.NOT_AUTHORIZED),
  /** 3.1.1: 5. It sent too much a while ago (MQT-6). */
  BANNED(Mqtt5ConnAckReasonCode.BANNED),
  /** 3.1.1: 3. Too many failed attempts or too many new connections. */
  BUSY(Mqtt5ConnAckReasonCode.SERVER_BUSY),
  /** 3.1.1: 3. It cannot be decided now. */
  UNAVAILABLE(Mqtt5ConnAckReasonCode.SERVER_UNAVAILABLE),
  /** 3.1.1: 1. MQTT 3.1 and older. */
  PROTOCOL_VERSION(Mqtt5ConnAckReasonCode.UNSUPPORTED_PROTOCOL_VERSION),
  /** 3.1.1 has no such thing. Keys are presented as user name and password only. */
  METHOD(Mqtt5ConnAckReasonCode.BAD_AUTHENTICATION_METHOD),
  /** 3.1.1: 5. The will is larger than messages may be. */
  WILL_TOO_LARGE(Mqtt5ConnAckReasonCode.PACKET_TOO_LARGE),
  /** 3.1.1: 5. The will has a quality of service that messages may not have. */
  WILL_QUALITY_OF_SERVICE(Mqtt5ConnAckReasonCode.QOS_NOT_SUPPORTED),
  /** 3.1.1: 5. The will is to be retained, which messages are not. */
  WILL_RETAINED(Mqtt5ConnAckReasonCode.RETAIN_NOT_SUPPORTED);

  private final Mqtt5ConnAckReasonCode code;

  Refusal(Mqtt5ConnAckReasonCode code) {
    this.code = code;
  }

  /** The code of MQTT 5. */
  Mqtt5ConnAckReasonCode code() {
    return code;
  }

  /** What a device is told of a denial. */
  static Refusal of(Denial denial) {
    return denial instanceof Denial.NoCredential || denial instanceof Denial.WrongSecret
        ? CREDENTIALS
        : NOT_AUTHORIZED;
  }
}
