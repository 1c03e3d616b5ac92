package io.claviger.store.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.Parsed;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DashboardId;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Membership;
import io.claviger.core.role.MfaMode;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.Owner;
import io.claviger.core.role.OwnerState;
import io.claviger.core.role.Resource;
import io.claviger.core.role.Role;
import io.claviger.core.role.RoleCap;
import io.claviger.core.role.RoleCap.OwnerCap;
import io.claviger.core.role.Standing;
import io.claviger.store.Database;
import io.claviger.store.DatabaseSettings;
import io.claviger.store.ListPage;
import io.claviger.store.ListRequest;
import io.claviger.store.ListRequest.SortDirection;
import io.claviger.store.Transaction;
import io.claviger.store.dashboard.ApplicationFilter;
import io.claviger.store.dashboard.DashboardRow;
import io.claviger.store.dashboard.DashboardRow.ApplicationLabel;
import io.claviger.store.dashboard.DashboardStore;
import io.claviger.store.json.JsonColumn;
import io.claviger.store.json.RoleDocuments;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Lists show exactly what the rule shows of each thing, on every database (APP-2, UAT-13). */
abstract class VisibleListsContract {
  private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
  private static final int WORLDS = 15;

  /** With a hundred exceptions of each kind: more than a statement could have parameters. */
  private static final int MANY = 330;

  private static final List<Role> ROLES = List.of(Role.values());
  private static final List<Role> OVERRIDES = List.of(Role.NONE, Role.VIEW, Role.COLLABORATE);

  private final ObjectIdSource ids = new ObjectIdSource(InstantSource.fixed(TIME), new Random(7));
  private final UserId user = new UserId(ids.next());
  private final List<OrganizationId> organizations = new ArrayList<>();
  private final List<Resource.Application> applications = new ArrayList<>();
  private final List<Resource.Dashboard> dashboards = new ArrayList<>();
  private Database database;
  private ApplicationStore applicationStore;
  private DashboardStore dashboardStore;

  abstract DatabaseSettings freshSettings();

  @BeforeEach
  void fill() {
    database = Database.open(freshSettings(), InstantSource.fixed(TIME));
    applicationStore = new ApplicationStore(database);
    dashboardStore = new DashboardStore(database);
    database.run(this::fill);
  }

  private void fill(Transaction transaction) {
    addUser(transaction, user);
    UserId stranger = new UserId(ids.next());
    addUser(transaction, stranger);
    List<Owner> owners =
        new ArrayList<>(List.of(new Owner.Sandbox(user), new Owner.Sandbox(stranger)));
    for (int i = 0; i < 3; i++) {
      OrganizationId organization = new OrganizationId(ids.next());
      addOrganization(transaction, organization);
      organizations.add(organization);
      owners.add(new Owner.Organization(organization));
    }
    for (Owner owner : owners) {
      addDashboard(transaction, owner, Optional.empty());
      for (int i = 0; i < 3; i++) {
        ApplicationId application = new ApplicationId(ids.next());
        addApplication(transaction, owner, application);
        addDashboard(transaction, owner, Optional.of(application));
        addDashboard(transaction, owner, Optional.of(application));
      }
    }
  }

  @AfterEach
  void close() {
    database.close();
  }

  /** What there is; organizations without a state are open. */
  private record World(
      RoleCap cap,
      Map<OrganizationId, Membership> memberships,
      Map<OrganizationId, OwnerState> states,
      boolean secondFactor) {
    World(RoleCap cap, Map<OrganizationId, Membership> memberships) {
      this(cap, memberships, Map.of(), false);
    }

    /** ORG-13, ORG-17. */
    private boolean shutOut(OrganizationId id, Membership membership) {
      OwnerState state = states.getOrDefault(id, OwnerState.OPEN);
      boolean asked =
          state.mfaMode() == MfaMode.REQUIRED
              || (state.mfaMode() == MfaMode.ADMIN_REQUIRED && membership.role() == Role.ADMIN);
      return state.disabled() || (asked && !secondFactor);
    }

    boolean shows(UserId user, Resource resource) {
      Standing standing =
          switch (resource.owner()) {
            case Owner.Sandbox(UserId of) ->
                of.equals(user) ? new Standing.SandboxOwner() : new Standing.Stranger();
            case Owner.Organization(OrganizationId id) -> {
              Membership membership = memberships.get(id);
              yield membership == null || shutOut(id, membership)
                  ? new Standing.Stranger()
                  : new Standing.Member(membership);
            }
          };
      return cap.effective(standing, resource).atLeast(Role.VIEW);
    }
  }

