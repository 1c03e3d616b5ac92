package io.claviger.store.event;

import java.util.Optional;
import java.util.stream.Stream;

/** How bad an event is, in ascending order. */
public enum EventLevel {
  INFO("info", 1),
  WARNING("warning", 2),
  ERROR("error", 3),
  CRITICAL("critical", 4);

  private final String wireName;
  private final int severity;

  EventLevel(String wireName, int severity) {
    this.wireName = wireName;
    this.severity = severity;
  }

  /** The name on the wire and in the table. */
  public String wireName() {
    return wireName;
  }

  /** The level as a number, higher for worse. */
  public int severity() {
    return severity;
  }

  /** The one with exactly this name, or empty. */
  public static Optional<EventLevel> parse(String wireName) {
    return Stream.of(values()).filter(each -> each.wireName.equals(wireName)).findFirst();
  }
}
