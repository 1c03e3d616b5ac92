package io.claviger.core.role;

import java.util.Optional;

/** What a user is to the owner of a resource, before any cap. */
public sealed interface Standing {
  /** The sandbox is the user's own: administrator (UAT-10). */
  record SandboxOwner() implements Standing {}

  /** A member of the organization. */
  record Member(Membership membership) implements Standing {}

  /** Neither: has no role. */
  record Stranger() implements Standing {}

  /**
   * What a user is to an organization.
   *
   * @param granted what its administrators granted; empty for who is no member
   * @param mode from whom the organization asks for a second factor (ORG-13)
   * @param secondFactor whether the user has one
   */
  static Standing of(Optional<Membership> granted, MfaMode mode, boolean secondFactor) {
    return granted
        .<Standing>map(membership -> new Member(mode.worth(membership, secondFactor)))
        .orElseGet(Stranger::new);
  }

  /** The role held over a resource of that owner. */
  default Role over(Resource resource) {
    return switch (this) {
      case SandboxOwner _ -> Role.ADMIN;
      case Member(Membership membership) -> membership.over(resource);
      case Stranger _ -> Role.NONE;
    };
  }
}
