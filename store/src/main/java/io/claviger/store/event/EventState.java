package io.claviger.store.event;

import java.util.Optional;
import java.util.stream.Stream;

/** How far an event has been dealt with. */
public enum EventState {
  NEW("new"),
  ACKNOWLEDGED("acknowledged"),
  RESOLVED("resolved");

  private final String wireName;

  EventState(String wireName) {
    this.wireName = wireName;
  }

  /** The name on the wire and in the table. */
  public String wireName() {
    return wireName;
  }

  /** The one with exactly this name, or empty. */
  public static Optional<EventState> parse(String wireName) {
    return Stream.of(values()).filter(each -> each.wireName.equals(wireName)).findFirst();
  }
}
