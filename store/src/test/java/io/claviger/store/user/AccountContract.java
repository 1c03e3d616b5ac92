package io.claviger.store.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.SessionId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Role;
import io.claviger.core.scope.ScopeNames;
import io.claviger.core.secret.Digest;
import io.claviger.store.Database;
import io.claviger.store.DatabaseSettings;
import io.claviger.store.StoreConflict;
import io.claviger.store.StoreOrphan;
import io.claviger.store.session.EndedSessions;
import io.claviger.store.session.UserSessionRow;
import io.claviger.store.session.UserSessionStore;
import io.claviger.store.user.UserBelongings.Membership;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the stores of accounts and sessions promise, the same on every database. */
abstract class AccountContract {
  private static final Instant TIME = Instant.parse("2026-01-01T00:00:00.123Z");
  private static final ScopeNames SCOPE = new ScopeNames(List.of("all.User", "me.get"));

  private final ObjectIdSource ids = new ObjectIdSource(InstantSource.fixed(TIME), new Random(1));
  private Database database;
  private UserStore users;
  private UserSessionStore sessions;
  private UserBelongings belongings;
  private LoginFailureStore failures;

  /** A new, empty database. */
  abstract DatabaseSettings freshSettings();

  @BeforeEach
  void open() {
    database = Database.open(freshSettings(), InstantSource.fixed(TIME));
    users = new UserStore(database);
    sessions = new UserSessionStore(database);
    belongings = new UserBelongings(database);
    failures = new LoginFailureStore(database);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private UserRow user(String email) {
    return new UserRow(
        new UserId(ids.next()),
        email,
        true,
        "Åsa 🔑",
        "",
        new UserProfile(Map.of("title", "Dr.", "url", "")),
        new PasswordHash("hash"),
        TIME,
        Optional.empty(),
        TIME,
        TIME);
  }

  private UserRow inserted(String email) {
    UserRow user = user(email);
    database.run(transaction -> users.insert(transaction, user));
    return user;
  }

  private void sql(String sql) {
    database.run(transaction -> transaction.handle().execute(sql));
  }

  private List<String> idsIn(String table) {
    return database.read(handle ->
        handle.createQuery("SELECT id FROM " + table + " ORDER BY id").mapTo(String.class).list());
  }

  @Test
  void anAccountComesBackAsItWasPut() {
    assertThat(users.isEmpty()).isTrue();
    UserRow user = inserted("Ada@Example.com");
    assertThat(users.isEmpty()).isFalse();
    assertThat(users.find(user.id())).contains(user);
    assertThat(users.findByEmail("aDA@eXAMPLE.COM")).contains(user);
    assertThat(users.findByEmail("ada@example.co")).isEmpty();
    assertThat(users.find(new UserId(ids.next()))).isEmpty();

    Instant later = TIME.plusSeconds(1);
    UserRow changed =
        new UserRow(
            user.id(),
            "new@example.com",
            false,
            "A",
            "B",
            UserProfile.EMPTY,
            new PasswordHash(""),
            later,
            Optional.of(later),
            true,
            Optional.of("newer@example.com"),
            true,
            Management.of(new OrganizationId(ids.next())).switchedOff(later),
            user.createdAt(),
            later);
    database.run(transaction -> users.update(transaction, changed));
    assertThat(users.find(user.id())).contains(changed);
    assertThat(users.findByEmail("ada@example.com")).isEmpty();
    assertThat(users.findByEmail("new@example.com")).contains(changed);
  }

  @Test
  void anAddressHasOneAccountInWhateverCase() {
    inserted("ada@example.com");
    UserRow bob = inserted("bob@example.com");
    assertThatThrownBy(() -> inserted("ADA@example.com")).isInstanceOf(StoreConflict.class);
    UserRow taking = bob.edit().password(new PasswordHash("x"), TIME).at(TIME);
    UserRow renamed =
        new UserRow(
            taking.id(),
            "Ada@example.com",
            true,
            "A",
            "",
            UserProfile.EMPTY,
            taking.passwordHash(),
            TIME,
            Optional.empty(),
            TIME,
            TIME);
    assertThatThrownBy(() -> database.run(transaction -> users.update(transaction, renamed)))
        .isInstanceOf(StoreConflict.class);
    assertThat(users.find(bob.id())).contains(bob);
  }

  @Test
  void accountsAreFoundByTheOrganizationThatOwnsThem() {
    inserted("free@example.com");
    OrganizationId gone = new OrganizationId(ids.next());
    List<UserRow> owned = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Management management = Management.of(gone);
      UserRow user =
          user(i + "@example.com")
              .withManagement(i % 2 == 0 ? management.switchedOff(TIME) : management, TIME);
      database.run(transaction -> users.insert(transaction, user));
      owned.add(user);
    }
    List<UserRow> ordered = List.of(owned.get(1), owned.get(3), owned.get(0), owned.get(2));
    assertThat(users.ownedBy(gone, 10)).isEqualTo(ordered);
    assertThat(users.ownedBy(gone, 3)).isEqualTo(ordered.subList(0, 3));
    assertThat(users.ownedBy(new OrganizationId(ids.next()), 10)).isEmpty();
    assertThat(users.ownedByNobody(10)).isEqualTo(ordered);
    sql(
        "INSERT INTO organization (id, name, name_folded, mfa_mode, is_read_only, created_at,"
            + " updated_at) VALUES ('"
            + gone.text()
            + "', 'n', 'n', 'notRequired', 0, 0, 0)");
    assertThat(users.ownedByNobody(10)).isEmpty();
  }

