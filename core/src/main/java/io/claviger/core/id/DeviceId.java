package io.claviger.core.id;

/**
 * Names a device.
 *
 * @param text 24 lower-case hexadecimal digits
 */
public record DeviceId(String text) implements Id {
  public DeviceId {
    Id.requireValid(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
