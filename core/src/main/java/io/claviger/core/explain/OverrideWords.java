package io.claviger.core.explain;

import io.claviger.core.explain.Remedy.By;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Resource;
import io.claviger.core.role.Role;
import io.claviger.core.role.RoleCap;
import io.claviger.core.role.RoleCap.OwnerCap;
import java.util.Optional;

/**
 * What has to be done about a role for one resource that is too low. It cannot be set higher than
 * to collaborate (UAT-8), so what needs more has it taken away; and to take it away is named only
 * where that is enough.
 */
final class OverrideWords {
  private static final Role HIGHEST = Role.COLLABORATE;

  private final Resource resource;
  private final Role needed;

  OverrideWords(Resource resource, Role needed) {
    this.resource = resource;
    this.needed = needed;
  }

  Remedy ofMember(Membership membership) {
    return new Remedy(
        Layer.MEMBER_OVERRIDE,
        change(
            "the user's role",
            membership.overrides(),
            membership.role(),
            "give him the role " + needed.wireName() + " or higher"),
        By.ORGANIZATION_ADMINISTRATOR);
  }

  Remedy ofCap(RoleCap cap) {
    Optional<OwnerCap> own =
        switch (resource.owner()) {
          case Owner.Sandbox _ -> cap.sandbox();
          case Owner.Organization(var id) -> Optional.ofNullable(cap.organizations().get(id));
        };
    OwnerCap found = own.orElseThrow();
    return new Remedy(
        Layer.CAP_OVERRIDE,
        change(
            "the maximum role",
            found.overrides(),
            found.role(),
            "raise that of its owner to " + needed.wireName()),
        By.USER);
  }

  /**
   * In one sentence.
   *
   * @param below the role that counts without overrides
   * @param raise how that one is raised
   */
  private String change(String what, Overrides overrides, Role below, String raise) {
    Optional<Role> next = ofApplicationBelow(overrides);
    if (needed.compareTo(HIGHEST) > 0) {
      String away =
          "Take "
              + what
              + " for this resource"
              + (next.isPresent() ? " and that for its application" : "")
              + " away";
      return below.atLeast(needed) ? away + "." : away + ", and " + raise + ".";
    }
    String up = "Raise " + what + " for this resource to " + needed.wireName();
    return next.orElse(below).atLeast(needed) ? up + ", or take it away." : up + ".";
  }

  /** What an application has for a dashboard in it that has a role of its own. */
  private Optional<Role> ofApplicationBelow(Overrides overrides) {
    if (resource instanceof Resource.Dashboard dashboard
        && overrides.dashboards().containsKey(dashboard.id())) {
      Optional<ApplicationId> application = dashboard.application();
      return application.map(overrides.applications()::get);
    }
    return Optional.empty();
  }
}
