package io.claviger.store.query;

import io.claviger.core.query.QueryLimits;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** A value in the document of a query, with the way to it; counts what is visited (QRY-13). */
final class Spot {
  /** Of a name in a reason, in UTF-16 units; longer ones are cut. */
  private static final int NAME_SHOWN = 40;

  private final JsonNode node;
  private final String path;
  private final Visits visits;

  private static final class Visits {
    private int count;
  }

  private Spot(JsonNode node, String path, Visits visits) throws RefusedQuery {
    this.node = node;
    this.path = path;
    this.visits = visits;
    if (++visits.count > QueryLimits.NODES_MAX) {
      throw new RefusedQuery("must have at most " + QueryLimits.NODES_MAX + " values");
    }
  }

  /** The whole document. */
  static Spot root(JsonNode document) throws RefusedQuery {
    return new Spot(document, "", new Visits());
  }

  JsonNode node() {
    return node;
  }

  /** The names of an object's properties, in their order. */
  List<String> names() {
    return List.copyOf(node.propertyNames());
  }

  /** The property of that name, which is there. */
  Spot property(String name) throws RefusedQuery {
    return new Spot(node.get(name), pathTo(name), visits);
  }

  /** The elements of an array of bounded length. */
  List<Spot> elements() throws RefusedQuery {
    if (!node.isArray()) {
      throw refuse("must be an array");
    }
    if (node.size() > QueryLimits.ARRAY_MAX) {
      throw refuse("must have at most " + QueryLimits.ARRAY_MAX + " elements");
    }
    List<Spot> elements = new ArrayList<>(node.size());
    for (int i = 0; i < node.size(); i++) {
      elements.add(new Spot(node.get(i), path + "[" + i + "]", visits));
    }
    return elements;
  }

  /** For a value that is wrong. */
  RefusedQuery refuse(String reason) {
    return new RefusedQuery(path.isEmpty() ? reason : path + " " + reason);
  }

  /** For a property that may not be here. */
  RefusedQuery refuseProperty(String name, String reason) {
    return new RefusedQuery(pathTo(name) + " " + reason);
  }

  private String pathTo(String name) {
    return path.isEmpty() ? shown(name) : path + "." + shown(name);
  }

  private static String shown(String name) {
    var text = new StringBuilder();
    name.codePoints()
        .limit(NAME_SHOWN)
        .map(point -> point < ' ' || point == 0x7f || !isScalar(point) ? '?' : point)
        .forEach(text::appendCodePoint);
    return text.length() < name.length() ? text + "..." : text.toString();
  }

  /** Whether a code point is a character of its own, not half of one. */
  static boolean isScalar(int point) {
    return point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE;
  }
}
