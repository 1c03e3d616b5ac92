package io.claviger.server.transfer;

import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DashboardId;
import io.claviger.core.id.Id;
import io.claviger.core.id.ObjectId;
import io.claviger.core.role.Owner;
import io.claviger.server.access.Access;
import io.claviger.server.api.Api;
import io.claviger.server.api.Body;
import io.claviger.server.api.Call;
import io.claviger.server.api.Changes;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.http.Response;
import io.claviger.server.settings.ResourceLimits;
import io.claviger.store.Database;
import io.claviger.store.Transaction;
import io.claviger.store.application.ApplicationStore;
import io.claviger.store.dashboard.DashboardStore;
import io.claviger.store.ownership.OwnedResourceStore.NamedApplication;
import io.claviger.store.ownership.OwnedResourceStore.OwnerColumns;
import io.claviger.store.ownership.TransferStore;
import io.claviger.store.ownership.TransferStore.Load;
import io.claviger.store.ownership.TransferStore.PlacedDashboard;
import io.claviger.store.ownership.TransferStore.ShowingDashboard;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code org.transferResources} and {@code me.transferResources}: applications with all that is in
 * them, and dashboards, get another owner (ORG-16). All of what is asked for moves, or nothing.
 */
public final class Transfers {
  private static final String APPLICATIONS = "applicationIds";
  private static final String DASHBOARDS = "dashboardIds";

  private final Database database;
  private final Access access;
  private final Changes changes;
  private final ResourceLimits limits;
  private final TransferStore store;
  private final ApplicationStore applications;
  private final DashboardStore dashboards;

  public Transfers(Database database, Access access, Changes changes, ResourceLimits limits) {
    this.database = database;
    this.access = access;
    this.changes = changes;
    this.limits = limits;
    this.store = new TransferStore(database);
    this.applications = new ApplicationStore(database);
    this.dashboards = new DashboardStore(database);
  }

  /** Adds both actions. */
  public void addTo(Api api) {
    api.handle("org.transferResources", this::transfer);
    api.handle("me.transferResources", this::transfer);
  }

  /** What moves. */
  private record Freight(List<NamedApplication> applications, List<PlacedDashboard> dashboards) {
    Set<ApplicationId> applicationIds() {
      return applications.stream().map(NamedApplication::id).collect(Collectors.toSet());
    }

    Set<DashboardId> dashboardIds() {
      return dashboards.stream().map(PlacedDashboard::id).collect(Collectors.toSet());
    }
  }

  private Response transfer(Call call) {
    database.run(transaction -> {
      TransferEnds ends = TransferEnds.of(access, call.confirmed());
      if (ends.source().equals(ends.destination())) {
        throw ApiException.validation("destinationId", "is the owner already");
      }
      Freight freight = freight(transaction, call, ends.source());
      requireRoom(transaction, freight, ends.destination());
      if (call.body().path("strict").asBoolean(false)) {
        requireTogether(transaction, freight, ends);
      }
      store.move(transaction, ends.destination(), freight.applicationIds(), freight.dashboardIds());
      record(transaction, freight, ends);
    });
    return Api.success();
  }

  /** Everything that is named, and the dashboards that stand in a named application. */
  private Freight freight(Transaction transaction, Call call, Owner source) {
    Set<ApplicationId> wanted = ids(call, APPLICATIONS, ApplicationId::new);
    Set<DashboardId> wantedDashboards = ids(call, DASHBOARDS, DashboardId::new);
    if (wanted.isEmpty() && wantedDashboards.isEmpty()) {
      throw ApiException.validation(APPLICATIONS, "and dashboardIds name nothing");
    }
    Freight freight =
        new Freight(
            store.applications(transaction, source, wanted),
            store.dashboards(transaction, source, wantedDashboards, wanted));
    requireAll(APPLICATIONS, wanted, freight.applicationIds());
    requireAll(DASHBOARDS, wantedDashboards, freight.dashboardIds());
    for (PlacedDashboard dashboard : freight.dashboards()) {
      if (dashboard.application().filter(id -> !wanted.contains(id)).isPresent()) {
        throw ApiException.validation(
            DASHBOARDS,
            "names a dashboard that moves only with its application: " + dashboard.id().text());
      }
    }
    return freight;
  }

