/**
 * Devices connect: the embedded MQTT broker, who is let in (KEY-42), what each may publish and
 * receive (KEY-60 to KEY-68), and how a connection ends when what let it in is taken back (KEY-12).
 *
 * <p>The broker knows no rules. One handler stands between each connection and the broker ({@link
 * io.claviger.server.mqtt.DeviceGate}); it asks {@code core.decide} and lets pass what is
 * permitted. Inside the broker every topic begins with the application it belongs to, so that
 * applications cannot meet (KEY-28).
 */
@NullMarked
package io.claviger.server.mqtt;

import org.jspecify.annotations.NullMarked;
