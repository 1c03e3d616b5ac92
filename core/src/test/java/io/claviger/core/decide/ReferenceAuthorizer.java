package io.claviger.core.decide;

import io.claviger.core.credential.ApplicationToken;
import io.claviger.core.credential.TenantScope;
import io.claviger.core.credential.UserCredential;
import io.claviger.core.credential.UserFacts;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.role.MfaMode;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.Owner;
import io.claviger.core.role.OwnerState;
import io.claviger.core.role.Resource;
import io.claviger.core.role.Role;
import io.claviger.core.role.RoleCap;
import io.claviger.core.role.Standing;
import io.claviger.core.scope.Action;
import io.claviger.core.scope.ActionFlag;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The rules a second time: from the rule book, slow and plain, without any function of the code
 * that decides. It takes the facts apart itself, reads scopes from the text of the catalogue and
 * answers with a line of text (see {@link Verdict}).
 */
final class ReferenceAuthorizer {
  private static final List<String> ROLES = List.of("none", "view", "collaborate", "edit", "admin");

  /** The text that the catalogue says each action may be granted by. */
  private final Map<String, Set<String>> scopesByAction;

  ReferenceAuthorizer(Map<String, Set<String>> scopesByAction) {
    this.scopesByAction = scopesByAction;
  }

  /** ORG-17: last of all, and only for those who see the place, comes what is closed to all. */
  String decide(Question question, List<DeviceFacts> devices) {
    String answer = decideOpen(question, devices);
    if (context(question.action()).equals("PUBLIC")) {
      return answer;
    }
    OwnerState state =
        switch (question.place()) {
          case Place.OfOwner it -> it.state();
          case Place.OfApplication it -> it.state();
          case Place.OfDashboard it -> it.state();
          case Place.Account _, Place.Absent _ ->
              new OwnerState(MfaMode.NOT_REQUIRED, false, false);
        };
    boolean seen =
        answer.startsWith("allowed")
            || answer.equals("403 RoleTooLow")
            || answer.equals("403 DeedRefused");
    if (seen && state.disabled()) {
      return no("403", "OrganizationDisabled");
    }
    if (answer.startsWith("allowed") && state.readOnly() && !readsOnly(question.action())) {
      return no("403", "OrganizationReadOnly");
    }
    return answer;
  }

  private static boolean readsOnly(Action action) {
    String needed = action.minRole().map(ReferenceAuthorizer::name).orElse("");
    // A search is a POST, so that its filter does not stand in the address (LUC-17).
    return action.method().equals("GET")
        || action.path().endsWith("/.search")
        || needed.equals("view")
        || needed.equals("none");
  }

  private String decideOpen(Question question, List<DeviceFacts> devices) {
    if (has(question.action(), "NO_TOKEN")) {
      if (context(question.action()).equals("PUBLIC")) {
        return yes("-", ReferenceReach.everything(devices));
      }
      if (question.place() instanceof Place.OfDashboard dashboard
          && dashboard.open()
          && !dashboard.state().disabled()) {
        // APP-4: anyone may read it; a credential may add a role and never takes away (RUN-3).
        String answer = withCredential(question, devices);
        return answer.startsWith("allowed") ? answer : yes("-", ReferenceReach.everything(devices));
      }
    }
    return withCredential(question, devices);
  }

  private String withCredential(Question question, List<DeviceFacts> devices) {
    String problem =
        ReferenceCredentials.problem(question.bearer(), question.address(), question.now());
    if (!problem.isEmpty()) {
      // ERR-5: where no token is needed, a 401 would tell that the dashboard exists.
      return has(question.action(), "NO_TOKEN") ? no("404", "Dashboard") : no("401", problem);
    }
    return switch (question.bearer()) {
      case Bearer.OfUser user -> ofUser(user, question, devices);
      case Bearer.OfApplication application ->
          ofApplication(application.token(), question, devices);
      case Bearer.OfDevice device -> ofDevice(device, question, devices);
      case Bearer.OfTenant tenant -> ofTenant(tenant, question, devices);
      case Bearer.Anonymous _ -> throw new AssertionError("has a problem");
    };
  }

