package io.claviger.store.organization;

import io.claviger.core.id.OrganizationId;
import java.time.Instant;
import java.util.Optional;

/**
 * An organization without those who belong to it.
 *
 * @param updatedAt when the organization itself was last changed; its members do not count
 */
public record OrganizationRow(
    OrganizationId id,
    String name,
    Optional<String> description,
    Optional<String> billingEmail,
    Optional<String> iconColor,
    Instant createdAt,
    Instant updatedAt) {}
