package io.claviger.core.id;

/**
 * Names a user.
 *
 * @param text 24 lower-case hexadecimal digits
 */
public record UserId(String text) implements Id {
  public UserId {
    Id.requireValid(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
