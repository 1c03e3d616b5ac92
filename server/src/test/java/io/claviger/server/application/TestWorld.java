package io.claviger.server.application;

import io.claviger.core.change.Actor;
import io.claviger.core.change.Change;
import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.id.ApiTokenId;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DashboardId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Owner;
import io.claviger.core.role.RoleCap;
import io.claviger.core.scope.ScopeNames;
import io.claviger.core.secret.Secret;
import io.claviger.core.secret.TokenKind;
import io.claviger.core.secret.TokenText;
import io.claviger.server.testing.TestServer;
import io.claviger.store.Fold;
import io.claviger.store.Transaction;
import io.claviger.store.application.ApplicationRow;
import io.claviger.store.application.ApplicationStore;
import io.claviger.store.dashboard.DashboardRow;
import io.claviger.store.dashboard.DashboardRow.ApplicationLabel;
import io.claviger.store.dashboard.DashboardStore;
import io.claviger.store.json.JsonColumn;
import io.claviger.store.json.RoleDocuments;
import io.claviger.store.token.ApiTokenRow;
import io.claviger.store.token.ApiTokenStore;
import io.claviger.store.token.TokenOwner;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;

/** Puts organizations, members, tokens and things straight into the tables of a server. */
public final class TestWorld {
  private final TestServer server;
  private final SecureRandom random = new SecureRandom();

  public TestWorld(TestServer server) {
    this.server = server;
  }

  /** Adds an organization without members. */
  public String organization(Transaction transaction, String name) {
    String id = server.newId();
    transaction
        .handle()
        .createUpdate(
            "INSERT INTO organization (id, name, name_folded, icon_color, created_at, updated_at)"
                + " VALUES (:id, :name, :folded, 'blue', :now, :now)")
        .bind("id", id)
        .bind("name", name)
        .bind("folded", Fold.fold(name))
        .bind("now", transaction.now())
        .execute();
    record(transaction, SubjectType.ORGANIZATION, id, Optional.of(id));
    return id;
  }

  /** Adds a user without a session. */
  public String user(Transaction transaction) {
    String id = server.newId();
    transaction
        .handle()
        .createUpdate(
            "INSERT INTO app_user (id, email, email_folded, email_verified, first_name, last_name,"
                + " profile, password_hash, password_changed_at, created_at, updated_at)"
                + " VALUES (:id, :email, :email, 1, 'Test', 'User', '{}', '', :now, :now, :now)")
        .bind("id", id)
        .bind("email", id + "@example.com")
        .bind("now", transaction.now())
        .execute();
    return id;
  }

  /** Makes a user a member, or changes what he is. */
  public void member(
      Transaction transaction, String organization, String user, Membership membership) {
    transaction
        .handle()
        .createUpdate(
            "INSERT INTO member (organization_id, user_id, role, application_roles,"
                + " dashboard_roles, created_at) VALUES (:organization, :user, :role,"
                + " :applications, :dashboards, :now) ON CONFLICT (organization_id, user_id) DO"
                + " UPDATE SET role = excluded.role, application_roles = excluded.application_roles,"
                + " dashboard_roles = excluded.dashboard_roles")
        .bind("organization", organization)
        .bind("user", user)
        .bind("role", membership.role().wireName())
        .bind(
            "applications",
            JsonColumn.write(RoleDocuments.applicationRoles(membership.overrides())))
        .bind("dashboards", JsonColumn.write(RoleDocuments.dashboardRoles(membership.overrides())))
        .bind("now", transaction.now())
        .execute();
    record(transaction, SubjectType.MEMBER, user, Optional.of(organization));
  }

  /** A user token in full scope. */
  public String token(Transaction transaction, String user, RoleCap cap) {
    Secret secret = TokenText.issue(TokenKind.USER, random);
    UserId id = new UserId(user);
    Instant now = transaction.now();
    new ApiTokenStore(server.wiring().database())
        .insert(
            transaction,
            new ApiTokenRow(
                new ApiTokenId(server.newId()),
                new TokenOwner.OfUser(id),
                new ApiTokenRow.Creator("user", user, "Test"),
                "token",
                Optional.empty(),
                CredentialStatus.ACTIVE,
                new ScopeNames(List.of("all.User")),
                Optional.of(cap),
                Optional.empty(),
                now,
                now,
                Optional.empty()),
            secret.digest());
    return secret.revealOnce();
  }

  /** Adds an application under an id of the caller's. */
  public void application(Transaction transaction, Owner owner, ApplicationId id) {
    new ApplicationStore(server.wiring().database())
        .insert(
            transaction,
            new ApplicationRow(
                id,
                owner,
                Optional.empty(),
                "application " + id.text(),
                Optional.empty(),
                JsonNodeFactory.instance.objectNode(),
                transaction.now(),
                transaction.now()));
    record(transaction, SubjectType.APPLICATION, id.text(), Optional.empty());
  }

  /** Adds a dashboard under an id of the caller's. */
  public void dashboard(
      Transaction transaction, Owner owner, DashboardId id, Optional<ApplicationId> application) {
    new DashboardStore(server.wiring().database())
        .insert(
            transaction,
            new DashboardRow(
                id,
                owner,
                Optional.empty(),
                application.map(of -> new ApplicationLabel(of, "")),
                "dashboard " + id.text(),
                Optional.empty(),
                false,
                Optional.empty(),
                JsonNodeFactory.instance.objectNode(),
                Optional.empty(),
                Optional.empty(),
                transaction.now(),
                transaction.now()));
    record(transaction, SubjectType.DASHBOARD, id.text(), Optional.empty());
  }

  private static void record(
      Transaction transaction, SubjectType type, String id, Optional<String> organization) {
    transaction.record(
        new Change(
            Actor.system(),
            "test",
            new Subject(type, id, "test"),
            organization,
            Optional.empty(),
            Optional.empty(),
            Optional.empty()));
  }
}
