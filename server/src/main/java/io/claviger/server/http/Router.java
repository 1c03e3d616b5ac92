package io.claviger.server.http;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the route of a request in a trie over path segments. A literal segment goes before a
 * parameter and a parameter before a tail; when the literal leads nowhere, the parameter is tried.
 * A trailing slash is an own, empty segment, so {@code /a/} is mapped only where a template says
 * so.
 */
public final class Router {
  /** The name under which requests without a route are logged and counted. */
  public static final String UNMAPPED = "unmapped";

  private static final Pattern LITERAL = Pattern.compile("[^{}/]+");
  private static final Pattern PARAMETER = Pattern.compile("\\{\\w+}");
  private static final Pattern TAIL = Pattern.compile("\\{\\w+\\*}");

  private final Node root = new Node();
  private final List<Route> routes;
  private final List<ErrorForm> forms;

  /**
   * Builds the trie.
   *
   * @throws IllegalArgumentException when a template is malformed or two routes are the same
   */
  public Router(List<Route> routes) {
    this(routes, List.of());
  }

  /**
   * Builds the trie.
   *
   * @param forms of the paths whose refusals are told in a form of their own
   * @throws IllegalArgumentException when a template is malformed or two routes are the same
   */
  public Router(List<Route> routes, List<ErrorForm> forms) {
    this.routes = List.copyOf(routes);
    this.forms = List.copyOf(forms);
    this.routes.forEach(this::add);
  }

  /** The form in which refusals are told below a path. */
  ErrorForm form(List<String> segments) {
    return forms.stream().filter(form -> form.covers(segments)).findFirst().orElse(ErrorForm.PLAIN);
  }

  /** The same for a path as it came, which may be malformed. */
  ErrorForm form(String rawPath) {
    int query = rawPath.indexOf('?');
    String path = query < 0 ? rawPath : rawPath.substring(0, query);
    return path.startsWith("/") ? form(List.of(path.substring(1).split("/", -1))) : ErrorForm.PLAIN;
  }

  /** All routes, as given. */
  public List<Route> routes() {
    return routes;
  }

  /** A route together with where its parameters stand in the path. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Target(Route route, List<String> names, int[] positions, int tail) {}

  private static final class Node {
    final Map<String, Node> literals = new HashMap<>();
    @Nullable Node parameter;
    final Map<Method, Target> here = new EnumMap<>(Method.class);
    final Map<Method, Target> tails = new EnumMap<>(Method.class);
  }

  private void add(Route route) {
    String template = route.template();
    if (!template.startsWith("/")) {
      throw malformed(template);
    }
    String[] segments = template.substring(1).split("/", -1);
    List<String> names = new ArrayList<>();
    List<Integer> positions = new ArrayList<>();
    Node node = root;
    int tail = -1;
    for (int i = 0; i < segments.length; i++) {
      String segment = segments[i];
      boolean last = i == segments.length - 1;
      if (last && TAIL.matcher(segment).matches()) {
        tail = i;
      } else if (PARAMETER.matcher(segment).matches()) {
        names.add(segment.substring(1, segment.length() - 1));
        positions.add(i);
        if (node.parameter == null) {
          node.parameter = new Node();
        }
        node = node.parameter;
      } else if (LITERAL.matcher(segment).matches() || (segment.isEmpty() && last)) {
        node = node.literals.computeIfAbsent(segment, _ -> new Node());
      } else {
        throw malformed(template);
      }
    }
    int[] at = positions.stream().mapToInt(Integer::intValue).toArray();
    Target target = new Target(route, List.copyOf(names), at, tail);
    Map<Method, Target> targets = tail >= 0 ? node.tails : node.here;
    if (targets.putIfAbsent(route.method(), target) != null) {
      throw new IllegalArgumentException("two routes for " + route.method() + " " + template);
    }
  }

  private static IllegalArgumentException malformed(String template) {
    return new IllegalArgumentException("malformed template: " + template);
  }

  /** The route, or null when the path or the method is not mapped. HEAD finds the route of GET. */
  @Nullable Target match(Method method, List<String> segments) {
    return match(root, method == Method.HEAD ? Method.GET : method, segments, 0);
  }

  /** The methods that are mapped for the path, for the {@code Allow} header of a 405. */
  Set<Method> allowed(List<String> segments) {
    Set<Method> allowed = EnumSet.of(Method.OPTIONS); // answered for every path
    for (Method method : Method.values()) {
      if (match(method, segments) != null) {
        allowed.add(method);
      }
    }
    return allowed;
  }

  private static @Nullable Target match(Node node, Method method, List<String> segments, int at) {
    if (at == segments.size()) {
      return node.here.get(method);
    }
    String segment = segments.get(at);
    @Nullable Node literal = node.literals.get(segment);
    if (literal != null) {
      @Nullable Target found = match(literal, method, segments, at + 1);
      if (found != null) {
        return found;
      }
    }
    if (node.parameter != null && !segment.isEmpty()) {
      @Nullable Target found = match(node.parameter, method, segments, at + 1);
      if (found != null) {
        return found;
      }
    }
    return node.tails.get(method);
  }
}
