package io.claviger.server.dashboard;

import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.core.decide.Place;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DashboardId;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.role.Owner;
import io.claviger.server.api.Api;
import io.claviger.server.api.Body;
import io.claviger.server.api.Call;
import io.claviger.server.api.Changes;
import io.claviger.server.application.Authors;
import io.claviger.server.application.Details;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.http.Response;
import io.claviger.server.security.PasswordHasher;
import io.claviger.server.settings.ResourceLimits;
import io.claviger.store.Database;
import io.claviger.store.application.Author;
import io.claviger.store.dashboard.DashboardRow;
import io.claviger.store.dashboard.DashboardRow.ApplicationLabel;
import io.claviger.store.dashboard.DashboardStore;
import io.claviger.store.ownership.OwnedResourceStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/** What all dashboards have in common, wherever they stand (APP-4). */
final class Dashboards {
  private static final String KIND = "Dashboard";

  private static final List<String> SETTINGS =
      List.of(
          "blocks",
          "refreshRate",
          "duration",
          "resolution",
          "defaultTheme",
          "reportConfigs",
          "contextConfiguration");

  private final Database database;
  private final DashboardStore store;
  private final Changes changes;
  private final ObjectIdSource ids;
  private final PasswordHasher passwords;
  private final ResourceLimits limits;
  private final OwnedResourceStore owned = new OwnedResourceStore();

  Dashboards(
      Database database,
      DashboardStore store,
      Changes changes,
      ObjectIdSource ids,
      PasswordHasher passwords,
      ResourceLimits limits) {
    this.database = database;
    this.store = store;
    this.changes = changes;
    this.ids = ids;
    this.passwords = passwords;
    this.limits = limits;
  }

  /**
   * Makes a dashboard.
   *
   * @param place moves the call to the owner or the application where it is to stand, or throws
   */
  Response create(Call call, UnaryOperator<Call> place) {
    requireRoom(place.apply(call).owner().orElseThrow());
    Optional<String> password = Body.text(call.body(), "password").map(passwords::hash);
    DashboardRow made =
        database.write(transaction -> {
          Call there = place.apply(call);
          requireRoom(there.owner().orElseThrow());
          DashboardRow draft = draft(there, password, transaction.now());
          store.insert(transaction, draft);
          DashboardRow complete = find(draft.id());
          transaction.record(
              changes.created(there, subject(complete), DashboardJson.render(complete)));
          return complete;
        });
    return Response.created(DashboardJson.render(made, call));
  }

  private void requireRoom(Owner owner) {
    int limit = limits.dashboards(owner);
    if (store.count(owner) >= limit) {
      throw ApiException.validation("dashboard", "limit of " + limit + " is reached");
    }
  }

  private DashboardRow draft(Call there, Optional<String> password, Instant now) {
    JsonNode body = there.body();
    Optional<Author> author = Optional.of(Authors.of(there, changes));
    return new DashboardRow(
        new DashboardId(ids.next()),
        there.owner().orElseThrow(),
        Optional.empty(),
        application(there).map(id -> new ApplicationLabel(id, "")),
        body.get("name").stringValue(),
        Body.text(body, "description"),
        body.path("public").asBoolean(false),
        password,
        Details.merge(Json.emptyObject(), body, SETTINGS),
        author,
        author,
        now,
        now);
  }

  private static Optional<ApplicationId> application(Call there) {
    return there.place() instanceof Place.OfApplication application
        ? Optional.of(application.id())
        : Optional.empty();
  }

  /** Shows a dashboard; less of it to those who have no role there. */
  Response get(Call call) {
    DashboardRow dashboard = find(id(call));
    return Response.ok(
        call.allowed().role().isPresent()
            ? DashboardJson.render(dashboard, call)
            : DashboardJson.renderOpen(dashboard, call));
  }

  private DashboardRow find(DashboardId id) {
    return store.find(id).orElseThrow(() -> ApiException.notFound(KIND));
  }

  private static DashboardId id(Call call) {
    return call.id("dashboardId", KIND, DashboardId::new);
  }

  Response patch(Call call) {
    Optional<String> password = Body.text(call.body(), "password").map(passwords::hash);
    DashboardRow patched =
        database.write(transaction -> {
          call.requireStillAllowed();
          DashboardRow before = find(id(call));
          DashboardRow after = patched(call, before, password, transaction.now());
          store.update(transaction, after);
          transaction.record(
              changes.updated(
                  call, subject(after), DashboardJson.render(before), DashboardJson.render(after)));
          return after;
        });
    return Response.ok(DashboardJson.render(patched, call));
  }

  private DashboardRow patched(
      Call call, DashboardRow before, Optional<String> password, Instant now) {
    JsonNode body = call.body();
    return new DashboardRow(
        before.id(),
        before.owner(),
        before.organization(),
        before.application(),
        Body.text(body, "name").orElse(before.name()),
        Body.patched(body, "description", before.description(), JsonNode::stringValue),
        body.path("public").asBoolean(before.isPublic()),
        body.has("password") ? password : before.passwordHash(),
        Details.merge(before.details(), body, SETTINGS),
        before.createdBy(),
        Optional.of(Authors.of(call, changes)),
        before.createdAt(),
        now);
  }

  Response delete(Call call) {
    database.run(transaction -> {
      call.requireStillAllowed();
      DashboardRow dashboard = find(id(call));
      owned.delete(transaction, dashboard.id());
      transaction.record(
          changes.deleted(call, subject(dashboard), DashboardJson.render(dashboard)));
    });
    return Api.success();
  }

  private static Subject subject(DashboardRow dashboard) {
    return new Subject(SubjectType.DASHBOARD, dashboard.id().text(), dashboard.name());
  }
}
