package io.claviger.store.event;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.EventId;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * An event as it is kept and shown.
 *
 * @param source who reported it
 * @param device which it is about
 * @param deviceName of a device that still is there; only ever read
 * @param details message, data, tags and updates by their names on the wire; not to be changed
 */
public record EventRow(
    EventId id,
    ApplicationId application,
    Source source,
    EventLevel level,
    EventState state,
    String subject,
    Optional<DeviceId> device,
    Optional<String> deviceName,
    ObjectNode details,
    Instant createdAt,
    Instant updatedAt) {
  /** The property of the details with the tags: an object of texts. */
  public static final String TAGS = "eventTags";

  /**
   * Who reported or changed an event.
   *
   * @param type {@code user}, {@code apiToken} or {@code device}
   * @param name at that time
   */
  public record Source(String type, String id, String name) {}

  @Override
  public String toString() {
    return "EventRow[" + id.text() + "]";
  }
}
