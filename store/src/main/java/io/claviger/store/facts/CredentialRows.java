package io.claviger.store.facts;

import com.github.benmanes.caffeine.cache.Interner;
import io.claviger.core.credential.ApplicationToken;
import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.credential.DeviceSession;
import io.claviger.core.credential.Grant;
import io.claviger.core.credential.UserCredential;
import io.claviger.core.credential.Validity;
import io.claviger.core.id.AccessKeyId;
import io.claviger.core.id.ApiTokenId;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.SessionId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Role;
import io.claviger.core.role.RoleCap;
import io.claviger.core.scope.Catalogue;
import io.claviger.core.scope.ScopeNames;
import io.claviger.core.secret.Digest;
import io.claviger.core.secret.TokenKind;
import io.claviger.store.SqlTypes;
import io.claviger.store.facts.StoredCredential.WarrantRef;
import io.claviger.store.json.JsonColumn;
import io.claviger.store.json.RoleDocuments;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Credentials of every kind in their tables. */
final class CredentialRows {
  private final Catalogue catalogue;

  // A million tokens have few different scopes, caps and owners: kept once, they take less memory
  // and are found in the processor's caches.
  private final Interner<Grant> grants = Interner.newWeakInterner();
  private final Interner<RoleCap> caps = Interner.newWeakInterner();
  private final Interner<UserCredential.Terms> terms = Interner.newWeakInterner();
  private final Interner<UserId> users = Interner.newWeakInterner();
  private final Interner<ApplicationId> applications = Interner.newWeakInterner();

  CredentialRows(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  /** The id of the credential with this digest. */
  Optional<String> find(Handle handle, TokenKind kind, Digest digest) {
    String sql =
        switch (kind) {
          case USER -> "SELECT id FROM api_token WHERE digest = :digest AND owner_type = 'user'";
          case APPLICATION ->
              "SELECT id FROM api_token WHERE digest = :digest AND owner_type = 'application'";
          case SESSION -> "SELECT id FROM user_session WHERE digest = :digest";
          case DEVICE -> "SELECT id FROM device_session WHERE digest = :digest";
          case OAUTH -> "";
        };
    return sql.isEmpty()
        ? Optional.empty()
        : handle.createQuery(sql).bind("digest", digest.toBytes()).mapTo(String.class).findOne();
  }

  /** The credential itself. */
  Optional<StoredCredential> load(Handle handle, CredentialRef ref) {
    return switch (ref.kind()) {
      case USER, APPLICATION ->
          handle
              .createQuery(
                  "SELECT owner_type, owner_id, status, scope, default_role, org_roles, ceiling,"
                      + " ceiling_dashboards,"
                      + " created_at, expires_at FROM api_token WHERE id = :id")
              .bind("id", ref.id())
              .map((row, _) -> apiToken(new ApiTokenId(ref.id()), row))
              .findOne();
      case SESSION ->
          handle
              .createQuery(
                  "SELECT user_id, scope, issued_at, expires_at FROM user_session"
                      + " WHERE id = :id")
              .bind("id", ref.id())
              .map((row, _) -> userSession(ref.id(), row))
              .findOne();
      case DEVICE ->
          handle
              .createQuery(
                  "SELECT application_id, device_id, scope, warrant_type, warrant_id, expires_at"
                      + " FROM device_session WHERE id = :id")
              .bind("id", ref.id())
              .map((row, _) -> deviceSession(ref.id(), row))
              .findOne();
      case OAUTH -> Optional.empty();
    };
  }

  private StoredCredential apiToken(ApiTokenId id, ResultSet row) throws SQLException {
    Validity validity = validity(CredentialStatus.parse(row.getString("status")).orThrow(), row);
    if (row.getString("owner_type").equals("application")) {
      return new StoredCredential.OfApplication(
          new ApplicationToken(
              id,
              applications.intern(new ApplicationId(row.getString("owner_id"))),
              validity,
              grant(row),
              RoleDocuments.ceiling(row).orElseThrow()));
    }
    RoleCap cap =
        RoleDocuments.cap(
            Role.parse(row.getString("default_role")).orThrow(),
            JsonColumn.read(row.getString("org_roles")));
    return new StoredCredential.OfUser(
        new UserCredential(
            new UserCredential.Issue(id, SqlTypes.instant(row, "created_at")),
            validity,
            terms.intern(
                new UserCredential.Terms(
                    UserCredential.Kind.API_TOKEN,
                    users.intern(new UserId(row.getString("owner_id"))),
                    grant(row),
                    caps.intern(cap)))));
  }

  private StoredCredential userSession(String id, ResultSet row) throws SQLException {
    return new StoredCredential.OfUser(
        new UserCredential(
            new UserCredential.Issue(new SessionId(id), SqlTypes.instant(row, "issued_at")),
            activeUntil(row),
            terms.intern(
                new UserCredential.Terms(
                    UserCredential.Kind.SESSION,
                    users.intern(new UserId(row.getString("user_id"))),
                    grant(row),
                    RoleCap.UNCAPPED))));
  }

  private StoredCredential deviceSession(String id, ResultSet row) throws SQLException {
    DeviceSession session =
        new DeviceSession(
            new SessionId(id),
            applications.intern(new ApplicationId(row.getString("application_id"))),
            new DeviceId(row.getString("device_id")),
            activeUntil(row),
            grant(row));
    return new StoredCredential.OfDevice(session, warrant(row));
  }

  private static WarrantRef warrant(ResultSet row) throws SQLException {
    String id = row.getString("warrant_id");
    String type = row.getString("warrant_type");
    return switch (type) {
      case "key" -> new WarrantRef.Key(new AccessKeyId(id));
      case "session" -> new WarrantRef.Sponsor(new CredentialRef(TokenKind.SESSION, id));
      case "userToken" -> new WarrantRef.Sponsor(new CredentialRef(TokenKind.USER, id));
      case "applicationToken" ->
          new WarrantRef.Sponsor(new CredentialRef(TokenKind.APPLICATION, id));
      default -> throw new IllegalStateException("unknown warrant " + type);
    };
  }

  private static Validity activeUntil(ResultSet row) throws SQLException {
    return validity(CredentialStatus.ACTIVE, row);
  }

  private static Validity validity(CredentialStatus status, ResultSet row) throws SQLException {
    Optional<Instant> expiresAt = SqlTypes.optionalInstant(row, "expires_at");
    return status == CredentialStatus.ACTIVE && expiresAt.isEmpty()
        ? Validity.UNLIMITED
        : new Validity(status, expiresAt);
  }

  private Grant grant(ResultSet row) throws SQLException {
    ScopeNames names = new ScopeNames(JsonColumn.texts(row.getString("scope")));
    return grants.intern(new Grant(names, catalogue.resolve(names)));
  }
}
