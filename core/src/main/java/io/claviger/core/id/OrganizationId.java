package io.claviger.core.id;

/**
 * Names an organization.
 *
 * @param text 24 lower-case hexadecimal digits
 */
public record OrganizationId(String text) implements Id {
  public OrganizationId {
    Id.requireValid(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
