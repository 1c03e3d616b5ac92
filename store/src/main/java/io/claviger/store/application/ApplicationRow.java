package io.claviger.store.application;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.role.Owner;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * An application as it is kept and shown; its readme is apart.
 *
 * @param organization of an application that an organization owns; only ever read
 * @param details the settings that no rule looks at, by their names on the wire; not to be changed
 */
public record ApplicationRow(
    ApplicationId id,
    Owner owner,
    Optional<OrganizationLabel> organization,
    String name,
    Optional<String> description,
    ObjectNode details,
    Instant createdAt,
    Instant updatedAt) {}
