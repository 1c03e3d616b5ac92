package io.claviger.server.application;

import io.claviger.core.role.Owner;
import io.claviger.server.api.Call;
import io.claviger.server.api.Wire;
import io.claviger.store.application.ApplicationCounts.Kind;
import io.claviger.store.application.ApplicationRow;
import io.claviger.store.application.OrganizationLabel;
import io.claviger.store.ownership.OwnedResourceStore.OwnerColumns;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Applications as JSON. */
public final class ApplicationJson {
  private ApplicationJson() {}

  /** For an answer. */
  static ObjectNode render(ApplicationRow application, Map<Kind, Long> counts, Call call) {
    ObjectNode object = render(application);
    ObjectNode summary = object.putObject("summary");
    counts.forEach((kind, number) -> summary.put(kind.wireName(), number));
    String self = "/applications/" + application.id().text();
    return Wire.withLinks(
        object,
        call.request().query(),
        Map.of(
            "self",
            self,
            "applications",
            "/applications",
            "applicationKeys",
            self + "/keys",
            "devices",
            self + "/devices"));
  }

  /** For the change log. */
  static ObjectNode render(ApplicationRow application) {
    ObjectNode object = Wire.object("application", application.id().text());
    object.put("creationDate", Wire.time(application.createdAt()));
    object.put("lastUpdated", Wire.time(application.updatedAt()));
    putOwner(object, application.owner(), application.organization());
    object.put("name", application.name());
    Wire.put(object, "description", application.description());
    object.setAll(application.details());
    return object;
  }

  /** Whom something belongs to, with what the organization is called. */
  public static void putOwner(
      ObjectNode object, Owner owner, Optional<OrganizationLabel> organization) {
    OwnerColumns columns = OwnerColumns.of(owner);
    object.put("ownerId", columns.id());
    object.put("ownerType", columns.type());
    organization.ifPresent(label -> {
      object.put("organizationName", label.name());
      Wire.put(object, "organizationIconColor", label.iconColor());
    });
  }
}
