package io.claviger.benchmarks;

import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.scope.Catalogue;
import io.claviger.core.secret.Secret;
import io.claviger.core.secret.TokenKind;
import io.claviger.core.secret.TokenText;
import io.claviger.store.Database;
import io.claviger.store.DatabaseSettings;
import io.claviger.store.facts.CachedFacts;
import io.claviger.store.facts.Facts;
import io.claviger.store.facts.SqlFacts;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** A database with one organization, one application and many capped user tokens of a member. */
final class World implements AutoCloseable {
  private static final int BATCH = 10_000;

  private final Database database;
  private final Facts facts;
  private final ObjectIdSource ids;
  private final Random random = new Random(7);
  private final String application;
  private final String user;
  private final String organization;
  private final List<String> tokens = new ArrayList<>();

  /**
   * Makes it in a data folder that has no database yet.
   *
   * @param count how many tokens
   */
  World(Path folder, int count) {
    this.ids = new ObjectIdSource(InstantSource.system(), random);
    this.database =
        Database.open(
            new DatabaseSettings.Sqlite(folder.resolve("claviger.db")), InstantSource.system());
    this.facts = new CachedFacts(new SqlFacts(database, Catalogue.standard()), database);
    this.application = ids.next();
    this.user = ids.next();
    this.organization = ids.next();
    database.run(transaction -> people(transaction.handle()));
    while (tokens.size() < count) {
      int size = Math.min(BATCH, count - tokens.size());
      database.run(transaction -> tokens(transaction.handle(), size));
    }
  }

  Facts facts() {
    return facts;
  }

  String application() {
    return application;
  }

  List<String> tokens() {
    return tokens;
  }

  private void people(Handle handle) {
    Instant now = Instant.now();
    handle
        .createUpdate(
            "INSERT INTO app_user (id, email, email_folded, email_verified, first_name, last_name,"
                + " profile, password_hash, password_changed_at, created_at,"
                + " updated_at) VALUES (:id, 'a@example.com', 'a@example.com', 1, 'A', 'B', '{}',"
                + " '', :now, :now, :now)")
        .bind("id", user)
        .bind("now", now)
        .execute();
    handle
        .createUpdate(
            "INSERT INTO organization (id, name, name_folded, created_at, updated_at)"
                + " VALUES (:id, 'O', 'o', :now, :now)")
        .bind("id", organization)
        .bind("now", now)
        .execute();
    handle
        .createUpdate(
            "INSERT INTO member (organization_id, user_id, role, application_roles,"
                + " dashboard_roles, created_at) VALUES (:organization, :user, 'collaborate', '[]',"
                + " '[]', :now)")
        .bind("organization", organization)
        .bind("user", user)
        .bind("now", now)
        .execute();
    handle
        .createUpdate(
            "INSERT INTO application (id, owner_type, owner_id, name, name_folded, details,"
                + " created_at, updated_at)"
                + " VALUES (:id, 'organization', :organization, 'P', 'p', '{}', :now, :now)")
        .bind("id", application)
        .bind("organization", organization)
        .bind("now", now)
        .execute();
  }

  private void tokens(Handle handle, int count) {
    PreparedBatch batch =
        handle.prepareBatch(
            "INSERT INTO api_token (id, owner_type, owner_id, creator_type, creator_id,"
                + " creator_name, name, name_folded, status, scope, default_role, org_roles, digest,"
                + " created_at, updated_at) VALUES (:id, 'user', :user, 'user', :user, 'A B', 't',"
                + " 't', 'active', '[\"all.User.bounded\"]', 'view', :orgRoles, :digest, :now,"
                + " :now)");
    String orgRoles =
        "[{\"orgId\":\"%s\",\"role\":\"view\",\"applicationRoles\":[{\"resourceId\":\"%s\",\"role\":\"collaborate\"}]}]"
            .formatted(organization, application);
    for (int i = 0; i < count; i++) {
      Secret secret = TokenText.issue(TokenKind.USER, random);
      batch
          .bind("id", ids.next())
          .bind("user", user)
          .bind("orgRoles", orgRoles)
          .bind("digest", secret.digest().toBytes())
          .bind("now", Instant.now())
          .add();
      tokens.add(secret.revealOnce());
    }
    batch.execute();
  }

  @Override
  public void close() {
    database.close();
  }
}
