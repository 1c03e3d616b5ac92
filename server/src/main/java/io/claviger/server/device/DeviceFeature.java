package io.claviger.server.device;

import io.claviger.core.id.ObjectIdSource;
import io.claviger.server.api.Api;
import io.claviger.server.api.Changes;
import io.claviger.server.count.PayloadCounts;
import io.claviger.server.settings.ResourceLimits;
import io.claviger.store.Database;
import io.claviger.store.device.DeviceStore;
import io.claviger.store.device.DeviceVocabulary;

/** Devices, put together. */
public final class DeviceFeature {
  private final Devices devices;
  private final DeviceBulk bulk;
  private final DeviceNames names;
  private final DeviceAttributes attributes;

  public DeviceFeature(
      Database database,
      Changes changes,
      ObjectIdSource ids,
      ResourceLimits limits,
      PayloadCounts counts) {
    DeviceStore store = new DeviceStore(database);
    DeviceVocabulary vocabulary = new DeviceVocabulary(database);
    this.devices = new Devices(database, store, changes, ids, limits, counts);
    this.bulk = new DeviceBulk(database, store, changes, limits);
    this.names = new DeviceNames(vocabulary);
    this.attributes = new DeviceAttributes(database, store, vocabulary, changes);
  }

  /** Adds the actions of {@code device(s)} and {@code deviceAttribute(s)}. */
  public void addTo(Api api) {
    devices.addTo(api);
    bulk.addTo(api);
    names.addTo(api);
    attributes.addTo(api);
  }
}
