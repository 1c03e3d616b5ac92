package io.claviger.server.settings;

import io.claviger.core.role.Owner;

/**
 * How many of each kind one owner may have (LIM-1); one more is refused with 400. All are hard:
 * they are counted inside the write, which is the only one at that time.
 *
 * @param apiTokens per user and per application (UAT-26)
 * @param applications per organization
 * @param applicationKeys per application
 * @param dashboards per organization
 * @param devices per application
 * @param events per application, of whatever owner
 * @param members per organization, pending invitations counted (ORG-9)
 * @param organizations of which one user is a member
 * @param tenantTokens personal access tokens of an organization that work at a time (LUC-6)
 * @param sandbox the limits of sandboxes, never above the others (USR-19)
 */
public record ResourceLimits(
    int apiTokens,
    int applications,
    int applicationKeys,
    int dashboards,
    int devices,
    int events,
    int members,
    int organizations,
    int tenantTokens,
    Sandbox sandbox) {

  /**
   * What a sandbox may have.
   *
   * @param applications per user
   * @param applicationKeys per application
   * @param dashboards per user
   * @param devices per application
   */
  public record Sandbox(int applications, int applicationKeys, int dashboards, int devices) {}

  /** A sandbox has no more than an organization. */
  public ResourceLimits {
    sandbox =
        new Sandbox(
            Math.min(applications, sandbox.applications),
            Math.min(applicationKeys, sandbox.applicationKeys),
            Math.min(dashboards, sandbox.dashboards),
            Math.min(devices, sandbox.devices));
  }

  /** How many applications that owner may have. */
  public int applications(Owner owner) {
    return switch (owner) {
      case Owner.Sandbox _ -> sandbox.applications;
      case Owner.Organization _ -> applications;
    };
  }

  /** How many access keys each application of that owner may have. */
  public int applicationKeys(Owner owner) {
    return switch (owner) {
      case Owner.Sandbox _ -> sandbox.applicationKeys;
      case Owner.Organization _ -> applicationKeys;
    };
  }

  /** How many dashboards that owner may have, those of applications counted. */
  public int dashboards(Owner owner) {
    return switch (owner) {
      case Owner.Sandbox _ -> sandbox.dashboards;
      case Owner.Organization _ -> dashboards;
    };
  }

  /** How many devices each application of that owner may have. */
  public int devices(Owner owner) {
    return switch (owner) {
      case Owner.Sandbox _ -> sandbox.devices;
      case Owner.Organization _ -> devices;
    };
  }
}