  // ---- tenants (LUC-2, LUC-3, LUC-4, LUC-17)

  private static String ofTenant(
      Bearer.OfTenant bearer, Question question, List<DeviceFacts> devices) {
    boolean covered = false;
    for (TenantScope scope : bearer.token().scopes()) {
      covered |= has(question.action(), "UM_" + scope.name());
    }
    if (!covered) {
      return no("403", "ScopeMissing");
    }
    if (bearer.user().orElseThrow().needsToVerifyEmail()) {
      return no("403", "EmailUnverified");
    }
    boolean own =
        question.place() instanceof Place.OfOwner place
            && place.owner() instanceof Owner.Organization(var organization)
            && organization.equals(bearer.token().organization());
    return own ? yes("admin", ReferenceReach.everything(devices)) : no("404", "Organization");
  }

  // ---- users (UAT-10 to UAT-14, UAT-23, USR-14, USR-16)

  private String ofUser(Bearer.OfUser bearer, Question question, List<DeviceFacts> devices) {
    Action action = question.action();
    UserCredential credential = bearer.credential();
    boolean unverified = bearer.user().map(UserFacts::needsToVerifyEmail).orElse(false);
    if (unverified && !has(action, "ALLOW_UNVERIFIED")) {
      return no("403", "EmailUnverified");
    }
    if (credential.kind().name().equals("OAUTH_TOKEN") && has(action, "DENY_OAUTH")) {
      return no("403", "NotForOauth");
    }
    if (action.id().equals("me.refreshToken") && !credential.kind().name().equals("SESSION")) {
      return no("403", "SessionOnly");
    }
    if (!scoped(action, credential.grant().names().names())) {
      return no("403", "ScopeMissing");
    }
    String everything = ReferenceReach.everything(devices);
    return switch (question.place()) {
      case Place.Account _ ->
          switch (context(action)) {
            case "APPLICATION" -> no("404", "Application");
            case "ORGANIZATION" -> no("404", "Organization");
            case "DASHBOARD" -> no("404", "Dashboard");
            default -> yes("-", everything);
          };
      case Place.Absent it -> {
        boolean hidden =
            it.within().isPresent()
                && effective(
                        credential.cap(),
                        it.within().get().standing(),
                        it.within().get().owner(),
                        it.within().get().id().text(),
                        "")
                    .equals("none");
        yield no("404", hidden ? "Application" : it.kind());
      }
      case Place.OfOwner it -> {
        String role = effective(credential.cap(), it.standing(), it.owner(), "", "");
        yield leaves(credential, action, it)
            ? yes(role, everything)
            : byRole(action, role, "Organization", everything);
      }
      case Place.OfApplication it -> {
        String role = effective(credential.cap(), it.standing(), it.owner(), it.id().text(), "");
        yield withDevice(byRole(action, role, "Application", everything), it);
      }
      case Place.OfDashboard it -> {
        Resource.Dashboard dashboard = it.dashboard();
        String application = dashboard.application().map(Object::toString).orElse("");
        String role =
            effective(
                credential.cap(),
                it.standing(),
                dashboard.owner(),
                application,
                dashboard.id().text());
        String parent =
            effective(credential.cap(), it.standing(), dashboard.owner(), application, "");
        boolean parentUnseen = beneathApplication(action, dashboard) && parent.equals("none");
        yield byRole(action, role, parentUnseen ? "Application" : "Dashboard", everything);
      }
    };
  }

  /** ORG-6: any member leaves by himself, unless the token is held below an administrator. */
  private static boolean leaves(UserCredential credential, Action action, Place.OfOwner place) {
    return action.id().equals("org.removeMember")
        && place.member().isPresent()
        && place.member().get().text().equals(credential.user().text())
        && place.standing() instanceof Standing.Member
        && capped(credential.cap(), place.owner(), "", "").equals("admin");
  }

