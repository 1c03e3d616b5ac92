package io.claviger.server.access;

import io.claviger.core.id.ObjectId;
import io.claviger.core.scope.Action;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Request;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What a refused request named, so that its question can be put once more. */
final class RefusedResource {
  private RefusedResource() {}

  /** The ids by name; what can be the id of nothing is left out. */
  static Map<String, String> of(Action action, Request request) {
    Map<String, String> ids = new HashMap<>();
    for (String name : PlaceParameters.of(action).inPath()) {
      put(ids, name, request.parameter(name));
    }
    List<String> inBody = PlaceParameters.inBody(action);
    if (!inBody.isEmpty()) {
      putFromBody(ids, inBody, request);
    }
    return Map.copyOf(ids);
  }

  /** A request that is refused for its credential may have any body. */
  private static void putFromBody(Map<String, String> ids, List<String> names, Request request) {
    try {
      JsonNode body = request.json();
      for (String name : names) {
        put(ids, name, body.path(name).asString(""));
      }
    } catch (ApiException _) {
      // It named nothing.
    }
  }

  private static void put(Map<String, String> ids, String name, String text) {
    if (ObjectId.isValid(text)) {
      ids.put(name, ObjectId.normalise(text));
    }
  }
}
