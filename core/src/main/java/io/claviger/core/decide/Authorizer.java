package io.claviger.core.decide;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.credential.ApplicationToken;
import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.credential.TenantToken;
import io.claviger.core.credential.UserCredential;
import io.claviger.core.credential.UserFacts;
import io.claviger.core.credential.Validity;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.device.DeviceReach;
import io.claviger.core.device.DeviceReach.Deed;
import io.claviger.core.device.DeviceSelection;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.network.IpAddress;
import io.claviger.core.role.Owner;
import io.claviger.core.role.OwnerState;
import io.claviger.core.role.Resource;
import io.claviger.core.role.Role;
import io.claviger.core.role.RoleCap;
import io.claviger.core.role.Standing;
import io.claviger.core.scope.Action;
import io.claviger.core.scope.ActionContext;
import io.claviger.core.scope.ActionFlag;
import io.claviger.core.scope.ActionSet;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The one place that decides. Pure: the same question has the same answer, always.
 *
 * <p>The order of checks is that of ERR-6, so that a bearer learns nothing about what it could not
 * have asked: the credential, then the scope, then whether the place is seen, then the role, then
 * the reach among devices.
 */
public final class Authorizer {
  private static final Set<String> REPORTING =
      Set.of("device.sendState", "device.setConnectionStatus");
  private static final Set<String> RECEIVING = Set.of("device.getCommand", "device.commandStream");
  private static final Set<String> SESSION_ONLY = Set.of("me.refreshToken");
  private static final String ORGANIZATION = "Organization";
  private static final String APPLICATION = "Application";
  private static final String DASHBOARD = "Dashboard";
  private static final String DEVICE = "Device";

  /** What {@code org.removeMember} is when somebody does it to his own membership (ORG-6). */
  private static final String LEAVING = "org.removeMember";

  private static final DeviceReach EVERYTHING = new DeviceReach.Everything();
  private static final DeviceSelection NO_OTHER = new DeviceSelection.Only(Set.of(), List.of());

  private Authorizer() {}

  /** Answers the question. */
  public static Decision decide(Question question) {
    if (!question.action().has(ActionFlag.NO_TOKEN)) {
      return inState(question, decideWithCredential(question));
    }
    if (question.action().context() == ActionContext.PUBLIC) {
      return allowed(Optional.empty(), EVERYTHING);
    }
    Decision withCredential = inState(question, decideWithCredential(question));
    // Anyone may read it, whatever they hold; what they hold may still add a role (APP-4).
    return isOpen(question) && !withCredential.allowed()
        ? allowed(Optional.empty(), EVERYTHING)
        : withCredential;
  }

  /** A dashboard is no more open to the world than its owner is. */
  private static boolean isOpen(Question question) {
    return question.place() instanceof Place.OfDashboard dashboard
        && dashboard.open()
        && closed(dashboard.state(), question.action()).isEmpty();
  }

  /**
   * ORG-17: what an organization refuses to everybody, whatever they hold. Who does not see the
   * place learns nothing of its state.
   */
  private static Decision inState(Question question, Decision decision) {
    OwnerState state = question.place().state();
    return switch (decision) {
      case Decision.Allowed _ ->
          closed(state, question.action()).map(Authorizer::denied).orElse(decision);
      case Decision.Denied(Denial.RoleTooLow _), Decision.Denied(Denial.DeedRefused _) ->
          state.disabled() ? denied(new Denial.OrganizationDisabled()) : decision;
      case Decision.Denied _ -> decision;
    };
  }

  /** Why an owner in that state refuses the action to everybody; empty when it does not. */
  public static Optional<Denial> closed(OwnerState state, Action action) {
    if (state.disabled()) {
      return Optional.of(new Denial.OrganizationDisabled());
    }
    return state.readOnly() && action.changes()
        ? Optional.of(new Denial.OrganizationReadOnly())
        : Optional.empty();
  }

  private static Decision decideWithCredential(Question question) {
    Optional<Denial> invalid = invalid(question.bearer(), question.address(), question.now());
    if (invalid.isPresent()) {
      return hidePrivateDashboard(question, invalid.get());
    }
    return switch (question.bearer()) {
      case Bearer.Anonymous _ -> denied(new Denial.NoCredential());
      case Bearer.OfUser bearer -> decideForUser(bearer, question);
      case Bearer.OfApplication bearer -> decideForApplication(bearer.token(), question);
      case Bearer.OfDevice bearer -> decideForDevice(bearer, question);
      case Bearer.OfTenant bearer -> decideForTenant(bearer, question);
    };
  }

  /**
   * A dashboard that anyone may ask for without a token answers those without a good one as if it
   * did not exist: a 401 there would tell that it does.
   */
  private static Decision hidePrivateDashboard(Question question, Denial invalid) {
    return question.action().has(ActionFlag.NO_TOKEN) ? unseen(DASHBOARD) : denied(invalid);
  }

