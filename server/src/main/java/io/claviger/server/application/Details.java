package io.claviger.server.application;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The settings of an object that are kept as they come and given back. */
public final class Details {
  private Details() {}

  /**
   * The settings after a request.
   *
   * @param before the settings so far; left as they are
   * @param names which properties of the body are settings
   */
  public static ObjectNode merge(ObjectNode before, JsonNode body, List<String> names) {
    ObjectNode after = before.deepCopy();
    for (String name : names) {
      if (body.has(name)) {
        after.set(name, body.get(name));
      }
    }
    return after;
  }
}