  @Test
  void listsAgreeWithTheRuleOnEveryThing() {
    for (int seed = 0; seed < WORLDS; seed++) {
      World world = world(new Random(seed));
      write(world.memberships());
      world.states().forEach(this::write);
      List<Owner> owners = new ArrayList<>(List.of(new Owner.Sandbox(user)));
      organizations.forEach(id -> owners.add(new Owner.Organization(id)));
      checkApplications(seed, world, Optional.empty());
      checkDashboards(seed, world, Optional.empty(), new ApplicationFilter.Any());
      Owner owner = owners.get(seed % owners.size());
      checkApplications(seed, world, Optional.of(owner));
      checkDashboards(seed, world, Optional.of(owner), new ApplicationFilter.None());
      ApplicationId application = applications.get(seed % applications.size()).id();
      checkDashboards(seed, world, Optional.empty(), new ApplicationFilter.Of(application));
      checkCounts(seed, world);
    }
  }

  private void checkApplications(int seed, World world, Optional<Owner> only) {
    List<String> expected =
        applications.stream()
            .filter(application -> only.isEmpty() || only.get().equals(application.owner()))
            .filter(application -> world.shows(user, application))
            .map(application -> application.id().text())
            .sorted()
            .toList();
    Viewer viewer = new Viewer.OfUser(user, world.cap(), world.secondFactor());
    checkPages(
        seed,
        expected,
        request -> applicationStore.list(viewer, only, request),
        row -> row.id().text());
  }

  private void checkDashboards(
      int seed, World world, Optional<Owner> only, ApplicationFilter filter) {
    List<String> expected =
        dashboards.stream()
            .filter(dashboard -> only.isEmpty() || only.get().equals(dashboard.owner()))
            .filter(dashboard ->
                switch (filter) {
                  case ApplicationFilter.Any _ -> true;
                  case ApplicationFilter.None _ -> dashboard.application().isEmpty();
                  case ApplicationFilter.Of(ApplicationId id) ->
                      dashboard.application().equals(Optional.of(id));
                })
            .filter(dashboard -> world.shows(user, dashboard))
            .map(dashboard -> dashboard.id().text())
            .sorted()
            .toList();
    Viewer viewer = new Viewer.OfUser(user, world.cap(), world.secondFactor());
    checkPages(
        seed,
        expected,
        request -> dashboardStore.list(viewer, only, filter, request),
        row -> row.id().text());
  }

  private static <T> void checkPages(
      int seed,
      List<String> expected,
      Function<ListRequest, Parsed<ListPage<T>>> list,
      Function<T, String> id) {
    int perPage = 1 + seed % 50;
    List<String> found = new ArrayList<>();
    for (int page = 0; page <= expected.size() / perPage; page++) {
      ListPage<T> items =
          list.apply(
                  new ListRequest(page, perPage, "id", SortDirection.ASCENDING, Optional.empty()))
              .orThrow();
      assertThat(items.totalCount()).as("seed %d", seed).isEqualTo(expected.size());
      items.items().forEach(item -> found.add(id.apply(item)));
    }
    assertThat(found).as("seed %d", seed).isEqualTo(expected);
  }

  private void checkCounts(int seed, World world) {
    List<ApplicationId> all = applications.stream().map(Resource.Application::id).toList();
    var counts =
        new ApplicationCounts(database)
            .of(
                all,
                Set.of(ApplicationCounts.Kind.DASHBOARDS),
                new Viewer.OfUser(user, world.cap(), world.secondFactor()));
    for (ApplicationId application : all) {
      long expected =
          dashboards.stream()
              .filter(dashboard -> dashboard.application().equals(Optional.of(application)))
              .filter(dashboard -> world.shows(user, dashboard))
              .count();
      assertThat(counts)
          .as("seed %d", seed)
          .containsEntry(application, Map.of(ApplicationCounts.Kind.DASHBOARDS, expected));
    }
  }

