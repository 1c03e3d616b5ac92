package io.claviger.server.scim;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.ObjectId;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a group stands for: a role in the organization, or a role in one application that goes
 * before it. The groups are given by what there is; nobody makes or deletes them.
 */
sealed interface GroupId {
  /** The roles that have groups; who has none is in none. */
  List<Role> ROLES = List.of(Role.ADMIN, Role.EDIT, Role.COLLABORATE, Role.VIEW);

  /** Those of them that a member can have for one application (UAT-8). */
  List<Role> APPLICATION_ROLES = List.of(Role.COLLABORATE, Role.VIEW);

  /** Those of members with that role in the organization. */
  record OfRole(Role role) implements GroupId {}

  /** Those who have that role in one application. */
  record OfApplication(ApplicationId application, Role role) implements GroupId {}

  /** Its id, such as {@code role-edit} or {@code app-6a1f0c2e9b4d7a5c3e8f1001-view}. */
  default String text() {
    return switch (this) {
      case OfRole(Role role) -> "role-" + role.wireName();
      case OfApplication(ApplicationId application, Role role) ->
          "app-" + application.text() + "-" + role.wireName();
    };
  }

  /**
   * What it is called; empty when the application is not there.
   *
   * @param applications names by id
   */
  default Optional<String> displayName(Map<String, String> applications) {
    return switch (this) {
      case OfRole(Role role) -> Optional.of("Organization: " + role.wireName());
      case OfApplication(ApplicationId application, Role role) ->
          Optional.ofNullable(applications.get(application.text()))
              .map(name -> "Application " + name + ": " + role.wireName());
    };
  }

  /** Whether somebody with these rights is in it. */
  default boolean contains(Membership membership) {
    return switch (this) {
      case OfRole(Role role) -> membership.role() == role;
      case OfApplication(ApplicationId application, Role role) ->
          membership.overrides().applications().get(application) == role;
    };
  }

  /** Reads an id; empty when it can be of no group. */
  static Optional<GroupId> parse(String text) {
    int dash = text.lastIndexOf('-');
    Optional<Role> role = Role.parse(text.substring(dash + 1)).toOptional().filter(ROLES::contains);
    if (dash < 0 || role.isEmpty()) {
      return Optional.empty();
    }
    String before = text.substring(0, dash);
    if (before.equals("role")) {
      return Optional.of(new OfRole(role.get()));
    }
    String id = before.startsWith("app-") ? before.substring("app-".length()) : "";
    return ObjectId.isValid(id) && APPLICATION_ROLES.contains(role.get())
        ? Optional.of(new OfApplication(new ApplicationId(ObjectId.normalise(id)), role.get()))
        : Optional.empty();
  }

  /** The groups that somebody with these rights is in. */
  static List<GroupId> of(Membership membership) {
    List<GroupId> groups = new ArrayList<>();
    if (ROLES.contains(membership.role())) {
      groups.add(new OfRole(membership.role()));
    }
    membership.overrides().applications().entrySet().stream()
        .filter(entry -> APPLICATION_ROLES.contains(entry.getValue()))
        .sorted(Map.Entry.comparingByKey((left, right) -> left.text().compareTo(right.text())))
        .forEach(entry -> groups.add(new OfApplication(entry.getKey(), entry.getValue())));
    return groups;
  }
}
