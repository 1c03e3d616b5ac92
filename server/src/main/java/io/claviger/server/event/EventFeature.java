package io.claviger.server.event;

import io.claviger.core.id.ObjectIdSource;
import io.claviger.server.api.Api;
import io.claviger.server.api.Changes;
import io.claviger.server.count.PayloadCounts;
import io.claviger.server.settings.ResourceLimits;
import io.claviger.store.Database;
import io.claviger.store.device.DeviceStore;
import io.claviger.store.event.EventStore;

/** Events, put together. */
public final class EventFeature {
  private final Events events;
  private final EventLists lists;
  private final EventBulk bulk;

  public EventFeature(
      Database database,
      Changes changes,
      ObjectIdSource ids,
      ResourceLimits limits,
      PayloadCounts counts) {
    EventStore store = new EventStore(database);
    EventEdit edit = new EventEdit(new DeviceStore(database), changes);
    this.events = new Events(database, store, edit, ids, limits, counts);
    this.lists = new EventLists(store);
    this.bulk = new EventBulk(database, store, edit);
  }

  /** Adds the actions of {@code event} and {@code events}. */
  public void addTo(Api api) {
    api.handle("events.get", lists::list);
    api.handle("events.mostRecentBySeverity", lists::worst);
    api.handle("events.post", events::create);
    api.handle("events.patch", bulk::patch);
    api.handle("events.delete", bulk::delete);
    api.handle("event.get", events::get);
    api.handle("event.patch", events::patch);
    api.handle("event.delete", events::delete);
  }
}
