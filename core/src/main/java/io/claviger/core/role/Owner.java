package io.claviger.core.role;

import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;

/** Whom an application or dashboard belongs to (USR-19). */
public sealed interface Owner {
  /**
   * The sandbox of one user, who is its administrator.
   *
   * @param user whose sandbox
   */
  record Sandbox(UserId user) implements Owner {}

  /**
   * An organization, in which members have roles.
   *
   * @param id which organization
   */
  record Organization(OrganizationId id) implements Owner {}
}
