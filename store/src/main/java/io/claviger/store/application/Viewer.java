package io.claviger.store.application;

import io.claviger.core.id.UserId;
import io.claviger.core.role.RoleCap;

/**
 * For whom a list is drawn.
 *
 * @param user whose memberships count
 * @param cap of the credential that asks
 */
public record Viewer(UserId user, RoleCap cap) {}
