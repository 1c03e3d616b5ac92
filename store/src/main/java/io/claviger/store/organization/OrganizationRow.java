package io.claviger.store.organization;

import io.claviger.core.id.OrganizationId;
import io.claviger.core.role.MfaMode;
import java.time.Instant;
import java.util.Optional;

/**
 * An organization without those who belong to it.
 *
 * @param mfaMode from which members it asks for a second factor (ORG-13)
 * @param readOnly whether it refuses what changes something (ORG-17)
 * @param disabledAt since when it refuses everything; empty when it does not (ORG-17)
 * @param updatedAt when the organization itself was last changed; its members do not count
 */
public record OrganizationRow(
    OrganizationId id,
    String name,
    Optional<String> description,
    Optional<String> billingEmail,
    Optional<String> iconColor,
    MfaMode mfaMode,
    boolean readOnly,
    Optional<Instant> disabledAt,
    Instant createdAt,
    Instant updatedAt) {}
