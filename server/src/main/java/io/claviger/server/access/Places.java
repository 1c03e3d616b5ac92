package io.claviger.server.access;

import io.claviger.core.decide.Bearer;
import io.claviger.core.decide.Place;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DashboardId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.ObjectId;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.core.network.IpAddress;
import io.claviger.core.role.Owner;
import io.claviger.core.role.OwnerState;
import io.claviger.core.role.Resource;
import io.claviger.core.role.Standing;
import io.claviger.store.facts.DashboardFacts;
import io.claviger.store.facts.Facts;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Finds out where something is to be done, and what the bearer's user is there. */
public final class Places {
  private static final Place ACCOUNT = new Place.Account();
  private static final Standing STRANGER = new Standing.Stranger();
  private static final Standing SANDBOX_OWNER = new Standing.SandboxOwner();

  private final Facts facts;
  private final Predicate<DashboardSecret> passwordOpens;

  /**
   * A password that somebody gives for a dashboard.
   *
   * @param from where the request comes from; empty when that cannot be known
   */
  public record GivenPassword(String text, Optional<IpAddress> from) {
    @Override
    public String toString() {
      return "GivenPassword[redacted]";
    }
  }

  /**
   * A password that was given for a dashboard, with the hash that it must fit.
   *
   * @param hash empty where nothing fits: there is no such dashboard, or it has no password
   */
  public record DashboardSecret(Optional<String> hash, GivenPassword given) {
    @Override
    public String toString() {
      return "DashboardSecret[redacted]";
    }
  }

  /**
   * Finds places.
   *
   * @param passwordOpens whether a password fits the hash of a dashboard's; asked whenever one is
   *     given, so that neither time nor limits tell which dashboards have one
   */
  public Places(Facts facts, Predicate<DashboardSecret> passwordOpens) {
    this.facts = facts;
    this.passwordOpens = passwordOpens;
  }