  /**
   * Why the credential itself is no good from here and now, whatever is asked; empty when it is
   * good.
   */
  public static Optional<Denial> invalid(Bearer bearer, Optional<IpAddress> address, Instant now) {
    return switch (bearer) {
      case Bearer.Anonymous _ -> Optional.of(new Denial.NoCredential());
      case Bearer.OfUser(UserCredential credential, Optional<UserFacts> user) ->
          invalid(credential.validity(), now).or(() -> invalidUser(credential, user));
      case Bearer.OfTenant tenant ->
          invalid(tenant.token().validity(), now).or(() -> invalidMaker(tenant));
      case Bearer.OfApplication(ApplicationToken token, boolean applicationExists) ->
          invalid(token.validity(), now)
              .or(() -> applicationExists ? Optional.empty() : Optional.of(new Denial.OwnerGone()));
      case Bearer.OfDevice device ->
          invalid(device.session().validity(), now)
              .or(() -> invalidDevice(device))
              .or(() -> invalidWarrant(device, address, now));
    };
  }

  private static Optional<Denial> invalid(Validity validity, Instant now) {
    if (validity.status() == CredentialStatus.INACTIVE) {
      return Optional.of(new Denial.CredentialInactive());
    }
    return validity.expired(now) ? Optional.of(new Denial.CredentialExpired()) : Optional.empty();
  }

  private static Optional<Denial> invalidUser(UserCredential credential, Optional<UserFacts> user) {
    if (user.isEmpty()) {
      return Optional.of(new Denial.OwnerGone());
    }
    if (user.get().deactivated()) {
      return Optional.of(new Denial.Deactivated());
    }
    Optional<Instant> cutoff = user.get().tokenCutoff();
    boolean cut =
        credential.kind() == UserCredential.Kind.SESSION
            && cutoff.isPresent()
            && credential.issuedAt().isBefore(cutoff.get());
    return cut ? Optional.of(new Denial.CutOff()) : Optional.empty();
  }

  /** LUC-14: a token stands on the administrator who made it, without a break since then. */
  private static Optional<Denial> invalidMaker(Bearer.OfTenant bearer) {
    if (bearer.user().isEmpty()) {
      return Optional.of(new Denial.OwnerGone());
    }
    if (bearer.user().get().deactivated()) {
      return Optional.of(new Denial.Deactivated());
    }
    TenantToken token = bearer.token();
    Resource whole = new Resource.Whole(new Owner.Organization(token.organization()));
    boolean administrator =
        bearer.tenure().equals(Optional.of(token.tenure()))
            && bearer.standing().over(whole) == Role.ADMIN;
    return administrator ? Optional.empty() : Optional.of(new Denial.NoAdministrator());
  }

  private static Optional<Denial> invalidDevice(Bearer.OfDevice bearer) {
    boolean present =
        bearer
            .device()
            .filter(device -> !device.deleted())
            .filter(device -> device.application().equals(bearer.session().application()))
            .isPresent();
    return present ? Optional.empty() : Optional.of(new Denial.OwnerGone());
  }

  private static Optional<Denial> invalidWarrant(
      Bearer.OfDevice bearer, Optional<IpAddress> address, Instant now) {
    return switch (bearer.warrant()) {
      case Bearer.Warrant.ByKey(Optional<AccessKey> key) ->
          invalidKey(
              key.filter(it -> it.application().equals(bearer.session().application())), address);
      case Bearer.Warrant.BySponsor(Bearer sponsor) -> invalid(sponsor, address, now);
    };
  }

  private static Optional<Denial> invalidKey(Optional<AccessKey> key, Optional<IpAddress> address) {
    if (key.isEmpty() || key.get().status() == CredentialStatus.INACTIVE) {
      return Optional.of(new Denial.OwnerGone());
    }
    return key.get().addresses().permits(address)
        ? Optional.empty()
        : Optional.of(new Denial.AddressRefused());
  }

