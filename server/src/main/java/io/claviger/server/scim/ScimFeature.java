package io.claviger.server.scim;

import io.claviger.core.id.ObjectIdSource;
import io.claviger.server.access.PublicUrl;
import io.claviger.server.account.ManagedAccounts;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.api.Changes;
import io.claviger.server.http.ErrorForm;
import io.claviger.server.http.Response;
import io.claviger.server.organization.ProvisionedMembers;
import io.claviger.server.security.PasswordHasher;
import io.claviger.store.Database;
import io.claviger.store.tenant.DirectoryStore;
import tools.jackson.databind.node.ObjectNode;

/** SCIM, put together. */
public final class ScimFeature {
  private final Users users;
  private final Groups groups;
  private final Bulk bulk;
  private final Links links;

  public ScimFeature(
      Database database,
      ManagedAccounts accounts,
      ProvisionedMembers members,
      Changes changes,
      PasswordHasher hasher,
      ObjectIdSource ids,
      PublicUrl url) {
    this.links = new Links(url);
    DirectoryStore store = new DirectoryStore(database);
    Directory directory = new Directory(store, accounts, members, changes, ids);
    this.groups = new Groups(database, store, directory, accounts, links);
    this.users = new Users(database, store, directory, groups, accounts, hasher, links);
    this.bulk = new Bulk(database, users, groups, accounts, links);
  }

  /** Adds the actions of {@code scim*}. */
  public void addTo(Api api) {
    users.addTo(api);
    groups.addTo(api);
    bulk.addTo(api);
    new Discovery(links).addTo(api);
    api.handle("scimResources.search", this::search);
  }

  /** Users and groups together (RFC 7644 section 3.4.3); the users first. */
  private Response search(Call call) {
    Listing listing = Listing.of((ObjectNode) call.body());
    ScimSearch.Both both = ScimSearch.of(call, listing, users, groups);
    return ScimJson.response(200, ScimJson.list(both.page(), both.total(), listing.startIndex()));
  }

  /** How everything below {@code /scim/v2} tells what it refuses. */
  public static ErrorForm errorForm() {
    return new ScimErrorForm();
  }
}
