package io.claviger.server.scim;

import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.http.Response;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** Refusals in the form of RFC 7644 section 3.12. */
final class ScimErrors {
  static final String URN = "urn:ietf:params:scim:api:messages:2.0:Error";

  private static final Set<String> TYPES =
      Set.of(
          "invalidFilter",
          "tooMany",
          "uniqueness",
          "mutability",
          "invalidSyntax",
          "invalidPath",
          "noTarget",
          "invalidValue",
          "invalidVers",
          "sensitive");

  private ScimErrors() {}

  static ApiException invalidFilter(String detail) {
    return of(400, "invalidFilter", detail);
  }

  static ApiException invalidPath(String detail) {
    return of(400, "invalidPath", detail);
  }

  static ApiException invalidValue(String detail) {
    return of(400, "invalidValue", detail);
  }

  static ApiException invalidSyntax(String detail) {
    return of(400, "invalidSyntax", detail);
  }

  static ApiException mutability(String detail) {
    return of(400, "mutability", detail);
  }

  static ApiException noTarget(String detail) {
    return of(400, "noTarget", detail);
  }

  static ApiException tooMany(String detail) {
    return of(400, "tooMany", detail);
  }

  static ApiException uniqueness(String detail) {
    return of(409, "uniqueness", detail);
  }

  static ApiException stale() {
    return of(412, "PreconditionFailed", "The resource is not the version that If-Match names");
  }

  private static ApiException of(int status, String type, String detail) {
    return new ApiException(status, type, detail, Map.of());
  }

  /** The answer that tells a SCIM client. */
  static Response.Json response(ApiException error) {
    Response.Json response = ScimJson.response(error.status(), body(error));
    for (Map.Entry<String, String> header : error.headers().entrySet()) {
      response = response.withHeader(header.getKey(), header.getValue());
    }
    return response;
  }

  /** The body of that answer. */
  static ObjectNode body(ApiException error) {
    ObjectNode body = Json.emptyObject();
    body.putArray("schemas").add(URN);
    body.put("status", Integer.toString(error.status()));
    type(error).ifPresent(type -> body.put("scimType", type));
    return body.put("detail", error.publicMessage());
  }

  private static Optional<String> type(ApiException error) {
    if (TYPES.contains(error.type())) {
      return Optional.of(error.type());
    }
    return switch (error.type()) {
      case "Validation" -> Optional.of("invalidValue");
      case "BadRequest" -> Optional.of("invalidSyntax");
      default -> Optional.empty();
    };
  }
}
