package io.claviger.core.id;

/**
 * Names an API token of a user or of an application.
 *
 * @param text 24 lower-case hexadecimal digits
 */
public record ApiTokenId(String text) implements Id {
  public ApiTokenId {
    Id.requireValid(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
