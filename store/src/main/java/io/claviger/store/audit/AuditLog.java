package io.claviger.store.audit;

import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;

/** Whose log is read. */
public sealed interface AuditLog {
  /** All that happened in an organization, but for devices that logged in (AUD-4, AUD-5). */
  record OfOrganization(OrganizationId id) implements AuditLog {}

  /**
   * What happened to an account and in its sandbox (AUD-8).
   *
   * @param sandbox whether the reader may look into the sandbox
   */
  record OfAccount(UserId id, boolean sandbox) implements AuditLog {}
}
