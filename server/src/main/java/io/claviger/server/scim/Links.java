package io.claviger.server.scim;

import io.claviger.server.access.PublicUrl;
import io.claviger.server.api.Call;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes what resources say of where they are complete. RFC 7643 section 2.3.7 would allow a path
 * alone, but clients put it behind the URL that they know, or take it for no URL at all.
 *
 * @param url under which the client knows the API
 */
record Links(PublicUrl url) {
  /** Where a resource is, for a client. */
  String to(Call call, String path) {
    return url.of(call.request()) + ScimJson.BASE + path;
  }

  /**
   * The same resource with whole URLs in the places that are ours. Its version has been made before
   * and is the same for all clients, however they came here.
   */
  ObjectNode complete(Call call, ObjectNode resource) {
    String base = url.of(call.request());
    if (resource.get("meta") instanceof ObjectNode meta) {
      prefix(meta, "location", base);
    }
    for (String name : new String[] {"groups", "members"}) {
      for (JsonNode element : resource.path(name)) {
        prefix((ObjectNode) element, "$ref", base);
      }
    }
    return resource;
  }

  private static void prefix(ObjectNode object, String name, String base) {
    object.put(name, base + object.path(name).asString(""));
  }
}
