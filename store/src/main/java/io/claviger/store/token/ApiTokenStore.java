package io.claviger.store.token;

import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.id.ApiTokenId;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Role;
import io.claviger.core.role.RoleCap;
import io.claviger.core.scope.ScopeNames;
import io.claviger.core.secret.Digest;
import io.claviger.store.Database;
import io.claviger.store.Fold;
import io.claviger.store.ListPage;
import io.claviger.store.ListQuery;
import io.claviger.store.ListRequest;
import io.claviger.store.SqlTypes;
import io.claviger.store.Transaction;
import io.claviger.store.json.JsonColumn;
import io.claviger.store.json.RoleDocuments;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.SqlStatement;

/** The table of API tokens. */
public final class ApiTokenStore {
  private static final String COLUMNS =
      "id, owner_type, owner_id, creator_type, creator_id, creator_name, name, description, status,"
          + " scope, default_role, org_roles, ceiling, ceiling_dashboards, created_at,"
          + " updated_at, expires_at";

  /** The tokens of one owner; sorts and filters as UAT-21 says. */
  public static final ListQuery LIST =
      ListQuery.select(COLUMNS)
          .from("api_token")
          .where("owner_type = :ownerType AND owner_id = :ownerId")
          .sort("name", "name_folded")
          .sort("status", "status")
          .sort("id", "id")
          .sort("creationDate", "created_at")
          .sort("lastUpdated", "updated_at")
          .sortNullable("expirationDate", "expires_at")
          .filter("name", "name_folded")
          .filter("status", "status");

  private final Database database;

  public ApiTokenStore(Database database) {
    this.database = database;
  }

  /** One page of the tokens of an owner. */
  public ListPage<ApiTokenRow> list(TokenOwner owner, ListRequest request) {
    return database.read(handle ->
        LIST.bind("ownerType", owner.type())
            .bind("ownerId", owner.id().text())
            .page(handle, request, (row, _) -> row(row)));
  }

  /** A token in brief. */
  public record NamedToken(ApiTokenId id, String name) {}