  @Test
  void sortsAlikeOnEveryDatabase() {
    World world = new World(RoleCap.UNCAPPED, member(Role.VIEW));
    write(world.memberships());
    Viewer viewer = new Viewer.OfUser(user, world.cap(), world.secondFactor());
    for (String field : DashboardStore.LIST.sortFields()) {
      for (SortDirection direction : SortDirection.values()) {
        ListRequest request = new ListRequest(0, 1000, field, direction, Optional.empty());
        List<DashboardRow> rows =
            dashboardStore
                .list(viewer, Optional.empty(), new ApplicationFilter.Any(), request)
                .orThrow()
                .items();
        Comparator<DashboardRow> order =
            Comparator.comparing((DashboardRow row) -> key(row, field))
                .thenComparing(row -> row.id().text());
        assertThat(rows)
            .as("%s %s", field, direction)
            .hasSize(28)
            .isSortedAccordingTo(direction == SortDirection.ASCENDING ? order : order.reversed());
      }
    }
  }

  private static String key(DashboardRow row, String field) {
    return switch (field) {
      case "name" -> row.name();
      case "ownerId" ->
          switch (row.owner()) {
            case Owner.Sandbox(var id) -> id.text();
            case Owner.Organization(var id) -> id.text();
          };
      case "applicationId" ->
          row.application().map(application -> application.id().text()).orElse("");
      default -> row.id().text();
    };
  }

  @Test
  void veryManyExceptionsAreNoTrouble() {
    Map<OrganizationId, Membership> memberships = new HashMap<>();
    Map<ApplicationId, Role> hidden = new HashMap<>();
    Map<DashboardId, Role> hiddenDashboards = new HashMap<>();
    for (int i = 0; i < Overrides.MAX; i++) {
      hidden.put(new ApplicationId(ids.next()), Role.NONE);
      hiddenDashboards.put(new DashboardId(ids.next()), Role.NONE);
    }
    Membership membership = new Membership(Role.VIEW, new Overrides(hidden, hiddenDashboards));
    database.run(transaction -> {
      for (int i = 0; i < MANY; i++) {
        OrganizationId organization = new OrganizationId(ids.next());
        addOrganization(transaction, organization);
        memberships.put(organization, membership);
      }
    });
    memberships.putAll(member(Role.VIEW));
    write(memberships);
    World world = new World(RoleCap.UNCAPPED, memberships);
    checkApplications(49, world, Optional.empty());
    checkDashboards(49, world, Optional.empty(), new ApplicationFilter.Any());
  }

  private Map<OrganizationId, Membership> member(Role role) {
    Map<OrganizationId, Membership> memberships = new HashMap<>();
    organizations.forEach(id -> memberships.put(id, new Membership(role, Overrides.NONE)));
    return memberships;
  }

  private World world(Random random) {
    Map<OrganizationId, Membership> memberships = new HashMap<>();
    Map<OrganizationId, OwnerCap> caps = new HashMap<>();
    for (OrganizationId id : organizations) {
      if (random.nextInt(5) > 0) {
        memberships.put(id, new Membership(pick(random, ROLES), overrides(random)));
      }
      if (random.nextInt(3) > 0) {
        caps.put(id, ownerCap(random));
      }
    }
    Optional<OwnerCap> sandbox =
        random.nextInt(3) > 0 ? Optional.of(ownerCap(random)) : Optional.empty();
    Map<OrganizationId, OwnerState> states = new HashMap<>();
    for (OrganizationId id : organizations) {
      MfaMode mode =
          random.nextInt(3) > 0 ? MfaMode.NOT_REQUIRED : pick(random, List.of(MfaMode.values()));
      states.put(id, new OwnerState(mode, random.nextBoolean(), random.nextInt(6) == 0));
    }
    return new World(
        new RoleCap(pick(random, ROLES), sandbox, caps), memberships, states, random.nextBoolean());
  }

