package io.claviger.store.query;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Pieces of conditions, and the parameters that they name. */
final class Sql {
  static final String TRUE = "1 = 1";
  static final String FALSE = "1 = 0";

  private final String prefix;
  private final Map<String, Object> parameters = new LinkedHashMap<>();

  /** With names of parameters that begin so, for a statement that has others beside them. */
  Sql(String prefix) {
    this.prefix = prefix;
  }

  Map<String, Object> parameters() {
    return parameters;
  }

  /** Binds a value; the result stands for it in the text. */
  String bind(Object value) {
    String name = prefix + parameters.size();
    parameters.put(name, value);
    return ":" + name;
  }

  /** Whether the column, which may be NULL, has one of these texts. */
  String in(String column, Collection<String> texts) {
    if (texts.isEmpty()) {
      return FALSE;
    }
    return texts.stream().map(this::bind).collect(Collectors.joining(", ", column + " IN (", ")"));
  }

  static String all(List<String> conditions) {
    return conditions.isEmpty() ? TRUE : joined(conditions, " AND ");
  }

  static String any(List<String> conditions) {
    return conditions.isEmpty() ? FALSE : joined(conditions, " OR ");
  }

  static String not(String condition) {
    return "NOT (" + condition + ")";
  }

  /** As a balanced tree: SQLite refuses expressions that are more than 1000 deep. */
  private static String joined(List<String> conditions, String operator) {
    if (conditions.size() == 1) {
      return conditions.getFirst();
    }
    int middle = conditions.size() / 2;
    return "("
        + joined(conditions.subList(0, middle), operator)
        + operator
        + joined(conditions.subList(middle, conditions.size()), operator)
        + ")";
  }
}
