package io.claviger.server.device;

import io.claviger.core.id.DeviceId;
import io.claviger.server.device.DeviceJson.View;
import io.claviger.store.Database;
import io.claviger.store.device.DeviceConnectionStore;
import io.claviger.store.device.DeviceConnectionStore.Connection;
import io.claviger.store.device.DeviceRow;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How the devices of an answer are connected: looked up once for all of them. */
record Connections(Map<DeviceId, Connection> known) {
  static final Connections NONE = new Connections(Map.of());

  /** The connections of these devices, as far as the view shows them. */
  static Connections of(Database database, List<DeviceRow> devices, View view) {
    if (!view.connection() || devices.isEmpty()) {
      return NONE;
    }
    return new Connections(
        DeviceConnectionStore.find(
            database, devices.stream().map(Connections::holder).distinct().toList()));
  }

  /** The last connection of a device; a peripheral shows its gateway's (DEV-6). */
  Optional<Connection> of(DeviceRow device) {
    return Optional.ofNullable(known.get(holder(device)));
  }

  private static DeviceId holder(DeviceRow device) {
    return device.deviceClass().isPeripheral() ? device.gateway().orElse(device.id()) : device.id();
  }
}
