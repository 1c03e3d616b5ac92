package io.claviger.server.scim;

import io.claviger.core.Parsed;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.secret.NewPassword;
import io.claviger.core.secret.PasswordPolicy;
import io.claviger.server.account.ManagedAccounts;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Response;
import io.claviger.server.scim.UserJson.Said;
import io.claviger.server.security.PasswordHasher;
import io.claviger.store.Database;
import io.claviger.store.Transaction;
import io.claviger.store.tenant.DirectoryQuery;
import io.claviger.store.tenant.DirectoryRow;
import io.claviger.store.tenant.DirectoryStore;
import io.claviger.store.user.PasswordHash;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/** {@code /scim/v2/Users} (RFC 7644 section 3). */
final class Users {
  /** People that are looked at one by one where SQL does not know all of a filter. */
  private static final int CANDIDATES_MAX = 20_000;

  private static final ResourceSchema SCHEMA = ResourceSchema.USER;

  private final Database database;
  private final DirectoryStore store;
  private final Directory directory;
  private final Groups groups;
  private final ManagedAccounts accounts;
  private final PasswordHasher hasher;
  private final Links links;

  Users(
      Database database,
      DirectoryStore store,
      Directory directory,
      Groups groups,
      ManagedAccounts accounts,
      PasswordHasher hasher,
      Links links) {
    this.database = database;
    this.store = store;
    this.directory = directory;
    this.groups = groups;
    this.accounts = accounts;
    this.hasher = hasher;
    this.links = links;
  }

  void addTo(Api api) {
    api.handle("scimUsers.get", call -> list(call, Listing.of(call.request().query())));
    api.handle("scimUsers.search", call -> list(call, Listing.of((ObjectNode) call.body())));
    api.handle("scimUsers.post", this::post);
    api.handle("scimUser.get", this::get);
    api.handle("scimMe.get", this::me);
    api.handle("scimUser.put", call -> change(call, _ -> UserJson.replacement(call.body())));
    api.handle("scimUser.patch", call -> change(call, row -> patched(call, row)));
    api.handle("scimUser.delete", this::delete);
  }

  private Response list(Call call, Listing listing) {
    listing.require(SCHEMA);
    Projection projection = listing.projection(SCHEMA);
    Found found = find(call, listing);
    return ScimJson.response(
        200,
        ScimJson.list(
            found.page().stream().map(user -> projection.apply(SCHEMA, user)).toList(),
            found.total(),
            listing.startIndex()));
  }

  /** A page of whole users. */
  record Found(List<ObjectNode> page, long total) {}

  Found find(Call call, Listing listing) {
    OrganizationId organization = Directory.organization(call);
    Optional<String> column =
        listing.sortBy().isEmpty()
            ? Optional.of("t.id")
            : listing.sortBy().flatMap(path -> DirectoryStore.sortColumn(path.folded()));
    DirectoryQuery query =
        new DirectoryQuery(
            listing.filter(),
            column.orElse("t.id"),
            listing.descending() && column.isPresent(),
            listing.startIndex() - 1,
            column.isPresent() ? listing.count() : 0);
    DirectoryStore.Found found = store.find(organization, query);
    Map<String, String> applications = groups.applications(call);
    if (found.exact() && column.isPresent()) {
      return new Found(render(call, found.rows(), applications), found.total());
    }
    Listing.Matches matches = listing.matches(SCHEMA, column.isEmpty());
    boolean all =
        store.candidates(
            organization,
            query,
            CANDIDATES_MAX,
            row -> matches.offer(render(call, List.of(row), applications).getFirst()));
    if (!all) {
      throw ScimErrors.tooMany(
          "filter needs a condition on userName, externalId, active or meta: too many users match");
    }
    List<String> ids = matches.ids();
    List<DirectoryRow> page = store.rows(organization, listing.page(ids));
    return new Found(render(call, page, applications), ids.size());
  }

  private List<ObjectNode> render(
      Call call, List<DirectoryRow> rows, Map<String, String> applications) {
    return rows.stream()
        .map(row -> links.complete(call, UserJson.render(row, applications)))
        .toList();
  }

  private ObjectNode render(Call call, DirectoryRow row) {
    return links.complete(call, UserJson.render(row, groups.applications(call)));
  }

  private Response get(Call call) {
    return get(call, directory.find(call, call.request().parameter("userId")));
  }

