package io.claviger.server.application;

import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.role.Owner;
import io.claviger.server.api.Api;
import io.claviger.server.api.Body;
import io.claviger.server.api.Call;
import io.claviger.server.api.Changes;
import io.claviger.server.api.ListParameters;
import io.claviger.server.api.Wire;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.http.Response;
import io.claviger.server.ownership.OwnedResources;
import io.claviger.server.settings.ResourceLimits;
import io.claviger.store.Database;
import io.claviger.store.ListPage;
import io.claviger.store.ListRequest;
import io.claviger.store.ListRequest.SortDirection;
import io.claviger.store.Transaction;
import io.claviger.store.application.ApplicationCounts.Kind;
import io.claviger.store.application.ApplicationRow;
import io.claviger.store.application.ApplicationStore;
import io.claviger.store.application.Viewer;
import io.claviger.store.dashboard.DashboardStore;
import io.claviger.store.ownership.OwnedResourceStore;
import io.claviger.store.ownership.OwnedResourceStore.NamedDashboard;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /applications} and {@code /applications/{applicationId}} (APP-1 to APP-3). */
final class Applications {
  private static final String KIND = "Application";
  private static final String CUTOFF = "expUserTokenCutoff";

  private static final List<String> SETTINGS =
      List.of(
          "endpointSlug", CUTOFF, "endpointDefaultCors", "globals", "ftueTracking", "blobUrlTTL");

  private final Database database;
  private final ApplicationStore store;
  private final Summaries summaries;
  private final OwnerAccess owners;
  private final Changes changes;
  private final ObjectIdSource ids;
  private final ResourceLimits limits;
  private final DashboardStore dashboards;
  private final OwnedResourceStore owned = new OwnedResourceStore();
  private final OwnedResources resources;

  Applications(
      Database database,
      ApplicationStore store,
      Summaries summaries,
      OwnerAccess owners,
      Changes changes,
      ObjectIdSource ids,
      ResourceLimits limits) {
    this.database = database;
    this.store = store;
    this.summaries = summaries;
    this.owners = owners;
    this.changes = changes;
    this.resources = new OwnedResources(changes);
    this.ids = ids;
    this.limits = limits;
    this.dashboards = new DashboardStore(database);
  }

  void addTo(Api api) {
    api.handle("applications.get", this::list);
    api.handle("applications.post", this::create);
    api.handle("application.get", this::get);
    api.handle("application.patch", this::patch);
    api.handle("application.delete", this::delete);
  }

  private Response list(Call call) {
    Viewer.OfUser viewer = ListScope.user(call);
    Optional<Owner> owner = ListScope.owner(call, viewer);
    ListRequest request =
        ListParameters.read(
            call.request().query(), ApplicationStore.LIST, "name", SortDirection.ASCENDING);
    ListPage<ApplicationRow> page = ListScope.page(store.list(viewer, owner, request));
    Map<ApplicationId, Map<Kind, Long>> counts =
        summaries.of(page.items().stream().map(ApplicationRow::id).toList(), call);
    ObjectNode body =
        Wire.page(
            "applications",
            request,
            page,
            row -> ApplicationJson.render(row, counts.getOrDefault(row.id(), Map.of()), call));
    ListScope.echo(body, call, "orgId");
    return Response.ok(body);
  }

  private Response create(Call call) {
    owners.atOwner(call);
    ApplicationRow made =
        database.write(transaction -> {
          Call there = owners.atOwner(call);
          Owner owner = there.owner().orElseThrow();
          requireRoom(owner);
          ApplicationRow draft = draft(call.body(), owner, transaction.now());
          store.insert(transaction, draft);
          transaction.record(changes.created(there, subject(draft), ApplicationJson.render(draft)));
          return find(draft.id());
        });
    return Response.created(render(made, call));
  }

  private void requireRoom(Owner owner) {
    int limit = limits.applications(owner);
    if (store.count(owner) >= limit) {
      throw ApiException.validation("application", "limit of " + limit + " is reached");
    }
  }

  private ApplicationRow draft(JsonNode body, Owner owner, Instant now) {
    return new ApplicationRow(
        new ApplicationId(ids.next()),
        owner,
        Optional.empty(),
        body.get("name").stringValue(),
        Body.text(body, "description"),
        settings(Json.emptyObject(), body),
        now,
        now);
  }

  private static ObjectNode settings(ObjectNode before, JsonNode body) {
    ObjectNode after = Details.merge(before, body, SETTINGS);
    Wire.putTime(after, CUTOFF, Body.time(body, CUTOFF));
    return after;
  }

  private Response get(Call call) {
    return Response.ok(render(find(call.application()), call));
  }

  private ApplicationRow find(ApplicationId id) {
    return store.find(id).orElseThrow(() -> ApiException.notFound(KIND));
  }

  private ObjectNode render(ApplicationRow application, Call call) {
    return ApplicationJson.render(application, summaries.of(application.id(), call), call);
  }

  private Response patch(Call call) {
    ApplicationRow patched =
        database.write(transaction -> {
          call.requireStillAllowed();
          ApplicationRow before = find(call.application());
          ApplicationRow after = patched(before, call.body(), transaction.now());
          store.update(transaction, after);
          transaction.record(
              changes.updated(
                  call,
                  subject(after),
                  ApplicationJson.render(before),
                  ApplicationJson.render(after)));
          return after;
        });
    return Response.ok(render(patched, call));
  }

  private static ApplicationRow patched(ApplicationRow before, JsonNode body, Instant now) {
    return new ApplicationRow(
        before.id(),
        before.owner(),
        before.organization(),
        Body.text(body, "name").orElse(before.name()),
        Body.patched(body, "description", before.description(), JsonNode::stringValue),
        settings(before.details(), body),
        before.createdAt(),
        now);
  }

  /** APP-3: everything beneath goes with it; its credentials are void from this moment. */
  private Response delete(Call call) {
    database.run(transaction -> {
      call.requireStillAllowed();
      ApplicationRow application = find(call.application());
      deleteDashboards(transaction, call, application.id());
      resources.remove(
          transaction,
          call,
          application.id(),
          subject(application),
          ApplicationJson.render(application));
    });
    return Api.success();
  }

  private void deleteDashboards(Transaction transaction, Call call, ApplicationId application) {
    for (NamedDashboard dashboard : dashboards.of(transaction, application)) {
      owned.delete(transaction, dashboard.id());
      transaction.record(
          changes.deleted(
              call,
              new Subject(SubjectType.DASHBOARD, dashboard.id().text(), dashboard.name()),
              Wire.object("dashboard", dashboard.id().text()).put("name", dashboard.name())));
    }
  }

  static Subject subject(ApplicationRow application) {
    return new Subject(SubjectType.APPLICATION, application.id().text(), application.name());
  }
}
