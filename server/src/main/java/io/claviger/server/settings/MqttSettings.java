package io.claviger.server.settings;

import io.claviger.core.Parsed;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The MQTT broker (MQT-1, MQT-3, MQT-6).
 *
 * @param enabled whether there is one
 * @param host the interface it listens on
 * @param port for MQTT over TCP; 0 for any free one
 * @param webSocketPort for MQTT over WebSockets; 0 for any free one
 * @param tls where it listens with TLS too
 * @param persistence where sessions and retained messages are kept
 * @param persistentSessions whether a session may outlive its connection
 * @param retained whether messages may be retained
 * @param publishQos the best quality of service with which may be published, 0 to 2
 * @param subscribeQos the best one that a subscription is granted, 0 to 2
 * @param payload bytes that one message may have
 * @param topicLimit messages in 15 seconds on one topic of a connection, in each direction; 0 for
 *     any number
 * @param connectionLimit messages in 15 seconds on one connection, in each direction; 0 for any
 *     number
 * @param connectLimit new connections in 15 seconds to one application; 0 for any number
 * @param disconnectOnTagChange whether a device has to go when its key is no longer for it (KEY-26
 *     says that it stays)
 */
public record MqttSettings(
    boolean enabled,
    String host,
    int port,
    int webSocketPort,
    Optional<Tls> tls,
    Persistence persistence,
    boolean persistentSessions,
    boolean retained,
    int publishQos,
    int subscribeQos,
    int payload,
    int topicLimit,
    int connectionLimit,
    int connectLimit,
    boolean disconnectOnTagChange) {

  /**
   * TLS for devices.
   *
   * @param certificate the chain, in PEM
   * @param privateKey its key, in PEM and without a password
   */
  public record Tls(Path certificate, Path privateKey, int port, int webSocketPort) {}

  /** Where the broker keeps what it has to keep. */
  public enum Persistence {
    MEMORY,
    /** In the data folder: sessions and retained messages survive a restart. */
    FILE;

    static Parsed<Persistence> parse(String text) {
      return switch (text) {
        case "memory" -> Parsed.ok(MEMORY);
        case "file" -> Parsed.ok(FILE);
        default -> Parsed.rejected("must be memory or file");
      };
    }
  }
}
