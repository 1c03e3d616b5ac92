package io.claviger.core.role;

/** What a user is to the owner of a resource, before any cap. */
public sealed interface Standing {
  /** The sandbox is the user's own: administrator (UAT-10). */
  record SandboxOwner() implements Standing {}

  /** A member of the organization. */
  record Member(Membership membership) implements Standing {}

  /** Neither: has no role. */
  record Stranger() implements Standing {}

  /** The role held over a resource of that owner. */
  default Role over(Resource resource) {
    return switch (this) {
      case SandboxOwner _ -> Role.ADMIN;
      case Member(Membership membership) -> membership.over(resource);
      case Stranger _ -> Role.NONE;
    };
  }
}
