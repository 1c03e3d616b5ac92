package io.claviger.core.id;

/**
 * Names an application.
 *
 * @param text 24 lower-case hexadecimal digits
 */
public record ApplicationId(String text) implements Id {
  public ApplicationId {
    Id.requireValid(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
