package io.claviger.server.dashboard;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.role.Owner;
import io.claviger.server.api.Call;
import io.claviger.server.api.ListParameters;
import io.claviger.server.api.Wire;
import io.claviger.server.application.ListScope;
import io.claviger.server.http.Response;
import io.claviger.store.ListPage;
import io.claviger.store.ListQuery;
import io.claviger.store.ListRequest;
import io.claviger.store.ListRequest.SortDirection;
import io.claviger.store.application.Viewer;
import io.claviger.store.dashboard.ApplicationFilter;
import io.claviger.store.dashboard.DashboardRow;
import io.claviger.store.dashboard.DashboardStore;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Lists of dashboards: exactly those that may be read one by one (APP-5, UAT-13). */
final class DashboardLists {
  private final DashboardStore store;

  DashboardLists(DashboardStore store) {
    this.store = store;
  }

  /** {@code /dashboards}. */
  Response all(Call call) {
    Viewer.OfUser viewer = ListScope.user(call);
    Optional<Owner> owner = ListScope.owner(call, viewer);
    ApplicationFilter filter =
        ListScope.id(call, "applicationId")
            .<ApplicationFilter>map(text ->
                text.isEmpty()
                    ? new ApplicationFilter.None()
                    : new ApplicationFilter.Of(new ApplicationId(text)))
            .orElseGet(ApplicationFilter.Any::new);
    ListRequest request = request(call, DashboardStore.LIST);
    ObjectNode body =
        render(call, request, ListScope.page(store.list(viewer, owner, filter, request)));
    ListScope.echo(body, call, "orgId");
    ListScope.echo(body, call, "applicationId");
    return Response.ok(body);
  }

  /** {@code /applications/{applicationId}/dashboards}. */
  Response ofApplication(Call call) {
    ListRequest request = request(call, DashboardStore.IN_APPLICATION);
    ApplicationFilter filter = new ApplicationFilter.Of(call.application());
    ObjectNode body =
        render(
            call,
            request,
            ListScope.page(store.list(ListScope.viewer(call), call.owner(), filter, request)));
    return Response.ok(body.put("applicationId", call.application().text()));
  }

  private static ListRequest request(Call call, ListQuery list) {
    return ListParameters.read(call.request().query(), list, "name", SortDirection.ASCENDING);
  }

  private static ObjectNode render(Call call, ListRequest request, ListPage<DashboardRow> page) {
    return Wire.page(
        "dashboards", request, page, dashboard -> DashboardJson.render(dashboard, call));
  }
}