  @Test
  void aHashIsNotPrinted() {
    assertThat(user("a@example.com").toString()).contains("a@example.com").doesNotContain("hash]");
  }

  @Test
  void failuresAreKeptByAddressInWhateverCase() {
    assertThat(failures.find("ada@example.com")).isEmpty();
    for (int i = 1; i <= 2; i++) {
      var failure = new LoginFailures(i, TIME.plusSeconds(i));
      database.run(transaction -> failures.put(transaction, "Ada@example.com", failure));
      assertThat(failures.find("ada@EXAMPLE.com")).contains(failure);
    }
    assertThat(failures.find("bob@example.com")).isEmpty();
    database.run(transaction -> failures.remove(transaction, "ADA@example.com"));
    assertThat(failures.find("ada@example.com")).isEmpty();
  }

  @Test
  void aSessionComesBackAsItWasPut() {
    UserRow user = inserted("ada@example.com");
    UserSessionRow day = session(user, Duration.ofDays(1), TIME);
    UserSessionRow endless = session(user, Duration.ZERO, TIME);
    assertThat(sessions.find(day.id())).contains(day);
    assertThat(sessions.find(endless.id())).contains(endless);
    assertThat(day.expiresAt()).contains(TIME.plus(Duration.ofDays(1)));
    assertThat(endless.expiresAt()).isEmpty();
  }

  private UserSessionRow session(UserRow user, Duration lifetime, Instant issuedAt) {
    var session =
        new UserSessionRow(new SessionId(ids.next()), user.id(), SCOPE, lifetime, issuedAt);
    Digest digest = Digest.of(session.id().text());
    database.run(transaction -> sessions.insert(transaction, session, digest));
    return session;
  }

  @Test
  void whatEndedIsRemovedInBatchesAndNothingElse() {
    UserRow user = inserted("ada@example.com");
    UserRow cut = inserted("bob@example.com").edit().tokenCutoff(Optional.of(TIME)).at(TIME);
    database.run(transaction -> users.update(transaction, cut));
    Duration second = Duration.ofSeconds(1);
    for (int i = 0; i < 5; i++) {
      used(session(user, second, TIME.minusSeconds(10)).id().text());
    }
    session(cut, Duration.ZERO, TIME.minusMillis(1));
    String endless = session(user, Duration.ZERO, TIME.minusSeconds(10)).id().text();
    String atTheBorder = session(user, second, TIME.minusSeconds(1)).id().text();
    String afterTheCut = session(cut, Duration.ZERO, TIME).id().text();
    used(endless);
    deviceSessions();
    var ended = new EndedSessions(database);

    // The cutoff lies exactly at the time, so it is not before it.
    assertThat(ended.removeSome(TIME, 3)).isTrue();
    assertThat(idsIn("user_session")).hasSize(6);
    assertThat(ended.removeSome(TIME, 3)).isFalse();
    assertThat(idsIn("user_session")).hasSize(4);
    assertThat(ended.removeSome(TIME.plusMillis(1), 3)).isFalse();
    assertThat(idsIn("user_session")).containsExactly(endless, afterTheCut);
    assertThat(idsIn("user_session")).doesNotContain(atTheBorder);
    assertThat(idsIn("device_session")).containsExactly("eeeeeeeeeeeeeeeeeeeeeee2");
    assertThat(
            database.<List<String>>read(handle ->
                handle
                    .createQuery("SELECT credential_id FROM credential_use")
                    .mapTo(String.class)
                    .list()))
        .containsExactly(endless);
  }

  @Test
  void whatARowHangsOnMustBeThere() {
    assertThatThrownBy(() -> device("ddddddddddddddddddddddd9", "aaaaaaaaaaaaaaaaaaaaaaa9", "NULL"))
        .isInstanceOf(StoreOrphan.class);
  }

  private void used(String credential) {
    sql("INSERT INTO credential_use (credential_id, used_at) VALUES ('" + credential + "', 0)");
  }

