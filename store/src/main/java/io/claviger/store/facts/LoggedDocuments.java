package io.claviger.store.facts;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.credential.ApplicationToken;
import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.credential.DeviceSession;
import io.claviger.core.credential.Grant;
import io.claviger.core.credential.UserCredential;
import io.claviger.core.credential.UserFacts;
import io.claviger.core.credential.Validity;
import io.claviger.core.device.DeviceClass;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.device.Tag;
import io.claviger.core.id.AccessKeyId;
import io.claviger.core.id.ApiTokenId;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DashboardId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.SessionId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Ceiling;
import io.claviger.core.role.Membership;
import io.claviger.core.role.MfaMode;
import io.claviger.core.role.Owner;
import io.claviger.core.role.OwnerState;
import io.claviger.core.role.Resource;
import io.claviger.core.role.Role;
import io.claviger.core.role.RoleCap;
import io.claviger.core.scope.Catalogue;
import io.claviger.core.scope.ScopeNames;
import io.claviger.core.secret.Digest;
import io.claviger.store.facts.StoredCredential.WarrantRef;
import io.claviger.store.json.RoleDocuments;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** Reads facts out of the documents of the change log, which are those that the API shows. */
final class LoggedDocuments {
  private final Catalogue catalogue;

  LoggedDocuments(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  StoredCredential userToken(JsonNode token) {
    return new StoredCredential.OfUser(
        new UserCredential(
            UserCredential.Kind.API_TOKEN,
            new ApiTokenId(text(token, "id")),
            new UserId(text(token, "ownerId")),
            time(token, "creationDate").orElseThrow(),
            validity(token),
            grant(token),
            RoleDocuments.cap(
                Role.parse(text(token, "defaultRole")).orThrow(), token.path("orgRoles"))));
  }

  /**
   * A ceiling that is nowhere is taken for the highest; whoever asks is told that it is not known.
   */
  StoredCredential applicationToken(JsonNode token, Supplier<Optional<Ceiling>> elsewhere) {
    Ceiling ceiling =
        RoleDocuments.ceiling(token.path("ceiling"))
            .or(elsewhere)
            .orElseGet(() -> Ceiling.of(Role.ADMIN));
    return new StoredCredential.OfApplication(
        new ApplicationToken(
            new ApiTokenId(text(token, "id")),
            new ApplicationId(text(token, "ownerId")),
            validity(token),
            grant(token),
            ceiling));
  }

  StoredCredential.OfUser userSession(JsonNode session) {
    return new StoredCredential.OfUser(
        new UserCredential(
            UserCredential.Kind.SESSION,
            new SessionId(text(session, "id")),
            new UserId(text(session, "userId")),
            time(session, "creationDate").orElseThrow(),
            new Validity(CredentialStatus.ACTIVE, time(session, "expirationDate")),
            grant(session),
            RoleCap.UNCAPPED));
  }

  StoredCredential.OfDevice deviceSession(
      JsonNode session, Function<String, CredentialRef> sponsor) {
    WarrantRef warrant =
        optional(session, "applicationKeyId")
            .<WarrantRef>map(id -> new WarrantRef.Key(new AccessKeyId(id)))
            .orElseGet(() -> new WarrantRef.Sponsor(sponsor.apply(text(session, "sponsorId"))));
    return new StoredCredential.OfDevice(
        new DeviceSession(
            new SessionId(text(session, "id")),
            new ApplicationId(text(session, "applicationId")),
            new DeviceId(text(session, "deviceId")),
            new Validity(CredentialStatus.ACTIVE, time(session, "expirationDate")),
            grant(session)),
        warrant);
  }

  private static Validity validity(JsonNode token) {
    return new Validity(
        CredentialStatus.parse(text(token, "status")).orThrow(), time(token, "expirationDate"));
  }

  private Grant grant(JsonNode credential) {
    List<String> scope = new ArrayList<>();
    credential.path("scope").forEach(name -> scope.add(name.stringValue()));
    ScopeNames names = new ScopeNames(scope);
    return new Grant(names, catalogue.resolve(names));
  }

  UserFacts user(UserId id, JsonNode user) {
    return new UserFacts(
        id,
        time(user, "tokenCutoff"),
        user.path("needsToVerifyEmail").asBoolean(false),
        user.path("twoFactorAuthEnabled").asBoolean(false),
        user.path("deactivated").asBoolean(false));
  }

  OwnerState organization(JsonNode organization) {
    return new OwnerState(
        optional(organization, "mfaMode")
            .map(mode -> MfaMode.parse(mode).orThrow())
            .orElse(MfaMode.NOT_REQUIRED),
        organization.path("isReadOnly").asBoolean(false),
        organization.path("disabledAt").isString());
  }

  Membership membership(JsonNode member) {
    return new Membership(
        Role.parse(text(member, "role")).orThrow(), RoleDocuments.overrides(member));
  }

  Owner owner(JsonNode owned) {
    String id = text(owned, "ownerId");
    return text(owned, "ownerType").equals("user")
        ? new Owner.Sandbox(new UserId(id))
        : new Owner.Organization(new OrganizationId(id));
  }

  /** That it has a password is in the log; nothing that any password fits stands for it. */
  DashboardFacts dashboard(DashboardId id, JsonNode dashboard) {
    return new DashboardFacts(
        new Resource.Dashboard(
            owner(dashboard), id, optional(dashboard, "applicationId").map(ApplicationId::new)),
        dashboard.path("public").asBoolean(false),
        dashboard.path("isPasswordProtected").asBoolean(false)
            ? Optional.of("")
            : Optional.empty());
  }

  DeviceFacts device(DeviceId id, JsonNode device, boolean deleted) {
    List<Tag> tags = new ArrayList<>();
    device.path("tags").forEach(tag -> tags.add(new Tag(text(tag, "key"), text(tag, "value"))));
    return new DeviceFacts(
        id,
        new ApplicationId(text(device, "applicationId")),
        DeviceClass.parse(text(device, "deviceClass")).orThrow(),
        tags,
        optional(device, "gatewayId").map(DeviceId::new),
        deleted);
  }

  AccessKey accessKey(AccessKeyId id, JsonNode key, Digest secret) {
    return new AccessKey(
        id,
        new ApplicationId(text(key, "applicationId")),
        secret,
        CredentialStatus.parse(text(key, "status")).orThrow(),
        LoggedKeyRules.devices(key),
        LoggedKeyRules.addresses(key),
        LoggedKeyRules.topics(key));
  }

  private static String text(JsonNode object, String name) {
    return object.get(name).stringValue();
  }

  private static Optional<String> optional(JsonNode object, String name) {
    JsonNode value = object.path(name);
    return value.isString() ? Optional.of(value.stringValue()) : Optional.empty();
  }

  private static Optional<Instant> time(JsonNode object, String name) {
    return optional(object, name).map(Instant::parse);
  }
}
