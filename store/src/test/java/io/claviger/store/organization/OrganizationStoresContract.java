package io.claviger.store.organization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DashboardId;
import io.claviger.core.id.InvitationId;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Membership;
import io.claviger.core.role.MfaMode;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.OwnerState;
import io.claviger.core.role.Role;
import io.claviger.core.role.VisibleOrganizations;
import io.claviger.core.secret.Digest;
import io.claviger.store.Database;
import io.claviger.store.DatabaseSettings;
import io.claviger.store.Fold;
import io.claviger.store.Glob;
import io.claviger.store.ListPage;
import io.claviger.store.ListRequest;
import io.claviger.store.ListRequest.Filter;
import io.claviger.store.ListRequest.SortDirection;
import io.claviger.store.StoreConflict;
import io.claviger.store.user.PasswordHash;
import io.claviger.store.user.UserProfile;
import io.claviger.store.user.UserRow;
import io.claviger.store.user.UserStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the stores of organizations promise, the same on every database. */
abstract class OrganizationStoresContract {
  private static final List<Role> ROLES = List.of(Role.values());
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123Z");
  private static final Membership VIEWER = new Membership(Role.VIEW, Overrides.NONE);

  private final ObjectIdSource ids = new ObjectIdSource(InstantSource.fixed(NOW), new Random(1));
  private Database database;
  private OrganizationStore organizations;
  private MemberStore members;
  private InvitationStore invitations;

  /** A new, empty database. */
  abstract DatabaseSettings freshSettings();

