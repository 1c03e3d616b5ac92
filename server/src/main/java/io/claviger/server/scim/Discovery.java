package io.claviger.server.scim;

import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.HttpLimits;
import io.claviger.server.http.Json;
import io.claviger.server.http.Response;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** What this service can do, in the words of RFC 7643 sections 5 to 7. */
final class Discovery {
  private static final String CONFIGURATION =
      "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
  private static final String RESOURCE_TYPE = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
  private static final String SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Schema";

  private final Links links;

  Discovery(Links links) {
    this.links = links;
  }

  void addTo(Api api) {
    api.handle(
        "scimConfiguration.get",
        call -> ScimJson.response(200, links.complete(call, configuration())));
    api.handle("scimResourceTypes.get", call -> list(call, resourceTypes()));
    api.handle(
        "scimResourceType.get",
        call -> one(call, resourceTypes(), "resourceType", "Resource type"));
    api.handle("scimSchemas.get", call -> list(call, schemas()));
    api.handle("scimSchema.get", call -> one(call, schemas(), "schemaUri", "Schema"));
  }

  private Response list(Call call, List<ObjectNode> resources) {
    resources.forEach(resource -> links.complete(call, resource));
    // RFC 7644 section 4: what is sent to narrow these lists is to be refused.
    if (call.request().query().text("filter").isPresent()) {
      throw ApiException.forbidden("This list cannot be filtered");
    }
    return ScimJson.response(200, ScimJson.list(resources, resources.size(), 1));
  }

  private Response one(Call call, List<ObjectNode> resources, String parameter, String kind) {
    String id = call.request().parameter(parameter);
    return resources.stream()
        .filter(resource -> resource.path("id").stringValue().equalsIgnoreCase(id))
        .findFirst()
        .map(resource -> ScimJson.response(200, links.complete(call, resource)))
        .orElseThrow(() -> ApiException.notFound(kind));
  }

  private static ObjectNode configuration() {
    ObjectNode object = Json.emptyObject();
    object.putArray("schemas").add(CONFIGURATION);
    object.putObject("patch").put("supported", true);
    object
        .putObject("bulk")
        .put("supported", true)
        .put("maxOperations", Bulk.OPERATIONS_MAX)
        .put("maxPayloadSize", HttpLimits.DEFAULT.bodyBytes());
    object.putObject("filter").put("supported", true).put("maxResults", Listing.COUNT_MAX);
    object.putObject("changePassword").put("supported", true);
    object.putObject("sort").put("supported", true);
    object.putObject("etag").put("supported", true);
    object
        .putArray("authenticationSchemes")
        .addObject()
        .put("type", "oauthbearertoken")
        .put("name", "Personal access token of the organization")
        .put("description", "Authorization: Bearer pat_<organization>_<secret>")
        .put("primary", true);
    object
        .putObject("meta")
        .put("resourceType", "ServiceProviderConfig")
        .put("location", ScimJson.BASE + "/ServiceProviderConfig");
    return object;
  }

  private static List<ObjectNode> resourceTypes() {
    return List.of(
        resourceType(ResourceSchema.USER, "/Users"), resourceType(ResourceSchema.GROUP, "/Groups"));
  }

  private static ObjectNode resourceType(ResourceSchema schema, String endpoint) {
    ObjectNode object = Json.emptyObject();
    object.putArray("schemas").add(RESOURCE_TYPE);
    object.put("id", schema.name()).put("name", schema.name()).put("endpoint", endpoint);
    object.put("schema", schema.urn());
    var extensions = object.putArray("schemaExtensions");
    schema
        .extension()
        .ifPresent(it -> extensions.addObject().put("schema", it.name()).put("required", false));
    object
        .putObject("meta")
        .put("resourceType", "ResourceType")
        .put("location", ScimJson.BASE + "/ResourceTypes/" + schema.name());
    return object;
  }

  private static List<ObjectNode> schemas() {
    List<ObjectNode> schemas = new ArrayList<>();
    for (ResourceSchema schema : List.of(ResourceSchema.USER, ResourceSchema.GROUP)) {
      schemas.add(schema(schema.urn(), schema.name(), schema.core()));
      schema
          .extension()
          .ifPresent(it -> schemas.add(schema(it.name(), "EnterpriseUser", it.sub())));
    }
    return schemas;
  }

  private static ObjectNode schema(String urn, String name, List<Attribute> attributes) {
    ObjectNode object = Json.emptyObject();
    object.putArray("schemas").add(SCHEMA);
    object.put("id", urn).put("name", name).put("description", name);
    var array = object.putArray("attributes");
    attributes.forEach(attribute -> array.add(attribute.describe()));
    object
        .putObject("meta")
        .put("resourceType", "Schema")
        .put("location", ScimJson.BASE + "/Schemas/" + urn);
    return object;
  }
}
