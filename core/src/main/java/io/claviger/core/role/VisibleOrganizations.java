package io.claviger.core.role;

import io.claviger.core.id.OrganizationId;
import java.util.Set;

/**
 * Which organizations a cap leaves visible, in a form that a list can be drawn by. Whether the user
 * is a member who sees them is another matter: both must hold (UAT-10, UAT-13).
 */
public sealed interface VisibleOrganizations {
  /**
   * These and no others.
   *
   * @param organizations at most {@link RoleCap#MAX_OVERRIDES}
   */
  record Only(Set<OrganizationId> organizations) implements VisibleOrganizations {
    public Only {
      organizations = Set.copyOf(organizations);
    }
  }

  /**
   * All except these.
   *
   * @param organizations at most {@link RoleCap#MAX_OVERRIDES}
   */
  record AllBut(Set<OrganizationId> organizations) implements VisibleOrganizations {
    public AllBut {
      organizations = Set.copyOf(organizations);
    }
  }

  /** Whether the organization is among them. */
  default boolean includes(OrganizationId organization) {
    return switch (this) {
      case Only only -> only.organizations.contains(organization);
      case AllBut allBut -> !allBut.organizations.contains(organization);
    };
  }
}
