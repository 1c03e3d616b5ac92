package io.claviger.server.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads a query into a tree; linear in its length, bounded in depth and number. */
final class QueryParser {
  /** One past the largest useful list, which is 1000 ids. */
  static final int PARAMETERS_MAX = 1024;

  /** The deepest documented parameter has three levels, {@code auditLogFilter[actor][0][id]}. */
  static final int DEPTH_MAX = 6;

  /** Longer than any documented name with its brackets. */
  static final int NAME_LENGTH_MAX = 200;

  /** List positions are read up to this number; gaps close up, as qs does it. */
  static final int INDEX_MAX = 9999;

  private static final String APPEND = "";

  private final String raw;

  QueryParser(String raw) {
    this.raw = raw;
  }

  /** A parameter while it is being put together: a text, or branches by their key. */
  private static final class Node {
    final List<String> texts = new ArrayList<>(1);
    final Map<String, Node> branches = new LinkedHashMap<>();
  }

  Query parse() {
    Node root = new Node();
    int parameters = 0;
    int start = 0;
    while (start <= raw.length()) {
      int end = raw.indexOf('&', start);
      if (end < 0) {
        end = raw.length();
      }
      if (end > start) {
        if (++parameters > PARAMETERS_MAX) {
          throw ApiException.badRequest("The query must not have more than 1024 parameters");
        }
        add(root, start, end);
      }
      start = end + 1;
    }
    Map<String, QueryValue> values = new LinkedHashMap<>();
    root.branches.forEach((name, node) -> values.put(name, build(name, node)));
    return new Query(values);
  }

  private void add(Node root, int start, int end) {
    int equals = raw.indexOf('=', start);
    boolean hasValue = equals >= 0 && equals < end;
    int nameEnd = hasValue ? equals : end;
    @Nullable String name = PercentDecoder.decodeForm(raw, start, nameEnd);
    if (name == null || name.isEmpty() || name.length() > NAME_LENGTH_MAX) {
      throw ApiException.badRequest("The query has a name that cannot be read");
    }
    @Nullable String value = hasValue ? PercentDecoder.decodeForm(raw, equals + 1, end) : "";
    int bracket = name.indexOf('[');
    String first = bracket < 0 ? name : name.substring(0, bracket);
    if (first.isEmpty()) {
      throw ApiException.badRequest("The query has a name that cannot be read");
    }
    if (value == null) {
      throw ApiException.validation(Printable.field(first), "must be percent-encoded UTF-8");
    }
    descend(root, first, name).texts.add(value);
  }

  /** The node that a name with brackets leads to. */
  private static Node descend(Node root, String first, String name) {
    Node node = root.branches.computeIfAbsent(first, _ -> new Node());
    int depth = 1;
    int open = first.length();
    while (open < name.length()) {
      int close = name.indexOf(']', open);
      if (name.charAt(open) != '[' || close < 0 || name.lastIndexOf('[', close) != open) {
        throw ApiException.validation(Printable.field(first), "has unbalanced brackets");
      }
      if (++depth > DEPTH_MAX) {
        throw ApiException.validation(Printable.field(first), "is nested too deeply");
      }
      node = node.branches.computeIfAbsent(name.substring(open + 1, close), _ -> new Node());
      open = close + 1;
    }
    return node;
  }

  private static QueryValue build(String parameter, Node node) {
    if (node.branches.isEmpty()) {
      return node.texts.size() == 1
          ? new QueryValue.Text(node.texts.getFirst())
          : new QueryValue.Items(texts(node));
    }
    if (!node.texts.isEmpty()) {
      throw mixed(parameter);
    }
    return isList(parameter, node) ? items(parameter, node) : fields(parameter, node);
  }

  private static boolean isList(String parameter, Node node) {
    int indexes = 0;
    for (String key : node.branches.keySet()) {
      if (key.equals(APPEND) || isIndex(key)) {
        indexes++;
      }
    }
    if (indexes != 0 && indexes != node.branches.size()) {
      throw mixed(parameter);
    }
    return indexes != 0;
  }

  private static QueryValue items(String parameter, Node node) {
    TreeMap<Integer, Node> byIndex = new TreeMap<>();
    for (Map.Entry<String, Node> branch : node.branches.entrySet()) {
      int index =
          branch.getKey().equals(APPEND) ? INDEX_MAX + 1 : Integer.parseInt(branch.getKey());
      if (byIndex.put(index, branch.getValue()) != null) {
        throw mixed(parameter); // [1] and [01]
      }
    }
    List<QueryValue> items = new ArrayList<>(byIndex.size());
    for (Map.Entry<Integer, Node> entry : byIndex.entrySet()) {
      Node branch = entry.getValue();
      if (entry.getKey() > INDEX_MAX && branch.branches.isEmpty()) {
        items.addAll(texts(branch));
      } else {
        items.add(build(parameter, branch));
      }
    }
    return new QueryValue.Items(items);
  }

  private static QueryValue fields(String parameter, Node node) {
    Map<String, QueryValue> fields = new LinkedHashMap<>();
    node.branches.forEach((key, branch) -> fields.put(key, build(parameter, branch)));
    return new QueryValue.Fields(fields);
  }

  private static List<QueryValue> texts(Node node) {
    List<QueryValue> texts = new ArrayList<>(node.texts.size());
    node.texts.forEach(text -> texts.add(new QueryValue.Text(text)));
    return texts;
  }

  private static boolean isIndex(String key) {
    if (key.length() > 4) { // INDEX_MAX has four digits
      return false;
    }
    for (int i = 0; i < key.length(); i++) {
      if (key.charAt(i) < '0' || key.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  private static ApiException mixed(String parameter) {
    return ApiException.validation(
        Printable.field(parameter), "must be either a text, a list or a set of fields");
  }
}
