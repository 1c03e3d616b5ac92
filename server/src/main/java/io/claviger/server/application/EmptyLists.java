package io.claviger.server.application;

import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.api.ListParameters;
import io.claviger.server.api.Wire;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.http.Response;
import io.claviger.store.ListPage;
import io.claviger.store.ListQuery;
import io.claviger.store.ListRequest;
import io.claviger.store.ListRequest.SortDirection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * Lists of what applications elsewhere have and here never do: a client that walks them finds none
 * and goes on (CLI-3).
 */
final class EmptyLists {
  private static final ListQuery VIEWS = sortedBy("id", "creationDate", "name", "lastUpdated");
  private static final ListQuery FILES = sortedBy("lastUpdated", "type", "name", "creationDate");
  private static final ListQuery TABLES = sortedBy("name", "id", "creationDate", "lastUpdated");
  private static final Set<String> VIEW_TYPES = Set.of("page", "layout", "component");
  private static final Set<String> FILE_STATES = Set.of("completed", "pending");

  private EmptyLists() {}

  /** Which parameters are good; nothing is ever looked up with it. */
  private static ListQuery sortedBy(String... fields) {
    ListQuery query = ListQuery.select("id").filter("name", "name");
    for (String field : fields) {
      query = query.sort(field, field);
    }
    return query;
  }

  static void addTo(Api api) {
    api.handle(
        "experienceViews.get",
        call -> {
          Optional<String> viewType = oneOf(call, "viewType", VIEW_TYPES);
          ObjectNode list = empty(call, "experienceViews", VIEWS, "name");
          Wire.put(list, "viewType", viewType);
          return Response.ok(list);
        });
    api.handle(
        "files.get",
        call -> {
          oneOf(call, "status", FILE_STATES);
          return Response.ok(empty(call, "files", FILES, "lastUpdated"));
        });
    api.handle("dataTables.get", call -> Response.ok(empty(call, "dataTables", TABLES, "name")));
  }

  private static ObjectNode empty(Call call, String type, ListQuery list, String defaultSort) {
    ListRequest request =
        ListParameters.read(call.request().query(), list, defaultSort, SortDirection.ASCENDING);
    ListPage<String> nothing = new ListPage<>(List.of(), 0);
    return Wire.page(type, request, nothing, _ -> Json.emptyObject())
        .put("applicationId", call.application().text());
  }

  private static Optional<String> oneOf(Call call, String name, Set<String> allowed) {
    Optional<String> text = call.request().query().text(name).filter(given -> !given.isEmpty());
    if (text.isPresent() && !allowed.contains(text.get())) {
      throw ApiException.validation(
          name, "must be one of " + String.join(", ", allowed.stream().sorted().toList()));
    }
    return text;
  }
}