  private OwnerCap ownerCap(Random random) {
    Role role = pick(random, ROLES);
    return new OwnerCap(role, role == Role.ADMIN ? Overrides.NONE : overrides(random));
  }

  /** Of things of any owner: what names another owner's is idle. */
  private Overrides overrides(Random random) {
    Map<ApplicationId, Role> byApplication = new HashMap<>();
    Map<DashboardId, Role> byDashboard = new HashMap<>();
    applications.forEach(application -> {
      if (random.nextInt(3) == 0) {
        byApplication.put(application.id(), pick(random, OVERRIDES));
      }
    });
    dashboards.forEach(dashboard -> {
      if (random.nextInt(4) == 0) {
        byDashboard.put(dashboard.id(), pick(random, OVERRIDES));
      }
    });
    return new Overrides(byApplication, byDashboard);
  }

  private static <T> T pick(Random random, List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private void write(Map<OrganizationId, Membership> memberships) {
    database.run(transaction -> {
      transaction.handle().execute("DELETE FROM member");
      memberships.forEach((organization, membership) ->
          transaction
              .handle()
              .createUpdate(
                  "INSERT INTO member (organization_id, user_id, role, application_roles,"
                      + " dashboard_roles, created_at) VALUES (:organization, :user, :role,"
                      + " :applications, :dashboards, 0)")
              .bind("organization", organization.text())
              .bind("user", user.text())
              .bind("role", membership.role().wireName())
              .bind("applications", json(membership, RoleDocuments::applicationRoles))
              .bind("dashboards", json(membership, RoleDocuments::dashboardRoles))
              .execute());
    });
  }

  private void write(OrganizationId organization, OwnerState state) {
    database.run(transaction ->
        transaction
            .handle()
            .createUpdate(
                "UPDATE organization SET mfa_mode = :mode, is_read_only = :readOnly,"
                    + " disabled_at = :disabledAt WHERE id = :id")
            .bind("id", organization.text())
            .bind("mode", state.mfaMode().wireName())
            .bind("readOnly", state.readOnly())
            .bind("disabledAt", state.disabled() ? Optional.of(TIME) : Optional.<Instant>empty())
            .execute());
  }

  private static String json(Membership membership, Function<Overrides, ? extends JsonNode> roles) {
    return JsonColumn.write(roles.apply(membership.overrides()));
  }

  private static void addUser(Transaction transaction, UserId id) {
    transaction
        .handle()
        .createUpdate(
            "INSERT INTO app_user (id, email, email_folded, email_verified, first_name,"
                + " last_name, profile, password_hash, password_changed_at, created_at,"
                + " updated_at) VALUES (:id, :id, :id, 1, '', '', '{}', '', 0, 0, 0)")
        .bind("id", id.text())
        .execute();
  }

  private static void addOrganization(Transaction transaction, OrganizationId id) {
    transaction
        .handle()
        .createUpdate(
            "INSERT INTO organization (id, name, name_folded, created_at, updated_at)"
                + " VALUES (:id, 'o', 'o', 0, 0)")
        .bind("id", id.text())
        .execute();
  }

  private void addApplication(Transaction transaction, Owner owner, ApplicationId id) {
    applications.add(new Resource.Application(owner, id));
    applicationStore.insert(
        transaction,
        new ApplicationRow(
            id,
            owner,
            Optional.empty(),
            "a",
            Optional.empty(),
            JsonNodeFactory.instance.objectNode(),
            TIME,
            TIME));
  }

  private void addDashboard(
      Transaction transaction, Owner owner, Optional<ApplicationId> application) {
    DashboardId id = new DashboardId(ids.next());
    dashboards.add(new Resource.Dashboard(owner, id, application));
    dashboardStore.insert(
        transaction,
        new DashboardRow(
            id,
            owner,
            Optional.empty(),
            application.map(of -> new ApplicationLabel(of, "")),
            "d" + dashboards.size() % 3,
            Optional.empty(),
            false,
            Optional.empty(),
            JsonNodeFactory.instance.objectNode(),
            Optional.empty(),
            Optional.empty(),
            TIME,
            TIME));
  }
}
