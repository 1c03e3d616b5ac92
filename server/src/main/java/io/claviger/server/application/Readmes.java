package io.claviger.server.application;

import io.claviger.core.id.ApplicationId;
import io.claviger.server.api.Api;
import io.claviger.server.api.Body;
import io.claviger.server.api.Call;
import io.claviger.server.api.Changes;
import io.claviger.server.api.Wire;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.http.Response;
import io.claviger.store.Database;
import io.claviger.store.application.ApplicationRow;
import io.claviger.store.application.ApplicationStore;
import io.claviger.store.application.Readme;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** {@code /applications/{applicationId}/readme}. */
final class Readmes {
  private final Database database;
  private final ApplicationStore store;
  private final Changes changes;

  Readmes(Database database, ApplicationStore store, Changes changes) {
    this.database = database;
    this.store = store;
    this.changes = changes;
  }

  void addTo(Api api) {
    api.handle("application.readme", this::get);
    api.handle("application.readmePatch", this::patch);
  }

  private Response get(Call call) {
    return Response.ok(answer(call.application(), find(call.application()), call));
  }

  private Readme find(ApplicationId id) {
    return store.readme(id).orElseThrow(() -> ApiException.notFound("Application"));
  }

  private Response patch(Call call) {
    ApplicationId id = call.application();
    Readme patched =
        database.write(transaction -> {
          call.requireStillAllowed();
          ApplicationRow application =
              store.find(id).orElseThrow(() -> ApiException.notFound("Application"));
          Readme before = find(id);
          String content = Body.text(call.body(), "content").orElse(before.content());
          store.writeReadme(
              transaction,
              id,
              content,
              new Readme.Written(transaction.now(), Authors.of(call, changes)));
          Readme after = find(id);
          transaction.record(
              changes.updated(
                  call, Applications.subject(application), render(id, before), render(id, after)));
          return after;
        });
    return Response.ok(answer(id, patched, call));
  }

  private static ObjectNode answer(ApplicationId id, Readme readme, Call call) {
    String application = "/applications/" + id.text();
    return Wire.withLinks(
        render(id, readme),
        call.request().query(),
        Map.of("self", application + "/readme", "application", application));
  }

  private static ObjectNode render(ApplicationId id, Readme readme) {
    ObjectNode object = Json.emptyObject();
    object.put("_type", "applicationReadme").put("applicationId", id.text());
    readme
        .written()
        .ifPresent(written -> {
          object.put("lastUpdated", Wire.time(written.at()));
          object.put("lastUpdatedById", written.by().id());
          object.put("lastUpdatedByType", written.by().type());
        });
    return object.put("content", readme.content());
  }
}
