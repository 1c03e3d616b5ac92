package io.claviger.server.dashboard;

import io.claviger.server.api.Call;
import io.claviger.server.api.Wire;
import io.claviger.server.application.ApplicationJson;
import io.claviger.server.http.Json;
import io.claviger.store.application.Author;
import io.claviger.store.dashboard.DashboardRow;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Dashboards as JSON; never with their password or its hash (APP-4). */
final class DashboardJson {
  private static final String REPORTS = "reportConfigs";
  private static final String BLOCKS = "blocks";

  private DashboardJson() {}

  /** For somebody who has a role there. */
  static ObjectNode render(DashboardRow dashboard, Call call) {
    ObjectNode object = render(dashboard);
    return withLinks(object, dashboard, call);
  }

  /**
   * For anyone who may look at it because it is open: without the addresses that reports go to, and
   * without who works on it and where it belongs.
   */
  static ObjectNode renderOpen(DashboardRow dashboard, Call call) {
    ObjectNode object = own(dashboard);
    ApplicationJson.putOwner(object, dashboard.owner(), Optional.empty());
    object.remove(REPORTS);
    return withLinks(object, dashboard, call);
  }

  private static ObjectNode withLinks(ObjectNode object, DashboardRow dashboard, Call call) {
    return Wire.withLinks(
        object,
        call.request().query(),
        Map.of("self", "/dashboards/" + dashboard.id().text(), "dashboards", "/dashboards"));
  }

  /** For the change log. */
  static ObjectNode render(DashboardRow dashboard) {
    ObjectNode object = own(dashboard);
    ApplicationJson.putOwner(object, dashboard.owner(), dashboard.organization());
    dashboard
        .application()
        .ifPresent(application -> {
          object.put("applicationId", application.id().text());
          object.put("applicationName", application.name());
        });
    dashboard.createdBy().ifPresent(author -> put(object, "createdBy", author));
    dashboard.updatedBy().ifPresent(author -> put(object, "lastUpdatedBy", author));
    return object;
  }

  private static void put(ObjectNode object, String name, Author author) {
    object.put(name + "Id", author.id()).put(name + "Type", author.type());
  }

  private static ObjectNode own(DashboardRow dashboard) {
    ObjectNode object = Wire.object("dashboard", dashboard.id().text());
    object.put("creationDate", Wire.time(dashboard.createdAt()));
    object.put("lastUpdated", Wire.time(dashboard.updatedAt()));
    object.put("name", dashboard.name());
    Wire.put(object, "description", dashboard.description());
    object.put("public", dashboard.isPublic());
    object.put("isPasswordProtected", dashboard.passwordHash().isPresent());
    object.set(BLOCKS, Json.emptyArray());
    object.setAll(dashboard.details());
    return object;
  }
}
