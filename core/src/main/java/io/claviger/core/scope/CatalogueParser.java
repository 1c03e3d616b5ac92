package io.claviger.core.scope;

import io.claviger.core.Parsed;
import io.claviger.core.role.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Reads the two tables of the catalogue. Strict: a typing error in a table must stop the start, not
 * silently take a permission away or give one.
 */
final class CatalogueParser {
  private static final String NONE = "-";
  private static final List<String> ACTION_COLUMNS =
      List.of("id", "method", "path", "context", "minRole", "flags", "scopes");
  private static final List<String> SCOPE_COLUMNS = List.of("name", "group", "kind");
  private static final Pattern ACTION_ID = Pattern.compile("[A-Za-z0-9]+\\.[A-Za-z0-9]+");
  private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "PATCH", "DELETE");
  private static final Pattern PATH = Pattern.compile("(?:/(?:[A-Za-z0-9_.-]+|\\{[A-Za-z0-9]+}))+");

  /**
   * A cell or line that says something wrong; caught in {@link #parse}, never leaves this class.
   */
  private static final class Wrong extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Wrong(String message) {
      super(message, null, false, false);
    }
  }

  /** One data line: where it stands and its cells. */
  private record Row(String place, List<String> cells) {
    <T> T read(int column, Function<String, Parsed<T>> parser) {
      return switch (parser.apply(cells.get(column))) {
        case Parsed.Ok<T>(T value) -> value;
        case Parsed.Rejected<T>(String reason) -> throw new Wrong(place + ": " + reason);
      };
    }

    String text(int column) {
      return cells.get(column);
    }

    List<String> list(int column, String separator) {
      String cell = cells.get(column);
      return cell.equals(NONE) ? List.of() : List.of(cell.split(Pattern.quote(separator), -1));
    }

    void require(boolean condition, String otherwise) {
      if (!condition) {
        throw new Wrong(place + ": " + otherwise);
      }
    }
  }

  private final Map<String, Scope> scopes = new LinkedHashMap<>();
  private final Map<String, List<Action>> grants = new HashMap<>();
  private final Map<String, Action> actions = new LinkedHashMap<>();
  private final Map<Action, Set<String>> scopesByAction = new HashMap<>();
  private final Set<String> routes = new HashSet<>();

  private CatalogueParser() {}

  static Parsed<Catalogue> parse(String actionsTsv, String scopesTsv) {
    var parser = new CatalogueParser();
    try {
      rows("scopes", scopesTsv, SCOPE_COLUMNS).forEach(parser::addScope);
      rows("actions", actionsTsv, ACTION_COLUMNS).forEach(parser::addAction);
    } catch (Wrong wrong) {
      return Parsed.rejected(String.valueOf(wrong.getMessage()));
    }
    return Parsed.ok(
        new Catalogue(parser.actions, parser.scopes, parser.grants, parser.scopesByAction));
  }

  private static List<Row> rows(String table, String text, List<String> columns) {
    var rows = new ArrayList<Row>();
    boolean headed = false;
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      var row = new Row(table + " line " + number, List.of(line.split("\t", -1)));
      if (headed) {
        row.require(row.cells.size() == columns.size(), "must have " + columns.size() + " columns");
        rows.add(row);
      } else {
        row.require(row.cells.equals(columns), "must be the header " + String.join(", ", columns));
        headed = true;
      }
    }
    if (!headed) {
      throw new Wrong(table + ": the header is missing");
    }
    return rows;
  }

  private void addScope(Row row) {
    String name = row.text(0);
    row.require(!name.isEmpty() && !name.contains(" "), "a scope name has no spaces");
    row.require(name.length() <= ScopeNames.NAME_LENGTH_MAX, "the scope name is too long");
    var scope = new Scope(name, row.read(1, ScopeGroup::parse), row.read(2, ScopeKind::parse));
    row.require(scopes.put(name, scope) == null, "repeats the scope " + name);
    grants.put(name, new ArrayList<>());
  }

  private void addAction(Row row) {
    String id = row.text(0);
    String path = row.text(2);
    row.require(ACTION_ID.matcher(id).matches(), "an action id is resource.verb");
    row.require(METHODS.contains(row.text(1)), "unknown method " + row.text(1));
    row.require(PATH.matcher(path).matches(), "malformed path " + path);
    Optional<Role> minRole =
        row.text(4).equals(NONE) ? Optional.empty() : Optional.of(row.read(4, Role::parse));
    var action =
        new Action(
            id,
            row.text(1),
            path,
            row.read(3, ActionContext::parse),
            minRole,
            flags(row),
            actions.size());
    row.require(actions.put(id, action) == null, "repeats the action " + id);
    row.require(
        routes.add(action.method() + " " + path.replaceAll("\\{[^}]*}", "{}")),
        "repeats " + action.method() + " " + path);
    addGrants(row, action);
  }

  private static Set<ActionFlag> flags(Row row) {
    var flags = new HashSet<ActionFlag>();
    for (String name : row.list(5, ",")) {
      var one = row.<ActionFlag>read(5, _ -> ActionFlag.parse(name));
      row.require(flags.add(one), "repeats the flag " + name);
    }
    return flags;
  }

  private void addGrants(Row row, Action action) {
    var names = new HashSet<String>();
    for (String name : row.list(6, " ")) {
      List<Action> granted = grants.get(name);
      if (granted == null) {
        throw new Wrong(row.place + ": unknown scope " + name);
      }
      row.require(names.add(name), "repeats the scope " + name);
      granted.add(action);
    }
    boolean free =
        action.has(ActionFlag.NO_TOKEN) || action.has(ActionFlag.ANY_SCOPE) || action.forTenants();
    row.require(
        free == names.isEmpty(),
        "scopes are needed, unless noToken, anyScope or one of the um flags is set, then none");
    row.require(
        action.forTenants() == (action.context() == ActionContext.TENANT),
        "the um flags and the context tenant go together");
    scopesByAction.put(action, Set.copyOf(names));
  }
}
