package io.claviger.core.role;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DashboardId;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that a user sees through a credential, in a form that a list can be drawn by: for each
 * owner a default and the exceptions from it, instead of one question for each resource. It agrees
 * with {@link RoleCap#effective} on every resource: seen is where that is at least {@link
 * Role#VIEW} (UAT-10, UAT-13).
 *
 * @param owners by owner; whoever is not among them hides everything
 */
public record Visibility(Map<Owner, Sight> owners) {
  public Visibility {
    owners = Map.copyOf(owners);
  }

  /**
   * What is seen of one owner. The two layers cannot be made into one, because a dashboard may be
   * named by one of them and its application by the other.
   *
   * @param cap what the credential leaves visible
   * @param standing what the user sees
   */
  public record Sight(Layer cap, Layer standing) {
    /** Whether both show the resource, which is one of this owner's. */
    public boolean shows(Resource resource) {
      return cap.shows(resource) && standing.shows(resource);
    }

    private boolean hidesAll() {
      return cap.hidesAll() || standing.hidesAll();
    }
  }

  /**
   * One side's answer, nearest first: that for the dashboard, else that for its application, else
   * the one for the owner.
   *
   * @param byDefault whether what is not named is seen
   * @param applications whether these are seen
   * @param dashboards whether these are seen
   */
  public record Layer(
      boolean byDefault,
      Map<ApplicationId, Boolean> applications,
      Map<DashboardId, Boolean> dashboards) {
    public Layer {
      applications = Map.copyOf(applications);
      dashboards = Map.copyOf(dashboards);
    }

    private static Layer of(Role role, Overrides overrides) {
      return new Layer(
          sees(role), visible(overrides.applications()), visible(overrides.dashboards()));
    }

    private static <K> Map<K, Boolean> visible(Map<K, Role> roles) {
      Map<K, Boolean> visible = new HashMap<>();
      roles.forEach((key, role) -> visible.put(key, sees(role)));
      return visible;
    }

    private static boolean sees(Role role) {
      return role.atLeast(Role.VIEW);
    }

    boolean shows(Resource resource) {
      return switch (resource) {
        case Resource.Whole _ -> byDefault;
        case Resource.Application application -> shows(application.id());
        case Resource.Dashboard dashboard -> {
          Boolean own = dashboards.get(dashboard.id());
          yield own != null ? own : dashboard.application().map(this::shows).orElse(byDefault);
        }
      };
    }

    private boolean shows(ApplicationId application) {
      return applications.getOrDefault(application, byDefault);
    }

    private boolean hidesAll() {
      return !byDefault && !applications.containsValue(true) && !dashboards.containsValue(true);
    }
  }

  /**
   * What a user sees through a credential.
   *
   * @param memberships of the user, all of them
   */
  public static Visibility of(
      UserId user, RoleCap cap, Map<OrganizationId, Membership> memberships) {
    Map<Owner, Sight> owners = new HashMap<>();
    put(owners, new Owner.Sandbox(user), cap, Layer.of(Role.ADMIN, Overrides.NONE));
    memberships.forEach(
        (id, membership) -> put(owners, new Owner.Organization(id), cap, layer(membership)));
    return new Visibility(owners);
  }

  /**
   * What an application token sees: of its application what its ceiling leaves, of the rest
   * nothing.
   *
   * @param owner of the application
   */
  public static Visibility of(Owner owner, ApplicationId application, Ceiling ceiling) {
    Layer most =
        new Layer(
            false,
            Map.of(application, Layer.sees(ceiling.role())),
            Layer.visible(ceiling.dashboards()));
    return new Visibility(Map.of(owner, new Sight(most, Layer.of(Role.ADMIN, Overrides.NONE))));
  }

  private static void put(Map<Owner, Sight> owners, Owner owner, RoleCap cap, Layer standing) {
    Layer most =
        cap.ownerCap(owner)
            .map(found -> Layer.of(found.role(), found.overrides()))
            .orElseGet(() -> Layer.of(cap.defaultRole(), Overrides.NONE));
    Sight sight = new Sight(most, standing);
    if (!sight.hidesAll()) {
      owners.put(owner, sight);
    }
  }

  /** The overrides of an administrator are idle (ORG-3). */
  private static Layer layer(Membership membership) {
    return Layer.of(
        membership.role(),
        membership.role() == Role.ADMIN ? Overrides.NONE : membership.overrides());
  }

  /** Whether the user sees the resource. */
  public boolean shows(Resource resource) {
    Sight sight = owners.get(resource.owner());
    return sight != null && sight.shows(resource);
  }

  /** The same for one owner, and nothing of all others. */
  public Visibility only(Owner owner) {
    return new Visibility(
        Optional.ofNullable(owners.get(owner))
            .map(sight -> Map.of(owner, sight))
            .orElseGet(Map::of));
  }
}
