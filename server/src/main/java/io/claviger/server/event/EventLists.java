package io.claviger.server.event;

import io.claviger.server.api.Call;
import io.claviger.server.api.Wire;
import io.claviger.server.application.ListScope;
import io.claviger.server.http.Json;
import io.claviger.server.http.Response;
import io.claviger.store.ListPage;
import io.claviger.store.event.EventRow;
import io.claviger.store.event.EventStore;
import io.claviger.store.event.EventStore.Worst;
import tools.jackson.databind.node.ObjectNode;

/** Looks through the events of an application. */
final class EventLists {
  private final EventStore store;

  EventLists(EventStore store) {
    this.store = store;
  }

  Response list(Call call) {
    EventParameters wanted = EventParameters.of(call.request().query());
    ListPage<EventRow> page =
        ListScope.page(store.list(call.application(), wanted.listed(), wanted.request()));
    ObjectNode body =
        Wire.page("events", wanted.request(), page, event -> EventJson.render(event, call));
    body.put("applicationId", call.application().text());
    wanted.state().ifPresent(state -> body.put("state", state.wireName()));
    wanted.query().ifPresent(query -> body.set("query", query));
    return Response.ok(body);
  }

  /** The most severe of the new events, of these the youngest, and how many are new. */
  Response worst(Call call) {
    Worst worst = store.worst(call.application(), EventParameters.newOnes(call.request().query()));
    ObjectNode body = Json.emptyObject();
    worst.event().ifPresent(event -> body.set("event", EventJson.render(event, call)));
    return Response.ok(body.put("newCount", worst.count()));
  }
}
