package io.claviger.store.organization;

/**
 * How much there is in an organization.
 *
 * @param pendingInvitations those that have not expired
 */
public record OrganizationSummary(
    long applications, long dashboards, long members, long pendingInvitations) {}
