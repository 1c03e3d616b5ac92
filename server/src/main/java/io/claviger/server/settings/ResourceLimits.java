package io.claviger.server.settings;

/**
 * How many of each kind one owner may have (LIM-1); one more is refused with 400.
 *
 * @param apiTokens per user and per application (UAT-26)
 * @param applications per user's sandbox and per organization
 * @param applicationKeys per application
 * @param dashboards per user's sandbox and per organization
 * @param devices per application
 * @param members per organization, pending invitations counted (ORG-9)
 * @param organizations of which one user is a member
 */
public record ResourceLimits(
    int apiTokens,
    int applications,
    int applicationKeys,
    int dashboards,
    int devices,
    int members,
    int organizations) {}
