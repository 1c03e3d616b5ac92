package io.claviger.core.id;

/**
 * Names a personal access token of an organization.
 *
 * @param text 24 lower-case hexadecimal digits
 */
public record TenantTokenId(String text) implements Id {
  public TenantTokenId {
    Id.requireValid(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