  /** Who made the token: in his name it is used (LUC-11, RFC 7644 section 3.11). */
  private Response me(Call call) {
    DirectoryRow row =
        store
            .find(Directory.organization(call), call.user())
            .orElseThrow(() -> ApiException.notFound("User"));
    return get(call, row).withHeader("Location", links.to(call, "/Users/" + row.id()));
  }

  private Response get(Call call, DirectoryRow row) {
    ObjectNode user = render(call, row);
    String version = UserJson.version(user);
    if (call.request()
        .header("If-None-Match")
        .filter(it -> ScimJson.names(it, version))
        .isPresent()) {
      return Response.empty(304).withHeader("ETag", version);
    }
    return answer(call, 200, user);
  }

  private static Response answer(Call call, int status, ObjectNode user) {
    Listing listing = Listing.of(call.request().query());
    return ScimJson.response(status, listing.projection(SCHEMA).apply(SCHEMA, user))
        .withHeader("ETag", UserJson.version(user));
  }

  private static ObjectNode resource(Call call) {
    return Canonical.resource(SCHEMA, call.body());
  }

  private static ObjectNode patched(Call call, DirectoryRow row) {
    return UserJson.patched(row, (ObjectNode) call.body());
  }

  private Response post(Call call) {
    var _ = answerable(call);
    ObjectNode resource = resource(call);
    Optional<PasswordHash> password = password(resource);
    DirectoryRow made =
        database.write(transaction -> {
          call.requireStillAllowed();
          return create(transaction, call, resource, password);
        });
    accounts.wake();
    return answer(call, 201, render(call, made))
        .withHeader("Location", links.to(call, "/Users/" + made.id()));
  }

  /** Refuses a query that could not be answered before anything is written. */
  private static Projection answerable(Call call) {
    return Listing.of(call.request().query()).projection(SCHEMA);
  }

  /** Adds a person, inside a write. */
  DirectoryRow create(
      Transaction transaction, Call call, ObjectNode resource, Optional<PasswordHash> password) {
    return directory.create(transaction, call, UserJson.read(resource), password);
  }

  /** The hash of the password that a resource has; slow, and not for inside a write. */
  Optional<PasswordHash> password(ObjectNode resource) {
    return resource
        .path("password")
        .asStringOpt()
        .map(text ->
            switch (PasswordPolicy.check(text)) {
              case Parsed.Ok<NewPassword>(NewPassword password) ->
                  new PasswordHash(hasher.hash(password));
              case Parsed.Rejected<NewPassword>(String reason) ->
                  throw ScimErrors.invalidValue("password " + reason);
            });
  }

  /**
   * Changes a person.
   *
   * @param wanted the whole resource that is wanted, from the record as it is; asked twice, so that
   *     a password is hashed before others have to wait
   */
  private Response change(Call call, Function<DirectoryRow, ObjectNode> wanted) {
    var _ = answerable(call);
    String id = call.request().parameter("userId");
    Optional<PasswordHash> password = password(wanted.apply(directory.find(call, id)));
    Optional<String> match = call.request().header("If-Match");
    DirectoryRow changed =
        database.write(transaction -> {
          call.requireStillAllowed();
          return change(transaction, call, id, match, wanted, password);
        });
    accounts.wake();
    return answer(call, 200, render(call, changed));
  }

  /** Changes a person, inside a write. */
  DirectoryRow change(
      Transaction transaction,
      Call call,
      String id,
      Optional<String> match,
      Function<DirectoryRow, ObjectNode> wanted,
      Optional<PasswordHash> password) {
    DirectoryRow before = directory.find(call, id);
    requireVersion(call, before, match);
    Said said = UserJson.read(wanted.apply(before));
    return directory.replace(transaction, call, before, said, password);
  }

  /** RFC 7644 section 3.14: what is written over must be what was read. */
  private void requireVersion(Call call, DirectoryRow row, Optional<String> match) {
    if (match.isPresent() && !ScimJson.names(match.get(), UserJson.version(render(call, row)))) {
      throw ScimErrors.stale();
    }
  }

  private Response delete(Call call) {
    String id = call.request().parameter("userId");
    Optional<String> match = call.request().header("If-Match");
    database.run(transaction -> {
      call.requireStillAllowed();
      delete(transaction, call, id, match);
    });
    return Response.noContent();
  }

  /** Removes a person, inside a write. */
  void delete(Transaction transaction, Call call, String id, Optional<String> match) {
    DirectoryRow row = directory.find(call, id);
    requireVersion(call, row, match);
    directory.delete(transaction, call, row);
  }

  /** A whole user as it is now. */
  ObjectNode show(Call call, String id) {
    return render(call, directory.find(call, id));
  }
}
