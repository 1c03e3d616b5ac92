package io.claviger.core.id;

/**
 * Names a log-in session of a user or of a device.
 *
 * @param text 24 lower-case hexadecimal digits
 */
public record SessionId(String text) implements Id {
  public SessionId {
    Id.requireValid(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
