package io.claviger.server.ownership;

import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.role.Owner;
import io.claviger.server.api.Call;
import io.claviger.server.api.Changes;
import io.claviger.server.api.Wire;
import io.claviger.server.http.Json;
import io.claviger.store.Transaction;
import io.claviger.store.ownership.OwnedResourceStore;
import io.claviger.store.ownership.OwnedResourceStore.NamedApplication;
import io.claviger.store.ownership.OwnedResourceStore.NamedCredential;
import io.claviger.store.ownership.OwnedResourceStore.NamedDashboard;
import tools.jackson.databind.JsonNode;

/**
 * Removes what belongs to an owner that is being removed, with an entry of the change log for each
 * application, dashboard and credential, so that every node forgets them.
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
      remove(
          transaction,
          call,
          application.id(),
          new Subject(SubjectType.APPLICATION, application.id().text(), application.name()),
          Wire.object("application", application.id().text()).put("name", application.name()));
    }
  }

  /**
   * Removes an application with everything beneath it (APP-3). Each of its tokens and keys gets an
   * entry of its own, since each was a credential that somebody held; the rest goes with the entry
   * of the application.
   *
   * @param before the application without secrets
   */
  public void remove(
      Transaction transaction, Call call, ApplicationId id, Subject subject, JsonNode before) {
    for (NamedCredential credential : store.credentials(transaction, id)) {
      transaction.record(
          changes.deleted(
              call,
              new Subject(credential.type(), credential.id(), credential.name()),
              Json.emptyObject().put("id", credential.id()).put("name", credential.name())));
    }
    store.delete(transaction, id);
    transaction.record(changes.deleted(call, subject, before));
  }
}
