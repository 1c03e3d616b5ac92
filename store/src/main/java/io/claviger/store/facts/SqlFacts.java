package io.claviger.store.facts;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.credential.UserFacts;
import io.claviger.core.device.DeviceClass;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.device.Tag;
import io.claviger.core.id.AccessKeyId;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DashboardId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Membership;
import io.claviger.core.role.MfaMode;
import io.claviger.core.role.Owner;
import io.claviger.core.role.OwnerState;
import io.claviger.core.role.Resource;
import io.claviger.core.role.Role;
import io.claviger.core.role.Standing;
import io.claviger.core.scope.Catalogue;
import io.claviger.core.secret.Digest;
import io.claviger.core.secret.TokenKind;
import io.claviger.store.Database;
import io.claviger.store.SqlTypes;
import io.claviger.store.json.JsonColumn;
import io.claviger.store.json.RoleDocuments;
import io.claviger.store.tenant.TenantTokenStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Facts straight from the tables; inside a transaction, as that transaction sees them. */
public final class SqlFacts implements Facts {
  private final Database database;
  private final CredentialRows credentials;
  private final TenantTokenStore tenantTokens;

  /**
   * Reads from a database.
   *
   * @param catalogue gives scope names their meaning of today
   */
  public SqlFacts(Database database, Catalogue catalogue) {
    this.database = database;
    this.credentials = new CredentialRows(catalogue);
    this.tenantTokens = new TenantTokenStore(database);
  }

  @Override
  public Optional<CredentialRef> credential(TokenKind kind, Digest digest) {
    return database
        .read(handle -> credentials.find(handle, kind, digest))
        .map(id -> new CredentialRef(kind, id));
  }

  @Override
  public Optional<TenantTokenStore.Presented> tenantToken(
      OrganizationId organization, Digest digest) {
    return tenantTokens.presented(organization, digest);
  }

  @Override
  public Optional<StoredCredential> credential(CredentialRef ref) {
    return database.read(handle -> credentials.load(handle, ref));
  }

