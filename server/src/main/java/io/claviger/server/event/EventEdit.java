package io.claviger.server.event;

import io.claviger.core.change.Actor;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.EventId;
import io.claviger.core.id.ObjectId;
import io.claviger.server.api.Body;
import io.claviger.server.api.Call;
import io.claviger.server.api.Changes;
import io.claviger.server.api.Wire;
import io.claviger.server.application.Details;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.store.device.DeviceRow;
import io.claviger.store.device.DeviceStore;
import io.claviger.store.event.EventLevel;
import io.claviger.store.event.EventRow;
import io.claviger.store.event.EventRow.Source;
import io.claviger.store.event.EventState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes events of bodies. To be used inside a write, since it looks for devices. */
final class EventEdit {
  /** Characters that the data of an event, or of one update, may have as JSON. */
  static final int DATA_MAX = 32_767;

  private static final String DATA = "data";
  private static final String UNTRACKED = "disableTagChangeTracking";
  private static final List<String> DETAILS = List.of("message", DATA, UNTRACKED, EventRow.TAGS);

  private final DeviceStore devices;
  private final Changes changes;

  EventEdit(DeviceStore devices, Changes changes) {
    this.devices = devices;
    this.changes = changes;
  }

  /**
   * A new event.
   *
   * @throws ApiException 400 that names the field
   */
  EventRow draft(Call call, EventId id, Instant now) {
    JsonNode body = call.body();
    requireBoundedData(body);
    Optional<DeviceRow> device = device(call, body);
    return new EventRow(
        id,
        call.application(),
        source(call),
        level(body).orElseThrow(),
        state(body).orElse(EventState.NEW),
        body.get("subject").stringValue(),
        device.map(DeviceRow::id),
        device.map(DeviceRow::name),
        Details.merge(Json.emptyObject(), body, DETAILS),
        CreationDate.of(body).orElse(now),
        now);
  }

  private Source source(Call call) {
    Actor actor = changes.actor(call.bearer());
    String type =
        switch (actor.type()) {
          case USER -> "user";
          case DEVICE -> "device";
          case API_TOKEN, OAUTH_TOKEN -> "apiToken";
          case TENANT_TOKEN, SYSTEM ->
              throw new IllegalStateException("neither of them reaches an event");
        };
    return new Source(type, actor.id(), actor.name());
  }

  private static Optional<EventLevel> level(JsonNode body) {
    return Body.text(body, "level").flatMap(EventLevel::parse);
  }

  private static Optional<EventState> state(JsonNode body) {
    return Body.text(body, "state").flatMap(EventState::parse);
  }

  private static void requireBoundedData(JsonNode body) {
    if (body.has(DATA) && Changes.text(body.get(DATA)).length() > DATA_MAX) {
      throw ApiException.validation(
          DATA, "must be at most " + DATA_MAX + " characters long as JSON");
    }
  }

  private Optional<DeviceRow> device(Call call, JsonNode body) {
    ApplicationId application = call.application();
    return Body.text(body, "deviceId")
        .map(text ->
            devices
                .find(application, new DeviceId(ObjectId.normalise(text)))
                .orElseThrow(
                    () -> ApiException.validation("deviceId", "is no device of the application")));
  }

  /**
   * What a body makes of events.
   *
   * @param source who changes them
   * @param device the new device; empty when there is to be none, or the old one
   */
  record Patch(JsonNode body, Source source, Optional<DeviceRow> device) {
    /** The event after it, with an update that tells of it; the same event if nothing is new. */
    EventRow apply(EventRow before, Instant now) {
      EventRow after = changed(before, now);
      ObjectNode update = EventUpdates.between(before, after);
      for (String told : List.of("comment", DATA)) {
        if (body.has(told)) {
          update.set(told, body.get(told));
        }
      }
      boolean retagged =
          !before.details().path(EventRow.TAGS).equals(after.details().path(EventRow.TAGS));
      if (update.isEmpty() && !retagged) {
        return before;
      }
      if (!update.isEmpty()) {
        EventJson.put(update, source);
        update.put("creationDate", Wire.time(now));
        EventUpdates.append(after.details(), update);
      }
      return after;
    }

    private EventRow changed(EventRow before, Instant now) {
      boolean moved = body.has("deviceId");
      return new EventRow(
          before.id(),
          before.application(),
          before.source(),
          level(body).orElse(before.level()),
          state(body).orElse(before.state()),
          Body.text(body, "subject").orElse(before.subject()),
          moved ? device.map(DeviceRow::id) : before.device(),
          moved ? device.map(DeviceRow::name) : before.deviceName(),
          Details.merge(before.details(), body, List.of(EventRow.TAGS)),
          before.createdAt(),
          now);
    }
  }

  /**
   * What the body of the call makes of events.
   *
   * @throws ApiException 400 that names the field
   */
  Patch patch(Call call) {
    requireBoundedData(call.body());
    return new Patch(call.body(), source(call), device(call, call.body()));
  }
}
