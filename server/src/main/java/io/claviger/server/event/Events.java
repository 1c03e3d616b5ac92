package io.claviger.server.event;

import io.claviger.core.id.EventId;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.count.PayloadCounts;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Response;
import io.claviger.server.settings.ResourceLimits;
import io.claviger.store.Database;
import io.claviger.store.event.EventRow;
import io.claviger.store.event.EventStore;
import java.util.List;

/**
 * Events one by one. They are data: the change log does not tell of them (AUD-5), an event tells of
 * its changes itself.
 */
final class Events {
  private static final String KIND = "Event";

  private final Database database;
  private final EventStore store;
  private final EventEdit edit;
  private final ObjectIdSource ids;
  private final ResourceLimits limits;
  private final PayloadCounts counts;

  Events(
      Database database,
      EventStore store,
      EventEdit edit,
      ObjectIdSource ids,
      ResourceLimits limits,
      PayloadCounts counts) {
    this.counts = counts;
    this.database = database;
    this.store = store;
    this.edit = edit;
    this.ids = ids;
    this.limits = limits;
  }

  Response create(Call call) {
    EventRow made =
        database.write(transaction -> {
          call.requireStillAllowed();
          requireRoom(call);
          EventRow event = edit.draft(call, new EventId(ids.next()), transaction.now());
          store.insert(transaction, event);
          return event;
        });
    counts.count(
        call.application(),
        PayloadCounts.Kind.EVENT,
        PayloadCounts.Source.API,
        call.request().body().length);
    return Response.created(EventJson.render(made, call));
  }

  /** None is dropped to make room: which of them are done with is for people to say. */
  private void requireRoom(Call call) {
    int limit = limits.events();
    if (store.count(call.application()) >= limit) {
      throw ApiException.validation("event", "limit of " + limit + " is reached");
    }
  }

  Response get(Call call) {
    return Response.ok(EventJson.render(find(call), call));
  }

  private EventRow find(Call call) {
    return store
        .find(call.application(), call.id("eventId", KIND, EventId::new))
        .orElseThrow(() -> ApiException.notFound(KIND));
  }

  Response patch(Call call) {
    EventRow patched =
        database.write(transaction -> {
          call.requireStillAllowed();
          EventRow before = find(call);
          EventRow after = edit.patch(call).apply(before, transaction.now());
          if (!after.equals(before)) {
            store.update(transaction, after);
          }
          return after;
        });
    return Response.ok(EventJson.render(patched, call));
  }

  Response delete(Call call) {
    database.run(transaction -> {
      call.requireStillAllowed();
      store.delete(transaction, List.of(find(call).id()));
    });
    return Api.success();
  }
}
