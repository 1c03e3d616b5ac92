package io.claviger.core.scope;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/**
 * The standard catalogue with actions added to its tables in the way in which the interface grows:
 * every new action is in the presets of its level that fit what it does, in the wildcard of its
 * resource, and in a single name of its own.
 */
public final class GrownCatalogue {
  /** Where an action is added. */
  enum Level {
    APPLICATION("application", "application", "all.Application all.Organization all.User"),
    ORGANIZATION("organization", "organization", "only.Organization all.Organization all.User"),
    INSTANCE("instance", "instance", "all.Instance all.User"),
    USER("user", "user", "only.User all.User");

    final String context;
    final String group;
    final String families;

    Level(String context, String group, String families) {
      this.context = context;
      this.group = group;
      this.families = families;
    }
  }

  /** What an added action does, and so which variants of the presets have it. */
  enum Deed {
    AUTHORITY,
    WRITE,
    CLI_WRITE,
    READ,
    CLI_READ,
    DEVICE_WRITE,
    DEVICE_READ
  }

  private final StringBuilder actions;
  private final StringBuilder scopes;
  private final Set<String> added = new LinkedHashSet<>();
  private final Set<String> names = new LinkedHashSet<>();

  private GrownCatalogue() {
    actions = new StringBuilder(SpecFiles.text("/io/claviger/spec/actions.tsv"));
    scopes = new StringBuilder(SpecFiles.text("/io/claviger/spec/scopes.tsv"));
    Catalogue.standard().scopes().forEach(scope -> names.add(scope.name()));
  }

  /** A catalogue and the ids of the actions that are new in it. */
  public record Grown(Catalogue catalogue, Set<String> added) {}

  /** Some actions added at random. */
  public static Grown some(Random random, int count) {
    var grown = new GrownCatalogue();
    List<Scope> wildcards = wildcards();
    List<Scope> idle = idleSingles();
    for (int i = 0; i < count; i++) {
      Scope like = wildcards.get(random.nextInt(wildcards.size()));
      Level level = level(like);
      List<Deed> deeds = deeds(level);
      Deed deed = deeds.get(random.nextInt(deeds.size()));
      switch (random.nextInt(4)) {
        case 0 -> grown.add(level, deed, "added" + i, "added" + i + ".verb");
        case 1 -> {
          Scope single = idle.get(random.nextInt(idle.size()));
          grown.add(
              level(single), deeds(level(single)).getFirst(), resource(single), single.name());
        }
        default -> grown.add(level, deed, resource(like), resource(like) + ".added" + i);
      }
    }
    return grown.build();
  }

  /** One action of every kind in every place: in old and new resources, under every idle name. */
  public static Grown everywhere() {
    var grown = new GrownCatalogue();
    for (Level level : Level.values()) {
      for (Deed deed : deeds(level)) {
        String resource = "added" + letters(level) + letters(deed);
        grown.add(level, deed, resource, resource + ".verb");
      }
    }
    for (Scope wildcard : wildcards()) {
      for (Deed deed : deeds(level(wildcard))) {
        grown.add(
            level(wildcard),
            deed,
            resource(wildcard),
            resource(wildcard) + ".added" + letters(deed));
      }
    }
    for (Scope single : idleSingles()) {
      grown.add(level(single), Deed.AUTHORITY, resource(single), single.name());
    }
    return grown.build();
  }

  private Grown build() {
    return new Grown(Catalogue.parse(actions.toString(), scopes.toString()).orThrow(), added);
  }

  private static List<Deed> deeds(Level level) {
    return switch (level) {
      case APPLICATION -> List.of(Deed.values());
      case ORGANIZATION, USER ->
          List.of(Deed.AUTHORITY, Deed.WRITE, Deed.CLI_WRITE, Deed.READ, Deed.CLI_READ);
      case INSTANCE -> List.of(Deed.AUTHORITY, Deed.WRITE, Deed.READ);
    };
  }

  private static List<Scope> wildcards() {
    return Catalogue.standard().scopes().stream()
        .filter(scope -> scope.kind() == ScopeKind.WILDCARD)
        .toList();
  }

  /** The single names that no action of today is granted by. */
  private static List<Scope> idleSingles() {
    Catalogue standard = Catalogue.standard();
    return standard.scopes().stream()
        .filter(scope -> scope.kind() == ScopeKind.SINGLE)
        .filter(scope -> standard.resolve(List.of(scope.name())).isEmpty())
        .filter(scope -> standard.action(scope.name()).isEmpty())
        .toList();
  }

  private static String resource(Scope scope) {
    return scope.name().substring(0, scope.name().indexOf('.'));
  }

  private static Level level(Scope scope) {
    return Level.valueOf(scope.group().wireName().toUpperCase(Locale.ROOT));
  }

  private void add(Level level, Deed deed, String resource, String id) {
    if (!added.add(id)) {
      return;
    }
    var granting = new ArrayList<String>();
    for (String family : level.families.split(" ")) {
      variants(deed).forEach(variant -> granting.add(family + variant));
    }
    if (deed == Deed.CLI_WRITE || deed == Deed.CLI_READ) {
      granting.add("all.User.cli");
      if (level == Level.APPLICATION) {
        granting.add("all.Application.cli");
      }
    }
    if (deed == Deed.DEVICE_WRITE || deed == Deed.DEVICE_READ) {
      granting.add("all.Device");
    }
    if (deed == Deed.DEVICE_READ) {
      granting.add("all.Device.read");
    }
    granting.add(name(resource + ".*", level, "wildcard"));
    granting.add(name(id, level, "single"));
    actions.append(
        "%s\tPOST\t/added/%s\t%s\t%s\t-\t%s\n"
            .formatted(id, id, level.context, minRole(level, deed), String.join(" ", granting)));
  }

  private static String letters(Enum<?> value) {
    return value.name().replace("_", "");
  }

  private static List<String> variants(Deed deed) {
    return switch (deed) {
      case AUTHORITY -> List.of("");
      case WRITE, CLI_WRITE, DEVICE_WRITE -> List.of("", ".bounded");
      case READ, CLI_READ, DEVICE_READ -> List.of("", ".bounded", ".read");
    };
  }

  private static String minRole(Level level, Deed deed) {
    if (level == Level.USER || level == Level.INSTANCE) {
      return "-";
    }
    return variants(deed).contains(".read") ? "view" : "collaborate";
  }

  private String name(String name, Level level, String kind) {
    if (names.add(name)) {
      scopes.append("%s\t%s\t%s\n".formatted(name, level.group, kind));
    }
    return name;
  }
}