  /**
   * Tokens of an owner by a part of their name without regard to case, or by their id; in the order
   * of their names.
   *
   * @param limit how many at most
   */
  public List<NamedToken> search(TokenOwner owner, String part, Optional<String> id, int limit) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT id, name FROM api_token WHERE owner_type = :ownerType"
                    + " AND owner_id = :ownerId AND ("
                    + database.dialect().contains("name_folded", ":part")
                    + " OR id = :id) ORDER BY name_folded, id LIMIT :limit")
            .bind("ownerType", owner.type())
            .bind("ownerId", owner.id().text())
            .bind("part", Fold.fold(part))
            .bind("id", id.orElse(""))
            .bind("limit", limit)
            .map((row, _) ->
                new NamedToken(new ApiTokenId(row.getString("id")), row.getString("name")))
            .list());
  }

  /** The token, if it is that owner's. */
  public Optional<ApiTokenRow> find(TokenOwner owner, ApiTokenId id) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT "
                    + COLUMNS
                    + " FROM api_token"
                    + " WHERE id = :id AND owner_type = :ownerType AND owner_id = :ownerId")
            .bind("id", id.text())
            .bind("ownerType", owner.type())
            .bind("ownerId", owner.id().text())
            .map((row, _) -> row(row))
            .findOne());
  }

  /** How many tokens an owner has. */
  public long count(TokenOwner owner) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT COUNT(*) FROM api_token"
                    + " WHERE owner_type = :ownerType AND owner_id = :ownerId")
            .bind("ownerType", owner.type())
            .bind("ownerId", owner.id().text())
            .mapTo(Long.class)
            .one());
  }

  /** Adds a token under the digest of its value. */
  public void insert(Transaction transaction, ApiTokenRow token, Digest digest) {
    bind(
            transaction
                .handle()
                .createUpdate(
                    "INSERT INTO api_token ("
                        + COLUMNS
                        + ", name_folded, digest) VALUES (:id, :ownerType, :ownerId, :creatorType,"
                        + " :creatorId, :creatorName, :name, :description, :status, :scope,"
                        + " :defaultRole, :orgRoles, :ceiling, :ceilingDashboards, :createdAt, :updatedAt, :expiresAt,"
                        + " :nameFolded, :digest)"),
            token)
        .bind("ownerType", token.owner().type())
        .bind("ownerId", token.owner().id().text())
        .bind("creatorType", token.creator().type())
        .bind("creatorId", token.creator().id())
        .bind("creatorName", token.creator().name())
        .bind("scope", JsonColumn.write(token.scope().names()))
        .bind("ceiling", token.ceiling().map(ceiling -> ceiling.role().wireName()))
        .bind(
            "ceilingDashboards",
            token.ceiling().map(RoleDocuments::dashboards).map(JsonColumn::write))
        .bind("createdAt", token.createdAt())
        .bind("expiresAt", token.expiresAt())
        .bind("digest", digest.toBytes())
        .execute();
  }

  /** Writes what may change: name, description, status and cap. */
  public void update(Transaction transaction, ApiTokenRow token) {
    bind(
            transaction
                .handle()
                .createUpdate(
                    "UPDATE api_token SET name = :name, name_folded = :nameFolded,"
                        + " description = :description, status = :status,"
                        + " default_role = :defaultRole, org_roles = :orgRoles,"
                        + " updated_at = :updatedAt WHERE id = :id"),
            token)
        .execute();
  }

  private static <S extends SqlStatement<S>> S bind(S statement, ApiTokenRow token) {
    return statement
        .bind("id", token.id().text())
        .bind("name", token.name())
        .bind("nameFolded", Fold.fold(token.name()))
        .bind("description", token.description())
        .bind("status", token.status().wireName())
        .bind("defaultRole", token.cap().map(cap -> cap.defaultRole().wireName()))
        .bind("orgRoles", token.cap().map(cap -> JsonColumn.write(RoleDocuments.orgRoles(cap))))
        .bind("updatedAt", token.updatedAt());
  }

  /** Removes a token for good, and when and from where it was last used. */
  public void delete(Transaction transaction, ApiTokenId id) {
    for (String sql :
        List.of(
            "DELETE FROM credential_use WHERE credential_id = :id",
            "DELETE FROM api_token WHERE id = :id")) {
      transaction.handle().createUpdate(sql).bind("id", id.text()).execute();
    }
  }

  private static ApiTokenRow row(ResultSet row) throws SQLException {
    return new ApiTokenRow(
        new ApiTokenId(row.getString("id")),
        owner(row),
        new ApiTokenRow.Creator(
            row.getString("creator_type"),
            row.getString("creator_id"),
            row.getString("creator_name")),
        row.getString("name"),
        SqlTypes.optionalText(row, "description"),
        CredentialStatus.parse(row.getString("status")).orThrow(),
        new ScopeNames(JsonColumn.texts(row.getString("scope"))),
        cap(row),
        RoleDocuments.ceiling(row),
        SqlTypes.instant(row, "created_at"),
        SqlTypes.instant(row, "updated_at"),
        SqlTypes.optionalInstant(row, "expires_at"));
  }

  private static TokenOwner owner(ResultSet row) throws SQLException {
    String id = row.getString("owner_id");
    return row.getString("owner_type").equals("user")
        ? new TokenOwner.OfUser(new UserId(id))
        : new TokenOwner.OfApplication(new ApplicationId(id));
  }

  private static Optional<RoleCap> cap(ResultSet row) throws SQLException {
    Optional<String> orgRoles = SqlTypes.optionalText(row, "org_roles");
    if (orgRoles.isEmpty()) {
      return Optional.empty();
    }
    Role defaultRole = Role.parse(row.getString("default_role")).orThrow();
    return Optional.of(RoleDocuments.cap(defaultRole, JsonColumn.read(orgRoles.get())));
  }
}
