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
      case Viewer.OfUser(var user, var cap, var secondFactor) ->
          Visibility.of(user, cap, of(handle, user, secondFactor));
      case Viewer.OfApplication(var owner, var application, var ceiling) ->
          Visibility.of(owner, application, ceiling);
    };
  }

  /** What the memberships are worth; those in disabled organizations nothing (ORG-17). */
  private static Map<OrganizationId, Membership> of(
      Handle handle, UserId user, boolean secondFactor) {
    Map<OrganizationId, Membership> memberships = new HashMap<>();
    handle
        .createQuery(
            "SELECT m.organization_id, m.role, m.application_roles, m.dashboard_roles,"
                + " o.mfa_mode, o.is_read_only, o.disabled_at"
                + " FROM member m JOIN organization o ON o.id = m.organization_id"
                + " WHERE m.user_id = :user AND o.disabled_at IS NULL")
        .bind("user", user.text())
        .map((row, _) ->
            Map.entry(
                new OrganizationId(row.getString("organization_id")),
                SqlFacts.ownerState(row).mfaMode().worth(SqlFacts.membership(row), secondFactor)))
        .forEach(entry -> memberships.put(entry.getKey(), entry.getValue()));
    return memberships;
  }
}
