package io.claviger.server.dashboard;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.server.api.Api;
import io.claviger.server.api.Body;
import io.claviger.server.api.Call;
import io.claviger.server.api.Changes;
import io.claviger.server.application.OwnerAccess;
import io.claviger.server.http.ApiException;
import io.claviger.server.security.PasswordHasher;
import io.claviger.server.settings.ResourceLimits;
import io.claviger.store.Database;
import io.claviger.store.dashboard.DashboardStore;
import java.util.Locale;
import java.util.Optional;

/** Dashboards, put together. */
public final class DashboardFeature {
  private static final String CREATE_IN_APPLICATION = "applicationDashboards.post";

  private final Dashboards dashboards;
  private final DashboardLists lists;
  private final OwnerAccess owners;

  public DashboardFeature(
      Database database,
      OwnerAccess owners,
      Changes changes,
      ObjectIdSource ids,
      PasswordHasher passwords,
      ResourceLimits limits) {
    DashboardStore store = new DashboardStore(database);
    this.dashboards = new Dashboards(database, store, changes, ids, passwords, limits);
    this.lists = new DashboardLists(store);
    this.owners = owners;
  }

  /** Adds the actions of {@code dashboard(s)} and {@code applicationDashboard(s)}. */
  public void addTo(Api api) {
    api.handle("dashboards.get", lists::all);
    api.handle("dashboards.post", call -> dashboards.create(call, this::place));
    api.handle("dashboard.get", dashboards::get);
    api.handle("dashboard.patch", dashboards::patch);
    api.handle("dashboard.delete", dashboards::delete);
    api.handle("applicationDashboards.get", lists::ofApplication);
    api.handle(
        "applicationDashboards.post",
        call -> dashboards.create(call, there -> inApplication(there, there.application())));
    api.handle("applicationDashboard.get", dashboards::get);
    api.handle("applicationDashboard.patch", dashboards::patch);
    api.handle("applicationDashboard.delete", dashboards::delete);
  }

  /** Where a new dashboard is to stand: in an application, in an organization or in the sandbox. */
  private Call place(Call call) {
    Optional<ApplicationId> application =
        Body.text(call.body(), "applicationId")
            .map(text -> new ApplicationId(text.toLowerCase(Locale.ROOT)));
    return application.isPresent() ? inApplication(call, application.get()) : owners.atOwner(call);
  }

  private Call inApplication(Call call, ApplicationId application) {
    Call there = owners.atApplication(call, CREATE_IN_APPLICATION, application);
    Optional<String> organization =
        Body.text(call.body(), "orgId").map(text -> text.toLowerCase(Locale.ROOT));
    boolean same =
        organization.isEmpty()
            || there
                .owningOrganization()
                .map(id -> id.text().equals(organization.get()))
                .orElse(false);
    if (!same) {
      throw ApiException.validation("orgId", "must be the owner of the application");
    }
    return there;
  }
}
