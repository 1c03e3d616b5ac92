package io.claviger.server.organization;

import io.claviger.server.api.Wire;
import io.claviger.server.http.Json;
import io.claviger.store.json.RoleDocuments;
import io.claviger.store.organization.InvitationRow;
import io.claviger.store.organization.MemberRow;
import io.claviger.store.organization.OrganizationRow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Organizations, members and invitations as JSON; invitations never with their token. */
final class OrganizationJson {
  private OrganizationJson() {}

  /** An organization without those who belong to it. */
  static ObjectNode organization(OrganizationRow organization) {
    ObjectNode object = identity(organization);
    Wire.put(object, "description", organization.description());
    Wire.put(object, "billingEmail", organization.billingEmail());
    Wire.put(object, "iconColor", organization.iconColor());
    if (organization.disabledAt().isPresent()) {
      object.put("disabledAt", Wire.time(organization.disabledAt().get()));
    } else {
      object.put("disabledAt", false);
    }
    object.put("isReadOnly", organization.readOnly());
    return object;
  }

  /** As little as an answer may hold; what one who leaves still learns. */
  static ObjectNode identity(OrganizationRow organization) {
    String id = organization.id().text();
    ObjectNode object =
        Json.emptyObject().put("_type", "organization").put("id", id).put("orgId", id);
    object.put("creationDate", Wire.time(organization.createdAt()));
    object.put("lastUpdated", Wire.time(organization.updatedAt()));
    object.put("name", organization.name());
    object.put("mfaMode", organization.mfaMode().wireName());
    return object;
  }

  /** Puts members into an organization. */
  static ObjectNode withMembers(ObjectNode organization, List<MemberRow> members) {
    ArrayNode array = organization.putArray("members");
    members.forEach(member -> array.add(member(member)));
    return organization;
  }

  static ObjectNode member(MemberRow member) {
    ObjectNode object = Json.emptyObject().put("userId", member.user().text());
    object.put("firstName", member.firstName());
    object.put("lastName", member.lastName());
    object.put("email", member.email());
    object.put("role", member.membership().role().wireName());
    object.set("applicationRoles", RoleDocuments.applicationRoles(member.membership().overrides()));
    object.set("dashboardRoles", RoleDocuments.dashboardRoles(member.membership().overrides()));
    object.put("twoFactorAuthEnabled", member.twoFactor());
    return object;
  }

  /** The invitations of an organization, for its administrators (ORG-8). */
  static ArrayNode invitations(List<InvitationRow> invitations, Instant now) {
    ArrayNode array = Json.emptyArray();
    invitations.forEach(invitation -> array.add(invitation(invitation, now)));
    return array;
  }

  /** An invitation, for the administrators and for the change log. */
  static ObjectNode invitation(InvitationRow invitation, Instant now) {
    ObjectNode object = Json.emptyObject().put("_type", "orgInvite");
    object.put("id", invitation.id().text());
    object.put("email", invitation.email());
    object.put("role", invitation.membership().role().wireName());
    object.set(
        "applicationRoles", RoleDocuments.applicationRoles(invitation.membership().overrides()));
    object.set("dashboardRoles", RoleDocuments.dashboardRoles(invitation.membership().overrides()));
    putTimes(object, invitation);
    object.put("hasExpired", invitation.expired(now));
    object.put("disallowTransfer", invitation.disallowTransfer());
    return object;
  }

  private static void putTimes(ObjectNode object, InvitationRow invitation) {
    object.put("inviteDate", Wire.time(invitation.invitedAt()));
    object.put("ttl", Duration.between(invitation.invitedAt(), invitation.expiresAt()).toMillis());
  }

  /** An invitation, for the user whom it is for. */
  static ObjectNode forUser(InvitationRow invitation, Instant now) {
    ObjectNode object = Json.emptyObject().put("_type", "orgInvite");
    object.put("id", invitation.id().text());
    object.put("orgName", invitation.organizationName());
    object.put("role", invitation.membership().role().wireName());
    object.put("requiresMFA", invitation.requiresSecondFactor());
    putTimes(object, invitation);
    object.put("expired", invitation.expired(now));
    invitation
        .inviter()
        .ifPresent(inviter ->
            object
                .putObject("invitedBy")
                .put("fullName", inviter.fullName())
                .put("email", inviter.email()));
    return object;
  }

  /** An invitation, for the holder of its link. */
  static ObjectNode forLink(InvitationRow invitation) {
    ObjectNode object = Json.emptyObject().put("orgName", invitation.organizationName());
    object.put("email", invitation.email());
    object.put("role", invitation.membership().role().wireName());
    putTimes(object, invitation);
    object.put("disallowTransfer", invitation.disallowTransfer());
    return object;
  }
}