  /** Whether the path leads to the dashboard through its application. */
  private static boolean beneathApplication(Action action, Resource.Dashboard dashboard) {
    return context(action).equals("APPLICATION") && dashboard.application().isPresent();
  }

  /** A path that names a device that does not exist leads nowhere, for those who may follow it. */
  private static String withDevice(String answer, Place.OfApplication place) {
    boolean absent = place.device().isPresent() && place.device().get().facts().isEmpty();
    return answer.startsWith("allowed") && absent ? no("404", "Device") : answer;
  }

  /** UAT-10: the smaller of the nearest cap and what the user has. */
  private static String effective(
      RoleCap cap, Standing standing, Owner owner, String application, String dashboard) {
    return smaller(
        capped(cap, owner, application, dashboard), has(standing, application, dashboard));
  }

  private static String capped(RoleCap cap, Owner owner, String application, String dashboard) {
    List<RoleCap.OwnerCap> forOwner = new ArrayList<>();
    if (owner instanceof Owner.Sandbox) {
      cap.sandbox().ifPresent(forOwner::add);
    }
    if (owner instanceof Owner.Organization(var id)) {
      cap.organizations()
          .forEach((named, value) -> {
            if (named.text().equals(id.text())) {
              forOwner.add(value);
            }
          });
    }
    if (forOwner.isEmpty()) {
      return name(cap.defaultRole());
    }
    return nearest(
        forOwner.getFirst().overrides(), name(forOwner.getFirst().role()), application, dashboard);
  }

  private static String has(Standing standing, String application, String dashboard) {
    return switch (standing) {
      case Standing.Stranger _ -> "none";
      case Standing.SandboxOwner _ -> "admin";
      case Standing.Member(var membership) ->
          name(membership.role()).equals("admin")
              ? "admin"
              : nearest(membership.overrides(), name(membership.role()), application, dashboard);
    };
  }

  private static String nearest(
      Overrides overrides, String otherwise, String application, String dashboard) {
    for (var entry : overrides.dashboards().entrySet()) {
      if (entry.getKey().text().equals(dashboard)) {
        return name(entry.getValue());
      }
    }
    for (var entry : overrides.applications().entrySet()) {
      if (entry.getKey().text().equals(application)) {
        return name(entry.getValue());
      }
    }
    return otherwise;
  }

  private static String smaller(String left, String right) {
    return ROLES.get(Math.min(ROLES.indexOf(left), ROLES.indexOf(right)));
  }

  private static String byRole(Action action, String role, String kind, String reach) {
    if (role.equals("none")) {
      return no("404", kind);
    }
    String needed = action.minRole().map(ReferenceAuthorizer::name).orElse("none");
    return ROLES.indexOf(role) >= ROLES.indexOf(needed)
        ? yes(role, reach)
        : no("403", "RoleTooLow");
  }

  // ---- applications (APT-1, APT-14)

  private String ofApplication(
      ApplicationToken token, Question question, List<DeviceFacts> devices) {
    Action action = question.action();
    if (!scoped(action, token.grant().names().names())) {
      return no("403", "ScopeMissing");
    }
    String everything = ReferenceReach.everything(devices);
    String ceiling = name(token.ceiling().role());
    return switch (question.place()) {
      case Place.Account _ ->
          has(action, "ANY_SCOPE") ? yes("-", everything) : no("404", "Account");
      case Place.Absent it -> absent(it, token.application().text());
      case Place.OfOwner _ -> no("404", "Organization");
      case Place.OfApplication it ->
          it.id().text().equals(token.application().text())
              ? withDevice(byRole(action, ceiling, "Application", everything), it)
              : no("404", "Application");
      case Place.OfDashboard it -> {
        Resource.Dashboard dashboard = it.dashboard();
        boolean through = beneathApplication(action, dashboard);
        boolean inside =
            dashboard.application().isPresent()
                && dashboard.application().get().text().equals(token.application().text());
        String own = ceiling;
        for (var entry : token.ceiling().dashboards().entrySet()) {
          if (entry.getKey().text().equals(dashboard.id().text())) {
            own = name(entry.getValue());
          }
        }
        yield inside
            ? byRole(
                action,
                own,
                through && ceiling.equals("none") ? "Application" : "Dashboard",
                everything)
            : no("404", through ? "Application" : "Dashboard");
      }
    };
  }