  private static Decision decideForUser(Bearer.OfUser bearer, Question question) {
    Action action = question.action();
    UserCredential credential = bearer.credential();
    if (!action.has(ActionFlag.ALLOW_UNVERIFIED)
        && bearer.user().map(UserFacts::needsToVerifyEmail).orElse(false)) {
      return denied(new Denial.EmailUnverified());
    }
    if (credential.kind() == UserCredential.Kind.OAUTH_TOKEN && action.has(ActionFlag.DENY_OAUTH)) {
      return denied(new Denial.NotForOauth(action));
    }
    if (credential.kind() != UserCredential.Kind.SESSION && SESSION_ONLY.contains(action.id())) {
      return denied(new Denial.SessionOnly(action));
    }
    if (!inScope(action, credential.grant().actions())) {
      return denied(new Denial.ScopeMissing(action));
    }
    RoleCap cap = credential.cap();
    return switch (question.place()) {
      case Place.Account _ -> onAccount(action);
      case Place.Absent absent ->
          unseen(
              absent.within().filter(parent -> effective(cap, parent) == Role.NONE).isPresent()
                  ? APPLICATION
                  : absent.kind());
      case Place.OfOwner place -> {
        Resource resource = new Resource.Whole(place.owner());
        Role role = cap.effective(place.standing(), resource);
        yield leaves(credential, action, place)
            ? allowed(Optional.of(role), EVERYTHING)
            : byRole(action, role, ORGANIZATION);
      }
      case Place.OfApplication place -> onApplication(action, effective(cap, place), place);
      case Place.OfDashboard place ->
          byRole(
              action,
              cap.effective(place.standing(), place.dashboard()),
              parentUnseen(action, cap, place) ? APPLICATION : DASHBOARD);
    };
  }

  private static Role effective(RoleCap cap, Place.OfApplication place) {
    return cap.effective(place.standing(), new Resource.Application(place.owner(), place.id()));
  }

  /**
   * Whether the path leads to the dashboard through an application that the bearer does not see:
   * then the answer is about the application (ERR-6).
   */
  private static boolean parentUnseen(Action action, RoleCap cap, Place.OfDashboard place) {
    Resource.Dashboard dashboard = place.dashboard();
    return throughApplication(action)
        && dashboard
            .application()
            .map(id -> new Resource.Application(dashboard.owner(), id))
            .filter(parent -> cap.effective(place.standing(), parent) == Role.NONE)
            .isPresent();
  }

  /** What is done on the own account needs no role; the rest needs a place that has one. */
  private static Decision onAccount(Action action) {
    return switch (action.context()) {
      case USER, INSTANCE, COLLECTION, PUBLIC, TENANT -> allowed(Optional.empty(), EVERYTHING);
      case APPLICATION -> unseen(APPLICATION);
      case ORGANIZATION -> unseen(ORGANIZATION);
      case DASHBOARD -> unseen(DASHBOARD);
    };
  }

  private static Decision onApplication(Action action, Role role, Place.OfApplication place) {
    Decision decision = byRole(action, role, APPLICATION);
    boolean absent = place.device().filter(device -> device.facts().isEmpty()).isPresent();
    return absent && decision.allowed() ? unseen(DEVICE) : decision;
  }

  /**
   * ORG-6: a member of any role may leave. Over his own membership he counts as an administrator,
   * so that only the cap of the credential stands in the way: one that is held below an
   * administrator leaves nothing.
   */
  private static boolean leaves(UserCredential credential, Action action, Place.OfOwner place) {
    Role needed = action.minRole().orElse(Role.NONE);
    return action.id().equals(LEAVING)
        && place.member().equals(Optional.of(credential.user()))
        && place.standing() instanceof Standing.Member
        && credential.cap().over(new Resource.Whole(place.owner())).atLeast(needed);
  }

  private static Decision decideForApplication(ApplicationToken token, Question question) {
    Action action = question.action();
    if (!inScope(action, token.grant().actions())) {
      return denied(new Denial.ScopeMissing(action));
    }
    return switch (question.place()) {
      case Place.Account _ -> withoutAccount(action, EVERYTHING);
      case Place.Absent absent -> absent(absent, token.application());
      case Place.OfOwner _ -> unseen(ORGANIZATION);
      case Place.OfApplication place ->
          place.id().equals(token.application())
              ? onApplication(action, token.ceiling().role(), place)
              : unseen(APPLICATION);
      case Place.OfDashboard place -> onDashboard(action, token, place.dashboard());
    };
  }

  private static Decision onDashboard(
      Action action, ApplicationToken token, Resource.Dashboard dashboard) {
    if (!dashboard.application().equals(Optional.of(token.application()))) {
      return unseen(dashboardKind(action, dashboard));
    }
    boolean parentUnseen = throughApplication(action) && token.ceiling().role() == Role.NONE;
    return byRole(
        action, token.ceiling().over(dashboard.id()), parentUnseen ? APPLICATION : DASHBOARD);
  }

  /** A bearer that is no user has no account; all it may do there is to show that it is valid. */
  private static Decision withoutAccount(Action action, DeviceReach reach) {
    return action.has(ActionFlag.ANY_SCOPE) ? allowed(Optional.empty(), reach) : unseen("Account");
  }

  private static Decision absent(Place.Absent place, ApplicationId own) {
    boolean foreign = place.within().filter(parent -> !parent.id().equals(own)).isPresent();
    return unseen(foreign ? APPLICATION : place.kind());
  }

