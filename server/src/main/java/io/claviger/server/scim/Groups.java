package io.claviger.server.scim;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.Role;
import io.claviger.server.account.ManagedAccounts;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.http.Response;
import io.claviger.store.Database;
import io.claviger.store.Transaction;
import io.claviger.store.tenant.DirectoryRow;
import io.claviger.store.tenant.DirectoryStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /scim/v2/Groups}: the roles of the organization and of each of its applications. Who is
 * put into one gets that role, and leaves the one he had there before; who is taken out of it has
 * none.
 */
final class Groups {
  private static final ResourceSchema SCHEMA = ResourceSchema.GROUP;
  private static final String MEMBERS = "members";

  private final Database database;
  private final DirectoryStore store;
  private final Directory directory;
  private final ManagedAccounts accounts;
  private final Links links;

  Groups(
      Database database,
      DirectoryStore store,
      Directory directory,
      ManagedAccounts accounts,
      Links links) {
    this.database = database;
    this.store = store;
    this.directory = directory;
    this.accounts = accounts;
    this.links = links;
  }

  void addTo(Api api) {
    api.handle("scimGroups.get", call -> list(call, Listing.of(call.request().query())));
    api.handle("scimGroups.search", call -> list(call, Listing.of((ObjectNode) call.body())));
    api.handle("scimGroups.post", this::post);
    api.handle("scimGroup.get", this::get);
    api.handle("scimGroup.put", call -> change(call, _ -> resource(call)));
    api.handle("scimGroup.patch", call -> change(call, before -> patched(call, before)));
    api.handle("scimGroup.delete", this::delete);
  }

  /** The names of the applications of the organization, by their id. */
  Map<String, String> applications(Call call) {
    return store.applications(Directory.organization(call));
  }

  private List<GroupId> all(Map<String, String> applications) {
    List<GroupId> all = new ArrayList<>();
    GroupId.ROLES.forEach(role -> all.add(new GroupId.OfRole(role)));
    for (String application : applications.keySet()) {
      for (Role role : GroupId.APPLICATION_ROLES) {
        all.add(new GroupId.OfApplication(new ApplicationId(application), role));
      }
    }
    return all;
  }

  private Response list(Call call, Listing listing) {
    listing.require(SCHEMA);
    Projection projection = listing.projection(SCHEMA);
    List<ObjectNode> selected = find(call, listing);
    return ScimJson.response(
        200,
        ScimJson.list(
            listing.page(selected).stream().map(group -> projection.apply(SCHEMA, group)).toList(),
            selected.size(),
            listing.startIndex()));
  }

  /** All groups that are meant, in order. */
  List<ObjectNode> find(Call call, Listing listing) {
    Map<String, String> applications = applications(call);
    Map<GroupId, List<DirectoryRow>> inside = new HashMap<>();
    for (DirectoryRow row : store.withRights(Directory.organization(call))) {
      for (GroupId group : GroupId.of(row.membership())) {
        inside.computeIfAbsent(group, _ -> new ArrayList<>()).add(row);
      }
    }
    return listing.select(
        SCHEMA,
        all(applications).stream()
            .map(group -> render(group, applications, inside.getOrDefault(group, List.of())))
            .map(group -> links.complete(call, group))
            .toList());
  }

  private static ObjectNode render(
      GroupId group, Map<String, String> applications, List<DirectoryRow> rows) {
    ObjectNode object = Json.emptyObject();
    object.putArray("schemas").add(SCHEMA.urn());
    object.put("id", group.text());
    object.put("displayName", group.displayName(applications).orElseThrow());
    if (!rows.isEmpty()) {
      var array = object.putArray(MEMBERS);
      for (DirectoryRow row : rows) {
        array
            .addObject()
            .put("value", row.id())
            .put("$ref", ScimJson.BASE + "/Users/" + row.id())
            .put("display", row.userName())
            .put("type", "User");
      }
    }
    ObjectNode meta = object.putObject("meta").put("resourceType", "Group");
    meta.put("location", ScimJson.BASE + "/Groups/" + group.text());
    meta.put("version", ScimJson.version(object));
    return object;
  }

  /** A whole group as it is now. */
  ObjectNode show(Call call, String id) {
    return links.complete(
        call, render(group(call, id), applications(call), inside(call, group(call, id))));
  }

  private GroupId group(Call call, String id) {
    Map<String, String> applications = applications(call);
    return GroupId.parse(id)
        .filter(group -> group.displayName(applications).isPresent())
        .orElseThrow(() -> ApiException.notFound("Group"));
  }

  private List<DirectoryRow> inside(Call call, GroupId group) {
    return store.withRights(Directory.organization(call)).stream()
        .filter(row -> group.contains(row.membership()))
        .toList();
  }

  private Response get(Call call) {
    ObjectNode group = show(call, call.request().parameter("groupId"));
    String version = UserJson.version(group);
    if (call.request()
        .header("If-None-Match")
        .filter(it -> ScimJson.names(it, version))
        .isPresent()) {
      return Response.empty(304).withHeader("ETag", version);
    }
    return answer(call, 200, group);
  }

  private static Response answer(Call call, int status, ObjectNode group) {
    Listing listing = Listing.of(call.request().query());
    return ScimJson.response(status, listing.projection(SCHEMA).apply(SCHEMA, group))
        .withHeader("ETag", UserJson.version(group));
  }

