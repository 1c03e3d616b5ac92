package io.claviger.server.mqtt;

import com.hivemq.mqtt.handler.connack.MqttConnacker;
import com.hivemq.mqtt.handler.disconnect.MqttServerDisconnector;
import io.claviger.server.count.PayloadCounts;
import io.claviger.server.settings.MqttSettings;
import io.claviger.server.state.TopicTaps;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;

/**
 * What all connections share.
 *
 * @param taps are shown every message that is delivered
 * @param nodes get what is published here
 * @param executor runs what may wait for the database
 * @param connacker refuses a CONNECT
 * @param disconnector ends a connection
 */
record GateServices(
    MqttSettings settings,
    Admissions admissions,
    Sessions sessions,
    Penalties penalties,
    ConnectionLog log,
    MqttMetrics metrics,
    DevicePublishes publishes,
    TopicTaps taps,
    Wills wills,
    OtherNodes nodes,
    PayloadCounts counts,
    ExecutorService executor,
    InstantSource clock,
    MqttConnacker connacker,
    MqttServerDisconnector disconnector) {}