  /** LUC-4, LUC-17: its own organization's users, as far as its scopes go; nothing else at all. */
  private static Decision decideForTenant(Bearer.OfTenant bearer, Question question) {
    Action action = question.action();
    if (bearer.token().scopes().stream().noneMatch(scope -> scope.grants(action))) {
      return denied(new Denial.ScopeMissing(action));
    }
    if (bearer.user().map(UserFacts::needsToVerifyEmail).orElse(false)) {
      return denied(new Denial.EmailUnverified());
    }
    Owner own = new Owner.Organization(bearer.token().organization());
    return question.place() instanceof Place.OfOwner place && place.owner().equals(own)
        ? allowed(Optional.of(Role.ADMIN), EVERYTHING)
        : unseen(ORGANIZATION);
  }

  private static Decision decideForDevice(Bearer.OfDevice bearer, Question question) {
    Action action = question.action();
    if (!inScope(action, bearer.session().grant().actions())) {
      return denied(new Denial.ScopeMissing(action));
    }
    Decision own =
        switch (question.place()) {
          case Place.Account _ -> withoutAccount(action, reach(bearer));
          case Place.Absent absent -> absent(absent, bearer.session().application());
          case Place.OfOwner _ -> unseen(ORGANIZATION);
          case Place.OfDashboard place -> unseen(dashboardKind(action, place.dashboard()));
          case Place.OfApplication place ->
              place.id().equals(bearer.session().application())
                  ? byReach(action, reach(bearer), place)
                  : unseen(APPLICATION);
        };
    return own.allowed() ? withSponsor(bearer, question, own) : own;
  }

  /** KEY-41: a session that somebody vouched for can do at most what its sponsor still can. */
  private static Decision withSponsor(Bearer.OfDevice bearer, Question question, Decision own) {
    return switch (bearer.warrant()) {
      case Bearer.Warrant.ByKey _ -> own;
      case Bearer.Warrant.BySponsor(Bearer sponsor) -> {
        Decision sponsored =
            decideWithCredential(
                new Question(
                    sponsor,
                    question.action(),
                    question.place(),
                    question.address(),
                    question.now()));
        yield sponsored.allowed() ? own : sponsored;
      }
    };
  }

  private static DeviceReach reach(Bearer.OfDevice bearer) {
    boolean gateway = bearer.device().map(d -> d.deviceClass().isGateway()).orElse(false);
    DeviceSelection selection =
        switch (bearer.warrant()) {
          case Bearer.Warrant.ByKey(Optional<AccessKey> key) ->
              key.map(AccessKey::devices).orElse(NO_OTHER);
          case Bearer.Warrant.BySponsor _ -> NO_OTHER;
        };
    return new DeviceReach.OfDevice(bearer.session().device(), gateway, selection);
  }

  private static Decision byReach(Action action, DeviceReach reach, Place.OfApplication place) {
    if (place.device().isEmpty()) {
      return allowed(Optional.empty(), reach);
    }
    Optional<DeviceFacts> device = place.device().get().facts();
    if (device.isEmpty()) {
      return unseen(DEVICE);
    }
    if (reach.permits(deed(action), device.get())) {
      return allowed(Optional.empty(), reach);
    }
    return reach.sees(device.get()) ? denied(new Denial.DeedRefused()) : unseen(DEVICE);
  }

  private static Deed deed(Action action) {
    if (REPORTING.contains(action.id())) {
      return Deed.REPORT;
    }
    return RECEIVING.contains(action.id()) ? Deed.RECEIVE_COMMANDS : Deed.READ_OR_COMMAND;
  }

  private static Decision byRole(Action action, Role role, String kind) {
    if (role == Role.NONE) {
      return unseen(kind);
    }
    Role needed = action.minRole().orElse(Role.NONE);
    return role.atLeast(needed)
        ? allowed(Optional.of(role), EVERYTHING)
        : denied(new Denial.RoleTooLow(needed, role));
  }

  /** What a bearer that sees neither is told is missing: what the path names first. */
  private static String dashboardKind(Action action, Resource.Dashboard dashboard) {
    return throughApplication(action) && dashboard.application().isPresent()
        ? APPLICATION
        : DASHBOARD;
  }

  private static boolean throughApplication(Action action) {
    return action.context() == ActionContext.APPLICATION;
  }

  /** What needs no credential needs no scope either: with one, the role alone decides (APP-4). */
  private static boolean inScope(Action action, ActionSet actions) {
    return action.has(ActionFlag.ANY_SCOPE)
        || action.has(ActionFlag.NO_TOKEN)
        || actions.contains(action);
  }

  private static Decision allowed(Optional<Role> role, DeviceReach reach) {
    return new Decision.Allowed(role, reach);
  }

  private static Decision unseen(String kind) {
    return denied(new Denial.Unseen(kind));
  }

  private static Decision denied(Denial reason) {
    return new Decision.Denied(reason);
  }
}