  /** There is a group for every role; one that is not there cannot be made. */
  private Response post(Call call) {
    throw refused(call, resource(call));
  }

  /** Why a group cannot be made. */
  ApiException refused(Call call, ObjectNode wanted) {
    String name = wanted.path("displayName").asString("");
    Map<String, String> applications = applications(call);
    boolean there =
        all(applications).stream()
            .anyMatch(group ->
                group.displayName(applications).filter(name::equalsIgnoreCase).isPresent());
    return there
        ? ScimErrors.uniqueness("displayName is that of a group")
        : ScimErrors.invalidValue(
            "groups are the roles of the organization and of its applications, and none is made"
                + " beside them");
  }

  private Response delete(Call call) {
    database.run(transaction -> {
      call.requireStillAllowed();
      throw undeletable(call, call.request().parameter("groupId"));
    });
    return Response.noContent();
  }

  /** Why a group cannot be deleted. */
  ApiException undeletable(Call call, String id) {
    var _ = group(call, id);
    return ScimErrors.mutability("groups are there as long as what they are roles of");
  }

  private static ObjectNode resource(Call call) {
    return Canonical.resource(SCHEMA, call.body());
  }

  private static ObjectNode patched(Call call, ObjectNode before) {
    return Patch.apply(SCHEMA, writable(before), (ObjectNode) call.body());
  }

  /** What a client may write, as it is. */
  static ObjectNode writable(ObjectNode group) {
    ObjectNode object = Json.emptyObject();
    object.set("displayName", group.get("displayName"));
    if (group.has(MEMBERS)) {
      object.set(MEMBERS, group.get(MEMBERS));
    }
    return object;
  }

  private Response change(Call call, Function<ObjectNode, ObjectNode> wanted) {
    var _ = Listing.of(call.request().query()).projection(SCHEMA);
    String id = call.request().parameter("groupId");
    Optional<String> match = call.request().header("If-Match");
    database.run(transaction -> {
      call.requireStillAllowed();
      change(transaction, call, id, match, wanted);
    });
    accounts.wake();
    return answer(call, 200, show(call, id));
  }

  /** Changes who is in a group, inside a write. */
  void change(
      Transaction transaction,
      Call call,
      String id,
      Optional<String> match,
      Function<ObjectNode, ObjectNode> wanted) {
    GroupId group = group(call, id);
    ObjectNode before = show(call, id);
    if (match.isPresent() && !ScimJson.names(match.get(), UserJson.version(before))) {
      throw ScimErrors.stale();
    }
    ObjectNode after = wanted.apply(before);
    if (after.has("displayName") && !after.get("displayName").equals(before.get("displayName"))) {
      throw ScimErrors.mutability("displayName is that of the role, and cannot be changed");
    }
    Set<String> were = ids(before);
    Set<String> are = ids(after);
    // Who comes first: the last administrator may be relieved in one request.
    for (String added : are) {
      if (!were.contains(added)) {
        DirectoryRow row = person(Directory.organization(call), added);
        directory.grant(transaction, call, row, into(row, group));
      }
    }
    for (String removed : were) {
      if (!are.contains(removed)) {
        DirectoryRow row = person(Directory.organization(call), removed);
        directory.grant(transaction, call, row, outOf(row, group));
      }
    }
  }

  private static Set<String> ids(ObjectNode group) {
    Set<String> ids = new LinkedHashSet<>();
    for (JsonNode member : group.path(MEMBERS)) {
      if (!member.path("value").isString()) {
        throw ScimErrors.invalidValue("members.value must be given");
      }
      ids.add(member.path("value").stringValue());
    }
    return ids;
  }

  private DirectoryRow person(OrganizationId organization, String id) {
    return store
        .find(organization, id)
        .orElseThrow(() -> ScimErrors.invalidValue("members names no user of the organization"));
  }

  private static Membership into(DirectoryRow row, GroupId group) {
    Membership before = row.membership();
    return switch (group) {
      case GroupId.OfRole(Role role) -> Directory.with(before, role);
      case GroupId.OfApplication(ApplicationId application, Role role) -> {
        if (before.role() == Role.ADMIN) {
          throw ScimErrors.invalidValue(
              "members names an administrator, who has every role in every application");
        }
        Map<ApplicationId, Role> roles = new LinkedHashMap<>(before.overrides().applications());
        roles.put(application, role);
        if (roles.size() > Overrides.MAX) {
          throw ScimErrors.tooMany(
              "members names a user with roles in " + Overrides.MAX + " applications already");
        }
        yield new Membership(before.role(), new Overrides(roles, before.overrides().dashboards()));
      }
    };
  }

  private static Membership outOf(DirectoryRow row, GroupId group) {
    Membership before = row.membership();
    return switch (group) {
      case GroupId.OfRole(Role _) -> Directory.with(before, Role.NONE);
      case GroupId.OfApplication(ApplicationId application, Role _) -> {
        Map<ApplicationId, Role> roles = new LinkedHashMap<>(before.overrides().applications());
        roles.remove(application);
        yield new Membership(before.role(), new Overrides(roles, before.overrides().dashboards()));
      }
    };
  }
}
