package io.claviger.server.ownership;

import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.core.role.Owner;
import io.claviger.server.api.Call;
import io.claviger.server.api.Changes;
import io.claviger.server.api.Wire;
import io.claviger.store.Transaction;
import io.claviger.store.ownership.OwnedResourceStore;
import io.claviger.store.ownership.OwnedResourceStore.NamedApplication;
import io.claviger.store.ownership.OwnedResourceStore.NamedDashboard;

/**
 * Removes what belongs to an owner that is being removed, with an entry of the change log for each
 * application and dashboard, so that every node forgets them.
 */
public final class OwnedResources {
  private final OwnedResourceStore store = new OwnedResourceStore();
  private final Changes changes;

  public OwnedResources(Changes changes) {
    this.changes = changes;
  }

  /** Removes all applications and dashboards of an owner, with everything beneath them. */
  public void removeAll(Transaction transaction, Call call, Owner owner) {
    for (NamedDashboard dashboard : store.dashboards(transaction, owner)) {
      store.delete(transaction, dashboard.id());
      transaction.record(
          changes.deleted(
              call,
              new Subject(SubjectType.DASHBOARD, dashboard.id().text(), dashboard.name()),
              Wire.object("dashboard", dashboard.id().text()).put("name", dashboard.name())));
    }
    for (NamedApplication application : store.applications(transaction, owner)) {
      store.delete(transaction, application.id());
      transaction.record(
          changes.deleted(
              call,
              new Subject(SubjectType.APPLICATION, application.id().text(), application.name()),
              Wire.object("application", application.id().text()).put("name", application.name())));
    }
  }
}