  /**
   * What a request names.
   *
   * @param organization from {@code orgId}
   * @param dashboardPassword the password given for the dashboard
   * @param member the user whose membership in the organization it is about
   */
  public record Named(
      Optional<String> application,
      Optional<String> organization,
      Optional<String> dashboard,
      Optional<String> device,
      Optional<GivenPassword> dashboardPassword,
      Optional<String> member) {
    /** Nothing. */
    public static final Named NOTHING =
        new Named(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    /** No membership. */
    public Named(
        Optional<String> application,
        Optional<String> organization,
        Optional<String> dashboard,
        Optional<String> device,
        Optional<GivenPassword> dashboardPassword) {
      this(application, organization, dashboard, device, dashboardPassword, Optional.empty());
    }

    /** An organization, perhaps one membership in it. */
    public static Named ofOrganization(String organization, Optional<String> member) {
      return new Named(
          Optional.empty(),
          Optional.of(organization),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          member);
    }

    @Override
    public String toString() {
      return "Named[redacted]";
    }
  }

  /** The place that the names lead to; absent as soon as one of them leads nowhere. */
  public Place find(Bearer bearer, Named named) {
    if (named.dashboard().isPresent()) {
      return dashboard(bearer, named);
    }
    if (named.application().isPresent()) {
      return application(bearer, named);
    }
    if (named.organization().isPresent()) {
      return id(named.organization(), OrganizationId::new)
          .filter(id -> facts.organization(id).isPresent())
          .map(id -> organization(bearer, new Owner.Organization(id), named))
          .orElseGet(() -> new Place.Absent("Organization"));
    }
    // What names no place is done in the organization of a token that belongs to one.
    return bearer instanceof Bearer.OfTenant tenant
        ? ofOwner(bearer, new Owner.Organization(tenant.token().organization()))
        : ACCOUNT;
  }

  private Place organization(Bearer bearer, Owner owner, Named named) {
    return new Place.OfOwner(
        owner, standing(bearer, owner), id(named.member(), UserId::new), state(owner));
  }

  /** An owner as a whole, for what is created in it or moved to it. */
  public Place ofOwner(Bearer bearer, Owner owner) {
    return new Place.OfOwner(owner, standing(bearer, owner), Optional.empty(), state(owner));
  }

  private Place application(Bearer bearer, Named named) {
    Optional<ApplicationId> id = id(named.application(), ApplicationId::new);
    Optional<Owner> owner = id.flatMap(facts::applicationOwner);
    if (owner.isEmpty()) {
      return new Place.Absent("Application");
    }
    return new Place.OfApplication(
        owner.get(),
        id.get(),
        standing(bearer, owner.get()),
        named.device().map(text -> device(id.get(), text)),
        state(owner.get()));
  }

  private Place.NamedDevice device(ApplicationId application, String text) {
    return new Place.NamedDevice(
        id(Optional.of(text), DeviceId::new)
            .flatMap(facts::device)
            .filter(device -> device.application().equals(application)));
  }

  private Place dashboard(Bearer bearer, Named named) {
    Optional<Place.OfApplication> within = Optional.empty();
    if (named.application().isPresent()) {
      if (!(application(bearer, named) instanceof Place.OfApplication application)) {
        return new Place.Absent("Application");
      }
      within = Optional.of(application);
    }
    Optional<DashboardFacts> found =
        id(named.dashboard(), DashboardId::new)
            .flatMap(facts::dashboard)
            .filter(dashboard -> standsIn(dashboard, named.application()));
    boolean open =
        found.map(Places::isOpenToAll).orElse(false)
            || opened(found.flatMap(DashboardFacts::passwordHash), named);
    if (found.isEmpty()) {
      return new Place.Absent("Dashboard", within);
    }
    Resource.Dashboard dashboard = found.get().dashboard();
    return new Place.OfDashboard(
        dashboard, standing(bearer, dashboard.owner()), open, state(dashboard.owner()));
  }

  /** Of the three levels, private, public and password, the password goes before public (APP-4). */
  private static boolean isOpenToAll(DashboardFacts dashboard) {
    return dashboard.isPublic() && dashboard.passwordHash().isEmpty();
  }

  private static boolean standsIn(DashboardFacts dashboard, Optional<String> application) {
    return application.isEmpty()
        || dashboard
            .dashboard()
            .application()
            .map(id -> id.text().equals(ObjectId.normalise(application.get())))
            .orElse(false);
  }

  private boolean opened(Optional<String> hash, Named named) {
    return named.dashboardPassword().isPresent()
        && passwordOpens.test(new DashboardSecret(hash, named.dashboardPassword().get()));
  }

  /** How an owner is at the moment; whatever an organization owns is closed when that is gone. */
  public OwnerState state(Owner owner) {
    return switch (owner) {
      case Owner.Sandbox _ -> OwnerState.OPEN;
      case Owner.Organization(OrganizationId id) ->
          facts.organization(id).orElse(OwnerState.CLOSED);
    };
  }

  /**
   * What the bearer's user is to an owner. Put together from facts that are remembered one by one,
   * so that a change to any of them counts at once (ORG-13).
   */
  public Standing standing(Bearer bearer, Owner owner) {
    Optional<UserId> user = Bearers.userOf(bearer);
    if (user.isEmpty()) {
      return STRANGER;
    }
    return switch (owner) {
      case Owner.Sandbox(UserId of) -> of.equals(user.get()) ? SANDBOX_OWNER : STRANGER;
      case Owner.Organization(OrganizationId id) ->
          facts.standing(id, state(owner), user.get(), Bearers.hasSecondFactor(bearer));
    };
  }

  /** A malformed id names nothing (WIR-7). */
  private static <I> Optional<I> id(Optional<String> text, Function<String, I> constructor) {
    return text.filter(ObjectId::isValid).map(ObjectId::normalise).map(constructor);
  }
}