  private static String absent(Place.Absent place, String own) {
    boolean foreign = place.within().isPresent() && !place.within().get().id().text().equals(own);
    return no("404", foreign ? "Application" : place.kind());
  }

  // ---- devices (KEY-27, KEY-28, KEY-33, KEY-41, KEY-44)

  private String ofDevice(Bearer.OfDevice bearer, Question question, List<DeviceFacts> devices) {
    Action action = question.action();
    if (!scoped(action, bearer.session().grant().names().names())) {
      return no("403", "ScopeMissing");
    }
    String own =
        switch (question.place()) {
          case Place.Account _ ->
              has(action, "ANY_SCOPE")
                  ? yes("-", ReferenceReach.reach(bearer, devices))
                  : no("404", "Account");
          case Place.Absent it -> absent(it, bearer.session().application().text());
          case Place.OfOwner _ -> no("404", "Organization");
          case Place.OfDashboard it ->
              no("404", beneathApplication(action, it.dashboard()) ? "Application" : "Dashboard");
          case Place.OfApplication it ->
              it.id().text().equals(bearer.session().application().text())
                  ? onDevice(bearer, action, it, devices)
                  : no("404", "Application");
        };
    if (own.startsWith("allowed")
        && bearer.warrant() instanceof Bearer.Warrant.BySponsor(Bearer sponsor)) {
      String sponsored =
          withCredential(
              new Question(sponsor, action, question.place(), question.address(), question.now()),
              devices);
      return sponsored.startsWith("allowed") ? own : sponsored;
    }
    return own;
  }

  private static String onDevice(
      Bearer.OfDevice bearer, Action action, Place.OfApplication place, List<DeviceFacts> devices) {
    if (place.device().isEmpty()) {
      return yes("-", ReferenceReach.reach(bearer, devices));
    }
    Optional<DeviceFacts> device = place.device().get().facts();
    if (device.isEmpty()) {
      return no("404", "Device");
    }
    String deed =
        switch (action.id()) {
          case "device.sendState", "device.setConnectionStatus" -> "report";
          case "device.getCommand", "device.commandStream" -> "receive";
          default -> "read";
        };
    if (ReferenceReach.may(bearer, deed, device.get())) {
      return yes("-", ReferenceReach.reach(bearer, devices));
    }
    return ReferenceReach.may(bearer, "read", device.get())
        ? no("403", "DeedRefused")
        : no("404", "Device");
  }

  // ---- answers

  private boolean scoped(Action action, List<String> names) {
    if (has(action, "ANY_SCOPE") || has(action, "NO_TOKEN")) {
      return true;
    }
    Set<String> granting = scopesByAction.getOrDefault(action.id(), Set.of());
    for (String name : names) {
      if (granting.contains(name)) {
        return true;
      }
    }
    return false;
  }

  private static boolean has(Action action, String flag) {
    for (ActionFlag it : action.flags()) {
      if (it.name().equals(flag)) {
        return true;
      }
    }
    return false;
  }

  private static String context(Action action) {
    return action.context().name();
  }

  static String name(Role role) {
    return role.wireName();
  }

  private static String yes(String role, String reach) {
    return "allowed role=" + role + " reach=" + reach;
  }

  private static String no(String status, String reason) {
    return status + " " + reason;
  }
}