  private void deviceSessions() {
    application("aaaaaaaaaaaaaaaaaaaaaaa1", "user", "ddddddddddddddddddddddd1");
    device("ddddddddddddddddddddddd2", "aaaaaaaaaaaaaaaaaaaaaaa1", "NULL");
    int number = 1;
    for (long end : List.of(TIME.toEpochMilli() - 1, TIME.toEpochMilli() + 1)) {
      String id = "eeeeeeeeeeeeeeeeeeeeeee" + number++;
      database.run(transaction ->
          transaction
              .handle()
              .createUpdate(
                  "INSERT INTO device_session (id, application_id, device_id, digest, scope,"
                      + " warrant_type, warrant_id, issued_at, expires_at) VALUES (:id,"
                      + " 'aaaaaaaaaaaaaaaaaaaaaaa1', 'ddddddddddddddddddddddd2', :digest, '[]',"
                      + " 'key', 'x', 0, :end)")
              .bind("id", id)
              .bind("digest", Digest.of(id).toBytes())
              .bind("end", end)
              .execute());
    }
  }

  private void application(String id, String ownerType, String owner) {
    sql(
        "INSERT INTO application (id, owner_type, owner_id, name, name_folded, details, created_at,"
            + " updated_at) VALUES ('%s', '%s', '%s', 'a', 'a', '{}', 0, 0)"
                .formatted(id, ownerType, owner));
  }

  private void device(String id, String application, String deletedAt) {
    sql(
        "INSERT INTO device (id, application_id, name, name_folded, device_class, keep_duplicates,"
            + " created_at, updated_at, deleted_at) VALUES ('%s', '%s', 'd', 'd', 'standalone', 0,"
                .formatted(id, application)
            + " 0, 0, "
            + deletedAt
            + ")");
  }

  @Test
  void oldFailuresAreRemoved() {
    database.run(transaction -> {
      failures.put(transaction, "old@example.com", new LoginFailures(3, TIME.minusMillis(1)));
      failures.put(transaction, "new@example.com", new LoginFailures(3, TIME));
    });
    new EndedSessions(database).removeLoginFailures(TIME);
    assertThat(failures.find("old@example.com")).isEmpty();
    assertThat(failures.find("new@example.com")).isPresent();
  }

  @Test
  void belongingsAreCountedAndEndWithTheAccount() {
    UserRow ada = inserted("ada@example.com");
    UserRow bob = inserted("bob@example.com");
    String mine = ids.next();
    String foreign = ids.next();
    application(mine, "user", ada.id().text());
    application(foreign, "user", bob.id().text());
    device(ids.next(), mine, "NULL");
    device(ids.next(), mine, "5");
    device(ids.next(), foreign, "NULL");
    String adasToken = apiToken(ada);
    String bobsToken = apiToken(bob);
    used(adasToken);
    used(bobsToken);
    OrganizationId both = organization(Map.of(ada, "admin", bob, "admin"));
    OrganizationId alone = organization(Map.of(ada, "admin"));
    OrganizationId viewed = organization(Map.of(ada, "view", bob, "admin"));
    session(ada, Duration.ZERO, TIME);

    assertThat(belongings.count(ada.id())).isEqualTo(new UserBelongings.Counts(1, 1, 0, 1, 0, 3));
    assertThat(belongings.memberships(ada.id()))
        .containsExactly(
            new Membership(both, "Org", Role.ADMIN, 2, 2),
            new Membership(alone, "Org", Role.ADMIN, 1, 1),
            new Membership(viewed, "Org", Role.VIEW, 2, 1));
    assertThat(belongings.apiTokens(ada.id()))
        .extracting(token -> token.id().text())
        .containsExactly(adasToken);

    database.run(transaction -> {
      belongings.removeCredentials(transaction, ada.id());
      users.delete(transaction, ada.id());
    });
    assertThat(idsIn("api_token")).containsExactly(bobsToken);
    assertThat(idsIn("user_session")).isEmpty();
    assertThat(belongings.memberships(ada.id())).isEmpty();
    assertThat(belongings.memberships(bob.id())).hasSize(2);
    assertThat(users.find(bob.id())).contains(bob);
  }

  private OrganizationId organization(Map<UserRow, String> roles) {
    String id = ids.next();
    sql(
        "INSERT INTO organization (id, name, name_folded, created_at, updated_at)"
            + " VALUES ('%s', 'Org', 'org', 0, 0)".formatted(id));
    roles.forEach((user, role) ->
        sql(
            "INSERT INTO member (organization_id, user_id, role, application_roles,"
                + " dashboard_roles, created_at) VALUES ('%s', '%s', '%s', '[]', '[]', 0)"
                    .formatted(id, user.id().text(), role)));
    return new OrganizationId(id);
  }

  private String apiToken(UserRow owner) {
    String id = ids.next();
    database.run(transaction ->
        transaction
            .handle()
            .createUpdate(
                "INSERT INTO api_token (id, owner_type, owner_id, creator_type, creator_id,"
                    + " creator_name, name, name_folded, status, scope, digest, created_at,"
                    + " updated_at) VALUES (:id, 'user', :owner, 'user', :owner, '', 'n', 'n',"
                    + " 'active', '[]', :digest, 0, 0)")
            .bind("id", id)
            .bind("owner", owner.id().text())
            .bind("digest", Digest.of(id).toBytes())
            .execute());
    return id;
  }
}