  @BeforeEach
  void open() {
    database = Database.open(freshSettings(), InstantSource.fixed(NOW));
    organizations = new OrganizationStore(database);
    members = new MemberStore(database);
    invitations = new InvitationStore(database);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private UserId user(String email) {
    UserRow user =
        new UserRow(
            new UserId(ids.next()),
            email,
            true,
            "Ada",
            "",
            new UserProfile(Map.of()),
            new PasswordHash(""),
            NOW,
            Optional.empty(),
            NOW,
            NOW);
    database.run(transaction -> new UserStore(database).insert(transaction, user));
    return user.id();
  }

  private OrganizationRow organization(String name, long millis) {
    OrganizationRow row =
        new OrganizationRow(
            new OrganizationId(ids.next()),
            name,
            Optional.of("d"),
            Optional.empty(),
            Optional.of("#fff"),
            MfaMode.NOT_REQUIRED,
            false,
            Optional.empty(),
            NOW.plusMillis(millis),
            NOW.plusMillis(-millis));
    database.run(transaction -> organizations.insert(transaction, row));
    return row;
  }

  private void join(OrganizationRow organization, UserId user, Membership membership) {
    database.run(transaction -> members.insert(transaction, organization.id(), user, membership));
  }

  @Test
  void anOrganizationIsKeptAndChangedAsItIs() {
    OrganizationRow row = organization("Nörth", 5);
    assertThat(organizations.find(row.id())).contains(row);
    OrganizationRow changed =
        new OrganizationRow(
            row.id(),
            "South",
            Optional.empty(),
            Optional.of("a@example.com"),
            Optional.empty(),
            MfaMode.ADMIN_REQUIRED,
            true,
            Optional.of(NOW.plusMillis(7)),
            row.createdAt(),
            NOW.plusMillis(99));
    database.run(transaction -> organizations.update(transaction, changed));
    assertThat(organizations.find(row.id())).contains(changed);
    database.run(transaction -> organizations.delete(transaction, row.id()));
    assertThat(organizations.find(row.id())).isEmpty();
  }

  /** ORG-13: for every mode, role and user the list agrees with the rule. */
  @Test
  void listsNothingWhereASecondFactorIsMissing() {
    UserId ada = user("ada@example.com");
    for (MfaMode mode : MfaMode.values()) {
      for (Role role : List.of(Role.ADMIN, Role.EDIT, Role.VIEW)) {
        OrganizationRow row = organization(mode + " " + role, 0);
        join(row, ada, new Membership(role, Overrides.NONE));
        OrganizationRow asking =
            new OrganizationRow(
                row.id(),
                row.name(),
                row.description(),
                row.billingEmail(),
                row.iconColor(),
                mode,
                false,
                Optional.of(NOW),
                row.createdAt(),
                row.updatedAt());
        database.run(transaction -> organizations.update(transaction, asking));
        for (boolean secondFactor : List.of(false, true)) {
          assertThat(
                  organizations
                      .list(
                          ada,
                          secondFactor,
                          new VisibleOrganizations.Only(Set.of(row.id())),
                          new ListRequest(0, 9, "id", SortDirection.ASCENDING, Optional.empty()))
                      .items()
                      .size())
              .as("%s %s %s", mode, role, secondFactor)
              .isEqualTo(mode.admits(role, secondFactor) ? 1 : 0);
        }
      }
    }
  }

  /** UAT-13 against a slow model: every page of every sort, under random caps. */
  @Test
  void listsWhatIsVisibleAndNothingElse() {
    UserId ada = user("ada@example.com");
    UserId bob = user("bob@example.com");
    Random random = new Random(7);
    List<OrganizationRow> all = new ArrayList<>();
    Set<OrganizationId> seen = new HashSet<>();
    for (int i = 0; i < 23; i++) {
      OrganizationRow row = organization("Org " + (char) ('a' + random.nextInt(6)), i % 5);
      all.add(row);
      join(row, bob, VIEWER);
      Role role = ROLES.get(random.nextInt(ROLES.size()));
      if (random.nextInt(4) > 0) {
        join(row, ada, new Membership(role, Overrides.NONE));
        if (role != Role.NONE) {
          seen.add(row.id());
        }
      }
    }
    for (int round = 0; round < 12; round++) {
      VisibleOrganizations visible = randomVisible(random, all);
      for (String sort : List.of("name", "id", "creationDate", "lastUpdated")) {
        List<OrganizationId> expected =
            all.stream()
                .filter(row -> seen.contains(row.id()) && visible.includes(row.id()))
                .sorted(order(sort))
                .map(OrganizationRow::id)
                .toList();
        assertThat(walk(ada, visible, sort, expected.size()))
            .as("round %d, %s by %s", round, visible, sort)
            .isEqualTo(expected);
      }
    }
  }

  private static Comparator<OrganizationRow> order(String sort) {
    Comparator<OrganizationRow> order =
        switch (sort) {
          case "name" -> Comparator.comparing(row -> Fold.fold(row.name()));
          case "creationDate" -> Comparator.comparing(OrganizationRow::createdAt);
          case "lastUpdated" -> Comparator.comparing(OrganizationRow::updatedAt);
          default -> Comparator.comparing(row -> row.id().text());
        };
    return order.thenComparing(row -> row.id().text());
  }

  private static VisibleOrganizations randomVisible(Random random, List<OrganizationRow> all) {
    Set<OrganizationId> some = new HashSet<>();
    int count = random.nextInt(8);
    for (int i = 0; i < count; i++) {
      some.add(all.get(random.nextInt(all.size())).id());
    }
    return random.nextBoolean()
        ? new VisibleOrganizations.Only(some)
        : new VisibleOrganizations.AllBut(some);
  }

  /** All pages of four; each must say how many there are in all. */
  private List<OrganizationId> walk(
      UserId user, VisibleOrganizations visible, String sort, int total) {
    List<OrganizationId> found = new ArrayList<>();
    for (int page = 0; page <= total / 4; page++) {
      ListPage<ListedOrganization> items =
          organizations.list(
              user,
              false,
              visible,
              new ListRequest(page, 4, sort, SortDirection.ASCENDING, Optional.empty()));
      assertThat(items.totalCount()).isEqualTo(total);
      items.items().forEach(item -> found.add(item.organization().id()));
    }
    return found;
  }

  @Test
  void filtersByNameWithoutRegardToCase() {
    UserId ada = user("ada@example.com");
    OrganizationRow north = organization("NÖRTH 100%", 1);
    OrganizationRow south = organization("south", 2);
    join(north, ada, VIEWER);
    join(south, ada, VIEWER);
    ListRequest request =
        new ListRequest(
            0,
            10,
            "name",
            SortDirection.ASCENDING,
            Optional.of(new Filter("name", new Glob("nörth*%"))));
    ListPage<ListedOrganization> page =
        organizations.list(ada, false, new VisibleOrganizations.AllBut(Set.of()), request);
    assertThat(page.items()).extracting(ListedOrganization::organization).containsExactly(north);
    assertThat(page.items().getFirst().own())
        .isEqualTo(new MemberRow(ada, "ada@example.com", "Ada", "", VIEWER, false));
  }

  @Test
  void membersAreKeptWithTheirOverrides() {
    UserId ada = user("Ada@example.com");
    OrganizationRow row = organization("x", 0);
    Membership membership =
        new Membership(
            Role.COLLABORATE,
            new Overrides(
                Map.of(new ApplicationId(ids.next()), Role.NONE),
                Map.of(new DashboardId(ids.next()), Role.VIEW)));
    join(row, ada, membership);
    assertThat(members.find(row.id(), ada).map(MemberRow::membership)).contains(membership);
    assertThat(members.hasEmail(row.id(), "aDA@EXAMPLE.com")).isTrue();
    assertThat(members.hasEmail(row.id(), "da@example.com")).isFalse();
    assertThat(members.count(row.id())).isEqualTo(1);
    assertThat(members.count(row.id(), Role.COLLABORATE)).isEqualTo(1);
    assertThat(members.count(row.id(), Role.ADMIN)).isZero();
    assertThat(members.count(ada)).isEqualTo(1);
    assertThatThrownBy(() -> join(row, ada, VIEWER)).isInstanceOf(StoreConflict.class);
    database.run(transaction -> members.update(transaction, row.id(), ada, VIEWER));
    assertThat(members.list(row.id())).extracting(MemberRow::membership).containsExactly(VIEWER);
    database.run(transaction -> members.delete(transaction, row.id(), ada));
    assertThat(members.list(row.id())).isEmpty();
  }

  @Test
  void anInvitationIsFoundByLinkAddressAndUser() {
    UserId ada = user("ada@example.com");
    UserId bob = user("bob@example.com");
    OrganizationRow row = organization("North", 0);
    OrganizationRow other = organization("South", 0);
    InvitationRow draft = draft(row, "BOB@example.com");
    Digest digest = Digest.of("first");
    insert(draft, ada, digest);

    InvitationRow kept = invitations.find(row.id(), draft.id()).orElseThrow();
    assertThat(kept.organizationName()).isEqualTo("North");
    assertThat(kept.membership()).isEqualTo(draft.membership());
    assertThat(kept.inviter()).contains(new InvitationRow.Inviter("Ada", "ada@example.com"));
    assertThat(kept.expired(draft.expiresAt().minusMillis(1))).isFalse();
    assertThat(kept.expired(draft.expiresAt())).isTrue();
    Optional<InvitationRow> same = Optional.of(kept);
    assertThat(invitations.find(row.id(), "bob@EXAMPLE.com")).isEqualTo(same);
    assertThat(invitations.find(digest, "bob@example.com")).isEqualTo(same);
    assertThat(invitations.find(bob, draft.id())).isEqualTo(same);
    assertThat(invitations.list(bob)).containsExactly(kept);

    assertThat(invitations.find(other.id(), draft.id())).isEmpty();
    assertThat(invitations.find(other.id(), "bob@example.com")).isEmpty();
    assertThat(invitations.find(digest, "ada@example.com")).isEmpty();
    assertThat(invitations.find(Digest.of("second"), "bob@example.com")).isEmpty();
    assertThat(invitations.find(ada, draft.id())).isEmpty();
    assertThat(invitations.list(ada)).isEmpty();
  }

  private void insert(InvitationRow draft, UserId inviter, Digest link) {
    database.run(transaction -> {
      invitations.insert(transaction, draft, inviter);
      invitations.addLink(transaction, draft.id(), link);
    });
  }

  private InvitationRow draft(OrganizationRow organization, String email) {
    return new InvitationRow(
        new InvitationId(ids.next()),
        organization.id(),
        "",
        OwnerState.OPEN,
        email,
        new Membership(
            Role.VIEW, new Overrides(Map.of(new ApplicationId(ids.next()), Role.NONE), Map.of())),
        true,
        Optional.empty(),
        NOW,
        NOW.plusMillis(1000));
  }

  @Test
  void renewingReplacesTheLinkAndOutlivesItsInviter() {
    UserId ada = user("ada@example.com");
    OrganizationRow row = organization("North", 0);
    InvitationRow draft = draft(row, "bob@example.com");
    insert(draft, ada, Digest.of("first"));
    database.run(t -> {
      invitations.update(t, draft, ada);
      invitations.addLink(t, draft.id(), Digest.of("second"));
    });
    assertThat(invitations.find(Digest.of("first"), "bob@example.com")).isEmpty();
    assertThat(invitations.find(Digest.of("second"), "bob@example.com")).isPresent();
    InvitationRow twice = draft(row, "Bob@example.com");
    assertThatThrownBy(() -> insert(twice, ada, Digest.of("third")))
        .isInstanceOf(StoreConflict.class);
    database.run(transaction -> new UserStore(database).delete(transaction, ada));
    assertThat(invitations.find(row.id(), draft.id()).orElseThrow().inviter()).isEmpty();
  }

  /** ORG-9. */
  @Test
  void pendingInvitationsForOthersAreCountedUntilTheyExpire() {
    UserId ada = user("ada@example.com");
    OrganizationRow row = organization("North", 0);
    for (String email : List.of("b@example.com", "c@example.com")) {
      insert(draft(row, email), ada, Digest.of(email));
    }
    assertThat(invitations.countPending(row.id(), "x@example.com", NOW)).isEqualTo(2);
    assertThat(invitations.countPending(row.id(), "B@example.com", NOW)).isEqualTo(1);
    assertThat(invitations.countPending(row.id(), "x@example.com", NOW.plusMillis(1000))).isZero();
    assertThat(organizations.summary(row.id(), NOW)).isEqualTo(new OrganizationSummary(0, 0, 0, 2));
    assertThat(organizations.summary(row.id(), NOW.plusMillis(1000)).pendingInvitations()).isZero();
  }
}
