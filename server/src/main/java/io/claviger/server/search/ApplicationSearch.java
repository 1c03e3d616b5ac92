package io.claviger.server.search;

import io.claviger.core.decide.Decision;
import io.claviger.core.decide.Question;
import io.claviger.core.id.ObjectId;
import io.claviger.core.query.DeviceField;
import io.claviger.core.query.Literal;
import io.claviger.core.query.Query;
import io.claviger.core.query.ValueTest;
import io.claviger.core.scope.Catalogue;
import io.claviger.server.access.Access;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.application.ListScope;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.http.Response;
import io.claviger.store.Database;
import io.claviger.store.dashboard.DashboardStore;
import io.claviger.store.device.DeviceFilter;
import io.claviger.store.device.DeviceSet;
import io.claviger.store.device.DeviceVocabulary;
import io.claviger.store.device.DeviceVocabulary.DeviceName;
import io.claviger.store.ownership.OwnedResourceStore.NamedDashboard;
import io.claviger.store.token.ApiTokenStore;
import io.claviger.store.token.ApiTokenStore.NamedToken;
import io.claviger.store.token.TokenOwner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /applications/{applicationId}/search}: devices, dashboards and tokens whose name has a
 * part, upper and lower case alike, or whose id is what was typed. A kind of thing that the
 * credential could not list is not searched either.
 */
public final class ApplicationSearch {
  /** Results of each kind; more are of no use to somebody who types. */
  static final int RESULTS_MAX = 100;

  /** The longest name. */
  private static final int TEXT_MAX = 255;

  private final Access access;
  private final Catalogue catalogue;
  private final DeviceVocabulary devices;
  private final DashboardStore dashboards;
  private final ApiTokenStore tokens;

  public ApplicationSearch(Database database, Access access, Catalogue catalogue) {
    this.access = access;
    this.catalogue = catalogue;
    this.devices = new DeviceVocabulary(database);
    this.dashboards = new DashboardStore(database);
    this.tokens = new ApiTokenStore(database);
  }

  /** Adds {@code application.search}. */
  public void addTo(Api api) {
    api.handle("application.search", this::search);
  }

  private Response search(Call call) {
    String part = part(call);
    Optional<String> id =
        ObjectId.isValid(part) ? Optional.of(ObjectId.normalise(part)) : Optional.empty();
    ArrayNode found = Json.emptyArray();
    allowed(call, "devices.get")
        .ifPresent(allowed -> {
          for (DeviceName device :
              devices.deviceNames(devices(call, allowed, part, id), "", RESULTS_MAX)) {
            add(found, "device", device.id().text(), device.name())
                .put("deviceClass", device.deviceClass().wireName());
          }
        });
    allowed(call, "applicationDashboards.get")
        .ifPresent(_ -> {
          for (NamedDashboard dashboard :
              dashboards.search(
                  ListScope.viewer(call), call.application(), part, id, RESULTS_MAX)) {
            add(found, "dashboard", dashboard.id().text(), dashboard.name());
          }
        });
    allowed(call, "applicationApiTokens.get")
        .ifPresent(_ -> {
          var owner = new TokenOwner.OfApplication(call.application());
          for (NamedToken token : tokens.search(owner, part, id, RESULTS_MAX)) {
            add(found, "applicationApiToken", token.id().text(), token.name());
          }
        });
    return Response.ok(found);
  }

  private static String part(Call call) {
    String part = call.request().query().text("filter").orElse("").strip();
    if (part.isEmpty() || part.length() > TEXT_MAX) {
      throw ApiException.validation("filter", "must be given with 1 to 255 characters");
    }
    return part;
  }

  /** On what grounds the bearer could do another action in the same application. */
  private Optional<Decision.Allowed> allowed(Call call, String actionId) {
    Question asked = call.question();
    Question question =
        new Question(
            asked.bearer(),
            catalogue.action(actionId).orElseThrow(),
            asked.place(),
            asked.address(),
            asked.now());
    return switch (access.ask(question).decision()) {
      case Decision.Allowed allowed -> Optional.of(allowed);
      case Decision.Denied _ -> Optional.empty();
    };
  }

  /** Within the reach, as in a list of devices (KEY-44). */
  private static DeviceSet devices(
      Call call, Decision.Allowed allowed, String part, Optional<String> id) {
    List<Query<DeviceField>> either = new ArrayList<>();
    either.add(
        new Query.Where<>(
            DeviceField.NAME,
            List.of(new ValueTest.Partial(ValueTest.Position.ANYWHERE, part)),
            true));
    id.map(text -> new ValueTest.Equal(new Literal.Text(text)))
        .ifPresent(test -> either.add(new Query.Where<>(DeviceField.ID, List.of(test), false)));
    return DeviceSet.present(
        call.application(),
        new DeviceFilter.Matching(new Query.Any<>(either))
            .and(DeviceFilter.seenBy(allowed.reach())));
  }

  private static ObjectNode add(ArrayNode found, String type, String id, String name) {
    return found.addObject().put("_type", type).put("id", id).put("name", name);
  }
}
