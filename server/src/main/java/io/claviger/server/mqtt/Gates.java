package io.claviger.server.mqtt;

import io.claviger.core.network.IpAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes the gate of each connection. */
final class Gates {
  private volatile @Nullable GateServices services;

  /** From now on there can be gates. */
  void begin(GateServices started) {
    services = started;
  }

  /** The gate of a new connection. */
  DeviceGate add(Optional<IpAddress> address) {
    GateServices started = services;
    if (started == null) {
      throw new IllegalStateException("a connection before the broker has started");
    }
    return new DeviceGate(started, address);
  }
}
