package io.claviger.server.scim;

import io.claviger.core.id.ObjectIdSource;
import io.claviger.server.account.ManagedAccounts;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.api.Changes;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Response;
import io.claviger.server.http.Route;
import io.claviger.server.organization.ProvisionedMembers;
import io.claviger.server.security.PasswordHasher;
import io.claviger.store.Database;
import io.claviger.store.tenant.DirectoryStore;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** SCIM, put together. */
public final class ScimFeature {
  private final Users users;
  private final Groups groups;
  private final Bulk bulk;

  public ScimFeature(
      Database database,
      ManagedAccounts accounts,
      ProvisionedMembers members,
      Changes changes,
      PasswordHasher hasher,
      ObjectIdSource ids) {
    DirectoryStore store = new DirectoryStore(database);
    Directory directory = new Directory(store, accounts, members, changes, ids);
    this.groups = new Groups(database, store, directory, members);
    this.users = new Users(database, store, directory, groups, members, accounts, hasher);
    this.bulk = new Bulk(database, users, groups, members);
  }

  /** Adds the actions of {@code scim*}. */
  public void addTo(Api api) {
    users.addTo(api);
    groups.addTo(api);
    bulk.addTo(api);
    Discovery.addTo(api);
    api.handle("scimResources.search", this::search);
  }

  /** Users and groups together (RFC 7644 section 3.4.3); the users first. */
  private Response search(Call call) {
    Listing listing = Listing.of((ObjectNode) call.body());
    ScimSearch.Both both = ScimSearch.of(call, listing, users, groups);
    return ScimJson.response(200, ScimJson.list(both.page(), both.total(), listing.startIndex()));
  }

  /** The same routes; those of SCIM say in its own form what they refuse. */
  public static List<Route> routes(List<Route> routes) {
    List<Route> all = new ArrayList<>();
    for (Route route : routes) {
      all.add(route.template().startsWith(ScimJson.BASE + "/") ? inForm(route) : route);
    }
    return all;
  }

  private static Route inForm(Route route) {
    return new Route(
        route.method(),
        route.template(),
        route.name(),
        request -> {
          try {
            return route.handler().handle(request);
          } catch (ApiException e) {
            return ScimErrors.response(e);
          }
        });
  }
}