  @Override
  public Optional<UserFacts> user(UserId id) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT id, token_cutoff, email_verified, must_verify, two_factor, deactivated_at"
                    + " FROM app_user WHERE id = :id")
            .bind("id", id.text())
            .map((row, _) -> user(row))
            .findOne());
  }

  private static UserFacts user(ResultSet row) throws SQLException {
    return new UserFacts(
        new UserId(row.getString("id")),
        SqlTypes.optionalInstant(row, "token_cutoff"),
        SqlTypes.flag(row, "must_verify") && !SqlTypes.flag(row, "email_verified"),
        SqlTypes.flag(row, "two_factor"),
        SqlTypes.optionalInstant(row, "deactivated_at").isPresent());
  }

  @Override
  public Optional<OwnerState> organization(OrganizationId id) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT mfa_mode, is_read_only, disabled_at FROM organization WHERE id = :id")
            .bind("id", id.text())
            .map((row, _) -> ownerState(row))
            .findOne());
  }

  /**
   * The state in columns {@code mfa_mode}, {@code is_read_only} and {@code disabled_at} of an
   * organization.
   */
  public static OwnerState ownerState(ResultSet row) throws SQLException {
    return new OwnerState(
        MfaMode.parse(row.getString("mfa_mode")).orThrow(),
        SqlTypes.flag(row, "is_read_only"),
        SqlTypes.optionalInstant(row, "disabled_at").isPresent());
  }

  @Override
  public Standing granted(OrganizationId organization, UserId user) {
    Optional<Membership> membership =
        database.read(handle ->
            handle
                .createQuery(
                    "SELECT role, application_roles, dashboard_roles FROM member"
                        + " WHERE organization_id = :organization AND user_id = :user")
                .bind("organization", organization.text())
                .bind("user", user.text())
                .map((row, _) -> membership(row))
                .findOne());
    return membership.<Standing>map(Standing.Member::new).orElseGet(Standing.Stranger::new);
  }

  /**
   * The membership in columns {@code role}, {@code application_roles} and {@code dashboard_roles}.
   */
  public static Membership membership(ResultSet row) throws SQLException {
    ObjectNode roles = JsonNodeFactory.instance.objectNode();
    roles.set("applicationRoles", JsonColumn.read(row.getString("application_roles")));
    roles.set("dashboardRoles", JsonColumn.read(row.getString("dashboard_roles")));
    return new Membership(
        Role.parse(row.getString("role")).orThrow(), RoleDocuments.overrides(roles));
  }

  /**
   * Binds what {@link #membership} reads: {@code role}, {@code applicationRoles} and {@code
   * dashboardRoles}.
   */
  public static <S extends SqlStatement<S>> S bind(S statement, Membership membership) {
    return statement
        .bind("role", membership.role().wireName())
        .bind(
            "applicationRoles",
            JsonColumn.write(RoleDocuments.applicationRoles(membership.overrides())))
        .bind(
            "dashboardRoles",
            JsonColumn.write(RoleDocuments.dashboardRoles(membership.overrides())));
  }

  @Override
  public Optional<Owner> applicationOwner(ApplicationId id) {
    return database.read(handle ->
        handle
            .createQuery("SELECT owner_type, owner_id FROM application WHERE id = :id")
            .bind("id", id.text())
            .map((row, _) -> owner(row))
            .findOne());
  }

  /** The owner in columns {@code owner_type} and {@code owner_id}. */
  public static Owner owner(ResultSet row) throws SQLException {
    String id = row.getString("owner_id");
    return row.getString("owner_type").equals("user")
        ? new Owner.Sandbox(new UserId(id))
        : new Owner.Organization(new OrganizationId(id));
  }

  @Override
  public Optional<DashboardFacts> dashboard(DashboardId id) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT id, owner_type, owner_id, application_id, is_public, password_hash"
                    + " FROM dashboard WHERE id = :id")
            .bind("id", id.text())
            .map((row, _) -> dashboard(row))
            .findOne());
  }

  private static DashboardFacts dashboard(ResultSet row) throws SQLException {
    Optional<ApplicationId> application =
        SqlTypes.optionalText(row, "application_id").map(ApplicationId::new);
    return new DashboardFacts(
        new Resource.Dashboard(owner(row), new DashboardId(row.getString("id")), application),
        SqlTypes.flag(row, "is_public"),
        SqlTypes.optionalText(row, "password_hash"));
  }

  @Override
  public Optional<DeviceFacts> device(DeviceId id) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT id, application_id, device_class, gateway_id, deleted_at FROM device"
                    + " WHERE id = :id")
            .bind("id", id.text())
            .map((row, _) -> device(row, tags(handle, id)))
            .findOne());
  }

  private static List<Tag> tags(Handle handle, DeviceId id) {
    return handle
        .createQuery(
            "SELECT tag_key, tag_value FROM device_tag WHERE device_id = :id ORDER BY place")
        .bind("id", id.text())
        .map((row, _) -> new Tag(row.getString("tag_key"), row.getString("tag_value")))
        .list();
  }

  private static DeviceFacts device(ResultSet row, List<Tag> tags) throws SQLException {
    return new DeviceFacts(
        new DeviceId(row.getString("id")),
        new ApplicationId(row.getString("application_id")),
        DeviceClass.parse(row.getString("device_class")).orThrow(),
        tags,
        SqlTypes.optionalText(row, "gateway_id").map(DeviceId::new),
        SqlTypes.optionalInstant(row, "deleted_at").isPresent());
  }

  @Override
  public Optional<AccessKey> accessKey(AccessKeyId id) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT id, application_id, digest, status, restricted, device_ids, device_tags,"
                    + " filter_type, pub_topics, sub_topics, address_filter_type, addresses"
                    + " FROM access_key WHERE id = :id")
            .bind("id", id.text())
            .map((row, _) -> AccessKeyFacts.of(row))
            .findOne());
  }

  @Override
  public Optional<AccessKeyId> accessKey(String key) {
    return database.read(handle ->
        handle
            .createQuery("SELECT id FROM access_key WHERE access_key = :key")
            .bind("key", key)
            .map((row, _) -> new AccessKeyId(row.getString("id")))
            .findOne());
  }
}
