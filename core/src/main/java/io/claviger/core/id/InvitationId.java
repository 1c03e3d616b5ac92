package io.claviger.core.id;

/**
 * Names an invitation to an organization.
 *
 * @param text 24 lower-case hexadecimal digits
 */
public record InvitationId(String text) implements Id {
  public InvitationId {
    Id.requireValid(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
