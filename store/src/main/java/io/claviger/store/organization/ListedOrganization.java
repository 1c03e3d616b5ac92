package io.claviger.store.organization;

/**
 * An organization in the list of one user.
 *
 * @param own the user as its member
 */
public record ListedOrganization(OrganizationRow organization, MemberRow own) {}
