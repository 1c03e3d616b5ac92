package io.claviger.core.id;

/**
 * Names an access key (its object id, not the key that a device presents).
 *
 * @param text 24 lower-case hexadecimal digits
 */
public record AccessKeyId(String text) implements Id {
  public AccessKeyId {
    Id.requireValid(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
