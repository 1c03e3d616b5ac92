package io.claviger.core.scope;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether one scope contains another, today and after the catalogue has grown: what a credential
 * may hand on.
 *
 * <p>Comparing today's actions is not enough. A custom scope may list every action that a preset
 * has now, but the preset grows and the custom scope does not, so it must not be able to hand out
 * the preset.
 */
public final class ScopeCover {
  private enum Variant {
    READ,
    CLI,
    BOUNDED,
    FULL
  }

  private record Umbrella(String family, Variant variant) {}

  private static final Map<String, Set<String>> FAMILIES_WITHIN =
      Map.of(
          "all.User",
              Set.of(
                  "all.User",
                  "only.User",
                  "all.Organization",
                  "only.Organization",
                  "all.Application",
                  "all.Device",
                  "all.Instance"),
          "all.Organization",
              Set.of("all.Organization", "only.Organization", "all.Application", "all.Device"),
          "all.Application", Set.of("all.Application", "all.Device"));

  private static final Map<String, Set<ScopeGroup>> GROUPS_WITHIN =
      Map.of(
          "all.User", Set.of(ScopeGroup.values()),
          "all.Organization", Set.of(ScopeGroup.ORGANIZATION, ScopeGroup.APPLICATION),
          "all.Application", Set.of(ScopeGroup.APPLICATION),
          "all.Instance", Set.of(ScopeGroup.INSTANCE),
          "only.Organization", Set.of(ScopeGroup.ORGANIZATION),
          "only.User", Set.of(ScopeGroup.USER));

  private final Catalogue catalogue;

  public ScopeCover(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  /** The first of the wanted names that goes beyond what is held; empty when all stay within. */
  public Optional<String> beyond(ScopeNames held, ScopeNames wanted) {
    ActionSet heldActions = catalogue.resolve(held);
    return wanted.names().stream().filter(name -> !covers(held, heldActions, name)).findFirst();
  }

  private boolean covers(ScopeNames held, ActionSet heldActions, String wanted) {
    if (held.names().contains(wanted)) {
      return true;
    }
    Optional<Scope> scope = catalogue.scope(wanted);
    if (scope.isEmpty()) {
      return false;
    }
    ActionSet wantedActions = catalogue.resolve(Set.of(wanted));
    return switch (scope.get().kind()) {
      case UMBRELLA -> held.names().stream().anyMatch(name -> umbrellaCovers(name, wanted));
      case WILDCARD -> grownCovers(held, heldActions, scope.get(), wantedActions);
      case SINGLE ->
          wantedActions.isEmpty()
              ? held.names().contains(wildcardOf(wanted))
                  || grownCovers(held, heldActions, scope.get(), wantedActions)
              : heldActions.containsAll(wantedActions);
    };
  }

  /** {@code device.*} for {@code device.debug}. */
  private static String wildcardOf(String single) {
    return single.substring(0, single.indexOf('.') + 1) + "*";
  }

  /** Only a full preset is sure to contain what a whole group will contain later. */
  private static boolean grownCovers(
      ScopeNames held, ActionSet heldActions, Scope wanted, ActionSet wantedActions) {
    return heldActions.containsAll(wantedActions)
        && held.names().stream()
            .anyMatch(name -> GROUPS_WITHIN.getOrDefault(name, Set.of()).contains(wanted.group()));
  }

  private static boolean umbrellaCovers(String heldName, String wantedName) {
    Optional<Umbrella> held = umbrella(heldName);
    Optional<Umbrella> wanted = umbrella(wantedName);
    if (held.isEmpty() || wanted.isEmpty()) {
      return false;
    }
    String family = held.get().family();
    boolean familyWithin =
        FAMILIES_WITHIN.getOrDefault(family, Set.of(family)).contains(wanted.get().family());
    return familyWithin && variantWithin(held.get().variant(), wanted.get());
  }

  private static boolean variantWithin(Variant held, Umbrella wanted) {
    // What a device may do never includes authority over credentials: the bounded preset has it
    // all.
    Variant needed =
        wanted.family().equals("all.Device") && wanted.variant() == Variant.FULL
            ? Variant.BOUNDED
            : wanted.variant();
    return switch (held) {
      case FULL -> true;
      case BOUNDED -> needed != Variant.FULL;
      case READ -> needed == Variant.READ;
      case CLI -> needed == Variant.CLI;
    };
  }

  private static Optional<Umbrella> umbrella(String name) {
    if (!name.startsWith("all.") && !name.startsWith("only.")) {
      return Optional.empty();
    }
    int variantDot = name.indexOf('.', name.indexOf('.') + 1);
    if (variantDot < 0) {
      return Optional.of(new Umbrella(name, Variant.FULL));
    }
    String family = name.substring(0, variantDot);
    return switch (name.substring(variantDot + 1)) {
      case "bounded" -> Optional.of(new Umbrella(family, Variant.BOUNDED));
      case "read" -> Optional.of(new Umbrella(family, Variant.READ));
      case "cli" -> Optional.of(new Umbrella(family, Variant.CLI));
      default -> Optional.empty();
    };
  }
}
