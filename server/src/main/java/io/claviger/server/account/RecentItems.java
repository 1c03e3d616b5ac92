package io.claviger.server.account;

import io.claviger.core.decide.Place;
import io.claviger.core.decide.Question;
import io.claviger.core.id.ObjectId;
import io.claviger.server.access.Access;
import io.claviger.server.access.Places;
import io.claviger.server.api.Api;
import io.claviger.server.api.Body;
import io.claviger.server.api.Call;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.http.Query;
import io.claviger.server.http.Response;
import io.claviger.store.Database;
import io.claviger.store.user.RecentItemStore;
import io.claviger.store.user.RecentItemStore.Item;
import io.claviger.store.user.RecentItemType;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code POST} and {@code GET /me/recentItems} (USR-18). Only what the credential that asks can see
 * at this moment is shown: the decision is asked for each item, at the place where it stands.
 */
final class RecentItems {
  /** So many are shown. */
  static final int SHOWN_MAX = 20;

  private final Database database;
  private final RecentItemStore store;
  private final Access access;

  RecentItems(Database database, Access access) {
    this.database = database;
    this.store = new RecentItemStore(database);
    this.access = access;
  }

  void addTo(Api api) {
    api.handle("me.addRecentItem", this::add);
    api.handle("me.fetchRecentItems", this::fetch);
  }

  private Response add(Call call) {
    JsonNode body = call.body();
    RecentItemType type =
        RecentItemType.ofWireName(body.get("itemType").stringValue()).orElseThrow();
    String id = ObjectId.normalise(body.get("itemId").stringValue());
    Optional<String> parent = Body.text(body, "parentId").map(ObjectId::normalise);
    database.run(transaction -> {
      call.requireStillAllowed();
      Item item =
          store
              .find(type, id)
              .filter(found ->
                  parent.isEmpty() || found.parent().isEmpty() || found.parent().equals(parent))
              .filter(found -> sees(call, type, found))
              .orElseThrow(() -> ApiException.notFound(kind(type)));
      store.touch(transaction, call.user(), type, item);
    });
    return Response.ok(list(call, type, parent));
  }

  private static String kind(RecentItemType type) {
    String name = type.wireName();
    return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }

  private Response fetch(Call call) {
    Query query = call.request().query();
    RecentItemType type =
        query
            .text("itemType")
            .flatMap(RecentItemType::ofWireName)
            .orElseThrow(() ->
                ApiException.validation(
                    "itemType",
                    "must be one of application, device, flow, dashboard, organization"));
    Optional<String> parent = query.text("parentId").filter(text -> !text.isEmpty());
    if (parent.isPresent() && !ObjectId.isValid(parent.get())) {
      throw ApiException.validation("parentId", "must be an id of 24 hexadecimal digits");
    }
    return Response.ok(list(call, type, parent.map(ObjectId::normalise)));
  }

  /** The list of a type, the last one first. */
  ObjectNode list(Call call, RecentItemType type, Optional<String> parent) {
    ObjectNode object = Json.emptyObject().put("itemType", type.wireName());
    parent.ifPresent(id -> object.put("parentId", id));
    ArrayNode items = object.putArray("items");
    store.list(call.user(), type, parent).stream()
        .filter(item -> sees(call, type, item))
        .limit(SHOWN_MAX)
        .forEach(item -> items.addObject().put("id", item.id()).put("name", item.name()));
    return object;
  }

  private boolean sees(Call call, RecentItemType type, Item item) {
    Optional<String> id = Optional.of(item.id());
    Optional<String> none = Optional.empty();
    Places.Named named =
        switch (type) {
          case APPLICATION -> new Places.Named(id, none, none, none, Optional.empty());
          case DEVICE -> new Places.Named(item.parent(), none, none, id, Optional.empty());
          case DASHBOARD -> new Places.Named(none, none, id, none, Optional.empty());
          case ORGANIZATION -> Places.Named.ofOrganization(item.id(), none);
          case FLOW -> throw new IllegalStateException("there are no flows");
        };
    Question asked = call.question();
    Place place = access.places().find(asked.bearer(), named);
    return access
        .ask(new Question(asked.bearer(), asked.action(), place, asked.address(), asked.now()))
        .decision()
        .allowed();
  }
}
