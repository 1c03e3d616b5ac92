package io.claviger.core.role;

/**
 * What the administrators of an organization granted to one member.
 *
 * @param role the role over the organization
 * @param overrides roles over single resources; idle while the role is that of an administrator
 *     (ORG-3)
 */
public record Membership(Role role, Overrides overrides) {
  /** The role over a resource of the organization. */
  public Role over(Resource resource) {
    return role == Role.ADMIN ? role : overrides.nearest(resource).orElse(role);
  }
}
