package io.claviger.server.event;

import io.claviger.core.id.EventId;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.http.Json;
import io.claviger.server.http.Response;
import io.claviger.store.Database;
import io.claviger.store.Transaction;
import io.claviger.store.event.EventFilter;
import io.claviger.store.event.EventRow;
import io.claviger.store.event.EventStore;
import java.util.List;

/**
 * Changes and deletes the events that a request means, while the caller waits, in small
 * transactions so that other writes pass between them. One that comes up meanwhile stays as it is.
 */
final class EventBulk {
  /** Each event may hold as much as a request body. */
  private static final int BATCH = 50;

  private final Database database;
  private final EventStore store;
  private final EventEdit edit;

  EventBulk(Database database, EventStore store, EventEdit edit) {
    this.database = database;
    this.store = store;
    this.edit = edit;
  }

  /** Inside a write; answers how many something was done to. */
  @FunctionalInterface
  private interface Work {
    int on(Transaction transaction, List<EventId> events);
  }

  Response patch(Call call) {
    EventFilter filter = EventParameters.of(call.request().query()).all();
    var _ = edit.patch(call); // A bad body is refused even when it would change nothing.
    var _ =
        inBatches(call, filter, (transaction, events) -> patch(transaction, call, filter, events));
    return Api.success();
  }

  private int patch(Transaction transaction, Call call, EventFilter filter, List<EventId> events) {
    EventEdit.Patch patch = edit.patch(call);
    int done = 0;
    for (EventRow before : store.rowsAmong(call.application(), filter, events)) {
      EventRow after = patch.apply(before, transaction.now());
      if (!after.equals(before)) {
        store.update(transaction, after);
        done++;
      }
    }
    return done;
  }

  Response delete(Call call) {
    EventFilter filter = EventParameters.ofQuery(call.body());
    int removed =
        inBatches(
            call,
            filter,
            (transaction, events) -> {
              List<EventId> found = store.idsAmong(call.application(), filter, events);
              store.delete(transaction, found);
              return found.size();
            });
    return Response.ok(Json.emptyObject().put("removed", removed));
  }

  /** Looked for outside of the write, and once more inside it, where nothing can change. */
  private int inBatches(Call call, EventFilter filter, Work work) {
    List<EventId> found = store.ids(call.application(), filter);
    int done = 0;
    for (int from = 0; from < found.size(); from += BATCH) {
      List<EventId> batch = found.subList(from, Math.min(found.size(), from + BATCH));
      done +=
          database.write(transaction -> {
            call.requireStillAllowed();
            return work.on(transaction, batch);
          });
    }
    return done;
  }
}
