package io.claviger.server.application;

import io.claviger.core.id.ObjectIdSource;
import io.claviger.server.api.Api;
import io.claviger.server.api.Changes;
import io.claviger.server.settings.ResourceLimits;
import io.claviger.store.Database;
import io.claviger.store.application.ApplicationCounts;
import io.claviger.store.application.ApplicationStore;

/** Applications, put together. */
public final class ApplicationFeature {
  private final Applications applications;
  private final Readmes readmes;

  public ApplicationFeature(
      Database database,
      OwnerAccess owners,
      Changes changes,
      ObjectIdSource ids,
      ResourceLimits limits) {
    ApplicationStore store = new ApplicationStore(database);
    Summaries summaries = new Summaries(new ApplicationCounts(database));
    this.applications = new Applications(database, store, summaries, owners, changes, ids, limits);
    this.readmes = new Readmes(database, store, changes);
  }

  /**
   * Adds the actions of {@code application(s)}, and the lists of {@code experienceViews}, {@code
   * files} and {@code dataTables}.
   */
  public void addTo(Api api) {
    applications.addTo(api);
    readmes.addTo(api);
    EmptyLists.addTo(api);
  }
}
