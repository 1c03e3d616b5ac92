package io.claviger.core.scope;

import io.claviger.core.Parsed;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Every action there is and every scope name that grants some of them. Immutable.
 *
 * <p>An action passes the scope check when one of the names that a credential carries is one of the
 * names that grant the action, compared exactly. {@link #resolve} turns names into the set of
 * actions once, so that the check itself is one bit.
 */
public final class Catalogue {
  /** The names that a device may ask for in its session (the body of {@code POST /auth/device}). */
  public static final Set<String> DEVICE_SCOPES =
      Set.of(
          "all.Device",
          "all.Device.read",
          "data.export",
          "data.lastValueQuery",
          "data.timeSeriesQuery",
          "device.commandStream",
          "device.debug",
          "device.get",
          "device.getCommand",
          "device.getCompositeState",
          "device.getLogEntries",
          "device.getState",
          "device.sendCommand",
          "device.sendState",
          "device.setConnectionStatus",
          "device.stateStream",
          "devices.get",
          "devices.getCompositeState",
          "devices.sendCommand");

  /** The names that an OAuth client may ask for. */
  public static final Set<String> OAUTH_SCOPES =
      Set.of(
          "all.Application.bounded",
          "all.Application.read",
          "all.Organization.bounded",
          "all.Organization.read",
          "only.Organization.bounded",
          "only.Organization.read",
          "only.User.read");

  private static final class Standard {
    private static final Catalogue CATALOGUE =
        parse(resource("/io/claviger/spec/actions.tsv"), resource("/io/claviger/spec/scopes.tsv"))
            .orThrow();
  }

  private final Map<String, Action> actionsById;
  private final Map<String, Scope> scopesByName;
  private final Map<String, ActionSet> grants;
  private final Map<Action, Set<String>> scopesByAction;
  private final List<Action> actions;
  private final List<Scope> scopes;

  /** Takes tables that {@link CatalogueParser} has checked; copies what is handed out. */
  Catalogue(
      Map<String, Action> actionsById,
      Map<String, Scope> scopesByName,
      Map<String, List<Action>> grants,
      Map<Action, Set<String>> scopesByAction) {
    this.actionsById = Collections.unmodifiableMap(new LinkedHashMap<>(actionsById));
    this.scopesByName = Collections.unmodifiableMap(new LinkedHashMap<>(scopesByName));
    this.scopesByAction = Map.copyOf(scopesByAction);
    this.actions = List.copyOf(actionsById.values());
    this.scopes = List.copyOf(scopesByName.values());
    var sets = new HashMap<String, ActionSet>();
    grants.forEach((name, granted) -> sets.put(name, ActionSet.of(granted)));
    this.grants = Map.copyOf(sets);
  }

  /** The catalogue that belongs to this release. */
  public static Catalogue standard() {
    return Standard.CATALOGUE;
  }

  /**
   * Reads a catalogue from the text of its two tables. The format stands at the top of each table;
   * a rejection names the table and the line.
   */
  public static Parsed<Catalogue> parse(String actionsTsv, String scopesTsv) {
    return CatalogueParser.parse(actionsTsv, scopesTsv);
  }

  /** All actions; the place in the list is the {@link Action#index()}. */
  public List<Action> actions() {
    return actions;
  }

  /** The action with this id. */
  public Optional<Action> action(String id) {
    return Optional.ofNullable(actionsById.get(id));
  }

  /** The whole vocabulary, in the order in which people should see it. */
  public List<Scope> scopes() {
    return scopes;
  }

  /** The entry of the vocabulary with exactly this name. */
  public Optional<Scope> scope(String name) {
    return Optional.ofNullable(scopesByName.get(name));
  }

  /** Whether the vocabulary has exactly this name. */
  public boolean isScope(String name) {
    return scopesByName.containsKey(name);
  }

  /** What the name is about; empty when it is no scope. */
  public Optional<ScopeGroup> group(String name) {
    return scope(name).map(Scope::group);
  }

  /**
   * Every scope name that grants the action.
   *
   * @throws IllegalArgumentException when the action is of another catalogue
   */
  public Set<String> scopesOf(Action action) {
    Set<String> names = scopesByAction.get(action);
    if (names == null) {
      throw new IllegalArgumentException("not an action of this catalogue: " + action.id());
    }
    return names;
  }

  /**
   * The scope name that grants the action and the least besides: its own name where there is one.
   *
   * @param usable which names may be considered
   */
  public Optional<String> leastScope(Action action, Predicate<Scope> usable) {
    return scopesOf(action).stream()
        .map(this::scope)
        .flatMap(Optional::stream)
        .filter(usable)
        .min(
            Comparator.comparing((Scope scope) -> scope.kind() != ScopeKind.SINGLE)
                .thenComparingInt(scope -> resolve(List.of(scope.name())).size())
                .thenComparing(Scope::name))
        .map(Scope::name);
  }

  /**
   * The actions that at least one of the names grants. An unknown name grants nothing. Actions that
   * need no scope are in no set.
   */
  public ActionSet resolve(Collection<String> scopeNames) {
    ActionSet resolved = ActionSet.none();
    for (String name : scopeNames) {
      resolved = resolved.union(grants.getOrDefault(name, ActionSet.none()));
    }
    return resolved;
  }

  /** {@link #resolve(Collection)} of what a credential carries. */
  public ActionSet resolve(ScopeNames scope) {
    return resolve(scope.names());
  }

  /** The members of a set, in catalogue order; for people and lists, not for checks. */
  public List<Action> actionsIn(ActionSet set) {
    return actions.stream().filter(set::contains).toList();
  }

  /**
   * Reads the scope of a new credential that may carry every name of the given groups.
   *
   * @return a rejection that names the place of the first wrong entry, such as {@code [3] is not a
   *     known scope}
   */
  public Parsed<ScopeNames> parseGrant(Collection<String> names, Set<ScopeGroup> allowed) {
    return grant(
        names,
        scope ->
            allowed.contains(scope.group())
                ? Optional.empty()
                : Optional.of(
                    "is of the " + scope.group().wireName() + " group, which is not allowed here"));
  }

  /**
   * Reads the scope of a new credential that may carry only the given names, such as {@link
   * #DEVICE_SCOPES}.
   *
   * @return a rejection that names the place of the first wrong entry
   */
  public Parsed<ScopeNames> parseGrantOf(Collection<String> names, Set<String> allowed) {
    return grant(
        names,
        scope ->
            allowed.contains(scope.name()) ? Optional.empty() : Optional.of("is not allowed here"));
  }

  /** Why a known scope must not be granted; empty when it may be. */
  private interface Objection {
    Optional<String> to(Scope scope);
  }

  // Bounded by the vocabulary: the first unknown or repeated name ends it.
  private Parsed<ScopeNames> grant(Collection<String> names, Objection objection) {
    var places = new LinkedHashMap<String, Integer>();
    for (String name : names) {
      int place = places.size();
      Scope scope = scopesByName.get(name);
      if (scope == null) {
        return Parsed.rejected("[" + place + "] is not a known scope");
      }
      Optional<String> objected = objection.to(scope);
      if (objected.isPresent()) {
        return Parsed.rejected("[" + place + "] " + objected.get());
      }
      Integer earlier = places.putIfAbsent(name, place);
      if (earlier != null) {
        return Parsed.rejected("[" + place + "] repeats [" + earlier + "]");
      }
    }
    return places.isEmpty()
        ? Parsed.rejected("must name at least one scope")
        : Parsed.ok(new ScopeNames(List.copyOf(places.keySet())));
  }

  private static String resource(String path) {
    try (InputStream in = Catalogue.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException(path + " is missing from the module");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
