/**
 * What devices report and are told: state, commands, connections ({@code
 * /applications/.../devices/.../state} and the like). What comes over HTTP and what comes over MQTT
 * takes the same way through {@link io.claviger.server.state.DeviceInbox}.
 */
@NullMarked
package io.claviger.server.state;

import org.jspecify.annotations.NullMarked;
