package io.claviger.store.application;

import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Visibility;
import io.claviger.store.facts.SqlFacts;
import java.util.HashMap;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** What a user is everywhere. */
public final class Memberships {
  private Memberships() {}

  /** What the viewer sees at this moment. */
  public static Visibility visibility(Handle handle, Viewer viewer) {
    return switch (viewer) {
      case Viewer.OfUser(var user, var cap) -> Visibility.of(user, cap, of(handle, user));
      case Viewer.OfApplication(var owner, var application, var ceiling) ->
          Visibility.of(owner, application, ceiling);
    };
  }

  private static Map<OrganizationId, Membership> of(Handle handle, UserId user) {
    Map<OrganizationId, Membership> memberships = new HashMap<>();
    handle
        .createQuery(
            "SELECT organization_id, role, application_roles, dashboard_roles FROM member"
                + " WHERE user_id = :user")
        .bind("user", user.text())
        .map((row, _) ->
            Map.entry(
                new OrganizationId(row.getString("organization_id")), SqlFacts.membership(row)))
        .forEach(entry -> memberships.put(entry.getKey(), entry.getValue()));
    return memberships;
  }
}
