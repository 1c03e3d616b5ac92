package io.claviger.store.dashboard;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DashboardId;
import io.claviger.core.role.Owner;
import io.claviger.store.application.Author;
import io.claviger.store.application.OrganizationLabel;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * A dashboard as it is kept and shown; the hash of its password is not for showing.
 *
 * @param organization of a dashboard that an organization owns; only ever read
 * @param application in which it stands, if it stands in one
 * @param details blocks and layout by their names on the wire; not to be changed
 */
public record DashboardRow(
    DashboardId id,
    Owner owner,
    Optional<OrganizationLabel> organization,
    Optional<ApplicationLabel> application,
    String name,
    Optional<String> description,
    boolean isPublic,
    Optional<String> passwordHash,
    ObjectNode details,
    Optional<Author> createdBy,
    Optional<Author> updatedBy,
    Instant createdAt,
    Instant updatedAt) {
  /**
   * An application as it is shown beside its dashboard.
   *
   * @param name only ever read
   */
  public record ApplicationLabel(ApplicationId id, String name) {}

  @Override
  public String toString() {
    return "DashboardRow[" + id.text() + "]";
  }
}