  private static <I> Set<I> ids(Call call, String field, Function<String, I> constructor) {
    return Body.texts(call.body(), field).orElse(List.of()).stream()
        .map(ObjectId::normalise)
        .map(constructor)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static <I extends Id> void requireAll(String field, Set<I> wanted, Set<I> found) {
    for (I id : wanted) {
      if (!found.contains(id)) {
        throw ApiException.validation(field, "names what the owner does not have: " + id.text());
      }
    }
  }

  /** The limits of the destination hold as if everything were made there (LIM-1). */
  private void requireRoom(Transaction transaction, Freight freight, Owner to) {
    requireRoom(
        "application",
        applications.count(to) + freight.applications().size(),
        limits.applications(to));
    requireRoom(
        "dashboard", dashboards.count(to) + freight.dashboards().size(), limits.dashboards(to));
    for (Load load : store.loads(transaction, freight.applicationIds())) {
      requireRoom("device", load.devices(), limits.devices(to));
      requireRoom("applicationkey", load.keys(), limits.applicationKeys(to));
    }
  }

  private static void requireRoom(String kind, long wanted, int limit) {
    if (wanted > limit) {
      throw ApiException.validation(kind, "limit of " + limit + " at the destination is exceeded");
    }
  }

  /**
   * What {@code strict} asks for: no dashboard of an organization is parted from an application
   * that it shows, whichever of the two moves. A sandbox may show whatever its user sees (USR-19).
   */
  private void requireTogether(Transaction transaction, Freight freight, TransferEnds ends) {
    Set<ApplicationId> moving = freight.applicationIds();
    Set<DashboardId> movingDashboards = freight.dashboardIds();
    for (ShowingDashboard dashboard : store.showing(transaction, ends.source())) {
      boolean moves = movingDashboards.contains(dashboard.id());
      Owner afterwards = moves ? ends.destination() : ends.source();
      Set<ApplicationId> parted = parted(transaction, dashboard, moving, moves, ends);
      if (afterwards instanceof Owner.Organization && !parted.isEmpty()) {
        throw ApiException.validation(
            "strict",
            "forbids to part the dashboard %s from the application %s"
                .formatted(dashboard.id().text(), parted.iterator().next().text()));
      }
    }
  }

  /** What the dashboard shows that is with it now and would not be afterwards. */
  private Set<ApplicationId> parted(
      Transaction transaction,
      ShowingDashboard dashboard,
      Set<ApplicationId> moving,
      boolean moves,
      TransferEnds ends) {
    Set<ApplicationId> parted = new HashSet<>(dashboard.shown());
    if (moves) {
      parted.removeAll(moving);
      parted.retainAll(
          store.applications(transaction, ends.source(), parted).stream()
              .map(NamedApplication::id)
              .collect(Collectors.toSet()));
    } else {
      parted.retainAll(moving);
    }
    return parted;
  }

  /** An entry for each thing in the log of whom it leaves and of whom it comes to. */
  private void record(Transaction transaction, Freight freight, TransferEnds ends) {
    List<Call> logs = List.of(ends.from(), ends.to());
    ObjectNode before = owner(ends.source());
    ObjectNode after = owner(ends.destination());
    for (Subject subject : subjects(freight)) {
      logs.forEach(end -> transaction.record(changes.updated(end, subject, before, after)));
    }
  }

  private static List<Subject> subjects(Freight freight) {
    return Stream.concat(
            freight.applications().stream()
                .map(it -> new Subject(SubjectType.APPLICATION, it.id().text(), it.name())),
            freight.dashboards().stream()
                .map(it -> new Subject(SubjectType.DASHBOARD, it.id().text(), it.name())))
        .toList();
  }

  private static ObjectNode owner(Owner owner) {
    OwnerColumns columns = OwnerColumns.of(owner);
    return Json.emptyObject().put("ownerId", columns.id()).put("ownerType", columns.type());
  }
}
