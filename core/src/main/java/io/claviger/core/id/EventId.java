package io.claviger.core.id;

/**
 * Names an event.
 *
 * @param text 24 lower-case hexadecimal digits
 */
public record EventId(String text) implements Id {
  public EventId {
    Id.requireValid(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
