package io.claviger.store.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.credential.TenantScope;
import io.claviger.core.credential.TenantToken;
import io.claviger.core.credential.Validity;
import io.claviger.core.id.TenantTokenId;
import io.claviger.core.role.Role;
import io.claviger.core.scim.Filter;
import io.claviger.core.scim.FilterParser;
import io.claviger.core.secret.Digest;
import io.claviger.store.Database;
import io.claviger.store.DatabaseSettings;
import io.claviger.store.organization.MemberStore;
import io.claviger.store.tenant.TenantTokenRow.State;
import io.claviger.store.user.UserRow;
import io.claviger.store.user.UserStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What both databases make of tenants. */
abstract class TenantContract {
  private Database database;
  private TenantWorld world;
  private DirectoryStore directory;
  private TenantTokenStore tokens;

  abstract DatabaseSettings freshSettings();

  @BeforeEach
  void open() {
    database = Database.open(freshSettings(), InstantSource.system());
    world = new TenantWorld(database);
    directory = new DirectoryStore(database);
    tokens = new TenantTokenStore(database);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void join(int number, Role role) {
    database.run(transaction -> {
      world.account(transaction, number, "u" + number + "@example.com");
      world.join(transaction, number, role);
    });
  }

  /** LUC-14: whoever becomes an administrator again begins another tenure. */
  @Test
  void everyTenureHasANumberOfItsOwn() {
    join(1, Role.ADMIN);
    List<Long> tenures = new ArrayList<>(List.of(tenure(1).orElseThrow()));
    database.run(transaction -> world.role(transaction, 1, Role.ADMIN));
    assertThat(tenure(1)).contains(tenures.getFirst());
    for (int i = 0; i < 3; i++) {
      database.run(transaction -> world.role(transaction, 1, Role.EDIT));
      assertThat(tenure(1)).isEmpty();
      database.run(transaction -> world.role(transaction, 1, Role.ADMIN));
      tenures.add(tenure(1).orElseThrow());
      database.run(transaction -> world.leave(transaction, 1));
      assertThat(tenure(1)).isEmpty();
      database.run(transaction -> world.join(transaction, 1, Role.ADMIN));
      tenures.add(tenure(1).orElseThrow());
    }
    assertThat(tenures).doesNotHaveDuplicates();
  }

  private Optional<Long> tenure(int number) {
    return tokens.tenure(world.organization, TenantWorld.user(number));
  }

  @Test
  void aTokenIsFoundByItsDigestAndStandsWithItsMaker() {
    join(1, Role.ADMIN);
    Digest digest = Digest.of("secret");
    TenantToken token =
        new TenantToken(
            new TenantTokenId("6a1f0c2e9b4d7a5c3e8f9001"),
            world.organization,
            TenantWorld.user(1),
            tenure(1).orElseThrow(),
            new Validity(CredentialStatus.ACTIVE, Optional.of(Instant.ofEpochMilli(5_000))),
            Set.of(TenantScope.READ, TenantScope.BULK));
    database.run(transaction ->
        tokens.insert(
            transaction,
            new TenantTokenRow(
                token,
                "name of it",
                "Ada",
                transaction.now(),
                Optional.empty(),
                true,
                Optional.empty()),
            digest));
    var presented = tokens.presented(world.organization, digest).orElseThrow();
    assertThat(presented.token()).isEqualTo(token);
    assertThat(presented.tenure()).contains(token.tenure());
    assertThat(tokens.presented(world.organization, Digest.of("other"))).isEmpty();
    assertThat(tokens.countUsable(world.organization, Instant.ofEpochMilli(4_999))).isEqualTo(1);
    assertThat(tokens.countUsable(world.organization, Instant.ofEpochMilli(5_000))).isZero();
    assertThat(row(token).state(Instant.ofEpochMilli(4_999))).isEqualTo(State.ACTIVE);
    assertThat(row(token).state(Instant.ofEpochMilli(5_000))).isEqualTo(State.EXPIRED);
    UserStore users = new UserStore(database);
    UserRow maker = users.find(TenantWorld.user(1)).orElseThrow();
    UserRow off =
        maker.withManagement(maker.management().switchedOff(maker.updatedAt()), maker.updatedAt());
    database.run(transaction -> users.update(transaction, off));
    assertThat(row(token).state(Instant.ofEpochMilli(0))).isEqualTo(State.REVOKED);
    assertThat(tokens.countUsable(world.organization, Instant.ofEpochMilli(0))).isZero();
    database.run(transaction -> users.update(transaction, maker));
    database.run(transaction -> tokens.revoke(transaction, token.id()));
    assertThat(
            tokens.presented(world.organization, digest).orElseThrow().token().validity().status())
        .isEqualTo(CredentialStatus.INACTIVE);
  }

  private TenantTokenRow row(TenantToken token) {
    return tokens.find(world.organization, token.id()).orElseThrow();
  }

  /** Whichever way members come, go and rename themselves. */
  @Test
  void theDirectoryFollowsTheMembers() {
    join(1, Role.ADMIN);
    join(2, Role.VIEW);
    assertThat(names()).containsExactly("u1@example.com", "u2@example.com");
    UserStore users = new UserStore(database);
    database.run(transaction -> {
      var user = users.find(TenantWorld.user(2)).orElseThrow();
      users.update(transaction, user.withVerifiedEmail("new2@example.com", transaction.now()));
    });
    assertThat(names()).containsExactly("new2@example.com", "u1@example.com");
    database.run(transaction -> world.leave(transaction, 2));
    assertThat(names()).containsExactly("u1@example.com");
    DirectoryRow one = directory.find(world.organization, TenantWorld.user(1)).orElseThrow();
    assertThat(one.membership().role()).isEqualTo(Role.ADMIN);
    assertThat(one.member()).isTrue();
    assertThat(one.owned()).isFalse();
    // Somebody suspended keeps his entry, and is active again when he joins again.
    database.run(transaction -> {
      directory.update(transaction, world.organization, one.withActive(false));
      world.leave(transaction, 1);
    });
    DirectoryRow suspended = directory.find(world.organization, one.id()).orElseThrow();
    assertThat(suspended.active()).isFalse();
    assertThat(suspended.member()).isFalse();
    assertThat(suspended.membership().role()).isEqualTo(Role.ADMIN);
    database.run(transaction -> world.join(transaction, 1, Role.VIEW));
    assertThat(directory.find(world.organization, one.id()).orElseThrow().active()).isTrue();
  }

  @Test
  void whoIsInvitedGetsTheEntryThatWaits() {
    join(1, Role.ADMIN);
    DirectoryRow like = directory.find(world.organization, TenantWorld.user(1)).orElseThrow();
    database.run(transaction -> {
      world.account(transaction, 2, "Waits@example.com");
      directory.insert(
          transaction,
          world.organization,
          new DirectoryRow(
              "6a1f0c2e9b4d7a5c3e8f0002",
              Optional.empty(),
              "waits",
              Optional.of("X"),
              "waits@EXAMPLE.com",
              "Given",
              "Family",
              like.details(),
              false,
              true,
              like.membership(),
              false,
              false,
              transaction.now(),
              transaction.now()));
      world.join(transaction, 2, Role.EDIT);
    });
    DirectoryRow joined = directory.find(world.organization, TenantWorld.user(2)).orElseThrow();
    assertThat(joined.id()).isEqualTo("6a1f0c2e9b4d7a5c3e8f0002");
    assertThat(joined.userName()).isEqualTo("waits");
    assertThat(joined.membership().role()).isEqualTo(Role.EDIT);
  }

  private List<String> names() {
    return find("", "t.user_name_folded").rows().stream().map(DirectoryRow::userName).toList();
  }

  private List<DirectoryRow> candidates(String filter) {
    List<DirectoryRow> candidates = new ArrayList<>();
    assertThat(directory.candidates(world.organization, query(filter, "t.id"), 6, candidates::add))
        .isTrue();
    return candidates;
  }

  private static DirectoryQuery query(String filter, String sort) {
    Optional<Filter> parsed =
        filter.isEmpty() ? Optional.empty() : Optional.of(FilterParser.parse(filter).orThrow());
    return new DirectoryQuery(parsed, sort, false, 0, 100);
  }

  private DirectoryStore.Found find(String filter, String sort) {
    return directory.find(world.organization, query(filter, sort));
  }

  /** What SQL leaves out is left to others; it never leaves out anybody who is meant. */
  @Test
  void filtersFindWhatTheyMeanOrMore() {
    for (int i = 1; i <= 6; i++) {
      join(i, i == 1 ? Role.ADMIN : Role.VIEW);
    }
    Map<String, Integer> exact =
        Map.of(
            "userName sw \"u1\" or userName ew \"u2@example.com\" or userName co \"!\"",
            2,
            "userName eq \"U3@EXAMPLE.com\"",
            1,
            "userName sw \"u\" and not (userName eq \"u3@example.com\")",
            5,
            "userName co \"_@example\"",
            0,
            "userName ew \"%\" or userName eq \"u1@example.com\"",
            1,
            "externalId pr",
            0,
            "externalId ne \"x\"",
            6,
            "active eq false",
            0,
            "meta.created gt \"2020-01-01T00:00:00Z\" and active ne false",
            6,
            "id eq \"" + TenantWorld.user(4).text() + "\"",
            1);
    exact.forEach((filter, count) -> {
      DirectoryStore.Found found = find(filter, "t.id");
      assertThat(found.exact()).as(filter).isTrue();
      assertThat(found.rows()).as(filter).hasSize(count);
      assertThat(found.total()).as(filter).isEqualTo(count.longValue());
    });
    Map<String, Integer> wider =
        Map.of(
            "displayName eq \"x\" or userName eq \"u2@example.com\"", 1,
            "not (displayName eq \"x\" and userName eq \"u2@example.com\")", 6,
            "displayName ne \"x\"", 6,
            "externalId co \"x\"", 0,
            "emails.value co \"@EXAMPLE.com\"", 6,
            "name.familyName eq \"last 3\" or name.familyName ew \"T 4\"", 2,
            "emails[primary eq true and value sw \"u3@\"]", 1,
            "emails[not (value eq \"x\")] or title pr", 6,
            "roles.value eq \"x\" and groups[value eq \"x\"] and emails.value gt \"x\"", 6);
    wider.forEach((filter, count) -> {
      assertThat(find(filter, "t.id").exact()).as(filter).isFalse();
      assertThat(candidates(filter)).as(filter).hasSize(count);
    });
    for (String column :
        List.of("id", "username", "externalid", "meta.created", "meta.lastmodified", "active")) {
      assertThat(find("", DirectoryStore.sortColumn(column).orElseThrow()).rows()).hasSize(6);
    }
    // RFC 7644 section 3.4.2.3: who has no value comes last upwards.
    world.database.run(transaction -> {
      for (int i = 2; i <= 4; i++) {
        DirectoryRow row =
            directory.find(world.organization, TenantWorld.user(i).text()).orElseThrow();
        directory.update(
            transaction,
            world.organization,
            row.described(
                row.userName(),
                Optional.of("x" + (9 - i)),
                row.email(),
                row.givenName(),
                row.familyName(),
                row.details()));
      }
    });
    assertThat(find("", DirectoryStore.sortColumn("externalid").orElseThrow()).rows())
        .extracting(row -> row.externalId().orElse("none"))
        .containsExactly("x5", "x6", "x7", "none", "none", "none");
  }

  @Test
  void nobodyWhoIsMeantIsLeftOut() {
    new SearchTextCheck(database, world).run();
  }

  /** An account that is renamed is found by its new name, wherever its entry shows that. */
  @Test
  void whoIsRenamedIsFoundByTheNewName() {
    join(1, Role.ADMIN);
    database.run(transaction -> {
      transaction
          .handle()
          .createUpdate("UPDATE app_user SET last_name = 'Öttinger' WHERE id = :id")
          .bind("id", TenantWorld.user(1).text())
          .execute();
      DirectoryRows.renamed(transaction, TenantWorld.user(1));
      world.note(transaction, 1);
    });
    assertThat(candidates("name.familyName eq \"öTTinger\"")).hasSize(1);
    assertThat(candidates("name.familyName eq \"Last 1\"")).isEmpty();
  }

  /** Entries of a time before there was a text to look through may be meant by any filter. */
  @Test
  void whoHasNoTextToLookThroughIsACandidate() {
    join(1, Role.ADMIN);
    join(2, Role.VIEW);
    database.run(transaction ->
        transaction
            .handle()
            .execute(
                "UPDATE tenant_user SET search_text = NULL WHERE user_id = ?",
                TenantWorld.user(2).text()));
    assertThat(candidates("name.familyName eq \"x\"")).hasSize(1);
    List<DirectoryRow> shown = new ArrayList<>();
    assertThat(directory.candidates(world.organization, query("title pr", "t.id"), 1, shown::add))
        .isFalse();
    assertThat(shown).isEmpty();
  }

  @Test
  void thePartOfAWriteThatFailsLeavesNothing() {
    join(1, Role.ADMIN);
    long before = database.changeLog().head().sequence();
    database.run(transaction -> {
      assertThat(
              transaction.attempt(() -> {
                world.note(transaction, 1);
                return "done";
              }))
          .isEqualTo("done");
      assertThatThrownBy(() ->
              transaction.attempt(() -> {
                world.role(transaction, 1, Role.VIEW);
                throw new IllegalArgumentException("no");
              }))
          .isInstanceOf(IllegalArgumentException.class);
      world.note(transaction, 1);
    });
    assertThat(database.changeLog().head().sequence()).isEqualTo(before + 2);
    assertThat(database.changeLog().verify())
        .isInstanceOf(io.claviger.core.change.Verification.Intact.class);
    assertThat(
            new MemberStore(database)
                .find(world.organization, TenantWorld.user(1))
                .orElseThrow()
                .membership()
                .role())
        .isEqualTo(Role.ADMIN);
  }

  @Test
  void theLogOfAnOrganizationIsReadBackwardsFromACursor() {
    join(1, Role.ADMIN);
    for (int i = 0; i < 9; i++) {
      database.run(transaction -> world.note(transaction, 1));
    }
    var view = new ChangeLogView(database);
    List<String> all = ids(view, Optional.empty(), 100);
    assertThat(all).hasSize(10);
    List<String> paged = new ArrayList<>();
    Optional<String> after = Optional.empty();
    while (true) {
      List<String> page = ids(view, after, 3);
      if (page.isEmpty()) {
        break;
      }
      paged.addAll(page);
      after = Optional.of(page.getLast());
    }
    assertThat(paged).isEqualTo(all);
    assertThat(view.knows(world.organization, all.getFirst())).isTrue();
    assertThat(view.knows(world.organization, "0".repeat(24))).isFalse();
  }

  private List<String> ids(ChangeLogView view, Optional<String> after, int limit) {
    return view
        .list(
            world.organization,
            new ChangeLogView.Wanted(
                Optional.of(Instant.EPOCH),
                Optional.empty(),
                Optional.empty(),
                Optional.of(TenantWorld.user(1).text()),
                Optional.of("Member"),
                Optional.of("test.change"),
                Optional.of(TenantWorld.user(1).text()),
                after),
            limit)
        .stream()
        .map(ChangeLogView.Entry::id)
        .toList();
  }
}
