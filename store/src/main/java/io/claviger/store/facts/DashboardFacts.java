package io.claviger.store.facts;

import io.claviger.core.role.Resource;
import java.util.Optional;

/**
 * What the decision needs to know of a dashboard (APP-4).
 *
 * @param isPublic whether anyone may read it
 * @param passwordHash the hash of the password that opens it, or empty when none does
 */
public record DashboardFacts(
    Resource.Dashboard dashboard, boolean isPublic, Optional<String> passwordHash) {}
