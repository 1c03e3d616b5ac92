package io.claviger.store.tenant;

import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.credential.TenantScope;
import io.claviger.core.credential.TenantToken;
import io.claviger.core.credential.Validity;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.TenantTokenId;
import io.claviger.core.id.UserId;
import io.claviger.core.secret.Digest;
import io.claviger.store.Database;
import io.claviger.store.Fold;
import io.claviger.store.ListPage;
import io.claviger.store.ListQuery;
import io.claviger.store.ListRequest;
import io.claviger.store.SqlTypes;
import io.claviger.store.Transaction;
import io.claviger.store.json.JsonColumn;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** The table of personal access tokens of organizations. */
public final class TenantTokenStore {
  private static final String COLUMNS =
      "t.id, t.organization_id, t.user_id, t.user_name, t.tenure, t.name, t.scopes, t.created_at,"
          + " t.expires_at, t.revoked_at, c.used_at, CASE WHEN m.user_id IS NULL THEN 0 ELSE 1 END"
          + " AS standing";

  /** With the maker, as long as he is the administrator that he was (LUC-14). */
  private static final String TABLE =
      "tenant_token t LEFT JOIN member m ON m.organization_id = t.organization_id"
          + " AND m.user_id = t.user_id AND m.role = 'admin' AND m.tenure = t.tenure"
          + " AND EXISTS (SELECT 1 FROM app_user u WHERE u.id = t.user_id"
          + " AND u.deactivated_at IS NULL)"
          + " LEFT JOIN credential_use c ON c.credential_id = t.id";

  /** The tokens of one organization, those that do not work any more included (LUC-9). */
  public static final ListQuery LIST =
      ListQuery.select(COLUMNS)
          .from(TABLE)
          .id("t.id")
          .where("t.organization_id = :organization")
          .sort("name", "t.name_folded")
          .sort("id", "t.id")
          .sort("creationDate", "t.created_at")
          .sortNullable("expirationDate", "t.expires_at")
          .filter("name", "t.name_folded");

  private final Database database;

  public TenantTokenStore(Database database) {
    this.database = database;
  }

  /** One page of the tokens of an organization. */
  public ListPage<TenantTokenRow> list(OrganizationId organization, ListRequest request) {
    return database.read(handle ->
        LIST.bind("organization", organization.text()).page(handle, request, (row, _) -> row(row)));
  }

  /** The token, if it is that organization's. */
  public Optional<TenantTokenRow> find(OrganizationId organization, TenantTokenId id) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT "
                    + COLUMNS
                    + " FROM "
                    + TABLE
                    + " WHERE t.organization_id = :organization AND t.id = :id")
            .bind("organization", organization.text())
            .bind("id", id.text())
            .map((row, _) -> row(row))
            .findOne());
  }

  /** How many tokens of an organization work at that moment (LUC-6). */
  public long countUsable(OrganizationId organization, Instant now) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT COUNT(*) FROM "
                    + TABLE
                    + " WHERE t.organization_id = :organization AND t.revoked_at IS NULL"
                    + " AND (t.expires_at IS NULL OR t.expires_at > :now)"
                    + " AND m.user_id IS NOT NULL")
            .bind("organization", organization.text())
            .bind("now", now)
            .mapTo(Long.class)
            .one());
  }

  /** In which tenure the user is an administrator of the organization; empty for who is none. */
  public Optional<Long> tenure(OrganizationId organization, UserId user) {
    return database.read(handle -> tenure(handle, organization, user));
  }

  private static Optional<Long> tenure(Handle handle, OrganizationId organization, UserId user) {
    return handle
        .createQuery(
            "SELECT tenure FROM member WHERE organization_id = :organization"
                + " AND user_id = :user AND role = 'admin'")
        .bind("organization", organization.text())
        .bind("user", user.text())
        .mapTo(Long.class)
        .findOne();
  }

  /**
   * A token that is presented, with what its maker is at this moment.
   *
   * @param tenure in which the maker is an administrator; empty for one who is none
   */
  public record Presented(TenantToken token, Optional<Long> tenure) {}

  /** The token of an organization whose value has this digest. */
  public Optional<Presented> presented(OrganizationId organization, Digest digest) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT id, organization_id, user_id, tenure, scopes, expires_at, revoked_at"
                    + " FROM tenant_token"
                    + " WHERE digest = :digest AND organization_id = :organization")
            .bind("digest", digest.toBytes())
            .bind("organization", organization.text())
            .map((row, _) -> token(row))
            .findOne()
            .map(token -> new Presented(token, tenure(handle, organization, token.user()))));
  }

  /** Adds a token under the digest of its value. */
  public void insert(Transaction transaction, TenantTokenRow row, Digest digest) {
    TenantToken token = row.token();
    transaction
        .handle()
        .createUpdate(
            "INSERT INTO tenant_token (id, organization_id, user_id, user_name, tenure, name,"
                + " name_folded, scopes, digest, created_at, expires_at) VALUES (:id,"
                + " :organization, :user, :userName, :tenure, :name, :nameFolded, :scopes,"
                + " :digest, :createdAt, :expiresAt)")
        .bind("id", token.id().text())
        .bind("organization", token.organization().text())
        .bind("user", token.user().text())
        .bind("userName", row.creator())
        .bind("tenure", token.tenure())
        .bind("name", row.name())
        .bind("nameFolded", Fold.fold(row.name()))
        .bind(
            "scopes",
            JsonColumn.write(token.scopes().stream().sorted().map(TenantScope::wireName).toList()))
        .bind("digest", digest.toBytes())
        .bind("createdAt", row.createdAt())
        .bind("expiresAt", token.validity().expiresAt())
        .execute();
  }

  /** Takes a token back, for good. */
  public void revoke(Transaction transaction, TenantTokenId id) {
    transaction
        .handle()
        .createUpdate(
            "UPDATE tenant_token SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL")
        .bind("now", transaction.now())
        .bind("id", id.text())
        .execute();
  }

  private static TenantTokenRow row(ResultSet row) throws SQLException {
    return new TenantTokenRow(
        token(row),
        row.getString("name"),
        row.getString("user_name"),
        SqlTypes.instant(row, "created_at"),
        SqlTypes.optionalInstant(row, "revoked_at"),
        SqlTypes.flag(row, "standing"),
        SqlTypes.optionalInstant(row, "used_at"));
  }

  private static TenantToken token(ResultSet row) throws SQLException {
    CredentialStatus status =
        SqlTypes.optionalInstant(row, "revoked_at").isPresent()
            ? CredentialStatus.INACTIVE
            : CredentialStatus.ACTIVE;
    return new TenantToken(
        new TenantTokenId(row.getString("id")),
        new OrganizationId(row.getString("organization_id")),
        new UserId(row.getString("user_id")),
        row.getLong("tenure"),
        new Validity(status, SqlTypes.optionalInstant(row, "expires_at")),
        scopes(row.getString("scopes")));
  }

  private static Set<TenantScope> scopes(String json) {
    Set<TenantScope> scopes = EnumSet.noneOf(TenantScope.class);
    JsonColumn.texts(json).forEach(name -> scopes.add(TenantScope.parse(name).orThrow()));
    return scopes;
  }
}
