package io.claviger.server.organization;

import io.claviger.core.id.ObjectId;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Role;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Response;
import io.claviger.store.Database;
import io.claviger.store.organization.MemberRow;
import io.claviger.store.organization.MemberStore;
import io.claviger.store.organization.OrganizationStore;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** {@code /orgs/{orgId}/member} (ORG-3 to ORG-7). */
final class Members {
  private final Database database;
  private final OrganizationStore organizations;
  private final MemberStore members;
  private final Memberships memberships;
  private final MembershipBody membershipBody;
  private final WholeOrganization whole;

  Members(
      Database database,
      OrganizationStore organizations,
      MemberStore members,
      Memberships memberships,
      MembershipBody membershipBody,
      WholeOrganization whole) {
    this.database = database;
    this.organizations = organizations;
    this.members = members;
    this.memberships = memberships;
    this.membershipBody = membershipBody;
    this.whole = whole;
  }

  void addTo(Api api) {
    api.handle("org.modifyMember", this::modify);
    api.handle("org.removeMember", this::remove);
  }

  /** The bearer's role over the organization of a call. */
  static Role role(Call call) {
    return call.allowed().role().orElse(Role.NONE);
  }

  private Response modify(Call call) {
    OrganizationId organization = call.organization();
    UserId user = new UserId(ObjectId.normalise(call.body().get("userId").stringValue()));
    if (user.equals(call.user())) {
      throw ApiException.validation("userId", "names yourself; nobody changes his own role");
    }
    ObjectNode modified =
        database.write(transaction -> {
          call.requireStillAllowed();
          MemberRow before =
              members
                  .find(organization, user)
                  .orElseThrow(() -> ApiException.validation("userId", "names no member"));
          Membership after =
              membershipBody.read(
                  call.body(), before.membership(), new Owner.Organization(organization));
          memberships.change(transaction, call, organization, before, after);
          return whole.render(call, organization, role(call));
        });
    return Response.ok(modified);
  }

  /**
   * Removes somebody, or leaves. Whoever leaves sees the organization no more, its answer included.
   */
  private Response remove(Call call) {
    OrganizationId organization = call.organization();
    UserId user = removed(call);
    ObjectNode rest =
        database.write(transaction -> {
          call.requireStillAllowed();
          MemberRow member =
              members.find(organization, user).orElseThrow(() -> ApiException.notFound("Member"));
          memberships.end(transaction, call, organization, member);
          return user.equals(call.user())
              ? farewell(call, organization)
              : whole.render(call, organization, role(call));
        });
    return Response.ok(rest);
  }

  private static UserId removed(Call call) {
    return call.request()
        .query()
        .text("userId")
        .filter(ObjectId::isValid)
        .map(text -> new UserId(ObjectId.normalise(text)))
        .orElseThrow(
            () -> ApiException.validation("userId", "must be an id of 24 hexadecimal digits"));
  }

  private ObjectNode farewell(Call call, OrganizationId id) {
    ObjectNode object =
        OrganizationJson.identity(
            organizations.find(id).orElseThrow(() -> ApiException.notFound("Organization")));
    OrganizationJson.withMembers(object, List.of());
    return WholeOrganization.withLinks(object, call.request().query(), id);
  }
}
