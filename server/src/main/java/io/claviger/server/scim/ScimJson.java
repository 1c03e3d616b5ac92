package io.claviger.server.scim;

import io.claviger.core.secret.Digest;
import io.claviger.server.api.Changes;
import io.claviger.server.http.Json;
import io.claviger.server.http.Response;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What all answers of SCIM have in common. */
final class ScimJson {
  static final String BASE = "/scim/v2";
  static final String MEDIA_TYPE = "application/scim+json";
  static final String LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
  static final String SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
  static final String PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

  private ScimJson() {}

  static Response.Json response(int status, JsonNode body) {
    return new Response.Json(status, body, Map.of("Content-Type", MEDIA_TYPE));
  }

  /** A page of resources (RFC 7644 section 3.4.2). */
  static ObjectNode list(List<ObjectNode> resources, long total, long startIndex) {
    ObjectNode body = Json.emptyObject();
    body.putArray("schemas").add(LIST);
    body.put("totalResults", total);
    body.put("startIndex", startIndex);
    body.put("itemsPerPage", resources.size());
    var array = body.putArray("Resources");
    resources.forEach(array::add);
    return body;
  }

  /** The member of an object with this name, in whatever case (RFC 7643 section 2.1). */
  static Optional<Map.Entry<String, JsonNode>> member(ObjectNode object, String name) {
    JsonNode exact = object.get(name);
    if (exact != null) {
      return Optional.of(Map.entry(name, exact));
    }
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      if (entry.getKey().equalsIgnoreCase(name)) {
        return Optional.of(entry);
      }
    }
    return Optional.empty();
  }

  /** The text of a member; empty when it is absent or no text. */
  static Optional<String> text(ObjectNode object, String name) {
    return member(object, name)
        .map(Map.Entry::getValue)
        .filter(JsonNode::isString)
        .map(JsonNode::stringValue);
  }

  /**
   * The version of a resource: it changes whenever anything that is shown does, by whatever way.
   *
   * @param resource whole, without its version
   */
  static String version(ObjectNode resource) {
    return "W/\"" + Digest.of(Changes.text(resource)).hex().substring(0, 20) + "\"";
  }

  /** Whether an {@code If-Match} or {@code If-None-Match} header names the version. */
  static boolean names(String header, String version) {
    for (String tag : header.split(",", -1)) {
      String wanted = tag.strip();
      if (wanted.equals("*")
          || (wanted.startsWith("W/") ? wanted : "W/" + wanted).equals(version)) {
        return true;
      }
    }
    return false;
  }

  /** For people and programs that fold names. */
  static String fold(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
